"""The nouns of feedback: surveys with their answers and ratings, whose handling they rate, and praise."""

from feedback.models import praise, surveys

__all__ = ["praise", "surveys"]
