"""Deeds on orders."""
