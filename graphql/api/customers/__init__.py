"""Customers in the API."""
