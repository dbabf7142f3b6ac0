"""The nouns of the inspections, by phase: what is to be looked at, and what was found, and what is put right."""

from inspections.models import corrections, inspections, plans, templates

__all__ = ["corrections", "inspections", "plans", "templates"]
