"""Loops and case studies in the API."""
