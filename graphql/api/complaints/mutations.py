"""Deeds on complaints, from filing to closing."""

from datetime import datetime
from typing import Any
from uuid import UUID

import graphene

from api.base.deeds import Deed
from api.base.enums import enum_of
from api.base.inputs import IdOf, Line, Text, named
from api.base.scalars import DateTime
from api.complaints.types import ComplaintType
from api.customers.mutations.registering import LANGUAGE, PHONE
from api.standards.applied import applied_by
from chains.actor import Actor
from complaints.actions.ending import close_complaint, record_outcome
from complaints.actions.filing import accept_complaint, file_complaint
from complaints.actions.steps import Done
from complaints.actions.working import plan_resolution, record_investigation, tell_customer
from complaints.models.complaints import LONGEST_ORDER_NUMBER, Channel, Severity
from customers.models import LONGEST_EMAIL, LONGEST_NAME
from customers.rules.particulars import Particulars
from kit.texts import LONGEST_LINE

_OF = "customer_"
_COMPLAINT = "The complaint, as it is now."


def _payload(done: Done) -> dict[str, Any]:
    return {"complaint": done.complaint, "standards_applied": applied_by(done.standards_applied)}


class FileComplaint(Deed):
    """Take down a customer's complaint at once and start its clocks."""

    class Meta:
        applies_standards = True

    class Input:
        store_id = IdOf("Store", required=True, description="The store that it is about.")
        customer_name = Line(required=True, limit=LONGEST_NAME, description="Who complains.")
        customer_phone = Line(limit=LONGEST_LINE, description=PHONE)
        customer_email = Line(limit=LONGEST_EMAIL, description="The customer's e-mail address.")
        customer_language = Line(limit=10, description=LANGUAGE)
        subject = Line(required=True, limit=LONGEST_LINE, description="What it is about.")
        description = Text(description="What the customer said.")
        order_number = Line(limit=LONGEST_ORDER_NUMBER, description="The order that it is about.")
        channel = graphene.InputField(enum_of(Channel), required=True, description="How the customer reached us.")
        severity = graphene.InputField(enum_of(Severity), required=True, description="How much harm it tells of.")
        received_at = graphene.InputField(DateTime, description="When the customer raised it, if that was before now.")
        owner_id = IdOf("Member", description="Who is to own it; whoever files it if nobody is named.")

    complaint = graphene.Field(ComplaintType, description=_COMPLAINT)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, store_id: UUID, **given: Any) -> dict[str, Any]:
        """File a complaint."""
        told = named(given)
        customer = {name.removeprefix(_OF): told.pop(name) for name in list(told) if name.startswith(_OF)}
        return _payload(
            file_complaint(actor=actor, store_id=store_id, customer=Particulars(**customer), now=now, **told)
        )


class AcceptComplaint(Deed):
    """Take a complaint on; the owner named, or else you, owns it from now on."""

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        complaint_id = IdOf("Complaint", required=True, description="The complaint.")
        owner_id = IdOf("Member", description="Who is to own it; you if nobody is named.")

    complaint = graphene.Field(ComplaintType, description=_COMPLAINT)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, complaint_id: UUID, **given: Any) -> dict[str, Any]:
        """Accept a complaint."""
        return _payload(accept_complaint(actor=actor, complaint_id=complaint_id, now=now, **named(given)))


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

    complaint = graphene.Field(ComplaintType, description=_COMPLAINT)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, complaint_id: UUID, **given: Any) -> dict[str, Any]:
        """Record an investigation."""
        return _payload(record_investigation(actor=actor, complaint_id=complaint_id, now=now, **named(given)))


class PlanResolution(Deed):
    """Plan the solution, and by when the customer can expect it."""

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        complaint_id = IdOf("Complaint", required=True, description="The complaint.")
        remedy = Text(required=True, description="What is to be done for the customer.")
        expected_at = graphene.InputField(DateTime, description="Until when the customer can expect it.")

    complaint = graphene.Field(ComplaintType, description=_COMPLAINT)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, complaint_id: UUID, **given: Any) -> dict[str, Any]:
        """Plan a resolution."""
        return _payload(plan_resolution(actor=actor, complaint_id=complaint_id, now=now, **named(given)))


class TellCustomer(Deed):
    """Record that the customer was told the solution, or a change of it."""

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        complaint_id = IdOf("Complaint", required=True, description="The complaint.")
        channel = graphene.InputField(enum_of(Channel), required=True, description="How the customer was reached.")
        message = Text(required=True, description="What the customer was told.")

    complaint = graphene.Field(ComplaintType, description=_COMPLAINT)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, complaint_id: UUID, **given: Any) -> dict[str, Any]:
        """Record what the customer was told."""
        return _payload(tell_customer(actor=actor, complaint_id=complaint_id, now=now, **named(given)))


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

    complaint = graphene.Field(ComplaintType, description=_COMPLAINT)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, complaint_id: UUID, **given: Any) -> dict[str, Any]:
        """Record an outcome."""
        return _payload(record_outcome(actor=actor, complaint_id=complaint_id, now=now, **named(given)))


class CloseComplaint(Deed):
    """Close a complaint whose customer is satisfied, with the form for the file and for the return visit."""

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        complaint_id = IdOf("Complaint", required=True, description="The complaint.")
        cause = Text(required=True, description="What had caused it.")
        result = Text(required=True, description="What came of it.")

    complaint = graphene.Field(ComplaintType, description=_COMPLAINT)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, complaint_id: UUID, **given: Any) -> dict[str, Any]:
        """Close a complaint."""
        return _payload(close_complaint(actor=actor, complaint_id=complaint_id, now=now, **named(given)))


class ComplaintsMutation(graphene.ObjectType):
    """Deeds on complaints."""

    file_complaint = FileComplaint.mounted()
    accept_complaint = AcceptComplaint.mounted()
    record_investigation = RecordInvestigation.mounted()
    plan_resolution = PlanResolution.mounted()
    tell_customer = TellCustomer.mounted()
    record_outcome = RecordOutcome.mounted()
    close_complaint = CloseComplaint.mounted()
