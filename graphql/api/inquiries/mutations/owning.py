"""Deeds by which an inquiry gets another owner, ends, and begins again; and those on shifts."""

from datetime import datetime
from typing import Any
from uuid import UUID

import graphene

from api.base.deeds import Deed
from api.base.inputs import IdOf, Text, named
from api.inquiries.mutations.opening import INQUIRY, payload_of
from api.inquiries.parts import ShiftType
from api.inquiries.types import InquiryType
from chains.actor import Actor
from inquiries.actions.ending import close_inquiry, reopen_inquiry
from inquiries.actions.owning import hand_over_inquiry, take_inquiry
from inquiries.actions.shifts import begin_shift, end_shift

_SHIFT = "The shift, as it is now."


class TakeInquiry(Deed):
    """Take an inquiry from the queue; you own it from now on."""

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        inquiry_id = IdOf("Inquiry", required=True, description="The inquiry.")

    inquiry = graphene.Field(InquiryType, description=INQUIRY)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, inquiry_id: UUID, **given: Any) -> dict[str, Any]:
        """Take an inquiry."""
        return payload_of(take_inquiry(actor=actor, inquiry_id=inquiry_id, now=now, **named(given)))


class HandOverInquiry(Deed):
    """Hand an inquiry over to somebody else who may answer it."""

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        inquiry_id = IdOf("Inquiry", required=True, description="The inquiry.")
        owner_id = IdOf("Member", required=True, description="Who is to own it from now on.")
        note = Text(description="What the next owner has to know.")

    inquiry = graphene.Field(InquiryType, description=INQUIRY)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, inquiry_id: UUID, **given: Any) -> dict[str, Any]:
        """Hand over an inquiry."""
        return payload_of(hand_over_inquiry(actor=actor, inquiry_id=inquiry_id, now=now, **named(given)))


class CloseInquiry(Deed):
    """Close an inquiry in which nothing is open."""

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        inquiry_id = IdOf("Inquiry", required=True, description="The inquiry.")
        result = Text(description="What came of it.")

    inquiry = graphene.Field(InquiryType, description=INQUIRY)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, inquiry_id: UUID, **given: Any) -> dict[str, Any]:
        """Close an inquiry."""
        return payload_of(close_inquiry(actor=actor, inquiry_id=inquiry_id, now=now, **named(given)))


class ReopenInquiry(Deed):
    """Open a closed inquiry again, as a new round with a new clock."""

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        inquiry_id = IdOf("Inquiry", required=True, description="The inquiry.")
        reason = Text(required=True, description="Why it is opened again.")

    inquiry = graphene.Field(InquiryType, description=INQUIRY)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, inquiry_id: UUID, **given: Any) -> dict[str, Any]:
        """Reopen an inquiry."""
        return payload_of(reopen_inquiry(actor=actor, inquiry_id=inquiry_id, now=now, **named(given)))


class BeginShift(Deed):
    """Come to the desk of a store: what comes in is given to whoever is there, the fewest open inquiries first."""

    class Input:
        store_id = IdOf("Store", required=True, description="The store.")

    shift = graphene.Field(ShiftType, description=_SHIFT)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, store_id: UUID) -> dict[str, Any]:
        """Begin a shift."""
        return {"shift": begin_shift(actor=actor, store_id=store_id, now=now)}


class EndShift(Deed):
    """Leave the desk of a store; your inquiries stay yours until they are handed over."""

    class Input:
        store_id = IdOf("Store", required=True, description="The store.")

    shift = graphene.Field(ShiftType, description=_SHIFT)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, store_id: UUID) -> dict[str, Any]:
        """End a shift."""
        return {"shift": end_shift(actor=actor, store_id=store_id, now=now)}


class OwningMutation(graphene.ObjectType):
    """Deeds about who answers for an inquiry, and about its end."""

    take_inquiry = TakeInquiry.mounted()
    hand_over_inquiry = HandOverInquiry.mounted()
    close_inquiry = CloseInquiry.mounted()
    reopen_inquiry = ReopenInquiry.mounted()
    begin_shift = BeginShift.mounted()
    end_shift = EndShift.mounted()
