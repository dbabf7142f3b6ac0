"""Inspections in the API."""
