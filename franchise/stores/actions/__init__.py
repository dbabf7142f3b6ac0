"""Deeds at stores."""
