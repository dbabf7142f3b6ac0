"""The deed that brings a complaint in."""

from datetime import datetime
from typing import Any
from uuid import UUID

import graphene

from api.base import scalars
from api.base.deeds import Deed
from api.base.enums import enum_of
from api.base.inputs import IdOf, Line, Text, named
from api.base.scalars import DateTime
from api.complaints.remedies import RemedyInput, drafts
from api.complaints.types import ComplaintType
from api.customers.mutations.registering import LANGUAGE, PHONE
from api.standards.applied import applied_by
from chains.actor import Actor
from complaints.actions.filing import Links, file_complaint
from complaints.actions.steps import Done
from complaints.models.complaints import LONGEST_ORDER_NUMBER, Channel, Severity
from customers.models import LONGEST_EMAIL, LONGEST_NAME
from customers.rules.particulars import Particulars
from kit.texts import LONGEST_LINE

COMPLAINT = "The complaint, as it is now."
INSPECTION = "The key of the inspection that it is about, kept as it is given: inspections are kept elsewhere."
_OF = "customer_"
_PARTICULARS = ("customer_name", "customer_phone", "customer_email", "customer_language")
_LINKS = ("order_id", "inquiry_id", "clause_id", "inspection_id")


def payload_of(done: Done) -> dict[str, Any]:
    """Return what a deed on a complaint answers."""
    return {"complaint": done.complaint, "standards_applied": applied_by(done.standards_applied)}


class FileComplaint(Deed):
    """Take down a customer's complaint at once and start its clocks."""

    class Meta:
        applies_standards = True

    class Input:
        store_id = IdOf("Store", required=True, description="The store that it is about.")
        customer_id = IdOf("Customer", description="Who complains, from the store's register; else their particulars.")
        customer_name = Line(limit=LONGEST_NAME, description="Who complains; needed without `customerId`.")
        customer_phone = Line(limit=LONGEST_LINE, description=PHONE)
        customer_email = Line(limit=LONGEST_EMAIL, description="The customer's e-mail address.")
        customer_language = Line(limit=10, description=LANGUAGE)
        subject = Line(required=True, limit=LONGEST_LINE, description="What it is about.")
        description = Text(description="What the customer said.")
        order_number = Line(limit=LONGEST_ORDER_NUMBER, description="The order that it is about.")
        channel = graphene.InputField(enum_of(Channel), required=True, description="How the customer reached us.")
        severity = graphene.InputField(enum_of(Severity), required=True, description="How much harm it tells of.")
        received_at = graphene.InputField(DateTime, description="When the customer raised it, if that was before now.")
        owner_id = IdOf(
            "Member", description="Who is to own it; if nobody is named, you, or for a machine whom it is routed to."
        )
        order_id = IdOf("Order", description="The store's order that it is about, where it is in the register.")
        inquiry_id = IdOf("Inquiry", description="The store's inquiry that it came from.")
        clause_id = IdOf("Clause", description="The clause of a standard that it touches.")
        inspection_id = graphene.InputField(scalars.UUID, description=INSPECTION)
        remedies = graphene.List(graphene.NonNull(RemedyInput), description="What the customer asks for.")

    complaint = graphene.Field(ComplaintType, description=COMPLAINT)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, store_id: UUID, **given: Any) -> dict[str, Any]:
        """File a complaint."""
        told = named(given)
        who = {name.removeprefix(_OF): told.pop(name) for name in _PARTICULARS if name in told}
        customer_id = told.pop("customer_id", None)
        customer = customer_id if customer_id is not None else Particulars(**{"name": "", **who})
        links = Links(**{name: told.pop(name) for name in _LINKS if name in told})
        remedies = drafts(told.pop("remedies", ()))
        return payload_of(
            file_complaint(
                actor=actor, store_id=store_id, customer=customer, now=now, links=links, remedies=remedies, **told
            )
        )


class FilingMutation(graphene.ObjectType):
    """The deed that brings a complaint in."""

    file_complaint = FileComplaint.mounted()
