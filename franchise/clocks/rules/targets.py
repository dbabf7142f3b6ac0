"""Targets: until when something is due, what pauses do to it, and how long it took."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from django.utils.translation import gettext_lazy as _

from clocks.models import TargetUnit
from clocks.rules.working_time import add_working_time, end_of_day, working_time_between
from kit.refusals import Invalid, Refusal
from stores.rules.calendar import Calendar, HoursNotRecorded, NeverOpens, in_utc

LONGEST_TARGET = timedelta(days=3650)

Pause: TypeAlias = tuple[datetime, datetime]


class ClockStopped(Refusal):
    """The clock was stopped; what it shows does not change any more."""

    message = _("This clock was stopped at %(stopped_at)s.")


class ClockPaused(Refusal):
    """The clock stands still already."""

    message = _("This clock has been standing still since %(paused_at)s.")


class ClockNotPaused(Refusal):
    """The clock runs; there is no pause to end."""

    message = _("This clock is running, it is not paused.")


class ClockRunning(Refusal):
    """The same thing is being measured already, for the same clause."""

    message = _("A clock for this is running already.")


class ClockRunsForward(Refusal):
    """The moment lies before the last thing that happened to the clock."""

    message = _("This lies before what the clock has recorded at %(recorded_at)s.")


@dataclass(frozen=True, slots=True)
class Target:
    """Within which time something has to be done; 'on the same day' has no seconds of its own."""

    unit: TargetUnit
    seconds: int = 0

    @property
    def duration(self) -> timedelta:
        """The target's length, in the time of its unit."""
        return timedelta(seconds=self.seconds)


@dataclass(frozen=True, slots=True)
class Due:
    """A due time that somebody reckoned by rules of their own; None where it can't be known."""

    at: datetime | None


@dataclass(frozen=True, slots=True)
class Elapsed:
    """How long something took without its pauses; `working` is None where hours are not recorded."""

    wall: timedelta
    working: timedelta | None


def must_be_a_target(target: Target, due: Due | None = None, started_at: datetime | None = None) -> None:
    """Refuse a target that is negative, longer than ten years, has seconds beside 'on the same day', or is due before
    it starts.
    """
    if target.unit is TargetUnit.SAME_DAY and target.seconds != 0:
        raise Invalid(field="target", why=_("no length beside 'on the same day'"))
    if not 0 <= target.seconds <= LONGEST_TARGET.total_seconds():
        raise Invalid(field="target", why=_("a length from 0 seconds to 10 years"))
    if due is not None and due.at is not None and started_at is not None and due.at < started_at:
        raise Invalid(field="due", why=_("a due time after the start"))


def due_of(calendar: Calendar, target: Target, started_at: datetime) -> datetime | None:
    """Return until when a target is to be met; None where the store's hours, and so the due time, are not known."""
    try:
        match target.unit:
            case TargetUnit.WALL:
                return in_utc(started_at) + target.duration
            case TargetUnit.WORKING:
                return add_working_time(calendar, started_at, target.duration)
            case TargetUnit.SAME_DAY:
                return end_of_day(calendar, started_at)
    except (HoursNotRecorded, NeverOpens):
        return None


def due_after_pause(calendar: Calendar, target: Target, due_at: datetime, pause: Pause) -> datetime:
    """Return the due time after a pause: what was left when it began is left when it ends.

    A pause never brings a due time forward, nor does it mend one that had passed.
    """
    paused_at, resumed_at = pause
    if paused_at >= due_at:
        return in_utc(due_at)
    match target.unit:
        case TargetUnit.WALL:
            return in_utc(due_at) + (in_utc(resumed_at) - in_utc(paused_at))
        case TargetUnit.WORKING:
            left = working_time_between(calendar, paused_at, due_at)
            return add_working_time(calendar, resumed_at, left)
        case TargetUnit.SAME_DAY:
            return max(in_utc(due_at), end_of_day(calendar, resumed_at))


def elapsed(calendar: Calendar, started_at: datetime, ended_at: datetime, pauses: Iterable[Pause] = ()) -> Elapsed:
    """Measure from start to end without the pauses, which must lie in between and apart from each other."""
    parts = _parts(in_utc(started_at), in_utc(ended_at), pauses)
    wall = sum((end - start for start, end in parts), timedelta(0))
    try:
        working = sum((working_time_between(calendar, start, end) for start, end in parts), timedelta(0))
    except HoursNotRecorded:
        return Elapsed(wall, None)
    return Elapsed(wall, working)


def _parts(started_at: datetime, ended_at: datetime, pauses: Iterable[Pause]) -> list[Pause]:
    parts = []
    for paused_at, resumed_at in sorted(pauses):
        parts.append((started_at, in_utc(paused_at)))
        started_at = in_utc(resumed_at)
    return [*parts, (started_at, ended_at)]
