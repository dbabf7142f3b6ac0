"""Background doors of the inspections: plans bring them, what is late is missed, what is not put right rises."""

from datetime import datetime
from uuid import UUID

from chains.actor import Actor
from chains.jobs import chain_task
from inspections.actions import bringing, correcting, owning, scheduling
from inspections.queries import CORRECTION_TYPE
from journal.models import Entry
from journal.tasks import entry_task


@entry_task(consumer="inspections.escalate_overdue")
def escalate_overdue(*, entry: Entry, actor: Actor, now: datetime) -> None:
    """After something was not put right in time, bring it before the next level."""
    clock_id = (entry.after or {}).get("clock_id")
    if entry.subject_type == CORRECTION_TYPE and clock_id:
        correcting.escalate_by_clock(actor=actor, correction_id=entry.subject_id, clock_id=UUID(clock_id), now=now)


@entry_task(consumer="inspections.hand_over_of_member")
def hand_over_of_member(*, entry: Entry, actor: Actor, now: datetime) -> None:
    """After a member was deactivated or lost a role, hand over what they had to put right."""
    owning.hand_over_left(actor=actor, member_id=entry.subject_id, now=now)


@entry_task(consumer="inspections.hand_over_after_move")
def hand_over_after_move(*, actor: Actor, now: datetime) -> None:
    """After a store went to another area, hand over what the supervisor of the old one had to put right there."""
    owning.hand_over_left(actor=actor, now=now)


@chain_task(name="inspections.hand_over_left", every="7-59/10 * * * *")
def hand_over_left(*, actor: Actor, now: datetime) -> None:
    """Hand over whatever somebody who left had to put right: nothing stays with them because a job was lost."""
    owning.hand_over_left(actor=actor, now=now)


@chain_task(name="inspections.miss_due", every="4-59/10 * * * *")
def miss_due(*, actor: Actor, now: datetime) -> None:
    """Mark the inspections that did not start in time as missed."""
    scheduling.miss_due(actor=actor, now=now)


@entry_task(consumer="inspections.bring_first")
def bring_first(*, entry: Entry, actor: Actor, now: datetime) -> None:
    """After a plan was made, bring what it plans for the coming week."""
    bringing.bring_planned(actor=actor, plan_id=entry.subject_id, now=now)


@chain_task(name="inspections.bring_planned", every="6-59/10 * * * *")
def bring_planned(*, actor: Actor, now: datetime) -> None:
    """Bring what plans plan for the coming week, and call off what has lost its store."""
    bringing.call_off_lost(actor=actor, now=now)
    bringing.bring_planned(actor=actor, now=now)
