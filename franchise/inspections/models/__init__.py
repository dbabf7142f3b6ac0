"""The nouns of the inspections, by phase: what is to be looked at, and what was found."""

from inspections.models import inspections, templates

__all__ = ["inspections", "templates"]
