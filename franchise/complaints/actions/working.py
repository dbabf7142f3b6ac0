"""Deeds that work on a complaint: look into it, plan the solution, tell the customer, and hear what they say to it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from complaints.actions.remedying import decided, keep_remedies
from complaints.actions.steps import Done, lock_complaint, state_of, take_step
from complaints.actions.timing import hear, latest_plan, promise
from complaints.models.complaints import Channel, Stage
from complaints.models.remedies import RemedyStanding
from complaints.models.steps import Agreement, CustomerNotice, Investigation, Resolution
from complaints.rules.happenings import Happening
from complaints.rules.moments import check_expected, check_reason
from complaints.rules.remedies import RemedyDraft, worth
from complaints.rules.stages import ComplaintAction, stage_after, standing_of
from inquiries.queries import warned_of
from kit.ids import new_id
from kit.moments import passed
from kit.texts import line_of, text_of


@transaction.atomic(using=CHAINS_ALIAS)
def record_investigation(
    *,
    actor: Actor,
    complaint_id: UUID,
    findings: str,
    now: datetime,
    department: str = "",
    cause: str = "",
    expected_version: int | None = None,
) -> Done:
    """Record what was looked into and verified, with which department (C2, C3).

    Refusals: NotFound, NotPermitted, Stale, NotAtThisStage, Invalid, TooLong.
    """
    action = ComplaintAction.RECORD_INVESTIGATION
    complaint = lock_complaint(actor, complaint_id, action, expected_version)
    before, stage = state_of(complaint), stage_after(action, standing_of(complaint))
    step = Investigation(
        department=line_of(department, field="department", required=False),
        findings=text_of(findings, field="findings"),
        cause=text_of(cause, field="cause", required=False),
    )
    return take_step(actor, complaint, Happening.INVESTIGATION_RECORDED, step, before, now, stage=stage)


@transaction.atomic(using=CHAINS_ALIAS)
def plan_resolution(
    *,
    actor: Actor,
    complaint_id: UUID,
    remedy: str,
    now: datetime,
    expected_at: datetime | None = None,
    remedies: Sequence[RemedyDraft] = (),
    expected_version: int | None = None,
) -> Done:
    """Plan the solution, by when the customer can expect it, and what they get within what one may decide (C2, C6).

    The customer is to be told. Refusals: NotFound, NotPermitted, Stale, NotAtThisStage, Invalid, TooLong,
    CurrencyDiffers, RemedyAboveLimit.
    """
    action = ComplaintAction.PLAN_RESOLUTION
    complaint = lock_complaint(actor, complaint_id, action, expected_version)
    before, stage = state_of(complaint), stage_after(action, standing_of(complaint))
    check_expected(expected_at, now=now)
    step = Resolution(remedy=text_of(remedy, field="remedy"), expected_at=expected_at)
    checked = decided(actor, complaint, remedies, field="remedies")
    complaint.is_told = False
    more = {"expected_at": expected_at, "worth_minor": worth(each.amount_minor for each in checked)}
    done = take_step(actor, complaint, Happening.RESOLUTION_PLANNED, step, before, now, stage=stage, more=more)
    keep_remedies(actor, complaint, checked, RemedyStanding.PLANNED, step.id, now)
    return done


@transaction.atomic(using=CHAINS_ALIAS)
def tell_customer(
    *,
    actor: Actor,
    complaint_id: UUID,
    channel: Channel,
    message: str,
    now: datetime,
    accept_warnings: bool = False,
    expected_version: int | None = None,
) -> Done:
    """Record that the customer was told the solution, a change of it, or the last word, and how (C2).

    It is held against the norms of wording first (S10). From now on it is measured that the solution comes when they
    can expect it. Refusals: NotFound, NotPermitted, Stale, NotAtThisStage, Invalid, TooLong, BannedPhrase,
    WordingWarned.
    """
    action = ComplaintAction.TELL_CUSTOMER
    complaint = lock_complaint(actor, complaint_id, action, expected_version)
    before, stage = state_of(complaint), stage_after(action, standing_of(complaint))
    step = CustomerNotice(channel=channel, message=text_of(message, field="message"))
    more = {"warned_of": warned_of([("message", step.message)], accept_warnings=accept_warnings)}
    is_new, complaint.is_told = complaint.stage == Stage.PLANNED, True
    done = take_step(actor, complaint, Happening.CUSTOMER_TOLD, step, before, now, stage=stage, more=more)
    if is_new:
        promise(actor, complaint, entry_id=done.entry_id, now=now)
    return done


@transaction.atomic(using=CHAINS_ALIAS)
def agree_resolution(
    *,
    actor: Actor,
    complaint_id: UUID,
    is_agreed: bool,
    channel: Channel,
    now: datetime,
    said_at: datetime | None = None,
    reason: str = "",
    expected_version: int | None = None,
) -> Done:
    """Record whether the customer agrees to the solution that they were told, when and how; if not, why (C2).

    Who does not agree gets another plan. Refusals: NotFound, NotPermitted, Stale, NotAtThisStage, ReasonNeeded,
    Invalid, TooLong.
    """
    action = ComplaintAction.AGREE_RESOLUTION
    complaint = lock_complaint(actor, complaint_id, action, expected_version)
    before, stage = state_of(complaint), stage_after(action, standing_of(complaint), says_yes=is_agreed)
    check_reason(is_satisfied=is_agreed, reason=reason)
    step = Agreement(
        resolution=latest_plan(complaint),
        is_agreed=is_agreed,
        channel=channel,
        said_at=passed(said_at, field="said_at", now=now),
        reason=text_of(reason, field="reason", required=False),
    )
    if not is_agreed:
        complaint.refused_in_round = complaint.round
    kind, deed_id = Happening.RESOLUTION_AGREED if is_agreed else Happening.RESOLUTION_REFUSED, new_id()
    hear(actor, complaint, said_at=step.said_at, entry_id=deed_id, now=now)
    return take_step(actor, complaint, kind, step, before, now, stage=stage, entry_id=deed_id)
