"""Deeds of care and confidence: classes, greetings, consent, and the person's own right to their data."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import graphene
from graphene.types.json import JSONString

from api.base.deeds import Deed
from api.base.enums import enum_of
from api.base.inputs import IdOf, Line, Text, named
from api.base.scalars import Date, DateTime
from api.customers.classes import CustomerClassInput, spec_in
from api.customers.types import ConsentType, CustomerType, GreetingType
from chains.actor import Actor
from customers.actions.caring import greet_customer, set_customer_classes
from customers.actions.consenting import record_consent, withdraw_consent
from customers.actions.erasing import erase_customer, export_customer_data
from customers.actions.retaining import lift_legal_hold, place_legal_hold
from customers.models import ConsentPurpose, GreetingOccasion
from customers.rules.exporting import as_csv


class SetCustomerClasses(Deed):
    """Set the classes of the chain's customers, the highest first. Whoever reaches both thresholds of one is in it."""

    class Meta:
        versioned = True

    class Input:
        classes = graphene.InputField(
            graphene.List(graphene.NonNull(CustomerClassInput)),
            required=True,
            description="The classes, the highest first, at most 20; they take the place of those before.",
        )

    version = graphene.Int(description="How often the classes were set by now: give it back as `expectedVersion`.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, classes: list[dict[str, Any]], **given: Any) -> dict[str, Any]:
        """Set the classes."""
        specs = [spec_in(each) for each in classes]
        return {"version": set_customer_classes(actor=actor, classes=specs, now=now, **named(given)).number}


class GreetCustomer(Deed):
    """Record that you greeted a customer, or looked after them by the plan of their class."""

    class Input:
        customer_id = IdOf("Customer", required=True, description="The customer.")
        occasion = graphene.InputField(enum_of(GreetingOccasion), required=True, description="Why.")
        due_on = graphene.InputField(Date, description="For which day that was due; today if it is not given.")
        note = Text(description="What was said.")

    greeting = graphene.Field(GreetingType, description="The greeting.")

    @classmethod
    def perform(
        cls,
        actor: Actor,
        now: datetime,
        *,
        customer_id: UUID,
        occasion: GreetingOccasion,
        due_on: date | None = None,
        **given: Any,
    ) -> dict[str, Any]:
        """Greet a customer."""
        greeting = greet_customer(
            actor=actor, customer_id=customer_id, occasion=occasion, due_on=due_on, now=now, **named(given)
        )
        return {"greeting": greeting}


class RecordConsent(Deed):
    """Record that a customer agreed to one purpose, with what proves it."""

    class Input:
        customer_id = IdOf("Customer", required=True, description="The customer.")
        purpose = graphene.InputField(enum_of(ConsentPurpose), required=True, description="To what they agreed.")
        proof = Line(required=True, description="What proves it, such as the number of a signed form.")
        given_at = graphene.InputField(DateTime, description="When they agreed, if that was before now.")

    consent = graphene.Field(ConsentType, description="The consent.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Record a consent."""
        return {"consent": record_consent(actor=actor, now=now, **named(given))}


class WithdrawConsent(Deed):
    """Record that a customer withdrew their consent to one purpose."""

    class Input:
        customer_id = IdOf("Customer", required=True, description="The customer.")
        purpose = graphene.InputField(enum_of(ConsentPurpose), required=True, description="To what they had agreed.")
        proof = Line(required=True, description="What proves the withdrawal, such as the date of a letter.")

    consent = graphene.Field(ConsentType, description="The consent that ended.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Withdraw a consent."""
        return {"consent": withdraw_consent(actor=actor, now=now, **given)}


class ExportCustomerData(Deed):
    """Get everything that is held on a person, to be given to them; that you did so is recorded."""

    class Meta:
        shown_once = ("data", "csv")

    class Input:
        customer_id = IdOf("Customer", required=True, description="The customer.")

    customer = graphene.Field(CustomerType, description="The customer.")
    data = JSONString(description="What is held, as JSON: a list of rows for each kind of thing.")
    csv = graphene.String(
        description="The same as CSV, one value a line: kind, row, name, value. Cells that a spreadsheet would take "
        "for a formula begin with an apostrophe."
    )

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, customer_id: UUID) -> dict[str, Any]:
        """Export a customer's data."""
        customer, data = export_customer_data(actor=actor, customer_id=customer_id, now=now)
        return {"customer": customer, "data": data, "csv": as_csv(data)}


class EraseCustomer(Deed):
    """Take out for good who a customer is, wherever they are written about. Amounts and moments stay for the books."""

    class Meta:
        versioned = True

    class Input:
        customer_id = IdOf("Customer", required=True, description="The customer.")

    customer = graphene.Field(CustomerType, description="What is left of the record.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, customer_id: UUID, **given: Any) -> dict[str, Any]:
        """Erase a customer."""
        return {"customer": erase_customer(actor=actor, customer_id=customer_id, now=now, **named(given))}


class PlaceLegalHold(Deed):
    """Keep what is held on a customer from being erased, by hand or after two years, until the hold is lifted."""

    class Meta:
        versioned = True

    class Input:
        customer_id = IdOf("Customer", required=True, description="The customer.")
        reason = Text(required=True, description="Who asks for what is held, and why.")

    customer = graphene.Field(CustomerType, description="The customer, as they are now.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Place a legal hold."""
        return {"customer": place_legal_hold(actor=actor, now=now, **named(given))}


class LiftLegalHold(Deed):
    """Let a customer be erased and forgotten again."""

    class Meta:
        versioned = True

    class Input:
        customer_id = IdOf("Customer", required=True, description="The customer.")

    customer = graphene.Field(CustomerType, description="The customer, as they are now.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Lift a legal hold."""
        return {"customer": lift_legal_hold(actor=actor, now=now, **named(given))}


class CaringMutation(graphene.ObjectType):
    """Deeds of care and confidence."""

    set_customer_classes = SetCustomerClasses.mounted()
    greet_customer = GreetCustomer.mounted()
    record_consent = RecordConsent.mounted()
    withdraw_consent = WithdrawConsent.mounted()
    export_customer_data = ExportCustomerData.mounted()
    erase_customer = EraseCustomer.mounted()
    place_legal_hold = PlaceLegalHold.mounted()
    lift_legal_hold = LiftLegalHold.mounted()
