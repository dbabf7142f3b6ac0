"""Deeds on complaints, by phase: filing, working, and ending; `steps` is what they share."""
