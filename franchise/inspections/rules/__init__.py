"""Decisions about inspections: what a template asks for, how an inspection moves, what its score is."""
