"""Decisions about complaints: how one moves, and what its events are called."""
