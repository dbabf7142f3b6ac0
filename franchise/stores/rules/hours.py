"""Which opening hours and holidays may be set: openings apart from each other, and the past left alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from django.utils.translation import gettext_lazy as _

from kit.refusals import Invalid, Refusal
from kit.texts import line_of
from stores.rules.calendar import Day, Interval

MOST_INTERVALS = 6
LONGEST_PERIOD = timedelta(days=731)
FARTHEST_AHEAD = timedelta(days=1827)
FARTHEST_BACK = timedelta(days=3653)
LONGEST_NAME = 100
_DAY_MINUTES = 24 * 60
_WEEK_MINUTES = 7 * _DAY_MINUTES


class OpeningsOverlap(Refusal):
    """Two openings share some time."""

    message = _("Two openings overlap: the one that begins at %(opens)s and the one before it.")


class NoOpeningHours(Refusal):
    """A week in which the store never opens is not a week's hours."""

    message = _("A week needs at least one opening. If the store does no business any more, close it.")


class PastHours(Refusal):
    """Hours of days gone by were lived already; what was measured by them stands."""

    message = _("The hours of days before %(today)s can't be changed any more.")


@dataclass(frozen=True, slots=True)
class DayOff:
    """A holiday to be set: a date, its name, and when the store is open on it; without intervals it is closed."""

    on: date
    name: str
    intervals: Day = ()


def must_be_a_week(days: Sequence[Day]) -> None:
    """Refuse a week, Monday first, that never opens, or whose openings overlap, over Sunday's midnight as well."""
    if len(days) != 7:
        raise Invalid(field="days", why=_("seven days"))
    for day in days:
        _must_be_intervals(day)
    spans = sorted(
        (number * _DAY_MINUTES + _minute(interval.opens), interval)
        for number, day in enumerate(days)
        for interval in day
    )
    if not spans:
        raise NoOpeningHours(field="days")
    open_until = spans[-1][0] + _length(spans[-1][1]) - _WEEK_MINUTES
    _must_be_apart(spans, open_until)


def must_be_valid_from(valid_from: date, *, today: date, has_hours: bool) -> None:
    """Refuse hours for days gone by; the first hours of a store may begin in the past, they replace nothing."""
    if has_hours and valid_from < today:
        raise PastHours(field="valid_from", today=today)
    if valid_from > today + FARTHEST_AHEAD:
        raise Invalid(field="valid_from", why=_("a day within the next five years"))
    if valid_from < today - FARTHEST_BACK:
        raise Invalid(field="valid_from", why=_("a day of the last ten years"))


def must_be_holidays(days: Sequence[DayOff], *, first_on: date, last_on: date, today: date) -> None:
    """Refuse holidays outside their period, two of one date, overlapping hours, and a period that has begun."""
    if first_on < today:
        raise PastHours(field="first_on", today=today)
    if not first_on <= last_on <= today + FARTHEST_AHEAD or last_on - first_on > LONGEST_PERIOD:
        raise Invalid(field="last_on", why=_("a period of at most two years, within the next five"))
    if len({day.on for day in days}) != len(days):
        raise Invalid(field="days", why=_("each date once"))
    for day in days:
        if not first_on <= day.on <= last_on:
            raise Invalid(field="days", why=_("dates inside the period"))
        line_of(day.name, field="days", limit=LONGEST_NAME)
        _must_be_intervals(day.intervals)
        _must_be_apart(sorted((_minute(interval.opens), interval) for interval in day.intervals), 0)


def _must_be_intervals(day: Day) -> None:
    if len(day) > MOST_INTERVALS:
        raise Invalid(field="days", why=_("at most six openings a day"))
    if any(
        moment.second or moment.microsecond or moment.tzinfo for each in day for moment in (each.opens, each.closes)
    ):
        raise Invalid(field="days", why=_("times in whole minutes"))


def _must_be_apart(spans: list[tuple[int, Interval]], open_until: int) -> None:
    for start, interval in spans:
        if start < open_until:
            raise OpeningsOverlap(field="days", opens=interval.opens.strftime("%H:%M"))
        open_until = start + _length(interval)


def _minute(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def _length(interval: Interval) -> int:
    minutes = _minute(interval.closes) - _minute(interval.opens)
    return minutes + _DAY_MINUTES if interval.runs_past_midnight else minutes
