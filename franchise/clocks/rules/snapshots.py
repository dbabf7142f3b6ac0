"""Calendars written down: the form in which a clock keeps the calendar by which it was set."""

import json
from datetime import date, time
from hashlib import sha256
from typing import Any

from stores.rules.calendar import Calendar, Day, Interval, SpecialDay, Week

Written = dict[str, Any]


def write_calendar(calendar: Calendar) -> Written:
    """Return a calendar as JSON values; two calendars that say the same are written the same."""
    weeks = sorted(calendar.weeks, key=lambda week: week.valid_from)
    special_days = sorted(calendar.special_days, key=lambda day: day.on)
    return {
        "time_zone": calendar.time_zone,
        "weeks": {week.valid_from.isoformat(): [_write_day(day) for day in week.days] for week in weeks},
        "special_days": {day.on.isoformat(): _write_day(day.intervals) for day in special_days},
    }


def read_calendar(written: Written) -> Calendar:
    """Return the calendar that `write_calendar` wrote down."""
    return Calendar(
        written["time_zone"],
        tuple(_read_week(valid_from, days) for valid_from, days in sorted(written["weeks"].items())),
        tuple(
            SpecialDay(date.fromisoformat(on), _read_day(day)) for on, day in sorted(written["special_days"].items())
        ),
    )


def fingerprint_of(written: Written) -> str:
    """Return the 64 hexadecimal digits by which a written calendar is recognised."""
    return sha256(json.dumps(written, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _write_day(day: Day) -> list[list[str]]:
    return [[interval.opens.isoformat(), interval.closes.isoformat()] for interval in sorted(day)]


def _read_day(written: list[list[str]]) -> Day:
    return tuple(Interval(time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in written)


def _read_week(valid_from: str, written: list[list[list[str]]]) -> Week:
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = (_read_day(day) for day in written)
    days = (monday, tuesday, wednesday, thursday, friday, saturday, sunday)
    return Week(date.fromisoformat(valid_from), days)
