"""Deeds that write customers down, correct and look them up, merge them and note what they bought."""

from datetime import datetime
from typing import Any
from uuid import UUID

import graphene

from api.base.deeds import Deed
from api.base.inputs import IdOf, Line, Text, named
from api.base.scalars import DateTime, MoneyInput
from api.customers.types import CustomerType, PurchaseType
from chains.actor import Actor
from customers.actions.merging import merge_customers, unmerge_customers
from customers.actions.purchases import record_purchase
from customers.actions.registering import (
    correct_customer,
    particulars_of,
    read_customer_contact,
    register_customer,
)
from customers.models import LONGEST_ADDRESS, LONGEST_EMAIL, LONGEST_NAME
from customers.rules.particulars import Particulars
from kit.texts import LONGEST_LINE

LANGUAGE = "The language the customer is written to in: `en`, `zh-hans` or `zh-hant`. English if it is not given."
PHONE = "The customer's phone number, in any writing of 5 to 16 digits. Give this or the address, or both."
_EMAIL = "The customer's e-mail address."
_ADDRESS = "The customer's postal address."
_BIRTHDAY = "The customer's birthday, as `05-17` or `1990-05-17`."
_NOTE = "What is good to know of the customer."
_CUSTOMER = "The customer, as they are now."


class RegisterCustomer(Deed):
    """Write a customer down in a store's register, or find who is there already by name and contact."""

    class Input:
        store_id = IdOf("Store", required=True, description="The store.")
        name = Line(required=True, limit=LONGEST_NAME, description="What the customer is called.")
        phone = Line(limit=LONGEST_LINE, description=PHONE)
        email = Line(limit=LONGEST_EMAIL, description=_EMAIL)
        language = Line(limit=10, description=LANGUAGE)
        address = Line(limit=LONGEST_ADDRESS, description=_ADDRESS)
        birthday = Line(limit=20, description=_BIRTHDAY)
        note = Text(description=_NOTE)

    customer = graphene.Field(CustomerType, description="The customer.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, store_id: UUID, **given: Any) -> dict[str, Any]:
        """Register a customer."""
        particulars = Particulars(**named(given))
        return {"customer": register_customer(actor=actor, store_id=store_id, particulars=particulars, now=now)}


class CorrectCustomer(Deed):
    """Correct a customer's particulars. What is not given stays; an empty text takes out what was there."""

    class Meta:
        versioned = True

    class Input:
        customer_id = IdOf("Customer", required=True, description="The customer.")
        name = Line(limit=LONGEST_NAME, description="What the customer is called.")
        phone = Line(limit=LONGEST_LINE, description=PHONE)
        email = Line(limit=LONGEST_EMAIL, description=_EMAIL)
        language = Line(limit=10, description=LANGUAGE)
        address = Line(limit=LONGEST_ADDRESS, description=_ADDRESS)
        birthday = Line(limit=20, description=_BIRTHDAY)
        note = Text(description=_NOTE)

    customer = graphene.Field(CustomerType, description=_CUSTOMER)

    @classmethod
    def perform(
        cls, actor: Actor, now: datetime, *, customer_id: UUID, expected_version: int | None = None, **given: Any
    ) -> dict[str, Any]:
        """Correct a customer."""
        corrected = correct_customer(
            actor=actor, customer_id=customer_id, changes=named(given), expected_version=expected_version, now=now
        )
        return {"customer": corrected}


class ReadCustomerContact(Deed):
    """Look up a customer's particulars and how they are reached; that you did so is recorded."""

    class Meta:
        shown_once = ("name", "phone", "email", "address", "birthday", "note")

    class Input:
        customer_id = IdOf("Customer", required=True, description="The customer.")

    customer = graphene.Field(CustomerType, description="The customer.")
    name = graphene.String(description="What they are called.")
    phone = graphene.String(description="The phone number, as digits; empty where there is none.")
    email = graphene.String(description="The e-mail address; empty where there is none.")
    address = graphene.String(description="The postal address; empty where there is none.")
    birthday = graphene.String(description="The birthday, as `05-17` or `1990-05-17`; empty where it is not known.")
    note = graphene.String(description="What is good to know of them; may be empty.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, customer_id: UUID) -> dict[str, Any]:
        """Read a customer's contact."""
        customer = read_customer_contact(actor=actor, customer_id=customer_id, now=now)
        told = particulars_of(customer)
        return {"customer": customer, **{name: text for name, text in told.items() if name != "language"}}


class MergeCustomers(Deed):
    """Make a record part of another one of the same person, which takes over what it lacks. It can be undone."""

    class Meta:
        versioned = True

    class Input:
        kept_id = IdOf("Customer", required=True, description="The record to keep.")
        merged_id = IdOf("Customer", required=True, description="The record that is to become part of it.")

    customer = graphene.Field(CustomerType, description="The record that is kept, as it is now.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, kept_id: UUID, merged_id: UUID, **given: Any) -> dict[str, Any]:
        """Merge two customers."""
        kept = merge_customers(actor=actor, kept_id=kept_id, merged_id=merged_id, now=now, **named(given))
        return {"customer": kept}


class UnmergeCustomers(Deed):
    """Make a merged record stand for itself again."""

    class Meta:
        versioned = True

    class Input:
        customer_id = IdOf("Customer", required=True, description="The record that was merged.")

    customer = graphene.Field(CustomerType, description="That record, as it is now.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, customer_id: UUID, **given: Any) -> dict[str, Any]:
        """Undo a merging."""
        return {"customer": unmerge_customers(actor=actor, customer_id=customer_id, now=now, **named(given))}


class RecordPurchase(Deed):
    """Note what a customer bought; their class follows from it by itself."""

    class Input:
        customer_id = IdOf("Customer", required=True, description="The customer.")
        product = Line(required=True, description="What was bought.")
        model = Line(description="Which model of it.")
        quantity = graphene.Int(required=True, description="How many, 1 to 1,000,000.")
        amount = graphene.InputField(MoneyInput, required=True, description="What it cost in all.")
        bought_at = graphene.InputField(DateTime, description="When, if that was before now.")

    purchase = graphene.Field(PurchaseType, description="The purchase.")

    @classmethod
    def perform(
        cls,
        actor: Actor,
        now: datetime,
        *,
        amount: dict[str, Any],
        bought_at: datetime | None = None,
        **given: Any,
    ) -> dict[str, Any]:
        """Record a purchase."""
        purchase = record_purchase(
            actor=actor,
            amount_minor=amount["amount_minor"],
            currency=amount["currency"],
            bought_at=bought_at or now,
            now=now,
            **named(given),
        )
        return {"purchase": purchase}


class RegisteringMutation(graphene.ObjectType):
    """Deeds that write customers down."""

    register_customer = RegisterCustomer.mounted()
    correct_customer = CorrectCustomer.mounted()
    read_customer_contact = ReadCustomerContact.mounted()
    merge_customers = MergeCustomers.mounted()
    unmerge_customers = UnmergeCustomers.mounted()
    record_purchase = RecordPurchase.mounted()
