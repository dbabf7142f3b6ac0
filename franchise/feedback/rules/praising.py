"""Refusals of praise (rulebook C8)."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from kit.refusals import Invalid, Refusal

EARLIEST_RECEIPT = timedelta(days=365)
MOST_PRAISED = 20
_CLOCKS_APART = timedelta(minutes=5)


class PraisedNotAtStore(Refusal):
    """Praise is passed on to people of the store that it came to."""

    message = _("Praise can be for people who work at this store, or for the store as a whole.")


def check_received(received_at: datetime | None, *, now: datetime) -> datetime:
    """Return when praise came in, now if nobody says; raises Invalid for what is to come or more than a year ago."""
    if received_at is None:
        return now
    if received_at > now + _CLOCKS_APART:
        raise Invalid(field="received_at", why=_("a moment that has passed"))
    if received_at < now - EARLIEST_RECEIPT:
        raise Invalid(field="received_at", why=_("a moment of the last twelve months"))
    return min(received_at, now)


def check_number(praised: int) -> None:
    """Refuse with Invalid praise for more people than anybody can have meant."""
    if praised > MOST_PRAISED:
        raise Invalid(field="member_ids", why=_("at most 20 people"))
