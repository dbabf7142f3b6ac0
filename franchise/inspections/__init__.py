"""Inspections: somebody goes and looks, item by item, whether a store or a supplier does what is asked."""
