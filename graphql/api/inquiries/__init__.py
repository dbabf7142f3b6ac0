"""Inquiries in the API."""
