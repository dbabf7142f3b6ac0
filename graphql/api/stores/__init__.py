"""Stores as the API shows them: areas, stores, their hours, positions and who holds them."""
