"""Deeds that nobody does: to note that a share of a clock's target is used up, or that its time is up (L2)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from chains.actor import Actor
from chains.jobs import PROMPT_QUEUE, ChainCall
from chains.scope import CHAINS_ALIAS, current_chain
from clocks.models import Clock, ClockPause, Overdue, Reminder, TargetUnit
from clocks.rules.happenings import Happening
from clocks.rules.snapshots import read_calendar
from clocks.rules.targets import Target
from clocks.rules.watching import Course, Noted, next_watch, reached_at
from journal.actions import append
from journal.models import Entry
from kit.ids import new_id

# By its name, for the deeds that put it off: the door itself lies above them.
WATCH_CLOCK = ChainCall(name="clocks.watch_clock", takes={"clock_id": UUID}, queue=PROMPT_QUEUE)
# Up to its last moment a thing is in time.
_AFTER_THE_MOMENT = timedelta(milliseconds=100)
_AT_A_ROUND = 200
# What is further away is put off by a later round, so that the queue stays short: each job in it makes fetching slower.
_SOON = timedelta(minutes=15)


@transaction.atomic(using=CHAINS_ALIAS)
def watch_clock(*, actor: Actor, clock_id: UUID, now: datetime) -> None:
    """Note what there is to note about a clock by now, once, and come back when there is more.

    It comes too late for a clock that was stopped, and too early for one whose due time was postponed.
    """
    clock = Clock.objects.visible_to(actor).select_related("calendar").select_for_update(no_key=True, of=("self",))
    found = clock.filter(id=clock_id, watch_at__isnull=False).first()
    if found is not None:
        _look_at(actor, found, now)


@transaction.atomic(using=CHAINS_ALIAS)
def watch_due(*, actor: Actor, now: datetime) -> bool:
    """Note what jobs that were lost have left, and put off what is due soon; tell whether there is more to note."""
    free = Clock.objects.visible_to(actor).select_for_update(no_key=True, of=("self",), skip_locked=True)
    left = free.filter(watch_at__lt=now - _AFTER_THE_MOMENT).select_related("calendar")
    clocks = list(left.order_by("watch_at", "id")[:_AT_A_ROUND])
    for clock in clocks:
        _look_at(actor, clock, now)
    soon = Clock.objects.visible_to(actor).filter(watch_at__gte=now, watch_at__lt=now + _SOON)
    for clock in soon.order_by("watch_at", "id"):
        _come_back(clock, now)
    return len(clocks) == _AT_A_ROUND


def watch_anew(clock: Clock, pauses: Sequence[ClockPause], noted: Noted, now: datetime) -> None:
    """Reckon when there is something to note next, and let a job come back then; the caller saves `watch_at`."""
    clock.watch_at = next_watch(_course(clock, pauses), clock.reminder_shares, noted, is_paused=clock.is_paused)
    _come_back(clock, now)


def noted_about(clock: Clock) -> Noted:
    """Return what has been noted about a clock."""
    reminders = Reminder.objects.filter(store_id=clock.store_id, clock=clock)
    return Noted(
        share=reminders.aggregate(largest=Max("share"))["largest"] or 0,
        is_overdue=Overdue.objects.filter(store_id=clock.store_id, clock=clock).exists(),
    )


def note_overdue(actor: Actor, clock: Clock, now: datetime, *, part_of_id: UUID | None = None) -> None:
    """Note that the time of a locked clock was up, in the journal too; nothing the second time."""
    due_at = clock.current_due_at
    if due_at is None or due_at >= now or noted_about(clock).is_overdue:
        return
    entry_id = _tell(actor, clock, Happening.CLOCK_OVERDUE, now, {"due_at": due_at}, part_of_id=part_of_id)
    Overdue(store_id=clock.store_id, clock=clock, due_at=due_at, noted_at=now, entry_id=entry_id).save(
        force_insert=True
    )


def _look_at(actor: Actor, clock: Clock, now: datetime) -> None:
    if clock.watch_at is not None and clock.watch_at >= now:
        _come_back(clock, now)
        return
    pauses = list(clock.pauses.order_by("paused_at", "id"))
    if clock.current_due_at is not None and clock.current_due_at < now:
        note_overdue(actor, clock, now)
        clock.watch_at = None
    else:
        _remind(actor, clock, pauses, now)
        watch_anew(clock, pauses, noted_about(clock), now)
    clock.save(update_fields=["watch_at"])


def _remind(actor: Actor, clock: Clock, pauses: Sequence[ClockPause], now: datetime) -> None:
    """Note the largest share that is used up; smaller ones that nobody was reminded of are no news any more."""
    course = _course(clock, pauses)
    if course is None:
        return
    moments = {share: reached_at(course, share) for share in clock.reminder_shares}
    share = max((share for share, moment in moments.items() if moment < now), default=0)
    if share <= noted_about(clock).share:
        return
    more = {"share": share, "due_at": clock.current_due_at}
    entry_id = _tell(actor, clock, Happening.CLOCK_REMINDED, now, more)
    Reminder(
        store_id=clock.store_id,
        clock=clock,
        share=share,
        reached_at=moments[share],
        noted_at=now,
        entry_id=entry_id,
    ).save(force_insert=True)


def _course(clock: Clock, pauses: Sequence[ClockPause]) -> Course | None:
    if clock.current_due_at is None:
        return None
    return Course(
        calendar=read_calendar(clock.calendar.calendar),
        target=Target(TargetUnit(clock.target_unit), clock.target_seconds),
        started_at=clock.started_at,
        due_at=clock.current_due_at,
        pauses=[(pause.paused_at, pause.ended_at) for pause in pauses if pause.ended_at is not None],
    )


def _come_back(clock: Clock, now: datetime) -> None:
    if clock.watch_at is not None and clock.watch_at < now + _SOON:
        key, at = f"{clock.id}:{clock.watch_at.isoformat()}", clock.watch_at + _AFTER_THE_MOMENT
        WATCH_CLOCK.defer(current_chain().id, key=key, at=at, clock_id=clock.id)


def _tell(
    actor: Actor,
    clock: Clock,
    kind: Happening,
    now: datetime,
    more: Mapping[str, object],
    *,
    part_of_id: UUID | None = None,
) -> UUID:
    # Whom it concerns is known to the deed that started the clock.
    started = Entry.objects.filter(id=clock.started_by_id).values_list("customer_id", flat=True).first()
    told = {"clock_id": clock.id, "kind": clock.kind, "clause_version_id": clock.clause_version_id}
    entry = append(
        actor=actor,
        kind=kind,
        subject_type=clock.subject_type,
        subject_id=clock.subject_id,
        store_id=clock.store_id,
        now=now,
        after={**told, **more},
        entry_id=new_id(),
        part_of_id=part_of_id,
        customer_id=started,
    )
    return entry.id
