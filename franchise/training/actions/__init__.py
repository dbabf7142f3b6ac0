"""Deeds of training, by phase: writing courses, taking them, planning, meeting, guiding, and what duties ask for."""
