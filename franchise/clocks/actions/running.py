"""Deeds that start a clock, and stop it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from clocks.actions.noting import note_born_late, note_overdue
from clocks.actions.watching import watch_anew
from clocks.models import CalendarSnapshot, Clock
from clocks.rules.snapshots import fingerprint_of, read_calendar, write_calendar
from clocks.rules.targets import (
    ClockRunning,
    ClockStopped,
    Due,
    Target,
    due_of,
    elapsed,
    last_recorded,
    must_be_a_target,
    must_not_precede,
)
from clocks.rules.watching import REMINDER_SHARES, Noted, shares_for
from kit.refusals import NotFound
from stores.actions.locks import refusing_duplicates
from stores.models import Store
from stores.queries import calendar_of
from stores.rules.calendar import Calendar

_SHOWN = ("stopped_at", "stopped_by_id", "wall_seconds", "working_seconds", "is_paused", "watch_at")


@dataclass(slots=True)
class Hours:
    """When a store is open, read once for all clocks of a deed; `kept` is what the first of them kept of it."""

    store: Store
    calendar: Calendar
    kept: CalendarSnapshot | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """When what a clock measures came to its end, and the journal entry that told so."""

    at: datetime
    entry_id: UUID


def hours_at(store: Store) -> Hours:
    """Return when a store that the actor sees is open, for the clocks of one deed."""
    return Hours(store, calendar_of(store))


@transaction.atomic(using=CHAINS_ALIAS)
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
    ended: Ended | None = None,
    due: Due | None = None,
    clause_version_id: UUID | None = None,
    reminders: Collection[int] = REMINDER_SHARES,
    hours: Hours | None = None,
) -> Clock:
    """Start to measure `kind` of a subject against a target, by the store's calendar as it is now.

    `entry_id` is the journal entry of the deed that starts it; `started_at` is when the measured thing began, if that
    was before `now`, and `ended` when and by what it ended, if it has; `due` is a due time that the caller has
    reckoned; `reminders` are hundredths of the target; `hours` are the store's, read for all clocks that a deed starts
    there. It becomes known by itself when they are used up, and when it is overdue: at once if it is so already.
    Refusals: NotFound, Invalid, ClockRunning, ClockRunsForward.
    """
    hours = hours or hours_at(_visible_store(actor, store_id))
    store, calendar = hours.store, hours.calendar
    began_at = now if started_at is None else min(started_at, now)
    must_be_a_target(target, due, began_at)
    due_at = due_of(calendar, target, began_at) if due is None else due.at
    clock = Clock(store=store, subject_type=subject_type, subject_id=subject_id, kind=kind, started_by_id=entry_id)
    clock.clause_version_id, clock.target_unit, clock.target_seconds = clause_version_id, target.unit, target.seconds
    clock.calendar = hours.kept = hours.kept or keep_calendar(calendar=calendar, store=store, now=now)
    clock.started_at, clock.due_at, clock.current_due_at = began_at, due_at, due_at
    clock.reminder_shares = shares_for(reminders, started_at=began_at, due_at=due_at)
    return _run(actor, clock, ended, now)


@transaction.atomic(using=CHAINS_ALIAS)
def stop_clock(*, actor: Actor, clock_id: UUID, entry_id: UUID, now: datetime) -> Clock:
    """Stop a clock and write down what it shows, without its pauses; one that is paused ends with its pause's begin.

    `entry_id` is the journal entry of the deed that stops it; one that is late becomes known as overdue as a part of
    that deed, if nobody has noted it yet. Refusals: NotFound, ClockStopped, ClockRunsForward.
    """
    found = Clock.objects.visible_to(actor).select_related("calendar")
    clock = found.select_for_update(no_key=True, of=("self",)).filter(id=clock_id).first()
    if clock is None:
        raise NotFound
    if clock.stopped_at is not None:
        raise ClockStopped(stopped_at=clock.stopped_at)
    return _stop(actor, clock, entry_id, now)


@transaction.atomic(using=CHAINS_ALIAS)
def stop_clocks(
    *,
    actor: Actor,
    subject_type: str,
    subject_id: UUID,
    entry_id: UUID,
    now: datetime,
    kinds: Collection[str] | None = None,
) -> list[Clock]:
    """Stop every running clock of a subject, or only those of some kinds, and return them. Refusals: ClockRunsForward.

    For a matter that is at its end, and for clocks that no clause asks for.
    """
    clocks = Clock.objects.visible_to(actor).of_subject(subject_type, subject_id).running().select_related("calendar")
    if kinds is not None:
        clocks = clocks.filter(kind__in=kinds)
    running = clocks.select_for_update(no_key=True, of=("self",)).order_by("id")
    return [_stop(actor, clock, entry_id, now) for clock in running]


@transaction.atomic(using=CHAINS_ALIAS)
def keep_calendar(*, calendar: Calendar, store: Store, now: datetime) -> CalendarSnapshot:
    """Keep a calendar of a store, so that whatever is measured by it can be checked later; each is kept once."""
    written = write_calendar(calendar)
    snapshot, _is_new = CalendarSnapshot.objects.get_or_create(
        store=store, fingerprint=fingerprint_of(written), defaults={"calendar": written, "taken_at": now}
    )
    return snapshot


@transaction.atomic(using=CHAINS_ALIAS)
def keep_calendars(calendars: Iterable[tuple[Store, Calendar]], *, now: datetime) -> list[CalendarSnapshot]:
    """Keep calendars of many stores, in their order, as `keep_calendar` keeps each; nothing is written that is kept."""
    wanted = [(store.id, write_calendar(calendar)) for store, calendar in calendars]
    keys = [(store_id, fingerprint_of(written)) for store_id, written in wanted]
    kept = _kept(keys)
    missing = {key: written for key, (_store_id, written) in zip(keys, wanted, strict=True) if key not in kept}
    if missing:
        CalendarSnapshot.objects.bulk_create(
            (
                CalendarSnapshot(store_id=store_id, fingerprint=fingerprint, calendar=written, taken_at=now)
                for (store_id, fingerprint), written in sorted(missing.items())
            ),
            ignore_conflicts=True,
        )
        # Whoever has kept one at the same moment has kept it for both.
        kept |= _kept(missing)
    return [kept[key] for key in keys]


def _kept(keys: Collection[tuple[UUID, str]]) -> dict[tuple[UUID, str], CalendarSnapshot]:
    named = {"store_id__in": {key for key, _print in keys}, "fingerprint__in": {each for _key, each in keys}}
    return {(each.store_id, each.fingerprint): each for each in CalendarSnapshot.objects.filter(**named)}


def _run(actor: Actor, clock: Clock, ended: Ended | None, now: datetime) -> Clock:
    """Save a new clock and let it run, or stop it by what has ended it already."""
    is_late = clock.due_at is not None and clock.due_at < now
    if ended is None:
        watch_anew(clock, (), Noted(is_overdue=is_late), now)
    with refusing_duplicates(ClockRunning()):
        clock.save(force_insert=True)
    if ended is not None:
        return _stop(actor, clock, ended.entry_id, ended.at)
    if is_late:
        note_born_late(actor, clock, now, part_of_id=clock.started_by_id)
    return clock


def _visible_store(actor: Actor, store_id: UUID) -> Store:
    store = Store.objects.visible_to(actor).filter(id=store_id).first()
    if store is None:
        raise NotFound
    return store


def _stop(actor: Actor, clock: Clock, entry_id: UUID, now: datetime) -> Clock:
    pauses = list(clock.pauses.order_by("paused_at", "id"))
    must_not_precede(now, last_recorded(clock.started_at, pauses))
    stood_still = [(pause.paused_at, pause.ended_at or now) for pause in pauses]
    shown = elapsed(read_calendar(clock.calendar.calendar), clock.started_at, now, stood_still)
    note_overdue(actor, clock, now, part_of_id=entry_id)
    clock.stopped_at, clock.stopped_by_id = now, entry_id
    clock.wall_seconds = int(shown.wall.total_seconds())
    clock.working_seconds = None if shown.working is None else int(shown.working.total_seconds())
    clock.is_paused, clock.watch_at = False, None
    clock.save(update_fields=_SHOWN)
    return clock
