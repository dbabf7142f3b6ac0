"""Deeds that change an order: where it goes, its cancellation, and refunds."""

from datetime import datetime
from typing import Any

import graphene

from api.base.deeds import Deed
from api.base.enums import enum_of
from api.base.inputs import IdOf, Line, Text, named
from api.base.scalars import Date, MinorUnits
from api.orders.payloads import ORDER, payload
from api.orders.rows import CancellationType, OrderChangeType, RefundType
from api.orders.types import OrderType
from chains.actor import Actor
from customers.models import LONGEST_NAME
from kit.texts import LONGEST_LINE
from orders.actions.cancelling import cancel_order
from orders.actions.changing import confirm_order_change, decline_order_change, request_order_change
from orders.actions.reading import read_order_destination
from orders.actions.refunding import approve_refund, decline_refund, execute_refund, grant_refund, report_refund
from orders.models.changes import CancelReason, IdentityCheck
from orders.models.orders import LONGEST_ADDRESS, PaymentMethod
from orders.models.refunds import ToldBy

_CHANGE = "The change, as it is now."
_REFUND = "The refund, as it is now."


class ReadOrderDestination(Deed):
    """Look up where an order goes; that you did so is recorded."""

    class Meta:
        shown_once = ("recipient", "phone", "address")

    class Input:
        order_id = IdOf("Order", required=True, description="The order.")

    order = graphene.Field(OrderType, description=ORDER)
    recipient = graphene.String(description="Who is to get it; may be empty.")
    phone = graphene.String(description="The recipient's phone number; may be empty.")
    address = graphene.String(description="Where it is to go; may be empty.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Read a destination."""
        order = read_order_destination(actor=actor, now=now, **given)
        return {"order": order, "recipient": order.recipient, "phone": order.phone, "address": order.address}


class RequestOrderChange(Deed):
    """Take down where an order is to go instead; nothing leaves until that is confirmed or declined."""

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        order_id = IdOf("Order", required=True, description="The order.")
        recipient = Line(limit=LONGEST_NAME, description="Who is to get it; as before if not given.")
        phone = Line(limit=LONGEST_LINE, description="The recipient's phone number; as before if not given.")
        address = Line(limit=LONGEST_ADDRESS, description="Where it is to go; as before if not given.")

    order = graphene.Field(OrderType, description=ORDER)
    change = graphene.Field(OrderChangeType, description=_CHANGE)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Request a change."""
        return payload(request_order_change(actor=actor, now=now, **named(given)), "change")


class ConfirmOrderChange(Deed):
    """Change where an order goes, once it was checked and proven that this is the customer."""

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        change_id = IdOf("OrderChange", required=True, description="The change.")
        identity_check = graphene.InputField(
            enum_of(IdentityCheck), required=True, description="How identity was checked."
        )
        is_identity_proven = graphene.InputField(
            graphene.Boolean, required=True, description="Whether it was proven that this is the customer."
        )

    order = graphene.Field(OrderType, description=ORDER)
    change = graphene.Field(OrderChangeType, description=_CHANGE)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Confirm a change."""
        return payload(confirm_order_change(actor=actor, now=now, **named(given)), "change")


class DeclineOrderChange(Deed):
    """Leave an order as it is, with the reason."""

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        change_id = IdOf("OrderChange", required=True, description="The change.")
        reason = Text(required=True, description="Why it stays as it is.")
        identity_check = graphene.InputField(
            enum_of(IdentityCheck), description="How identity was checked, where it was."
        )
        is_identity_proven = graphene.InputField(
            graphene.Boolean, description="Whether it was proven that this is the customer, where it was checked."
        )

    order = graphene.Field(OrderType, description=ORDER)
    change = graphene.Field(OrderChangeType, description=_CHANGE)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Decline a change."""
        return payload(decline_order_change(actor=actor, now=now, **named(given)), "change")


class CancelOrder(Deed):
    """Cancel an order of which nothing has left; the answer says what follows, and when money comes back."""

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        order_id = IdOf("Order", required=True, description="The order.")
        reason = graphene.InputField(enum_of(CancelReason), required=True, description="Why it is cancelled.")
        remark = Text(description="What else was said; needed with the reason `OTHER`.")

    order = graphene.Field(OrderType, description=ORDER)
    cancellation = graphene.Field(CancellationType, description="The cancellation, and what follows from it.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Cancel an order."""
        return payload(cancel_order(actor=actor, now=now, **named(given)), "cancellation")


class GrantRefund(Deed):
    """Grant to pay some of an order back; above your limit a second person has to approve it."""

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        order_id = IdOf("Order", required=True, description="The order.")
        amount_minor = graphene.InputField(
            MinorUnits,
            required=True,
            description="How much, in smallest units: at most what was paid and is not paid back.",
        )
        reason = Text(required=True, description="Why.")

    order = graphene.Field(OrderType, description=ORDER)
    refund = graphene.Field(RefundType, description=_REFUND)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Grant a refund."""
        return payload(grant_refund(actor=actor, now=now, **named(given)), "refund")


class ApproveRefund(Deed):
    """Approve a refund that somebody else granted above their limit and that is within yours."""

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        refund_id = IdOf("Refund", required=True, description="The refund.")

    order = graphene.Field(OrderType, description=ORDER)
    refund = graphene.Field(RefundType, description=_REFUND)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Approve a refund."""
        return payload(approve_refund(actor=actor, now=now, **named(given)), "refund")


class DeclineRefund(Deed):
    """Take back a refund that was not paid out."""

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        refund_id = IdOf("Refund", required=True, description="The refund.")

    order = graphene.Field(OrderType, description=ORDER)
    refund = graphene.Field(RefundType, description=_REFUND)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Decline a refund."""
        return payload(decline_refund(actor=actor, now=now, **named(given)), "refund")


class ExecuteRefund(Deed):
    """Pay a refund out."""

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        refund_id = IdOf("Refund", required=True, description="The refund.")
        method = graphene.InputField(enum_of(PaymentMethod), required=True, description="How it is paid out.")
        expected_on = graphene.InputField(
            Date, description="By which day the customer has it; a week from now if not given."
        )

    order = graphene.Field(OrderType, description=ORDER)
    refund = graphene.Field(RefundType, description=_REFUND)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Execute a refund."""
        return payload(execute_refund(actor=actor, now=now, **named(given)), "refund")


class ReportRefund(Deed):
    """Record that the customer was told of a refund that was paid out, and by which day they have it."""

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        refund_id = IdOf("Refund", required=True, description="The refund.")
        told_by = graphene.InputField(enum_of(ToldBy), required=True, description="How the customer was told.")

    order = graphene.Field(OrderType, description=ORDER)
    refund = graphene.Field(RefundType, description=_REFUND)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Report a refund."""
        return payload(report_refund(actor=actor, now=now, **named(given)), "refund")


class ChangingMutation(graphene.ObjectType):
    """Deeds that change an order."""

    read_order_destination = ReadOrderDestination.mounted()
    request_order_change = RequestOrderChange.mounted()
    confirm_order_change = ConfirmOrderChange.mounted()
    decline_order_change = DeclineOrderChange.mounted()
    cancel_order = CancelOrder.mounted()
    grant_refund = GrantRefund.mounted()
    approve_refund = ApproveRefund.mounted()
    decline_refund = DeclineRefund.mounted()
    execute_refund = ExecuteRefund.mounted()
    report_refund = ReportRefund.mounted()
