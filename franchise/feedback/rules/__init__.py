"""Decisions about feedback: when a survey may be sent and answered, whose work it rates, what the figures say."""
