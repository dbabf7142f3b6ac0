"""Deeds on complaints in the API."""
