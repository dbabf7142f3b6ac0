"""Deeds by which a customer is answered."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import graphene

from api.base.deeds import Deed
from api.base.enums import enum_of
from api.base.inputs import IdOf, Line, Text, named
from api.base.scalars import Date, DateTime
from api.inquiries.mutations.opening import EXTERNAL_ID, INQUIRY, payload_of
from api.inquiries.types import InquiryType
from chains.actor import Actor
from inquiries.actions.answering import Outgoing, advise_customer, promise_reply, reply_to_inquiry
from inquiries.models.inquiries import InquiryChannel
from inquiries.models.messages import LONGEST_EXTERNAL_ID
from inquiries.rules.advising import AdvisedProduct
from kit.texts import LONGEST_LINE

_TEXT = "What the customer is told. It is held against the norms of wording first."
_WARNINGS = "Send it although norms of wording warn of it; what blocks is refused all the same."
_PROMISES = "The promises that this keeps; all open ones if it is not given, none if it is an empty list."
_SAID_AT = (
    "When it was said, if that was before now: by phone or in person, or by the system that sends it in with a "
    "service token."
)
_SAYING = ("text", "accept_warnings", "channel", "promise_ids", "external_id", "said_at")


def _outgoing(given: dict[str, Any]) -> Outgoing:
    return Outgoing(**{name: given.pop(name) for name in _SAYING if name in given})


class ReplyToInquiry(Deed):
    """Answer a customer: the clock of the answer stops, and promises are kept."""

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        inquiry_id = IdOf("Inquiry", required=True, description="The inquiry.")
        text = Text(required=True, description=_TEXT)
        accept_warnings = graphene.InputField(graphene.Boolean, description=_WARNINGS)
        channel = graphene.InputField(enum_of(InquiryChannel), description="How; as the inquiry came if not given.")
        promise_ids = IdOf("ReplyPromise", many=True, description=_PROMISES)
        said_at = graphene.InputField(DateTime, description=_SAID_AT)
        external_id = Line(limit=LONGEST_EXTERNAL_ID, description=EXTERNAL_ID)

    inquiry = graphene.Field(InquiryType, description=INQUIRY)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, inquiry_id: UUID, **given: Any) -> dict[str, Any]:
        """Reply to an inquiry."""
        told = named(given)
        reply = _outgoing(told)
        return payload_of(reply_to_inquiry(actor=actor, inquiry_id=inquiry_id, reply=reply, now=now, **told))


class PromiseReply(Deed):
    """Tell a customer until when they will have their answer; that is a clock of its own."""

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        inquiry_id = IdOf("Inquiry", required=True, description="The inquiry.")
        text = Text(required=True, description=_TEXT)
        promised_until = graphene.InputField(
            DateTime, required=True, description="Until when the customer will have their answer."
        )
        accept_warnings = graphene.InputField(graphene.Boolean, description=_WARNINGS)
        channel = graphene.InputField(enum_of(InquiryChannel), description="How; as the inquiry came if not given.")
        reason = Text(
            description="Why it takes longer than was promised; the customer is told it after the text. "
            "Needed while an earlier promise is open, which is measured on until the answer."
        )

    inquiry = graphene.Field(InquiryType, description=INQUIRY)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, inquiry_id: UUID, **given: Any) -> dict[str, Any]:
        """Promise a reply."""
        told = named(given)
        promise = _outgoing(told)
        return payload_of(promise_reply(actor=actor, inquiry_id=inquiry_id, promise=promise, now=now, **told))


class AdvisedProductInput(graphene.InputObjectType):
    """One product of an advice."""

    product = Line(required=True, limit=LONGEST_LINE, description="The product.")
    model = Line(limit=LONGEST_LINE, description="Its model.")
    quantity = graphene.InputField(graphene.Int, description="How many pieces of it; 1 if it is not given.")
    why = Text(description="Why this one.")


class AdviseCustomer(Deed):
    """Advise a customer what to buy, for which need, and how and when they plan to buy it."""

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        inquiry_id = IdOf("Inquiry", required=True, description="The inquiry.")
        text = Text(required=True, description=_TEXT)
        needs = Text(required=True, description="What the customer needs.")
        lines = graphene.InputField(
            graphene.List(graphene.NonNull(AdvisedProductInput)),
            required=True,
            description="The products, in their order; 1 to 50.",
        )
        plan = Text(description="How the customer plans to buy.")
        planned_on = graphene.InputField(Date, description="The day on which they plan to.")
        accept_warnings = graphene.InputField(graphene.Boolean, description=_WARNINGS)
        channel = graphene.InputField(enum_of(InquiryChannel), description="How; as the inquiry came if not given.")
        promise_ids = IdOf("ReplyPromise", many=True, description=_PROMISES)

    inquiry = graphene.Field(InquiryType, description=INQUIRY)

    @classmethod
    def perform(
        cls,
        actor: Actor,
        now: datetime,
        *,
        inquiry_id: UUID,
        lines: list[dict[str, Any]],
        planned_on: date | None = None,
        **given: Any,
    ) -> dict[str, Any]:
        """Advise a customer."""
        told = named(given)
        advice = _outgoing(told)
        products = [AdvisedProduct(**named(line)) for line in lines]
        return payload_of(
            advise_customer(
                actor=actor,
                inquiry_id=inquiry_id,
                advice=advice,
                lines=products,
                planned_on=planned_on,
                now=now,
                **told,
            )
        )


class AnsweringMutation(graphene.ObjectType):
    """Deeds by which a customer is answered."""

    reply_to_inquiry = ReplyToInquiry.mounted()
    promise_reply = PromiseReply.mounted()
    advise_customer = AdviseCustomer.mounted()
