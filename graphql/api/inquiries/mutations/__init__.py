"""Deeds on inquiries in the API, by phase."""
