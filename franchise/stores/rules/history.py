"""Calendars as they were recorded at an earlier moment: what the journal tells of changes, taken back one by one."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, time
from typing import Any

from stores.rules.calendar import Calendar, Interval, SpecialDay, Week
from stores.rules.happenings import Happening

# What changes a store's calendar.
CALENDAR_CHANGES = (Happening.OPENING_HOURS_SET, Happening.HOLIDAYS_SET, Happening.STORE_CORRECTED)


def before_change(calendar: Calendar, kind: str, before: Mapping[str, Any]) -> Calendar:
    """Return the calendar as it was before a change, from the one after it and what the journal kept as `before`."""
    match kind:
        case Happening.OPENING_HOURS_SET:
            valid_from = date.fromisoformat(before["valid_from"])
            other_weeks = (week for week in calendar.weeks if week.valid_from != valid_from)
            return replace(calendar, weeks=(*other_weeks, *_week(valid_from, before["week"])))
        case Happening.HOLIDAYS_SET:
            first_on, last_on = date.fromisoformat(before["first_on"]), date.fromisoformat(before["last_on"])
            other_days = (day for day in calendar.special_days if not first_on <= day.on <= last_on)
            return replace(calendar, special_days=(*other_days, *_special_days(before["holidays"])))
        case Happening.STORE_CORRECTED:
            return replace(calendar, time_zone=before["time_zone"])
    raise ValueError(f"{kind} does not change a calendar.")


def _week(valid_from: date, written: Iterable[Mapping[str, Any]]) -> tuple[Week, ...]:
    days: list[list[Interval]] = [[] for _weekday in range(7)]
    for each in written:
        days[each["weekday"]].append(_interval(each["hours"]))
    if not any(days):
        # Nothing was set for that day before: the week did not exist.
        return ()
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = (tuple(day) for day in days)
    return (Week(valid_from, (monday, tuesday, wednesday, thursday, friday, saturday, sunday)),)


def _special_days(written: Iterable[Mapping[str, Any]]) -> tuple[SpecialDay, ...]:
    return tuple(
        SpecialDay(date.fromisoformat(day["on"]), tuple(_interval(hours) for hours in day["hours"])) for day in written
    )


def _interval(written: str) -> Interval:
    opens, _dash, closes = written.partition("-")
    return Interval(time.fromisoformat(opens), time.fromisoformat(closes))
