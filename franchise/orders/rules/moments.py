"""Moments that somebody tells: what has happened, and what is still to come."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from kit.refusals import Invalid

LONGEST_AGO = timedelta(days=3650)
LONGEST_AHEAD = timedelta(days=366)
_CLOCKS_APART = timedelta(minutes=5)


def past_moment(moment: datetime | None, *, now: datetime, field: str | tuple[str, ...]) -> datetime:
    """Return a moment that has passed, `now` where none is given; raises Invalid."""
    if moment is None:
        return now
    if not now - LONGEST_AGO <= moment <= now + _CLOCKS_APART:
        raise Invalid(field=field, why=_("a moment that has passed"))
    return min(moment, now)


def coming_moment(moment: datetime | None, *, now: datetime, field: str | tuple[str, ...]) -> datetime | None:
    """Return a moment still to come, or None; raises Invalid."""
    if moment is not None and not now < moment <= now + LONGEST_AHEAD:
        raise Invalid(field=field, why=_("a moment of the next twelve months"))
    return moment


def reference_of(*, store_code: str, letter: str, number: int) -> str:
    """Return the number by which people name a document: the store's code, the sort's letter, a running number."""
    return f"{store_code}-{letter}{number:05d}"
