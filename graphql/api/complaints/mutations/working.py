"""Deeds that work on a complaint, from its acceptance to the outcome."""

from datetime import datetime
from typing import Any
from uuid import UUID

import graphene

from api.base.deeds import Deed
from api.base.enums import enum_of
from api.base.inputs import IdOf, Line, Text, named
from api.base.scalars import DateTime
from api.complaints.mutations.filing import COMPLAINT, payload_of
from api.complaints.remedies import RemedyInput, drafts
from api.complaints.types import ComplaintType
from api.inquiries.wording import ACCEPT_WARNINGS
from chains.actor import Actor
from complaints.actions.ending import record_outcome
from complaints.actions.filing import accept_complaint
from complaints.actions.working import agree_resolution, plan_resolution, record_investigation, tell_customer
from complaints.models.complaints import Channel
from kit.texts import LONGEST_LINE


class AcceptComplaint(Deed):
    """Take a complaint on; the owner named, or else you, owns it from now on."""

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        complaint_id = IdOf("Complaint", required=True, description="The complaint.")
        owner_id = IdOf("Member", description="Who is to own it; you if nobody is named.")

    complaint = graphene.Field(ComplaintType, description=COMPLAINT)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, complaint_id: UUID, **given: Any) -> dict[str, Any]:
        """Accept a complaint."""
        return payload_of(accept_complaint(actor=actor, complaint_id=complaint_id, now=now, **named(given)))


class RecordInvestigation(Deed):
    """Record what was looked into and verified, with which department."""

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        complaint_id = IdOf("Complaint", required=True, description="The complaint.")
        findings = Text(required=True, description="What was found.")
        department = Line(limit=LONGEST_LINE, description="The department concerned.")
        cause = Text(description="What caused it, where that is known.")

    complaint = graphene.Field(ComplaintType, description=COMPLAINT)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, complaint_id: UUID, **given: Any) -> dict[str, Any]:
        """Record an investigation."""
        return payload_of(record_investigation(actor=actor, complaint_id=complaint_id, now=now, **named(given)))


class PlanResolution(Deed):
    """Plan the solution, and by when the customer can expect it."""

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        complaint_id = IdOf("Complaint", required=True, description="The complaint.")
        remedy = Text(required=True, description="What is to be done for the customer.")
        expected_at = graphene.InputField(DateTime, description="Until when the customer can expect it.")
        remedies = graphene.List(
            graphene.NonNull(RemedyInput),
            description="What the customer gets by it, together within what you may decide.",
        )

    complaint = graphene.Field(ComplaintType, description=COMPLAINT)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, complaint_id: UUID, **given: Any) -> dict[str, Any]:
        """Plan a resolution."""
        told = named(given)
        remedies = drafts(told.pop("remedies", ()))
        return payload_of(plan_resolution(actor=actor, complaint_id=complaint_id, now=now, remedies=remedies, **told))


class TellCustomer(Deed):
    """Record that the customer was told the solution, or a change of it."""

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        complaint_id = IdOf("Complaint", required=True, description="The complaint.")
        channel = graphene.InputField(enum_of(Channel), required=True, description="How the customer was reached.")
        message = Text(required=True, description="What the customer was told. Norms of wording hold for it.")
        accept_warnings = graphene.InputField(graphene.Boolean, description=ACCEPT_WARNINGS)

    complaint = graphene.Field(ComplaintType, description=COMPLAINT)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, complaint_id: UUID, **given: Any) -> dict[str, Any]:
        """Record what the customer was told."""
        return payload_of(tell_customer(actor=actor, complaint_id=complaint_id, now=now, **named(given)))


class AgreeResolution(Deed):
    """Record whether the customer agrees to the solution that they were told; who does not gets another plan."""

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        complaint_id = IdOf("Complaint", required=True, description="The complaint.")
        is_agreed = graphene.InputField(graphene.Boolean, required=True, description="Whether the customer agrees.")
        channel = graphene.InputField(enum_of(Channel), required=True, description="How the customer said so.")
        said_at = graphene.InputField(DateTime, description="When the customer said so, if that was before now.")
        reason = Text(description="Why the customer does not agree; needed then.")

    complaint = graphene.Field(ComplaintType, description=COMPLAINT)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, complaint_id: UUID, **given: Any) -> dict[str, Any]:
        """Record whether the customer agrees."""
        return payload_of(agree_resolution(actor=actor, complaint_id=complaint_id, now=now, **named(given)))


class RecordOutcome(Deed):
    """Record what was carried out and whether the customer is satisfied; if not, the complaint is worked again."""

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        complaint_id = IdOf("Complaint", required=True, description="The complaint.")
        carried_out = Text(required=True, description="What was carried out.")
        is_satisfied = graphene.InputField(
            graphene.Boolean, required=True, description="Whether the customer says that all is well."
        )
        reason = Text(description="Why the customer is not satisfied; needed then.")
        remedies = graphene.List(
            graphene.NonNull(RemedyInput),
            description="What the customer got; what was planned if it is not given. More only if you may decide it.",
        )

    complaint = graphene.Field(ComplaintType, description=COMPLAINT)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, complaint_id: UUID, **given: Any) -> dict[str, Any]:
        """Record an outcome."""
        told = named(given)
        remedies = drafts(told.pop("remedies")) if "remedies" in told else None
        return payload_of(record_outcome(actor=actor, complaint_id=complaint_id, now=now, remedies=remedies, **told))


class WorkingMutation(graphene.ObjectType):
    """Deeds that work on a complaint."""

    accept_complaint = AcceptComplaint.mounted()
    record_investigation = RecordInvestigation.mounted()
    plan_resolution = PlanResolution.mounted()
    tell_customer = TellCustomer.mounted()
    agree_resolution = AgreeResolution.mounted()
    record_outcome = RecordOutcome.mounted()
