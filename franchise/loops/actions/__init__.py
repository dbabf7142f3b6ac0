"""Deeds that open, close and learn from loops, by what they are about."""
