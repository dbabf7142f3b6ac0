"""What every deed on a complaint does: lock it, write a step, move it on, tell the journal, let its clocks follow."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from chains.actor import Actor
from clocks.actions.pausing import pause_clocks
from clocks.models import PauseReason
from complaints.actions.timing import end_pause, follow, run_on
from complaints.models.complaints import ENDED, Complaint, Stage
from complaints.models.referring import ComplaintPause
from complaints.models.steps import Step
from complaints.queries import SUBJECT_TYPE, running_kinds
from complaints.rules.clocks import RUN_ON_FOR_A_DEPARTMENT
from complaints.rules.happenings import Happening
from complaints.rules.stages import MOVES, UNSOLVED, ComplaintAction, check_version, must_allow, standing_of
from customers.queries.register import must_not_be_erased
from journal.actions import append
from kit.ids import new_id
from kit.refusals import NotFound
from standards.actions.clocking import Applied, apply_standards

_MOVED = (
    "stage",
    "level",
    "owner",
    "is_told",
    "pause_reason",
    "open_referrals",
    "refused_in_round",
    "round",
    "version",
)


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a deed: the complaint as it is now, the clauses whose clocks it moved, the row that it wrote."""

    complaint: Complaint
    standards_applied: list[Applied]
    entry_id: UUID
    step: Step | None = None


def lock_complaint(
    actor: Actor, complaint_id: UUID, action: ComplaintAction, expected_version: int | None
) -> Complaint:
    """Return a complaint, locked until the transaction ends, for somebody who may do this with it as it stands.

    Raises NotFound, NotPermitted, Stale with the complaint as it is now, the refusals of `must_allow`, and
    CustomerErased where nothing more may be written about somebody.
    """
    visible = Complaint.objects.visible_to(actor).select_related("store").select_for_update(of=("self",))
    complaint = visible.filter(id=complaint_id).first()
    if complaint is None:
        raise NotFound
    actor.must(MOVES[action].permission, at=complaint.store_id)
    stage = Stage(complaint.stage)
    check_version(expected=expected_version, version=complaint.version, stage=stage, current=complaint)
    must_allow(action, standing_of(complaint))
    # Only of somebody with nothing open the particulars are erased; asked after the lock, for which it may have waited.
    if stage in ENDED:
        must_not_be_erased(complaint.customer_id)
    return complaint


def take_step(
    actor: Actor,
    complaint: Complaint,
    kind: Happening,
    step: Step,
    before: dict[str, Any],
    now: datetime,
    *,
    stage: Stage | None = None,
    more: Mapping[str, Any] | None = None,
    entry_id: UUID | None = None,
) -> Done:
    """Write a step, move the locked complaint on, tell the journal, and let its clocks follow."""
    if step._state.adding:
        keep_step(actor, complaint, step, now)
    entry_id = entry_id or new_id()
    if stage is not None:
        complaint.stage = stage
    if complaint.pause_reason and complaint.stage not in UNSOLVED:
        end_pause(actor, complaint, at=now)
        run_on(actor, complaint, entry_id=entry_id, now=now)
    complaint.version += 1
    complaint.save(update_fields=_MOVED)
    told = {"step": type(step).__name__, "step_id": step.id, **(more or {})}
    done = tell_journal(actor, complaint, kind, now, before=before, more=told, entry_id=entry_id)
    follow(actor, complaint, before, entry_id=entry_id, now=now)
    if complaint.pause_reason:
        # A clock that was started while the complaint waits, waits as well.
        stand_still(actor, complaint, entry_id=entry_id, now=now)
    return Done(complaint, done.standards_applied, entry_id, step)


def keep_step(actor: Actor, complaint: Complaint, step: Step, now: datetime) -> None:
    """Write down a step with its round, its doer and its time."""
    sign_step(actor, complaint, step, now)
    step.save(force_insert=True)


def sign_step(actor: Actor, complaint: Complaint, step: Step, now: datetime) -> None:
    """Put to a step, which is still to be saved, its complaint with its round, its doer and its time."""
    step.store_id, step.complaint = complaint.store_id, complaint
    step.round = step.round or complaint.round
    step.done_by_id, step.done_at = actor.user_id, now


def tell_journal(
    actor: Actor,
    complaint: Complaint,
    kind: Happening,
    now: datetime,
    *,
    before: dict[str, Any] | None,
    more: Mapping[str, Any],
    entry_id: UUID,
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
        customer_id=complaint.customer_id,
    )
    return Done(complaint, apply_standards(actor=actor, entry=entry, is_new=before is None), entry.id)


def state_of(complaint: Complaint) -> dict[str, Any]:
    """Return what a deed changes about a complaint, for the journal's before and after."""
    return {
        "stage": complaint.stage,
        "version": complaint.version,
        "round": complaint.round,
        "level": complaint.level,
        "owner_id": complaint.owner_id,
        "is_told": complaint.is_told,
        "pause_reason": complaint.pause_reason,
        "open_referrals": complaint.open_referrals,
    }


def stand_still(actor: Actor, complaint: Complaint, *, entry_id: UUID, now: datetime) -> None:
    """Let the clocks of a complaint that waits stand still, but those that what it waits for does not concern."""
    reason, kinds = PauseReason(complaint.pause_reason), None
    if reason is PauseReason.WAITING_FOR_DEPARTMENT:
        kinds = running_kinds(complaint) - RUN_ON_FOR_A_DEPARTMENT
    pause = ComplaintPause.objects.get(store_id=complaint.store_id, complaint=complaint, ended_at=None)
    pause_clocks(
        actor=actor,
        subject_type=SUBJECT_TYPE,
        subject_id=complaint.id,
        reason=reason,
        # What people wrote stays with the complaint, where it can be erased.
        note=str(pause.id),
        entry_id=entry_id,
        now=now,
        kinds=kinds,
    )
