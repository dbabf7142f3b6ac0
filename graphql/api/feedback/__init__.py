"""Surveys, ratings and praise in the API."""
