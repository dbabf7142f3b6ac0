"""How long something may take: so many days, ending with the day, or so much time, running out to the second."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from clocks.rules.working_time import add_working_time, end_of_calendar_day, end_of_working_day
from stores.rules.calendar import Calendar

SAME_DAY = "SAME_DAY"
# A limit of three digits, made longer by an allowance of three digits.
MOST_DAYS = 2 * 999
_DAYS = re.compile(r"P([0-9]{1,3})D")
_TIME = re.compile(r"PT(?=[0-9])(?:([0-9]{1,4})H)?(?:([0-9]{1,5})M)?(?:([0-9]{1,6})S)?")


class TimeKind(TextChoices):
    """Which time runs: all of it, or only while the store is open."""

    WALL = "WALL", _("All time that passes")
    WORKING = "WORKING", _("Opening hours of the store")


@dataclass(frozen=True, slots=True)
class Days:
    """Until the end of the day that lies `count` days after the day of the beginning; 0 is the same day."""

    count: int

    def __str__(self) -> str:
        return f"P{self.count}D" if self.count else SAME_DAY


@dataclass(frozen=True, slots=True)
class Time:
    """A stretch of time that runs out to the second."""

    length: timedelta

    def __str__(self) -> str:
        minutes, seconds = divmod(int(self.length.total_seconds()), 60)
        hours, minutes = divmod(minutes, 60)
        parts = [f"{count}{unit}" for count, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if count]
        return f"PT{''.join(parts)}"


Limit = Days | Time


def parse_limit(text: str) -> Limit | None:
    """Read SAME_DAY, PnD or PTnHnMnS; None when it is none of these, or no time at all."""
    if text == SAME_DAY:
        return Days(0)
    if days := _DAYS.fullmatch(text):
        return Days(int(days[1]))
    if parts := _TIME.fullmatch(text):
        hours, minutes, seconds = (int(part or 0) for part in parts.groups())
        length = timedelta(hours=hours, minutes=minutes, seconds=seconds)
        return Time(length) if length else None
    return None


def extended(limit: Limit, extra: Limit) -> Limit:
    """Return a limit made longer by an allowance of the same sort; raises ValueError when the sorts differ."""
    if isinstance(limit, Days) and isinstance(extra, Days):
        return Days(limit.count + extra.count)
    if isinstance(limit, Time) and isinstance(extra, Time):
        return Time(limit.length + extra.length)
    raise ValueError("Days are extended by days, and time by time.")


def end_of(limit: Limit, time: TimeKind, *, calendar: Calendar, started_at: datetime) -> datetime:
    """Return the last moment that still keeps the limit, on the store's own calendar.

    Raises HoursNotRecorded and NeverOpens, for working time only.
    """
    working = time is TimeKind.WORKING
    if isinstance(limit, Time):
        return add_working_time(calendar, started_at, limit.length) if working else started_at + limit.length
    end_of_day = end_of_working_day if working else end_of_calendar_day
    end = end_of_day(calendar, started_at)
    for _day in range(limit.count):
        end = end_of_day(calendar, end)
    return end
