"""Deeds that let a subject's clocks stand still and run on (S4): a pause that waits in vain is none."""

from collections.abc import Callable, Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from clocks.actions.noting import noted_about
from clocks.actions.watching import watch_anew
from clocks.models import Clock, ClockPause, PauseReason, TargetUnit
from clocks.rules.snapshots import read_calendar
from clocks.rules.targets import Target, due_after_pauses, last_recorded, must_not_precede
from kit.texts import text_of

_RECKONED = ("current_due_at", "is_paused", "watch_at")
_ENDED = ("resumed_at", "resumed_by_id", "void_from", "voided_by_id", "due_at")
Pauses = list[ClockPause]


@transaction.atomic(using=CHAINS_ALIAS)
def pause_clocks(
    *,
    actor: Actor,
    subject_type: str,
    subject_id: UUID,
    reason: PauseReason,
    entry_id: UUID,
    now: datetime,
    note: str = "",
    kinds: Collection[str] | None = None,
) -> list[Clock]:
    """Let every running clock of a subject stand still, or only those of some kinds; return those that now do.

    A clock that stands still already keeps its pause. `note` is needed with OTHER. Refusals: Invalid, TooLong,
    ClockRunsForward.
    """
    told = text_of(note, field="note", required=reason is PauseReason.OTHER)

    def pause(clock: Clock, pauses: Pauses) -> bool:
        if clock.is_paused:
            return False
        must_not_precede(now, last_recorded(clock.started_at, pauses))
        begun = ClockPause(
            store_id=clock.store_id, clock=clock, reason=reason, note=told, paused_at=now, paused_by_id=entry_id
        )
        begun.save(force_insert=True)
        pauses.append(begun)
        return True

    return _each(actor, subject_type, subject_id, kinds, now, pause)


@transaction.atomic(using=CHAINS_ALIAS)
def resume_clocks(
    *,
    actor: Actor,
    subject_type: str,
    subject_id: UUID,
    entry_id: UUID,
    now: datetime,
    kinds: Collection[str] | None = None,
) -> list[Clock]:
    """Let the paused clocks of a subject run on, and return them: the time that was left is left again.

    Refusals: ClockRunsForward.
    """

    def resume(clock: Clock, pauses: Pauses) -> bool:
        if not clock.is_paused:
            return False
        must_not_precede(now, pauses[-1].paused_at)
        _end(pauses[-1], at=now, entry_id=entry_id)
        return True

    return _each(actor, subject_type, subject_id, kinds, now, resume)


@transaction.atomic(using=CHAINS_ALIAS)
def customer_wrote(
    *, actor: Actor, subject_type: str, subject_id: UUID, written_at: datetime, entry_id: UUID, now: datetime
) -> list[Clock]:
    """End every wait for the customer as of the moment the customer wrote, and return the clocks that this changes.

    However late it is recorded, and also where the pause had ended by then; one that began after the customer wrote
    has no length. What a stopped clock shows stays.
    """
    written_at = min(written_at, now)

    def void(_clock: Clock, pauses: Pauses) -> bool:
        vain = [pause for pause in pauses if pause.reason == PauseReason.WAITING_FOR_CUSTOMER]
        vain = [pause for pause in vain if pause.ended_at is None or pause.ended_at > max(written_at, pause.paused_at)]
        for pause in vain:
            pause.void_from, pause.voided_by_id = written_at, entry_id
            if pause.resumed_at is None:
                _end(pause, at=max(written_at, pause.paused_at), entry_id=entry_id)
        return bool(vain)

    return _each(actor, subject_type, subject_id, None, now, void)


def _each(
    actor: Actor,
    subject_type: str,
    subject_id: UUID,
    kinds: Collection[str] | None,
    now: datetime,
    change: Callable[[Clock, Pauses], bool],
) -> list[Clock]:
    """Change the running clocks of a subject, locked one after the other in a steady order."""
    clocks = Clock.objects.visible_to(actor).of_subject(subject_type, subject_id).running().select_related("calendar")
    if kinds is not None:
        clocks = clocks.filter(kind__in=kinds)
    changed = []
    for clock in clocks.select_for_update(no_key=True, of=("self",)).order_by("id"):
        pauses = list(clock.pauses.order_by("paused_at", "id"))
        if change(clock, pauses):
            _reckon(clock, pauses, now)
            changed.append(clock)
    return changed


def _reckon(clock: Clock, pauses: Pauses, now: datetime) -> None:
    """Write down what follows from a clock's pauses: its due times, and when it is looked at next."""
    ended = [pause for pause in pauses if pause.ended_at is not None]
    due_at = clock.due_at
    if due_at is not None:
        times = [(pause.paused_at, pause.ended_at) for pause in ended if pause.ended_at is not None]
        target = Target(TargetUnit(clock.target_unit), clock.target_seconds)
        _promised, *dues = due_after_pauses(read_calendar(clock.calendar.calendar), target, due_at, times)
        for pause, due_at in zip(ended, dues, strict=True):
            pause.due_at = due_at
    for pause in ended:
        pause.save(update_fields=_ENDED)
    clock.is_paused = len(ended) < len(pauses)
    # What was late when it was paused stays late; nobody mends that by a pause.
    is_in_time = due_at is not None and clock.is_paused and pauses[-1].paused_at < due_at
    clock.current_due_at = None if is_in_time else due_at
    watch_anew(clock, pauses, noted_about([clock])[clock.id], now)
    clock.save(update_fields=_RECKONED)


def _end(pause: ClockPause, *, at: datetime, entry_id: UUID) -> None:
    pause.resumed_at, pause.resumed_by_id = at, entry_id
