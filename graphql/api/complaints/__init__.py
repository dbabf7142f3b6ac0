"""Complaints in the API."""
