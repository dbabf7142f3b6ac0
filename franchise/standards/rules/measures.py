"""Measured once, exactly: the shortest limits that an answer keeps, so that any verdict is a comparison."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from clocks.rules.working_time import (
    add_working_time,
    end_of_calendar_day,
    end_of_working_day,
    working_time_between,
)
from standards.rules.limits import MOST_DAYS
from stores.rules.calendar import Calendar, HoursNotRecorded, NeverOpens

_SECOND = timedelta(seconds=1)
_NO_TIME = timedelta(0)


@dataclass(frozen=True, slots=True)
class Measures:
    """The shortest limit of each sort that an answer keeps, in whole seconds or days; None where none does."""

    wall_seconds: int
    working_seconds: int | None
    wall_days: int | None
    working_days: int | None


@dataclass(frozen=True, slots=True)
class Known:
    """The longest limits in working time of which a calendar tells when they end; None is without end.

    -1 days means that not even the end of the first working day is known.
    """

    seconds: int | None
    days: int | None


def measures_between(calendar: Calendar, started_at: datetime, ended_at: datetime) -> Measures:
    """Measure from a beginning to its answer: a limit is kept by the answer if and only if it is not shorter."""
    return Measures(
        wall_seconds=-((started_at - ended_at) // _SECOND),
        working_seconds=_working_seconds(calendar, started_at, ended_at),
        wall_days=_days(calendar, started_at, ended_at, is_working=False),
        working_days=_days(calendar, started_at, ended_at, is_working=True),
    )


def known_from(calendar: Calendar, started_at: datetime) -> Known:
    """Tell how far a calendar knows the working time from a beginning on."""
    if _opens_for_ever(calendar, started_at):
        return Known(seconds=None, days=None)
    total, days, end = _NO_TIME, -1, started_at
    try:
        for opens, closes in calendar.openings_from(started_at):
            total += closes - opens
    except (HoursNotRecorded, NeverOpens):
        pass
    try:
        while days < MOST_DAYS:
            end, days = end_of_working_day(calendar, end), days + 1
    except (HoursNotRecorded, NeverOpens):
        pass
    return Known(seconds=total // _SECOND, days=days)


def place_of(calendar: Calendar, at: datetime) -> tuple[date, int]:
    """Return the store's date at a moment and the hour of its week, from Monday, 0 to 167."""
    local = at.astimezone(calendar.zone)
    return local.date(), local.weekday() * 24 + local.hour


def recorded_in(after: Mapping[str, object] | None) -> list[str]:
    """Return the names of what an entry recorded and did not leave empty."""
    return sorted(name for name, value in (after or {}).items() if value is not None and value not in ("", [], {}))


def numbers_in(after: Mapping[str, object] | None) -> dict[str, int | float]:
    """Return the numbers that an entry recorded, by name."""
    return {
        name: value
        for name, value in (after or {}).items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }


def _opens_for_ever(calendar: Calendar, started_at: datetime) -> bool:
    if not calendar.is_recorded_from(started_at):
        return False
    last = max(calendar.weeks, key=lambda week: week.valid_from)
    return any(last.days)


def _working_seconds(calendar: Calendar, started_at: datetime, ended_at: datetime) -> int | None:
    try:
        spent = working_time_between(calendar, started_at, ended_at)
        # A limit that is used up at closing time ends there: what comes later needs a longer one.
        is_reached = add_working_time(calendar, started_at, spent) >= ended_at
    except (HoursNotRecorded, NeverOpens):
        return None
    return -(-spent // _SECOND) if is_reached else spent // _SECOND + 1


def _days(calendar: Calendar, started_at: datetime, ended_at: datetime, *, is_working: bool) -> int | None:
    end_of_day = end_of_working_day if is_working else end_of_calendar_day
    end = started_at
    try:
        for count in range(MOST_DAYS + 1):
            end = end_of_day(calendar, end)
            if ended_at <= end:
                return count
    except (HoursNotRecorded, NeverOpens):
        return None
    return None
