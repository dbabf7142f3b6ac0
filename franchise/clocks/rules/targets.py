"""Targets: until when something is due, what pauses do to it, and how long it took."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from django.utils.translation import gettext_lazy as _

from clocks.models import ClockPause, TargetUnit
from clocks.rules.working_time import add_working_time, end_of_day, working_time_between
from kit.refusals import Invalid, Refusal
from stores.rules.calendar import Calendar, HoursNotRecorded, NeverOpens, in_utc

LONGEST_TARGET = timedelta(days=3650)

Pause: TypeAlias = tuple[datetime, datetime]


class ClockStopped(Refusal):
    """The clock was stopped; what it shows does not change any more."""

    message = _("This clock was stopped at %(stopped_at)s.")


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


def must_not_precede(now: datetime, recorded_at: datetime) -> None:
    """Refuse a moment before the last thing that a clock has recorded."""
    if now < recorded_at:
        raise ClockRunsForward(recorded_at=recorded_at)


def last_recorded(started_at: datetime, pauses: Sequence[ClockPause]) -> datetime:
    """Return the last moment that a clock has recorded, of its pauses in their order or of its start."""
    return (pauses[-1].resumed_at or pauses[-1].paused_at) if pauses else started_at


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

    A pause never brings a due time forward, nor does it mend one that had passed; one without length changes nothing,
    nor does one in the evening after closing, of which 'on the same day' loses nothing.
    """
    paused_at, resumed_at = in_utc(pause[0]), in_utc(pause[1])
    if paused_at >= due_at or paused_at == resumed_at:
        return in_utc(due_at)
    match target.unit:
        case TargetUnit.WALL:
            return in_utc(due_at) + (resumed_at - paused_at)
        case TargetUnit.WORKING:
            left = working_time_between(calendar, paused_at, due_at)
            return max(in_utc(due_at), add_working_time(calendar, resumed_at, left))
        case TargetUnit.SAME_DAY:
            if resumed_at <= due_at and not _is_open_between(calendar, paused_at, resumed_at):
                return in_utc(due_at)
            return max(in_utc(due_at), end_of_day(calendar, resumed_at))


def due_after_pauses(calendar: Calendar, target: Target, due_at: datetime, pauses: Iterable[Pause]) -> list[datetime]:
    """Return the due times that follow from pauses in their order: first that of the start, then one after each."""
    dues = [in_utc(due_at)]
    for pause in pauses:
        dues.append(due_after_pause(calendar, target, dues[-1], pause))
    return dues


def elapsed(calendar: Calendar, started_at: datetime, ended_at: datetime, pauses: Iterable[Pause] = ()) -> Elapsed:
    """Measure from start to end without the pauses, which must lie in between and apart from each other."""
    parts = parts_between(started_at, ended_at, pauses)
    wall = sum((end - start for start, end in parts), timedelta(0))
    try:
        working = sum((working_time_between(calendar, start, end) for start, end in parts), timedelta(0))
    except HoursNotRecorded:
        return Elapsed(wall, None)
    return Elapsed(wall, working)


def parts_between(started_at: datetime, ended_at: datetime, pauses: Iterable[Pause]) -> list[Pause]:
    """Return the times in which a clock ran from start to end: what its pauses leave over."""
    parts = []
    ran_from = in_utc(started_at)
    for paused_at, resumed_at in sorted(pauses):
        parts.append((ran_from, in_utc(paused_at)))
        ran_from = in_utc(resumed_at)
    return [*parts, (ran_from, in_utc(ended_at))]


def _is_open_between(calendar: Calendar, start: datetime, end: datetime) -> bool:
    try:
        return working_time_between(calendar, start, end) > timedelta(0)
    except HoursNotRecorded:
        return True
