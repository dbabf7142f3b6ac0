"""Decisions about stores."""
