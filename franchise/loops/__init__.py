"""Matters brought back to a clause, to who was to follow it, and to a lesson."""
