"""Deeds on the register of customers."""

from datetime import datetime
from typing import Any
from uuid import UUID

import graphene

from api.base.deeds import Deed
from api.base.inputs import IdOf, Line, named
from api.customers.types import CustomerType
from chains.actor import Actor
from customers.actions import read_customer_contact, register_customer
from customers.models import LONGEST_EMAIL, LONGEST_NAME
from customers.rules import Particulars
from kit.texts import LONGEST_LINE

LANGUAGE = "The language the customer is written to in: `en`, `zh-hans` or `zh-hant`. English if it is not given."
PHONE = "The customer's phone number, in any writing of 5 to 16 digits. Give this or the address, or both."


class RegisterCustomer(Deed):
    """Write a customer down in a store's register, or find who is there already by name and contact."""

    class Input:
        store_id = IdOf("Store", required=True, description="The store.")
        name = Line(required=True, limit=LONGEST_NAME, description="What the customer is called.")
        phone = Line(limit=LONGEST_LINE, description=PHONE)
        email = Line(limit=LONGEST_EMAIL, description="The customer's e-mail address.")
        language = Line(limit=10, description=LANGUAGE)

    customer = graphene.Field(CustomerType, description="The customer.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, store_id: UUID, **given: Any) -> dict[str, Any]:
        """Register a customer."""
        particulars = Particulars(**named(given))
        return {"customer": register_customer(actor=actor, store_id=store_id, particulars=particulars, now=now)}


class ReadCustomerContact(Deed):
    """Look up how a customer is reached; that you did so is recorded."""

    class Meta:
        shown_once = ("phone", "email")

    class Input:
        customer_id = IdOf("Customer", required=True, description="The customer.")

    customer = graphene.Field(CustomerType, description="The customer.")
    phone = graphene.String(description="The phone number, as digits; empty where there is none.")
    email = graphene.String(description="The e-mail address; empty where there is none.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, customer_id: UUID) -> dict[str, Any]:
        """Read a customer's contact."""
        customer = read_customer_contact(actor=actor, customer_id=customer_id, now=now)
        return {"customer": customer, "phone": customer.phone, "email": customer.email}


class CustomersMutation(graphene.ObjectType):
    """Deeds on the register of customers."""

    register_customer = RegisterCustomer.mounted()
    read_customer_contact = ReadCustomerContact.mounted()
