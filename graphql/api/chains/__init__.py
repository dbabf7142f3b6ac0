"""The chain itself, as its members see it."""
