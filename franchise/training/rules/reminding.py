"""When those who are to pass a course are reminded of it."""

from datetime import datetime, timedelta

# So long after the due time, each once; the first of them is before it.
REMINDED_AFTER = (timedelta(days=-7), timedelta(0), timedelta(days=7))


def rounds_due(due_at: datetime, now: datetime) -> int:
    """Return how many rounds of reminders are due by now for what is to be passed by a time."""
    return sum(due_at + after <= now for after in REMINDED_AFTER)
