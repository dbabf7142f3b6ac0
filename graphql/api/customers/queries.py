"""Questions about customers."""

from typing import Any

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base.call import actor_of, call_of
from api.base.enums import enum_of
from api.base.ids import key_in
from api.base.lists import Listed
from api.base.peers import gather
from api.base.scalars import Date
from api.customers.classes import CustomerClassType
from api.customers.timeline import CustomerEventType
from api.customers.types import ConsentType, CustomerType, MergeType, PurchaseType
from customers.models import Consent, Customer, CustomerClass, CustomerEvent, GreetingOccasion, Merge, Purchase
from customers.queries.caring import classes_in_force, due_greetings
from customers.queries.dealings import consents_of, purchases_of, timeline_of
from customers.queries.merging import duplicates_at, merge_preview, merges_of
from customers.queries.register import customers_at, search_customers
from customers.rules import caring
from customers.rules.merging import Likeness, Pair, Particular, Preview

_MANY, _A_WEEK = 100, 7


def _store() -> graphene.ID:
    return graphene.ID(required=True, description="The store.")


def _customer() -> graphene.ID:
    return graphene.ID(required=True, description="The customer, under any of their records.")


def _up_to() -> graphene.Int:
    return graphene.Int(required=True, description="The first so many, 0 to 100.")


def _list_of(choices: Any, description: str) -> graphene.Field:
    return graphene.Field(graphene.List(graphene.NonNull(enum_of(choices))), required=True, description=description)


class DuplicatePair(graphene.ObjectType):
    """Two records that may be one person's."""

    one = graphene.Field(CustomerType, required=True, description="The older record.")
    other = graphene.Field(CustomerType, required=True, description="The newer record.")
    likenesses = _list_of(Likeness, "What they have in common.")


class MergePreview(graphene.ObjectType):
    """What merging two records would do. Nothing is changed by asking."""

    kept = graphene.Field(CustomerType, required=True, description="The record that would be kept.")
    merged = graphene.Field(CustomerType, required=True, description="The record that would become part of it.")
    likenesses = _list_of(Likeness, "What they have in common.")
    taken_over = _list_of(Particular, "What the kept record lacks and would take over.")
    differing = _list_of(Particular, "What both have, each its own: the kept record's stays.")
    purchases = graphene.Int(required=True, description="How many purchases would come along.")
    events = graphene.Int(required=True, description="How many things of the timeline would come along.")
    hindrance = graphene.String(description="Why they can't be merged; null where nothing stands in the way.")

    @staticmethod
    def resolve_hindrance(preview: Preview, _info: GraphQLResolveInfo) -> str | None:
        """Tell what stands in the way."""
        return None if preview.hindrance is None else preview.hindrance.text()


class DueGreeting(graphene.ObjectType):
    """Whom to greet, why, and when."""

    customer = graphene.Field(CustomerType, required=True, description="Whom.")
    occasion = graphene.Field(enum_of(GreetingOccasion), required=True, description="Why.")
    due_on = Date(required=True, description="On which day of the store.")
    plan_of_care = graphene.String(required=True, description="The class's plan of care; empty for a birthday.")


