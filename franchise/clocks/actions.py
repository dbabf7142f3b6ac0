"""Deeds at clocks: to start, pause, resume and stop them.

They are parts of a bigger deed, which has checked its own permission and written its journal entry; the clock keeps
that entry's id instead of telling the journal a second time.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from clocks.models import CalendarSnapshot, Clock, ClockPause, TargetUnit
from clocks.rules.snapshots import fingerprint_of, read_calendar, write_calendar
from clocks.rules.targets import (
    ClockNotPaused,
    ClockPaused,
    ClockRunning,
    ClockRunsForward,
    ClockStopped,
    Due,
    Target,
    due_after_pause,
    due_of,
    elapsed,
    must_be_a_target,
)
from kit.refusals import NotFound
from kit.texts import text_of
from stores.actions.locks import refusing_duplicates
from stores.models import Store
from stores.queries import calendar_of
from stores.rules.calendar import Calendar


@transaction.atomic
def start_clock(
    *,
    actor: Actor,
    store_id: UUID,
    subject_type: str,
    subject_id: UUID,
    kind: str,
    target: Target,
    entry_id: UUID,
    now: datetime,
    started_at: datetime | None = None,
    due: Due | None = None,
    clause_version_id: UUID | None = None,
) -> Clock:
    """Start to measure `kind` of a subject against a target, by the store's calendar as it is now.

    `entry_id` is the journal entry of the deed that starts it; `started_at` is when the measured thing began, if that
    was before `now`; `due` is a due time that the caller has reckoned. Refusals: NotFound, Invalid, ClockRunning.
    """
    store = _visible_store(actor, store_id)
    began_at = now if started_at is None else min(started_at, now)
    must_be_a_target(target, due, began_at)
    calendar = calendar_of(store)
    clock = Clock(
        store=store,
        subject_type=subject_type,
        subject_id=subject_id,
        kind=kind,
        clause_version_id=clause_version_id,
        target_unit=target.unit,
        target_seconds=target.seconds,
        calendar=keep_calendar(calendar=calendar, store=store, now=now),
        started_at=began_at,
        started_by_id=entry_id,
        due_at=due_of(calendar, target, began_at) if due is None else due.at,
    )
    with refusing_duplicates(ClockRunning()):
        clock.save(force_insert=True)
    return clock


@transaction.atomic
def pause_clock(*, actor: Actor, clock_id: UUID, reason: str, entry_id: UUID, now: datetime) -> ClockPause:
    """Let a clock stand still, for a reason. Refusals: NotFound, ClockStopped, ClockPaused, ClockRunsForward."""
    clock = _lock_clock(actor, clock_id)
    pauses = _pauses_of(clock)
    _must_be_running(clock, pauses, now)
    pause = ClockPause(
        store_id=clock.store_id,
        clock=clock,
        reason=text_of(reason, field="reason"),
        paused_at=now,
        paused_by_id=entry_id,
    )
    pause.save(force_insert=True)
    return pause


@transaction.atomic
def resume_clock(*, actor: Actor, clock_id: UUID, entry_id: UUID, now: datetime) -> ClockPause:
    """Let a paused clock run on: the time that was left is left again, by the calendar by which it was set.

    Refusals: NotFound, ClockStopped, ClockNotPaused, ClockRunsForward.
    """
    clock = _lock_clock(actor, clock_id)
    _must_not_be_stopped(clock)
    pauses = _pauses_of(clock)
    if not pauses or pauses[-1].resumed_at is not None:
        raise ClockNotPaused
    pause = pauses[-1]
    _must_not_precede(now, pause.paused_at)
    due_at = _due_after(clock, pauses[:-1])
    pause.resumed_at, pause.resumed_by_id = now, entry_id
    if due_at is not None:
        calendar = read_calendar(clock.calendar.calendar)
        pause.due_at = due_after_pause(calendar, _target_of(clock), due_at, (pause.paused_at, now))
    pause.save(update_fields=["resumed_at", "resumed_by_id", "due_at"])
    return pause


@transaction.atomic
def stop_clock(*, actor: Actor, clock_id: UUID, entry_id: UUID, now: datetime) -> Clock:
    """Stop a clock and write down what it shows, without its pauses; one that is paused ends with its pause's begin.

    `entry_id` is the journal entry of the deed that stops it. Refusals: NotFound, ClockStopped, ClockRunsForward.
    """
    clock = _lock_clock(actor, clock_id)
    _must_not_be_stopped(clock)
    pauses = _pauses_of(clock)
    _must_not_precede(now, _last_recorded(clock, pauses))
    closed = [(pause.paused_at, pause.resumed_at or now) for pause in pauses]
    shown = elapsed(read_calendar(clock.calendar.calendar), clock.started_at, now, closed)
    clock.stopped_at, clock.stopped_by_id = now, entry_id
    clock.wall_seconds = int(shown.wall.total_seconds())
    clock.working_seconds = None if shown.working is None else int(shown.working.total_seconds())
    clock.save(update_fields=["stopped_at", "stopped_by_id", "wall_seconds", "working_seconds"])
    return clock


@transaction.atomic
def keep_calendar(*, calendar: Calendar, store: Store, now: datetime) -> CalendarSnapshot:
    """Keep a calendar of a store, so that whatever is measured by it can be checked later; each is kept once."""
    written = write_calendar(calendar)
    snapshot, _is_new = CalendarSnapshot.objects.get_or_create(
        store=store, fingerprint=fingerprint_of(written), defaults={"calendar": written, "taken_at": now}
    )
    return snapshot


def _visible_store(actor: Actor, store_id: UUID) -> Store:
    store = Store.objects.visible_to(actor).filter(id=store_id).first()
    if store is None:
        raise NotFound
    return store


def _lock_clock(actor: Actor, clock_id: UUID) -> Clock:
    clock = Clock.objects.visible_to(actor).select_for_update(no_key=True).filter(id=clock_id).first()
    if clock is None:
        raise NotFound
    return clock


def _pauses_of(clock: Clock) -> list[ClockPause]:
    return list(clock.pauses.order_by("paused_at", "id"))


def _target_of(clock: Clock) -> Target:
    return Target(TargetUnit(clock.target_unit), clock.target_seconds)


def _due_after(clock: Clock, pauses: list[ClockPause]) -> datetime | None:
    return pauses[-1].due_at if pauses else clock.due_at


def _last_recorded(clock: Clock, pauses: list[ClockPause]) -> datetime:
    return (pauses[-1].resumed_at or pauses[-1].paused_at) if pauses else clock.started_at


def _must_not_be_stopped(clock: Clock) -> None:
    if clock.stopped_at is not None:
        raise ClockStopped(stopped_at=clock.stopped_at)


def _must_be_running(clock: Clock, pauses: list[ClockPause], now: datetime) -> None:
    _must_not_be_stopped(clock)
    if pauses and pauses[-1].resumed_at is None:
        raise ClockPaused(paused_at=pauses[-1].paused_at)
    _must_not_precede(now, _last_recorded(clock, pauses))


def _must_not_precede(now: datetime, recorded_at: datetime) -> None:
    if now < recorded_at:
        raise ClockRunsForward(recorded_at=recorded_at)
