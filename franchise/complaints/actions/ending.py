"""Deeds that bring a complaint to its end, and back: outcome, last word, withdrawal, closing form, another round."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor, Audience
from chains.scope import CHAINS_ALIAS
from complaints.actions.owning import changed_owner, owner_from
from complaints.actions.remedying import decided, keep_remedies, planned_in
from complaints.actions.steps import Done, keep_step, lock_complaint, state_of, take_step
from complaints.actions.timing import hear, latest_plan
from complaints.models.complaints import Channel, Complaint, Level
from complaints.models.ending import Closure, ComplaintWithdrawal, FinalDecision, Outcome, Rework, RootCause
from complaints.models.ladder import OwnerChangeReason
from complaints.models.remedies import RemedyStanding
from complaints.queries import handlers_of
from complaints.rules.happenings import Happening
from complaints.rules.ladder import higher, is_seen_from_a_store
from complaints.rules.moments import check_reason
from complaints.rules.remedies import RemedyDraft, worth
from complaints.rules.stages import ComplaintAction, stage_after, standing_of
from kit.ids import new_id
from kit.moments import passed
from kit.texts import text_of
from training.models.duties import Work
from training.queries.duties import is_trained


@transaction.atomic(using=CHAINS_ALIAS)
def record_outcome(
    *,
    actor: Actor,
    complaint_id: UUID,
    carried_out: str,
    is_satisfied: bool,
    now: datetime,
    reason: str = "",
    remedies: Sequence[RemedyDraft] | None = None,
    expected_version: int | None = None,
) -> Done:
    """Record what was carried out and whether the customer is satisfied; if not, it is worked again (C2).

    `remedies` are what the customer was given: what was planned, unless somebody says otherwise, and more only within
    what one may decide. Refusals: NotFound, NotPermitted, Stale, NotAtThisStage, ReasonNeeded, Invalid, TooLong,
    CurrencyDiffers, RemedyAboveLimit.
    """
    action = ComplaintAction.RECORD_OUTCOME
    complaint = lock_complaint(actor, complaint_id, action, expected_version)
    before, stage = state_of(complaint), stage_after(action, standing_of(complaint), says_yes=is_satisfied)
    check_reason(is_satisfied=is_satisfied, reason=reason)
    step = Outcome(
        carried_out=text_of(carried_out, field="carried_out"),
        is_satisfied=is_satisfied,
        reason=text_of(reason, field="reason", required=False),
        round=complaint.round,
    )
    planned = planned_in(complaint, latest_plan(complaint).id)
    granted = worth(each.amount_minor for each in planned)
    given = planned if remedies is None else decided(actor, complaint, remedies, field="remedies", granted=granted)
    keep_remedies(actor, complaint, given, RemedyStanding.GIVEN, step.id, now)
    more = {"worth_minor": worth(each.amount_minor for each in given)}
    kind = Happening.CUSTOMER_SATISFIED
    if not is_satisfied:
        kind, complaint.refused_in_round = Happening.COMPLAINT_REWORKED, complaint.round
        complaint.round += 1
    deed_id = new_id()
    hear(actor, complaint, said_at=now, entry_id=deed_id, now=now)
    return take_step(actor, complaint, kind, step, before, now, stage=stage, more=more, entry_id=deed_id)


@transaction.atomic(using=CHAINS_ALIAS)
def decide_finally(
    *,
    actor: Actor,
    complaint_id: UUID,
    decision: str,
    reason: str,
    now: datetime,
    expected_version: int | None = None,
) -> Done:
    """Say the last word on a complaint whose customer said no again after it was worked again; tell them then (C2).

    Refusals: NotFound, NotPermitted, Stale, NotAtThisStage, ReworkFirst, Invalid, TooLong.
    """
    action = ComplaintAction.DECIDE_FINALLY
    complaint = lock_complaint(actor, complaint_id, action, expected_version)
    before, stage = state_of(complaint), stage_after(action, standing_of(complaint))
    step = FinalDecision(decision=text_of(decision, field="decision"), reason=text_of(reason, field="reason"))
    complaint.is_told = False
    return take_step(actor, complaint, Happening.COMPLAINT_FINALLY_DECIDED, step, before, now, stage=stage)


@transaction.atomic(using=CHAINS_ALIAS)
def withdraw_complaint(
    *,
    actor: Actor,
    complaint_id: UUID,
    reason: str,
    channel: Channel,
    proof: str,
    now: datetime,
    said_at: datetime | None = None,
    expected_version: int | None = None,
) -> Done:
    """Record that the customer took the complaint back: why, when and how they said so, and what proves it.

    Refusals: NotFound, NotPermitted, Stale, NotAtThisStage, Invalid, TooLong.
    """
    action = ComplaintAction.WITHDRAW_COMPLAINT
    complaint = lock_complaint(actor, complaint_id, action, expected_version)
    before, stage = state_of(complaint), stage_after(action, standing_of(complaint))
    step = ComplaintWithdrawal(
        reason=text_of(reason, field="reason"),
        channel=channel,
        said_at=passed(said_at, field="said_at", now=now),
        proof=text_of(proof, field="proof"),
    )
    complaint.is_told, deed_id = True, new_id()
    hear(actor, complaint, said_at=step.said_at, entry_id=deed_id, now=now)
    kind = Happening.COMPLAINT_WITHDRAWN
    return take_step(actor, complaint, kind, step, before, now, stage=stage, entry_id=deed_id)


@transaction.atomic(using=CHAINS_ALIAS)
def close_complaint(
    *,
    actor: Actor,
    complaint_id: UUID,
    cause: str,
    result: str,
    now: datetime,
    root_cause: RootCause = RootCause.OTHER,
    expected_version: int | None = None,
) -> Done:
    """Close a complaint with the form for the file and the return visit (C2, C4).

    Its customer is satisfied, has withdrawn it, or was told the last word. Refusals: NotFound, NotPermitted, Stale,
    CustomerNotSatisfied, CustomerNotTold, ReferralOpen, NotAtThisStage, Invalid, TooLong.
    """
    action = ComplaintAction.CLOSE_COMPLAINT
    complaint = lock_complaint(actor, complaint_id, action, expected_version)
    before, stage = state_of(complaint), stage_after(action, standing_of(complaint))
    step = Closure(cause=text_of(cause, field="cause"), result=text_of(result, field="result"), root_cause=root_cause)
    more = {"root_cause": root_cause, "from_stage": before["stage"]}
    return take_step(actor, complaint, Happening.COMPLAINT_CLOSED, step, before, now, stage=stage, more=more)


@transaction.atomic(using=CHAINS_ALIAS)
def rework_complaint(
    *, actor: Actor, complaint_id: UUID, reason: str, now: datetime, expected_version: int | None = None
) -> Done:
    """Work a complaint again that had come to an end: another round with new clocks; what was measured stays (C2).

    It stays with its owner, or goes to somebody else of that level who still works there and is trained for it (T3).
    Refusals: NotFound, NotPermitted, Stale, NotAtThisStage, Invalid, TooLong.
    """
    action = ComplaintAction.REWORK_COMPLAINT
    complaint = lock_complaint(actor, complaint_id, action, expected_version)
    before, stage = state_of(complaint), stage_after(action, standing_of(complaint))
    step = Rework(from_stage=complaint.stage, reason=text_of(reason, field="reason"))
    complaint.round += 1
    complaint.is_told = True
    _keep_owned(actor, complaint, now)
    more = {"is_reopened": True, "from_stage": step.from_stage}
    return take_step(actor, complaint, Happening.COMPLAINT_REWORKED, step, before, now, stage=stage, more=more)


def _keep_owned(actor: Actor, complaint: Complaint, now: datetime) -> None:
    """Give a complaint that begins again to somebody else if its owner left, or lacks training that they have (T3).

    People above the stores are not theirs to see: a job looks after those who left.
    """
    level, store, owner_id = Level(complaint.level), complaint.store, complaint.owner_id
    if actor.audience is not Audience.HQ and not is_seen_from_a_store(level):
        return
    has_left = owner_id != actor.user_id and not handlers_of(store, member_id=owner_id)
    if not has_left and is_trained(owner_id, Work.COMPLAINTS, store.id, at=now):
        return
    found = owner_from(store, level, now=now, without=owner_id)
    if found is not None and (has_left or is_trained(found[0], Work.COMPLAINTS, store.id, at=now)):
        reason = OwnerChangeReason.OWNER_LEFT if has_left else OwnerChangeReason.NOT_TRAINED
        keep_step(actor, complaint, changed_owner(complaint, found[0], reason), now)
        complaint.level = higher(level, found[1])
