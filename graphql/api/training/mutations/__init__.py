"""Deeds of training, by phase."""
