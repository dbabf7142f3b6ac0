"""Decisions about standards: the life of a version, a clause's rule, the test of a draft, and verdicts."""
