"""Deeds that work on a complaint: to look into it, plan the solution and tell the customer."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from complaints.actions.steps import Done, lock_complaint, state_of, take_step
from complaints.models.complaints import Channel, Stage
from complaints.models.steps import CustomerNotice, Investigation, Resolution
from complaints.rules.happenings import Happening
from complaints.rules.stages import ComplaintAction, check_expected, stage_after
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
    before, stage = state_of(complaint), stage_after(action, Stage(complaint.stage))
    step = Investigation(
        department=line_of(department, field="department", required=False),
        findings=text_of(findings, field="findings"),
        cause=text_of(cause, field="cause", required=False),
    )
    return take_step(actor, complaint, stage, Happening.INVESTIGATION_RECORDED, step, before, now)


@transaction.atomic(using=CHAINS_ALIAS)
def plan_resolution(
    *,
    actor: Actor,
    complaint_id: UUID,
    remedy: str,
    now: datetime,
    expected_at: datetime | None = None,
    expected_version: int | None = None,
) -> Done:
    """Plan the solution and by when the customer can expect it (C2).

    Refusals: NotFound, NotPermitted, Stale, NotAtThisStage, Invalid, TooLong.
    """
    action = ComplaintAction.PLAN_RESOLUTION
    complaint = lock_complaint(actor, complaint_id, action, expected_version)
    before, stage = state_of(complaint), stage_after(action, Stage(complaint.stage))
    check_expected(expected_at, now=now)
    step = Resolution(remedy=text_of(remedy, field="remedy"), expected_at=expected_at)
    return take_step(actor, complaint, stage, Happening.RESOLUTION_PLANNED, step, before, now)


@transaction.atomic(using=CHAINS_ALIAS)
def tell_customer(
    *,
    actor: Actor,
    complaint_id: UUID,
    channel: Channel,
    message: str,
    now: datetime,
    expected_version: int | None = None,
) -> Done:
    """Record that the customer was told the solution, or a change of it, and how (C2).

    Refusals: NotFound, NotPermitted, Stale, NotAtThisStage, Invalid, TooLong.
    """
    action = ComplaintAction.TELL_CUSTOMER
    complaint = lock_complaint(actor, complaint_id, action, expected_version)
    before, stage = state_of(complaint), stage_after(action, Stage(complaint.stage))
    step = CustomerNotice(channel=channel, message=text_of(message, field="message"))
    return take_step(actor, complaint, stage, Happening.CUSTOMER_TOLD, step, before, now)
