"""Decisions about clocks."""
