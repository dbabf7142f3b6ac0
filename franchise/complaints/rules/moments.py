"""Moments of a complaint: when it was raised, what was said and promised; and why a customer says no."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from complaints.rules.refusals import ReasonNeeded
from kit.moments import CLOCKS_APART
from kit.refusals import Invalid

LONGEST_WAIT = timedelta(days=365)


def check_reason(*, is_satisfied: bool, reason: str) -> None:
    """Refuse with ReasonNeeded when a customer is said to be unsatisfied and nobody says why."""
    if not is_satisfied and not reason.strip():
        raise ReasonNeeded(field="reason")


def check_received(received_at: datetime, *, since: datetime) -> None:
    """Refuse with Invalid a complaint that came in before what it is about: an order, or an inquiry."""
    if received_at < since - CLOCKS_APART:
        raise Invalid(field="received_at", why=_("a moment after that of the order or the inquiry"))


def check_expected(expected_at: datetime | None, *, now: datetime, field: str = "expected_at") -> None:
    """Refuse with Invalid a promise that lies in the past or more than a year ahead."""
    if expected_at is None:
        return
    if expected_at < now - CLOCKS_APART or expected_at > now + LONGEST_WAIT:
        raise Invalid(field=field, why=_("a moment still to come, within a year"))
