"""What every deed on a complaint does: lock it, write a step, move it on, tell the journal."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from chains.actor import Actor
from complaints.models.complaints import Complaint, Stage
from complaints.models.steps import Step
from complaints.queries import SUBJECT_TYPE
from complaints.rules.happenings import Happening
from complaints.rules.stages import MOVES, ComplaintAction, check_version
from journal.actions import append
from kit.refusals import NotFound
from standards.actions.clocking import Applied, apply_standards


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a deed: the complaint as it is now, and the clauses whose clocks it started or stopped."""

    complaint: Complaint
    standards_applied: list[Applied]


def lock_complaint(
    actor: Actor, complaint_id: UUID, action: ComplaintAction, expected_version: int | None
) -> Complaint:
    """Return a complaint, locked until the transaction ends, for somebody who may do this with it.

    Raises NotFound, NotPermitted, and Stale with the complaint as it is now.
    """
    visible = Complaint.objects.visible_to(actor).select_for_update(of=("self",))
    complaint = visible.filter(id=complaint_id).first()
    if complaint is None:
        raise NotFound
    actor.must(MOVES[action].permission, at=complaint.store_id)
    stage = Stage(complaint.stage)
    check_version(expected=expected_version, version=complaint.version, stage=stage, current=complaint)
    return complaint


def take_step(
    actor: Actor, complaint: Complaint, stage: Stage, kind: Happening, step: Step, before: dict[str, Any], now: datetime
) -> Done:
    """Write a step, move the locked complaint on, and tell the journal."""
    step.store_id, step.complaint = complaint.store_id, complaint
    step.round = step.round or complaint.round
    step.done_by_id, step.done_at = actor.user_id, now
    step.save(force_insert=True)
    complaint.stage = stage
    complaint.version += 1
    complaint.save(update_fields=["stage", "version", "round", "owner"])
    return tell_journal(
        actor, complaint, kind, now, before=before, more={"step": type(step).__name__, "step_id": step.id}
    )


def tell_journal(
    actor: Actor,
    complaint: Complaint,
    kind: Happening,
    now: datetime,
    *,
    before: dict[str, Any] | None,
    more: dict[str, Any],
    entry_id: UUID | None = None,
) -> Done:
    """Append the deed to the journal and let the standards in force start and stop their clocks."""
    # What people wrote stays in the steps: the journal is kept for ever, and texts may name a customer.
    entry = append(
        actor=actor,
        kind=kind,
        subject_type=SUBJECT_TYPE,
        subject_id=complaint.id,
        store_id=complaint.store_id,
        now=now,
        before=before,
        after={
            **state_of(complaint),
            "channel": complaint.channel,
            "severity": complaint.severity,
            "order_number": complaint.order_number,
            **more,
        },
        entry_id=entry_id,
    )
    return Done(complaint, apply_standards(actor=actor, entry=entry))


def state_of(complaint: Complaint) -> dict[str, Any]:
    """Return what a deed changes about a complaint, for the journal's before and after."""
    return {
        "stage": complaint.stage,
        "version": complaint.version,
        "round": complaint.round,
        "owner_id": complaint.owner_id,
    }
