"""The types around customers: what is told of them is covered where whoever asks need not know it (K4)."""

import functools
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import graphene
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from graphql import GraphQLResolveInfo

from api.base.call import actor_of
from api.base.enums import enum_of
from api.base.scalars import Money
from api.base.things import GlobalId, Thing, computed
from api.customers.classes import CustomerClassType
from api.members.names import name_in
from customers.models import (
    Consent,
    ConsentPurpose,
    Customer,
    CustomerClass,
    Greeting,
    GreetingOccasion,
    Merge,
    Purchase,
)
from customers.queries.caring import classes_of
from customers.queries.register import references_of
from customers.rules.merging import CustomerState, state_of
from customers.rules.particulars import masked, masked_address, masked_name
from customers.rules.possible import CustomerAction, available_actions
from members.rules.permissions import Permission


def _name(row: Customer, info: GraphQLResolveInfo) -> str:
    if row.erased_at is not None:
        return _("Erased customer")
    whole = actor_of(info).may(Permission.READ_CUSTOMER_CONTACT, at=row.store_id)
    return row.name if whole else masked_name(row.name)


def _classes(rows: Sequence[Customer], _info: GraphQLResolveInfo) -> dict[UUID, CustomerClass]:
    return classes_of(row.id for row in rows)


def _actions(row: Customer, info: GraphQLResolveInfo) -> list[CustomerAction]:
    actor = actor_of(info)
    may = functools.partial(actor.may, at=row.store_id)
    return available_actions(state_of(row), may, is_held=row.held_at is not None)


class CustomerType(Thing):
    """Somebody who buys from a store. How to reach them is told by `readCustomerContact`, which records who asked."""

    class Meta:
        name = "Customer"
        model = Customer
        fields = ("store", "number", "language", "registered_at", "erased_at", "held_at", "version")
        descriptions = {
            "store": "The store that registered them.",
            "number": "Their running number at the store, from 1.",
            "language": "The language they are written to in, as a code such as `zh-hans`.",
            "registered_at": "When they were registered.",
            "erased_at": "When their particulars were erased; null where they were not.",
            "held_at": "Since when a legal hold keeps the record from being erased; null where none does.",
            "version": "Counts its changes: give it back as `expectedVersion`.",
        }

    reference = computed(
        graphene.String,
        lambda rows, _info: references_of(rows),
        for_all=True,
        needs=("number", "store_id"),
        description="The number by which people name them: the store's code and their running number.",
    )
    name = computed(
        graphene.String,
        _name,
        needs=("name", "store_id", "erased_at"),
        required=True,
        description="What they are called; only its first character for roles that may not read contacts.",
    )
    masked_phone = computed(
        graphene.String,
        lambda row, _info: masked(row.phone),
        needs=("phone",),
        required=True,
        description="The last digits of their phone number; empty where there is none.",
    )
    masked_email = computed(
        graphene.String,
        lambda row, _info: masked(row.email),
        needs=("email",),
        required=True,
        description="Their address with its middle covered; empty where there is none.",
    )
    masked_address = computed(
        graphene.String,
        lambda row, _info: masked_address(row.address),
        needs=("address",),
        required=True,
        description="The beginning of their postal address; empty where there is none.",
    )
    state = computed(
        enum_of(CustomerState),
        lambda row, _info: state_of(row),
        needs=("kept_as_id", "erased_at"),
        required=True,
        description="Whether the record stands for itself.",
    )
    available_actions = computed(
        graphene.List(graphene.NonNull(enum_of(CustomerAction))),
        _actions,
        needs=("kept_as_id", "erased_at", "held_at", "store_id"),
        required=True,
        description="What you can do with the record as it is now.",
    )
    kept_as_id = GlobalId(
        "Customer",
        source="kept_as_id",
        required=False,
        description="The record into which this one was merged, if any.",
    )
    customer_class = computed(
        CustomerClassType,
        _classes,
        for_all=True,
        description="The class they are in by what they buy; null for none.",
    )
    registered_by_name = name_in("registered_by_id", description="Who registered them; null for a machine.")

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return the customers of the stores that the caller sees."""
        rows: QuerySet[Any] = Customer.objects.visible_to(actor_of(info))
        return rows


class PurchaseType(Thing):
    """What a customer bought."""

    class Meta:
        name = "Purchase"
        model = Purchase
        fields = ("store", "customer", "product", "model", "quantity", "bought_at", "taken_back_at")
        descriptions = {
            "store": "The store.",
            "customer": "Under which record of the customer it was written down.",
            "product": "What was bought.",
            "model": "Which model of it; may be empty.",
            "quantity": "How many.",
            "bought_at": "When.",
            "taken_back_at": "When it was taken back, as with a cancelled order; null where it was not.",
        }

    amount = computed(
        Money,
        lambda row, _info: Money(amount_minor=row.amount_minor, currency=row.currency),
        needs=("amount_minor", "currency"),
        required=True,
        description="What it cost in all.",
    )
    recorded_by_name = name_in("recorded_by_id", description="Who wrote it down; null for a machine.")


class ConsentType(Thing):
    """That a customer agreed to one purpose."""

    class Meta:
        name = "Consent"
        model = Consent
        fields = ("store", "customer", "given_at", "proof", "withdrawn_at", "withdrawal_proof")
        enums = {"purpose": ConsentPurpose}
        descriptions = {
            "store": "The store.",
            "customer": "Under which record of the customer it was written down.",
            "purpose": "To what they agreed.",
            "given_at": "When they agreed.",
            "proof": "What proves it.",
            "withdrawn_at": "When they withdrew it; null while it holds.",
            "withdrawal_proof": "What proves the withdrawal; may be empty.",
        }

    recorded_by_name = name_in("recorded_by_id", description="Who recorded it; null for a machine.")
    withdrawn_by_name = name_in("withdrawn_by_id", description="Who recorded the withdrawal; null for a machine.")


class MergeType(Thing):
    """Two records became one person's."""

    class Meta:
        name = "Merge"
        model = Merge
        fields = ("store", "kept", "merged", "merged_at", "undone_at")
        descriptions = {
            "store": "The store.",
            "kept": "The record that is kept.",
            "merged": "The record that became part of it.",
            "merged_at": "When they were merged.",
            "undone_at": "When that was undone; null while it holds.",
        }

    merged_by_name = name_in("merged_by_id", description="Who merged them; null for a machine.")
    undone_by_name = name_in("undone_by_id", description="Who undid it; null for nobody or a machine.")


class GreetingType(Thing):
    """That a customer was greeted or looked after."""

    class Meta:
        name = "Greeting"
        model = Greeting
        fields = ("store", "customer", "due_on", "note", "greeted_at")
        enums = {"occasion": GreetingOccasion}
        descriptions = {
            "store": "The store.",
            "customer": "Whom.",
            "occasion": "Why.",
            "due_on": "For which day it was due.",
            "note": "What was said; may be empty.",
            "greeted_at": "When it was done.",
        }

    greeted_by_name = name_in("greeted_by_id", description="Who did it; null for a machine.")
