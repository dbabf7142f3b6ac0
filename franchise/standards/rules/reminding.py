"""When those who have not acknowledged a version are reminded of it."""

from datetime import datetime, timedelta

# So long after the push, each once.
REMINDED_AFTER = (timedelta(days=3), timedelta(days=7), timedelta(days=14))


def rounds_due(pushed_at: datetime, now: datetime) -> int:
    """Return how many rounds of reminders are due by now after a push."""
    return sum(pushed_at + after <= now for after in REMINDED_AFTER)
