"""When there is something to note about a clock: a share of its target used up, or its time up (L2)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from clocks.models import TargetUnit
from clocks.rules.targets import Pause, Target, parts_between
from clocks.rules.working_time import add_working_time, working_time_between
from stores.rules.calendar import Calendar, HoursNotRecorded, NeverOpens

# In hundredths of the target.
REMINDER_SHARES = (50, 80)
# Whoever has less time than this is at it, and needs no reminder.
SHORTEST_REMINDED = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Course:
    """How a clock runs: from when, against what, with which pauses that have ended, and until when it is due now."""

    calendar: Calendar
    target: Target
    started_at: datetime
    due_at: datetime
    pauses: Sequence[Pause] = ()


@dataclass(frozen=True, slots=True)
class Noted:
    """What has been noted about a clock: the largest share it was reminded of, and whether it is known as overdue."""

    share: int = 0
    is_overdue: bool = False


def shares_for(asked: Collection[int], *, started_at: datetime, due_at: datetime | None) -> list[int]:
    """Return of which shares of its target a clock is reminded; of none where it is short or has no due time."""
    if due_at is None or due_at - started_at < SHORTEST_REMINDED:
        return []
    return sorted({share for share in asked if 0 < share < 100})


def reached_at(course: Course, share: int) -> datetime:
    """Return when so many hundredths of the time until a clock is due have run, in the time of its target."""
    running = (pause for pause in course.pauses if pause[0] < course.due_at)
    parts = parts_between(course.started_at, course.due_at, running)
    if course.target.unit is TargetUnit.WORKING:
        try:
            return _reached_in_working_time(course.calendar, parts, share)
        except (HoursNotRecorded, NeverOpens):
            pass
    left = sum((end - start for start, end in parts), timedelta(0)) * share / 100
    for start, end in parts:
        if left <= end - start:
            return start + left
        left -= end - start
    return course.due_at


def next_watch(course: Course | None, shares: Collection[int], noted: Noted, *, is_paused: bool) -> datetime | None:
    """Return the moment after which there is something to note next; None when there is nothing more.

    A clock without a due time has no course. One that stands still has one only when it was late before.
    """
    if course is None or noted.is_overdue:
        return None
    left = () if is_paused else (share for share in shares if share > noted.share)
    return min([course.due_at, *(reached_at(course, share) for share in left)])


def _reached_in_working_time(calendar: Calendar, parts: Sequence[Pause], share: int) -> datetime:
    lengths = [working_time_between(calendar, start, end) for start, end in parts]
    left = sum(lengths, timedelta(0)) * share / 100
    for (start, _end), length in zip(parts, lengths, strict=True):
        if left <= length:
            return add_working_time(calendar, start, left)
        left -= length
    return parts[-1][1]
