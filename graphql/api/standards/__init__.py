"""Standards in the API."""
