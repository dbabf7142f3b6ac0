"""Deeds by which a customer's word comes in."""

from datetime import datetime
from typing import Any
from uuid import UUID

import graphene

from api.base.deeds import Deed
from api.base.enums import enum_of
from api.base.inputs import IdOf, Line, Text, named
from api.base.scalars import DateTime
from api.customers.mutations.registering import LANGUAGE, PHONE
from api.inquiries.types import InquiryType
from api.standards.applied import applied_by
from chains.actor import Actor
from customers.models import LONGEST_EMAIL, LONGEST_NAME
from customers.rules.particulars import Particulars
from inquiries.actions.keeping import Incoming
from inquiries.actions.opening import open_inquiry, record_customer_message
from inquiries.actions.steps import Done
from inquiries.models.inquiries import InquiryChannel
from inquiries.models.messages import LONGEST_EXTERNAL_ID
from kit.texts import LONGEST_LINE

INQUIRY = "The inquiry, as it is now."
EXTERNAL_ID = (
    "What your system calls the message. Sent in again, at the same store and by the same channel, it is the same one."
)
_OF = "customer_"
_PARTICULARS = ("customer_name", "customer_phone", "customer_email", "customer_language")


def payload_of(done: Done) -> dict[str, Any]:
    """Return what a deed on an inquiry answers."""
    return {"inquiry": done.inquiry, "standards_applied": applied_by(done.standards_applied)}


class OpenInquiry(Deed):
    """Take down a customer's question, or send it in, and start the clock of its first answer."""

    class Meta:
        applies_standards = True

    class Input:
        store_id = IdOf("Store", required=True, description="The store that was asked.")
        customer_id = IdOf("Customer", description="Who asks, from the store's register; else give their particulars.")
        customer_name = Line(limit=LONGEST_NAME, description="Who asks; needed without `customerId`.")
        customer_phone = Line(limit=LONGEST_LINE, description=PHONE)
        customer_email = Line(limit=LONGEST_EMAIL, description="The customer's e-mail address.")
        customer_language = Line(limit=10, description=LANGUAGE)
        subject = Line(required=True, limit=LONGEST_LINE, description="What it is about.")
        text = Text(description="What the customer said; the subject if it is not given.")
        channel = graphene.InputField(enum_of(InquiryChannel), required=True, description="How we were asked.")
        received_at = graphene.InputField(DateTime, description="When the customer asked, if that was before now.")
        answered_at = graphene.InputField(DateTime, description="When the call was picked up, or the visitor greeted.")
        external_id = Line(limit=LONGEST_EXTERNAL_ID, description=EXTERNAL_ID)
        owner_id = IdOf("Member", description="Who is to own it; if nobody is named, you, or whom it is routed to.")

    inquiry = graphene.Field(InquiryType, description=INQUIRY)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, store_id: UUID, **given: Any) -> dict[str, Any]:
        """Open an inquiry."""
        told = named(given)
        who = {name.removeprefix(_OF): told.pop(name) for name in _PARTICULARS if name in told}
        customer_id = told.pop("customer_id", None)
        said = Incoming(
            text=told.pop("text", "") or told["subject"],
            external_id=told.pop("external_id", ""),
            said_at=told.pop("received_at", None),
        )
        return payload_of(
            open_inquiry(
                actor=actor,
                store_id=store_id,
                customer=customer_id or Particulars(**{"name": "", **who}),
                said=said,
                now=now,
                **told,
            )
        )


class RecordCustomerMessage(Deed):
    """Record what the customer wrote or said, or send it in. A closed inquiry opens again by it."""

    class Meta:
        applies_standards = True

    class Input:
        inquiry_id = IdOf("Inquiry", required=True, description="The inquiry.")
        text = Text(required=True, description="What the customer said.")
        channel = graphene.InputField(enum_of(InquiryChannel), description="How; as the inquiry came if not given.")
        said_at = graphene.InputField(DateTime, description="When, if that was before now.")
        external_id = Line(limit=LONGEST_EXTERNAL_ID, description=EXTERNAL_ID)

    inquiry = graphene.Field(InquiryType, description=INQUIRY)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, inquiry_id: UUID, **given: Any) -> dict[str, Any]:
        """Record a customer's message."""
        said = Incoming(**named(given))
        return payload_of(record_customer_message(actor=actor, inquiry_id=inquiry_id, said=said, now=now))


class OpeningMutation(graphene.ObjectType):
    """Deeds by which a customer's word comes in."""

    open_inquiry = OpenInquiry.mounted()
    record_customer_message = RecordCustomerMessage.mounted()