class CustomersQuery(graphene.ObjectType):
    """Customers."""

    customers = Listed(
        lambda: CustomerType, order=("name",), description="The customers of a store, by name.", store_id=_store()
    )
    search_customers = Listed(
        lambda: CustomerType,
        order=("name",),
        description="The customers who are found by any particular, by name.",
        store_id=graphene.ID(description="Only those of this store; else of all stores whose customers you may read."),
        text=graphene.String(
            required=True,
            description="Part of a name, phone number in any writing, e-mail or postal address, or the number of a "
            "customer, such as `S1-K00042` or `K42`. Every character stands for itself. Whoever may not read contacts "
            "searches names and numbers alone.",
        ),
    )
    purchases = Listed(
        lambda: PurchaseType,
        order=("-bought_at",),
        description="What a customer bought, the latest first.",
        customer_id=_customer(),
    )
    consents = Listed(
        lambda: ConsentType,
        order=("-given_at",),
        description="What a customer agreed to, the latest first.",
        customer_id=_customer(),
    )
    merges = Listed(
        lambda: MergeType,
        order=("-merged_at",),
        description="The mergings that made a customer's record what it is, the latest first.",
        customer_id=_customer(),
    )
    customer_timeline = Listed(
        lambda: CustomerEventType,
        order=("-at",),
        description="Everything that happened to a customer, the latest first.",
        customer_id=_customer(),
    )
    customer_classes = Listed(
        lambda: CustomerClassType, order=("rank",), description="HQ's classes of customers, the highest first."
    )
    duplicate_customers = graphene.Field(
        graphene.List(graphene.NonNull(DuplicatePair)),
        required=True,
        description="Pairs of records of a store that may be one person's, the likeliest first.",
        store_id=_store(),
        first=_up_to(),
    )
    merge_preview = graphene.Field(
        MergePreview,
        description="What merging two records would do.",
        kept_id=graphene.ID(required=True, description="The record to keep."),
        merged_id=graphene.ID(required=True, description="The record that is to become part of it."),
    )
    greetings_due = graphene.Field(
        graphene.List(graphene.NonNull(DueGreeting)),
        required=True,
        description="Whom to greet at a store: birthdays, and plans of care that are due. The earliest first.",
        store_id=_store(),
        days=graphene.Int(description="Until so many days from today, 0 to 60; 7 if it is not given."),
        first=_up_to(),
    )

    @staticmethod
    def resolve_customers(_root: Any, info: GraphQLResolveInfo, store_id: str) -> "QuerySet[Customer]":
        """Return the customers of a store; raises BadId, NotFound and NotPermitted."""
        return customers_at(actor=actor_of(info), store_id=key_in(store_id, "Store", field=("store_id",)))

    @staticmethod
    def resolve_search_customers(
        _root: Any, info: GraphQLResolveInfo, text: str, store_id: str | None = None
    ) -> "QuerySet[Customer]":
        """Return the customers who are found; raises BadId, NotFound, NotPermitted, Invalid and TooLong."""
        store = None if store_id is None else key_in(store_id, "Store", field=("store_id",))
        return search_customers(actor=actor_of(info), store_id=store, text=text)

    @staticmethod
    def resolve_purchases(_root: Any, info: GraphQLResolveInfo, customer_id: str) -> "QuerySet[Purchase]":
        """Return what a customer bought; raises BadId, NotFound and NotPermitted."""
        return purchases_of(actor=actor_of(info), customer_id=_key(customer_id))

    @staticmethod
    def resolve_consents(_root: Any, info: GraphQLResolveInfo, customer_id: str) -> "QuerySet[Consent]":
        """Return what a customer agreed to; raises BadId, NotFound and NotPermitted."""
        return consents_of(actor=actor_of(info), customer_id=_key(customer_id))

    @staticmethod
    def resolve_merges(_root: Any, info: GraphQLResolveInfo, customer_id: str) -> "QuerySet[Merge]":
        """Return a customer's mergings; raises BadId, NotFound and NotPermitted."""
        return merges_of(actor=actor_of(info), customer_id=_key(customer_id))

    @staticmethod
    def resolve_customer_timeline(_root: Any, info: GraphQLResolveInfo, customer_id: str) -> "QuerySet[CustomerEvent]":
        """Return what happened to a customer; raises BadId, NotFound and NotPermitted."""
        return timeline_of(actor=actor_of(info), customer_id=_key(customer_id))

    @staticmethod
    def resolve_customer_classes(_root: Any, _info: GraphQLResolveInfo) -> "QuerySet[CustomerClass]":
        """Return the classes in force."""
        return classes_in_force()

    @staticmethod
    def resolve_duplicate_customers(_root: Any, info: GraphQLResolveInfo, store_id: str, first: int) -> list[Pair]:
        """Return pairs that may be one person's; raises BadId, NotFound and NotPermitted."""
        store = key_in(store_id, "Store", field=("store_id",))
        pairs = duplicates_at(actor=actor_of(info), store_id=store, first=first)
        gather(row for pair in pairs for row in (pair.one, pair.other))
        return pairs

    @staticmethod
    def resolve_merge_preview(_root: Any, info: GraphQLResolveInfo, kept_id: str, merged_id: str) -> Preview:
        """Return what a merging would do; raises BadId, NotFound and NotPermitted."""
        kept, merged = _key(kept_id, "kept_id"), _key(merged_id, "merged_id")
        return merge_preview(actor=actor_of(info), kept_id=kept, merged_id=merged)

    @staticmethod
    def resolve_greetings_due(
        _root: Any, info: GraphQLResolveInfo, store_id: str, first: int, days: int | None = None
    ) -> list[caring.DueGreeting]:
        """Return whom to greet; raises BadId, NotFound, NotPermitted and Invalid."""
        store = key_in(store_id, "Store", field=("store_id",))
        call = call_of(info)
        asked = _A_WEEK if days is None else days
        due = due_greetings(actor=call.actor, store_id=store, days=asked, now=call.now)
        shown = due[: max(0, min(first, _MANY))]
        gather(each.customer for each in shown)
        return shown


def _key(customer_id: str, field: str = "customer_id") -> Any:
    return key_in(customer_id, "Customer", field=(field,))
