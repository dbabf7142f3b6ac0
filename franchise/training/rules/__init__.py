"""Decisions about training: how a course is written, when it is passed, who may teach, examine, approve and serve."""
