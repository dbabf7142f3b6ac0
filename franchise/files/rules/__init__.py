"""Decisions about files: what is taken, in which shape it is kept, and for what."""
