"""Clocks in the API."""
