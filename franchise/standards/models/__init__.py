"""The nouns of the standards, by phase: what is asked, where it is in force, and whether it was met."""

from standards.models import local, replays, rollouts, staffing, tallies, texts, verdicts, waivers

__all__ = ["local", "replays", "rollouts", "staffing", "tallies", "texts", "verdicts", "waivers"]
