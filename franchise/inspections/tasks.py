"""Background doors of the inspections: what is late is missed, and what is not put right rises."""

from datetime import datetime
from uuid import UUID

from chains.actor import Actor
from chains.jobs import chain_task
from inspections.actions import correcting, scheduling
from inspections.queries import CORRECTION_TYPE
from journal.models import Entry
from journal.tasks import entry_task


@entry_task(consumer="inspections.escalate_overdue")
def escalate_overdue(*, entry: Entry, actor: Actor, now: datetime) -> None:
    """After something was not put right in time, bring it before the next level."""
    clock_id = (entry.after or {}).get("clock_id")
    if entry.subject_type == CORRECTION_TYPE and clock_id:
        correcting.escalate_by_clock(actor=actor, correction_id=entry.subject_id, clock_id=UUID(clock_id), now=now)


@chain_task(name="inspections.miss_due", every="4-59/10 * * * *")
def miss_due(*, actor: Actor, now: datetime) -> None:
    """Mark the inspections that did not start in time as missed."""
    scheduling.miss_due(actor=actor, now=now)
