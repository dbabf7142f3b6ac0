"""Moments of a complaint: when it was raised, what was said and promised; and why a customer says no."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from complaints.rules.refusals import ReasonNeeded
from kit.refusals import Invalid

EARLIEST_RECEIPT = timedelta(days=365)
LONGEST_WAIT = timedelta(days=365)
_CLOCKS_APART = timedelta(minutes=5)


def check_reason(*, is_satisfied: bool, reason: str) -> None:
    """Refuse with ReasonNeeded when a customer is said to be unsatisfied and nobody says why."""
    if not is_satisfied and not reason.strip():
        raise ReasonNeeded(field="reason")


def check_received(received_at: datetime, *, now: datetime) -> datetime:
    """Return the time of receipt; raises Invalid for one that is still to come or more than a year ago."""
    return check_said(received_at, field="received_at", now=now)


def check_said(moment: datetime | None, *, field: str, now: datetime) -> datetime:
    """Return when a customer said something, now if nobody says; raises Invalid for what is to come or a year ago."""
    if moment is None:
        return now
    if moment > now + _CLOCKS_APART:
        raise Invalid(field=field, why=_("a moment that has passed"))
    if moment < now - EARLIEST_RECEIPT:
        raise Invalid(field=field, why=_("a moment of the last twelve months"))
    return min(moment, now)


def check_expected(expected_at: datetime | None, *, now: datetime, field: str = "expected_at") -> None:
    """Refuse with Invalid a promise that lies in the past or more than a year ahead."""
    if expected_at is None:
        return
    if expected_at < now - _CLOCKS_APART or expected_at > now + LONGEST_WAIT:
        raise Invalid(field=field, why=_("a moment still to come, within a year"))
