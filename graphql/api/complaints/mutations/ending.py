"""Deeds that bring a complaint to its end, and back."""

from datetime import datetime
from typing import Any
from uuid import UUID

import graphene

from api.base.deeds import Deed
from api.base.enums import enum_of
from api.base.inputs import IdOf, Text, named
from api.base.scalars import DateTime
from api.complaints.mutations.filing import COMPLAINT, payload_of
from api.complaints.types import ComplaintType
from chains.actor import Actor
from complaints.actions.ending import close_complaint, decide_finally, rework_complaint, withdraw_complaint
from complaints.models.complaints import Channel
from complaints.models.ending import RootCause


class DecideFinally(Deed):
    """Say the last word, when the customer said no again after the complaint was worked again; then tell them."""

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        complaint_id = IdOf("Complaint", required=True, description="The complaint.")
        decision = Text(required=True, description="What is decided.")
        reason = Text(required=True, description="Why.")

    complaint = graphene.Field(ComplaintType, description=COMPLAINT)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, complaint_id: UUID, **given: Any) -> dict[str, Any]:
        """Decide finally."""
        return payload_of(decide_finally(actor=actor, complaint_id=complaint_id, now=now, **named(given)))


class WithdrawComplaint(Deed):
    """Record that the customer took the complaint back."""

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        complaint_id = IdOf("Complaint", required=True, description="The complaint.")
        reason = Text(required=True, description="Why.")
        channel = graphene.InputField(enum_of(Channel), required=True, description="How the customer said so.")
        proof = Text(required=True, description="What proves it, such as the number of a recording.")
        said_at = graphene.InputField(DateTime, description="When the customer said so, if that was before now.")

    complaint = graphene.Field(ComplaintType, description=COMPLAINT)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, complaint_id: UUID, **given: Any) -> dict[str, Any]:
        """Withdraw a complaint."""
        return payload_of(withdraw_complaint(actor=actor, complaint_id=complaint_id, now=now, **named(given)))


class CloseComplaint(Deed):
    """Close a complaint with the form for the file and for the return visit.

    Its customer is satisfied, has withdrawn it, or was told the last word.
    """

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        complaint_id = IdOf("Complaint", required=True, description="The complaint.")
        cause = Text(required=True, description="What had caused it.")
        result = Text(required=True, description="What came of it.")
        root_cause = graphene.InputField(
            enum_of(RootCause), description="Where it came from, for the analysis; `OTHER` if it is not given."
        )

    complaint = graphene.Field(ComplaintType, description=COMPLAINT)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, complaint_id: UUID, **given: Any) -> dict[str, Any]:
        """Close a complaint."""
        return payload_of(close_complaint(actor=actor, complaint_id=complaint_id, now=now, **named(given)))


class ReworkComplaint(Deed):
    """Work a complaint again that had come to an end: another round with new clocks; what was measured stays."""

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        complaint_id = IdOf("Complaint", required=True, description="The complaint.")
        reason = Text(required=True, description="Why, as the customer sees it.")

    complaint = graphene.Field(ComplaintType, description=COMPLAINT)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, complaint_id: UUID, **given: Any) -> dict[str, Any]:
        """Work a complaint again."""
        return payload_of(rework_complaint(actor=actor, complaint_id=complaint_id, now=now, **named(given)))


class EndingMutation(graphene.ObjectType):
    """Deeds that bring a complaint to its end, and back."""

    decide_finally = DecideFinally.mounted()
    withdraw_complaint = WithdrawComplaint.mounted()
    close_complaint = CloseComplaint.mounted()
    rework_complaint = ReworkComplaint.mounted()
