"""How what has become of clocks is noted: for all that are due at one moment together, in a few statements (L2)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import PositiveSmallIntegerField, Value

from chains.actor import Actor
from clocks.models import Clock, ClockPause, Overdue, Reminder, TargetUnit
from clocks.rules.happenings import Happening
from clocks.rules.snapshots import read_calendar
from clocks.rules.targets import Target
from clocks.rules.watching import Course, Noted, next_watch, reached_at
from journal.actions import append_all, entry_of
from journal.models import Entry

# In the place of a share: its time was up.
_OVERDUE = Value(None, output_field=PositiveSmallIntegerField())


@dataclass(frozen=True, slots=True)
class _Reached:
    """The largest share of a clock's target that is used up and that nobody was reminded of, and since when."""

    clock: Clock
    share: int
    at: datetime


def note_what_is_due(actor: Actor, clocks: Sequence[Clock], now: datetime) -> None:
    """Note of locked clocks, fetched with their calendars, what there is to note by now, once, and when there is more.

    As many statements for a thousand clocks as for one.
    """
    noted = noted_about(clocks)
    late = [clock for clock in clocks if clock.current_due_at is not None and clock.current_due_at < now]
    _tell_lateness(actor, [clock for clock in late if not noted[clock.id].is_overdue], now, part_of_id=None)
    for clock in late:
        clock.watch_at = None
    others = [clock for clock in clocks if clock.watch_at is not None]
    courses = {clock.id: course_of(clock, pauses) for clock, pauses in _with_pauses(others)}
    reminded = _tell_reminders(actor, others, courses, noted, now)
    for clock in others:
        known = Noted(share=reminded.get(clock.id, noted[clock.id].share), is_overdue=noted[clock.id].is_overdue)
        clock.watch_at = next_watch(courses[clock.id], clock.reminder_shares, known, is_paused=clock.is_paused)
    Clock.objects.filter(id__in=[clock.id for clock in clocks if clock.watch_at is None]).update(watch_at=None)
    Clock.objects.bulk_update([clock for clock in clocks if clock.watch_at is not None], ["watch_at"])


def note_overdue(actor: Actor, clock: Clock, now: datetime, *, part_of_id: UUID) -> None:
    """Note as a part of a deed that the time of a locked clock was up, in the journal too; nothing the second time."""
    if (
        clock.current_due_at is not None
        and clock.current_due_at < now
        and not noted_about([clock])[clock.id].is_overdue
    ):
        _tell_lateness(actor, [clock], now, part_of_id=part_of_id)


def note_born_late(actor: Actor, clock: Clock, now: datetime, *, part_of_id: UUID) -> None:
    """Note as a part of the deed that has just started a clock that its time was up by then."""
    _tell_lateness(actor, [clock], now, part_of_id=part_of_id)


def noted_about(clocks: Collection[Clock]) -> dict[UUID, Noted]:
    """Return for each clock what has been noted about it."""
    if not clocks:
        return {}
    about = {"store_id__in": {clock.store_id for clock in clocks}, "clock_id__in": [clock.id for clock in clocks]}
    reminders = Reminder.objects.filter(**about).order_by().values_list("clock_id", "share")
    overdue = Overdue.objects.filter(**about).order_by().annotate(share=_OVERDUE).values_list("clock_id", "share")
    noted = {clock.id: Noted() for clock in clocks}
    for clock_id, share in reminders.union(overdue, all=True):
        known = noted[clock_id]
        is_overdue = known.is_overdue or share is None
        noted[clock_id] = Noted(share=max(known.share, share or 0), is_overdue=is_overdue)
    return noted


def course_of(clock: Clock, pauses: Sequence[ClockPause]) -> Course | None:
    """Return how a clock runs; None where it has no due time now."""
    if clock.current_due_at is None:
        return None
    return Course(
        calendar=read_calendar(clock.calendar.calendar),
        target=Target(TargetUnit(clock.target_unit), clock.target_seconds),
        started_at=clock.started_at,
        due_at=clock.current_due_at,
        pauses=[(pause.paused_at, pause.ended_at) for pause in pauses if pause.ended_at is not None],
    )


def _with_pauses(clocks: Sequence[Clock]) -> list[tuple[Clock, list[ClockPause]]]:
    pauses: dict[UUID, list[ClockPause]] = {clock.id: [] for clock in clocks}
    if clocks:
        for pause in ClockPause.objects.filter(clock__in=list(pauses)).order_by("paused_at", "id"):
            pauses[pause.clock_id].append(pause)
    return [(clock, pauses[clock.id]) for clock in clocks]


def _tell_lateness(actor: Actor, clocks: Sequence[Clock], now: datetime, *, part_of_id: UUID | None) -> None:
    due = {clock: clock.current_due_at for clock in clocks if clock.current_due_at is not None}
    told = {clock: {"due_at": due_at} for clock, due_at in due.items()}
    entries = _tell(actor, Happening.CLOCK_OVERDUE, told, now, part_of_id)
    Overdue.objects.bulk_create(
        Overdue(store_id=clock.store_id, clock=clock, due_at=due_at, noted_at=now, entry_id=entry.id)
        for (clock, due_at), entry in zip(due.items(), entries, strict=True)
    )


def _tell_reminders(
    actor: Actor,
    clocks: Sequence[Clock],
    courses: Mapping[UUID, Course | None],
    noted: Mapping[UUID, Noted],
    now: datetime,
) -> dict[UUID, int]:
    """Note the largest share that is used up of each; smaller ones that nobody was reminded of are no news any more."""
    reached = [_reached(clock, course, now) for clock in clocks if (course := courses[clock.id]) is not None]
    news = [each for each in reached if each is not None and each.share > noted[each.clock.id].share]
    told = {each.clock: {"share": each.share, "due_at": each.clock.current_due_at} for each in news}
    entries = _tell(actor, Happening.CLOCK_REMINDED, told, now, None)
    Reminder.objects.bulk_create(
        Reminder(
            store_id=each.clock.store_id,
            clock=each.clock,
            share=each.share,
            reached_at=each.at,
            noted_at=now,
            entry_id=entry.id,
        )
        for each, entry in zip(news, entries, strict=True)
    )
    return {each.clock.id: each.share for each in news}


def _reached(clock: Clock, course: Course, now: datetime) -> _Reached | None:
    moments = {share: reached_at(course, share) for share in clock.reminder_shares}
    shares = [share for share, moment in moments.items() if moment < now]
    return _Reached(clock, max(shares), moments[max(shares)]) if shares else None


def _tell(
    actor: Actor,
    kind: Happening,
    told: Mapping[Clock, Mapping[str, object]],
    now: datetime,
    part_of_id: UUID | None,
) -> list[Entry]:
    if not told:
        return []
    # Whom it concerns is known to the deed that started the clock.
    started = Entry.objects.filter(id__in={clock.started_by_id for clock in told})
    customers = dict(started.order_by().values_list("id", "customer_id"))
    entries = [
        entry_of(
            actor=actor,
            kind=kind,
            subject_type=clock.subject_type,
            subject_id=clock.subject_id,
            store_id=clock.store_id,
            now=now,
            after={
                "clock_id": clock.id,
                "kind": clock.kind,
                "clause_version_id": clock.clause_version_id,
                **more,
            },
            part_of_id=part_of_id,
            customer_id=customers.get(clock.started_by_id),
        )
        for clock, more in told.items()
    ]
    append_all(entries)
    return entries
