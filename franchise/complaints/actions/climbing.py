"""Deeds by which a complaint rises to a higher level, by hand or by its clock, and HQ sets the times (C3, C5)."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor, Audience
from chains.scope import CHAINS_ALIAS, current_chain
from clocks.models import Clock
from complaints.actions.owning import changed_owner, give, owner_from
from complaints.actions.steps import Done, keep_step, lock_complaint, state_of, take_step
from complaints.models.complaints import Complaint, Level, Severity
from complaints.models.ladder import Escalation, EscalationCause, EscalationTime, OwnerChangeReason
from complaints.queries import SUBJECT_TYPE, escalation_times, handlers_of
from complaints.rules.happenings import Happening
from complaints.rules.ladder import (
    LADDER,
    check_times,
    is_seen_from_a_store,
    level_above,
    level_of,
    rises_by,
    time_at,
)
from complaints.rules.stages import UNSOLVED, ComplaintAction
from journal.actions import append
from kit.texts import text_of
from members.rules.permissions import Permission


@transaction.atomic(using=CHAINS_ALIAS)
def escalate_complaint(
    *,
    actor: Actor,
    complaint_id: UUID,
    reason: str,
    now: datetime,
    to_level: Level | None = None,
    expected_version: int | None = None,
) -> Done:
    """Bring a complaint to the next level, or to a higher one, where somebody of that level owns it (C3, C5).

    Where nobody is at a level it goes to the next above. Refusals: NotFound, NotPermitted, Stale, NotAtThisStage,
    AlreadyAtTheTop, NoHigherLevel, Invalid, TooLong.
    """
    complaint = lock_complaint(actor, complaint_id, ComplaintAction.ESCALATE_COMPLAINT, expected_version)
    level = level_above(Level(complaint.level), to_level)
    step = Escalation(cause=EscalationCause.BY_HAND, reason=text_of(reason, field="reason"))
    return _rise(actor, complaint, level, step, now)


@transaction.atomic(using=CHAINS_ALIAS)
def escalate_by_clock(*, actor: Actor, complaint_id: UUID, clock_id: UUID, now: datetime) -> Done | None:
    """Bring a complaint to the next level because a clock's time was up; None where that is no matter any more.

    Once for a clock, only while it runs and by the clocks that count at the level where the complaint is; at the top
    it stays (C3, L2). Refusals: NotFound, NotPermitted.
    """
    locked = Complaint.objects.visible_to(actor).select_for_update(of=("self",))
    complaint = locked.filter(id=complaint_id, stage__in=UNSOLVED).first()
    if complaint is None:
        return None
    actor.must(Permission.ESCALATE_COMPLAINT, at=complaint.store_id)
    level = Level(complaint.level)
    running = Clock.objects.of_subject(SUBJECT_TYPE, complaint.id).running()
    clock = running.filter(id=clock_id, current_due_at__lt=now).first()
    if clock is None or level is LADDER[-1] or not rises_by(clock.kind, level):
        return None
    if Escalation.objects.filter(store_id=complaint.store_id, clock_id=clock.id).exists():
        return None
    step = Escalation(cause=EscalationCause.BY_CLOCK, clock_id=clock.id)
    return _rise(actor, complaint, level_above(level), step, now)


@transaction.atomic(using=CHAINS_ALIAS)
def find_owner_at_level(*, actor: Actor, complaint_id: UUID, now: datetime) -> Done | None:
    """Give a complaint that rose to a level whose people its store can't see to one of them; None if that is done.

    Where nobody is at that level it goes to the next above.
    """
    locked = Complaint.objects.visible_to(actor).select_for_update(of=("self",)).select_related("store")
    complaint = locked.filter(id=complaint_id, stage__in=UNSOLVED).first()
    if complaint is None or not _is_below(complaint):
        return None
    found = owner_from(complaint.store, Level(complaint.level), now=now)
    if found is None:
        return None
    owner_id, level = found
    before = state_of(complaint)
    if level != complaint.level:
        skipped = Escalation(from_level=complaint.level, to_level=level, cause=EscalationCause.NOBODY_THERE)
        keep_step(actor, complaint, skipped, now)
        complaint.level = level
    return give(actor, complaint, owner_id, OwnerChangeReason.ESCALATED, before, now)


@transaction.atomic(using=CHAINS_ALIAS)
def set_escalation_times(*, actor: Actor, times: Collection[tuple[Level, Severity, int]], now: datetime) -> None:
    """Set for how many seconds a complaint may stay at levels from now on (S4).

    What runs already keeps the time that it began with. Refusals: NotPermitted, Invalid.
    """
    actor.must(Permission.SET_ESCALATION_TIMES)
    check_times(times)
    kept = escalation_times()
    was = [(level, severity, time_at(level, severity, kept)) for level, severity, _seconds in times]
    EscalationTime.objects.bulk_create(
        [
            EscalationTime(level=level, severity=severity, seconds=seconds, set_by_id=actor.user_id, set_at=now)
            for level, severity, seconds in times
        ],
        update_conflicts=True,
        unique_fields=["level", "severity"],
        update_fields=["seconds", "set_by", "set_at"],
    )
    append(
        actor=actor,
        kind=Happening.ESCALATION_TIMES_SET,
        subject_type="Chain",
        subject_id=current_chain().id,
        store_id=None,
        now=now,
        before={"times": [list(each) for each in was]},
        after={"times": [list(each) for each in times]},
    )


def _rise(actor: Actor, complaint: Complaint, level: Level, step: Escalation, now: datetime) -> Done:
    before = state_of(complaint)
    step.from_level = complaint.level
    if _sees(actor, level):
        found = owner_from(complaint.store, level, now=now)
        # A store that sees nobody of its own goes to those above it, whom a job finds.
        owner_id, level = found or (None, level)
        if owner_id is not None and owner_id != complaint.owner_id and _is_below(complaint, level):
            keep_step(actor, complaint, changed_owner(complaint, owner_id, OwnerChangeReason.ESCALATED), now)
    step.to_level = complaint.level = level
    more = {"to_level": level, "cause": step.cause, "clock_id": step.clock_id}
    return take_step(actor, complaint, Happening.COMPLAINT_ESCALATED, step, before, now, more=more)


def _sees(actor: Actor, level: Level) -> bool:
    return actor.audience is Audience.HQ or is_seen_from_a_store(level)


def _is_below(complaint: Complaint, level: Level | None = None) -> bool:
    """Tell whether the owner of a complaint stands below a level, or below that of the complaint."""
    roles = [role for _who, role in handlers_of(complaint.store, member_id=complaint.owner_id)]
    return not roles or LADDER.index(level_of(roles)) < LADDER.index(level or Level(complaint.level))
