"""Moments still to come, and the numbers by which people name documents."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from kit.refusals import Invalid

LONGEST_AHEAD = timedelta(days=366)


def coming_moment(moment: datetime | None, *, now: datetime, field: str | tuple[str, ...]) -> datetime | None:
    """Return a moment still to come, or None; raises Invalid."""
    if moment is not None and not now < moment <= now + LONGEST_AHEAD:
        raise Invalid(field=field, why=_("a moment of the next twelve months"))
    return moment


def reference_of(*, store_code: str, letter: str, number: int) -> str:
    """Return the number by which people name a document: the store's code, the sort's letter, a running number."""
    return f"{store_code}-{letter}{number:05d}"
