"""Deeds about whom a complaint waits for: whoever is asked about it, and the customer."""

from datetime import datetime
from typing import Any
from uuid import UUID

import graphene

from api.base.deeds import Deed
from api.base.enums import enum_of
from api.base.inputs import IdOf, Line, Text, named
from api.base.scalars import DateTime
from api.complaints.mutations.filing import COMPLAINT, payload_of
from api.complaints.types import ComplaintType
from api.complaints.ways import ReferralType
from chains.actor import Actor
from clocks.models import PauseReason
from complaints.actions.waiting import (
    answer_referral,
    pause_complaint,
    record_customer_word,
    refer_complaint,
    resume_complaint,
)
from complaints.models.complaints import Channel, Level
from kit.texts import LONGEST_LINE

_REFERRAL = "The referral."


class ReferComplaint(Deed):
    """Ask a department about a complaint, or whoever is at a higher level; its owner stays."""

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        complaint_id = IdOf("Complaint", required=True, description="The complaint.")
        question = Text(required=True, description="What is asked.")
        department = Line(limit=LONGEST_LINE, description="The department; without it a higher level is asked.")
        to_level = graphene.InputField(enum_of(Level), description="The level; the next one if nothing is given.")
        answer_by = graphene.InputField(DateTime, description="Until when it should be answered.")
        pauses = graphene.InputField(
            graphene.Boolean,
            description="Whether the clocks stand still until a department has answered; needs the right to pause.",
        )

    complaint = graphene.Field(ComplaintType, description=COMPLAINT)
    referral = graphene.Field(ReferralType, description=_REFERRAL)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, complaint_id: UUID, **given: Any) -> dict[str, Any]:
        """Refer a complaint."""
        done = refer_complaint(actor=actor, complaint_id=complaint_id, now=now, **named(given))
        return {**payload_of(done), "referral": done.step}


class AnswerReferral(Deed):
    """Record what was answered to a referral; clocks that stood still for it run on."""

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        referral_id = IdOf("Referral", required=True, description=_REFERRAL)
        answer = Text(required=True, description="What was answered.")

    complaint = graphene.Field(ComplaintType, description=COMPLAINT)
    referral = graphene.Field(ReferralType, description=_REFERRAL)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, referral_id: UUID, **given: Any) -> dict[str, Any]:
        """Answer a referral."""
        referral, done = answer_referral(actor=actor, referral_id=referral_id, now=now, **named(given))
        return {**payload_of(done), "referral": referral}


class RecordCustomerWord(Deed):
    """Record what the customer wrote or said since: every wait for them is void from that moment."""

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        complaint_id = IdOf("Complaint", required=True, description="The complaint.")
        text = Text(required=True, description="What the customer wrote or said.")
        channel = graphene.InputField(enum_of(Channel), required=True, description="How it reached us.")
        said_at = graphene.InputField(DateTime, description="When the customer said so, if that was before now.")

    complaint = graphene.Field(ComplaintType, description=COMPLAINT)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, complaint_id: UUID, **given: Any) -> dict[str, Any]:
        """Record a customer's word."""
        return payload_of(record_customer_word(actor=actor, complaint_id=complaint_id, now=now, **named(given)))


class PauseComplaint(Deed):
    """Let a complaint's clocks stand still, with the reason; what was late stays late."""

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        complaint_id = IdOf("Complaint", required=True, description="The complaint.")
        reason = graphene.InputField(enum_of(PauseReason), required=True, description="What it waits for.")
        note = Text(description="More about it; needed for another reason than the usual ones.")

    complaint = graphene.Field(ComplaintType, description=COMPLAINT)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, complaint_id: UUID, **given: Any) -> dict[str, Any]:
        """Pause a complaint."""
        return payload_of(pause_complaint(actor=actor, complaint_id=complaint_id, now=now, **named(given)))


class ResumeComplaint(Deed):
    """Let a complaint's clocks run on: the time that was left is left again."""

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        complaint_id = IdOf("Complaint", required=True, description="The complaint.")

    complaint = graphene.Field(ComplaintType, description=COMPLAINT)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, complaint_id: UUID, **given: Any) -> dict[str, Any]:
        """Resume a complaint."""
        return payload_of(resume_complaint(actor=actor, complaint_id=complaint_id, now=now, **named(given)))


class WaitingMutation(graphene.ObjectType):
    """Deeds about whom a complaint waits for."""

    refer_complaint = ReferComplaint.mounted()
    answer_referral = AnswerReferral.mounted()
    record_customer_word = RecordCustomerWord.mounted()
    pause_complaint = PauseComplaint.mounted()
    resume_complaint = ResumeComplaint.mounted()
