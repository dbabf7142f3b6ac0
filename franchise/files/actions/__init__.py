"""Deeds with files: they are stored, attached to what they belong to, or forgotten."""
