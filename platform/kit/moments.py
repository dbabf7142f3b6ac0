"""Moments and days that people tell: what has passed and what is planned, within bounds that nobody means to leave."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kit.refusals import Invalid

# Clocks of two machines go a little apart.
CLOCKS_APART = timedelta(minutes=5)
LONGEST_PLAN = timedelta(days=731)

Field = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Past:
    """How long ago something may be that somebody tells only now, and how that is said."""

    longest_ago: timedelta
    why: Promise


LAST_YEAR = Past(timedelta(days=365), _("a moment of the last twelve months"))
LAST_TEN_YEARS = Past(timedelta(days=3650), _("a moment of the last ten years"))


def passed(moment: datetime | None, *, field: Field, now: datetime, within: Past = LAST_YEAR) -> datetime:
    """Return when something happened, now if nobody says; raises Invalid for what is to come or too long ago."""
    if moment is None:
        return now
    if moment > now + CLOCKS_APART:
        raise Invalid(field=field, why=_("a moment that has passed"))
    if moment < now - within.longest_ago:
        raise Invalid(field=field, why=within.why)
    return min(moment, now)


def planned(day: date | None, *, field: Field, today: date) -> date | None:
    """Return the day for which something is planned, if any; raises Invalid for one gone by or over two years ahead."""
    if day is not None and not today <= day <= today + LONGEST_PLAN:
        raise Invalid(field=field, why=_("a day from today on, within two years"))
    return day
