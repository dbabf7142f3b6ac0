"""The nouns of the return visits: a visit and why it is due, the points that came up, HQ's rules, and credits."""

from visits.models import credits, points, schemes, visits

__all__ = ["credits", "points", "schemes", "visits"]
