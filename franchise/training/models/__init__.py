"""The nouns of training: courses and lessons, who takes them, what is planned, and what a duty asks for."""

from training.models import courses, duties, planning, taking

__all__ = ["courses", "duties", "planning", "taking"]
