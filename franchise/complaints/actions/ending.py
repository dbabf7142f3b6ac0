"""Deeds that bring a complaint to its end: to record the outcome, and to close it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from complaints.actions.steps import Done, lock_complaint, state_of, take_step
from complaints.models.complaints import Stage
from complaints.models.ending import Closure, Outcome
from complaints.rules.happenings import Happening
from complaints.rules.stages import ComplaintAction, check_reason, stage_after
from kit.texts import text_of


@transaction.atomic(using=CHAINS_ALIAS)
def record_outcome(
    *,
    actor: Actor,
    complaint_id: UUID,
    carried_out: str,
    is_satisfied: bool,
    now: datetime,
    reason: str = "",
    expected_version: int | None = None,
) -> Done:
    """Record what was carried out and whether the customer is satisfied; if not, it is worked again (C2).

    Refusals: NotFound, NotPermitted, Stale, NotAtThisStage, ReasonNeeded, Invalid, TooLong.
    """
    action = ComplaintAction.RECORD_OUTCOME
    complaint = lock_complaint(actor, complaint_id, action, expected_version)
    before, stage = state_of(complaint), stage_after(action, Stage(complaint.stage), is_satisfied=is_satisfied)
    check_reason(is_satisfied=is_satisfied, reason=reason)
    step = Outcome(
        carried_out=text_of(carried_out, field="carried_out"),
        is_satisfied=is_satisfied,
        reason=text_of(reason, field="reason", required=False),
        round=complaint.round,
    )
    kind = Happening.CUSTOMER_SATISFIED if is_satisfied else Happening.COMPLAINT_REWORKED
    complaint.round += not is_satisfied
    return take_step(actor, complaint, stage, kind, step, before, now)


@transaction.atomic(using=CHAINS_ALIAS)
def close_complaint(
    *,
    actor: Actor,
    complaint_id: UUID,
    cause: str,
    result: str,
    now: datetime,
    expected_version: int | None = None,
) -> Done:
    """Close a complaint whose customer is satisfied, with the form for the file and the return visit (C2, C4).

    Refusals: NotFound, NotPermitted, Stale, CustomerNotSatisfied, NotAtThisStage, Invalid, TooLong.
    """
    action = ComplaintAction.CLOSE_COMPLAINT
    complaint = lock_complaint(actor, complaint_id, action, expected_version)
    before, stage = state_of(complaint), stage_after(action, Stage(complaint.stage))
    step = Closure(cause=text_of(cause, field="cause"), result=text_of(result, field="result"))
    return take_step(actor, complaint, stage, Happening.COMPLAINT_CLOSED, step, before, now)
