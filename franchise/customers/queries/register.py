"""Questions for whom a store's register knows, and under which records."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet

from chains.actor import Actor
from customers.models import Customer
from customers.rules.merging import CustomerErased
from customers.rules.searching import sought_in
from kit.refusals import NotFound
from kit.texts import line_of
from members.rules.permissions import Permission


def get_customer(*, actor: Actor, customer_id: UUID) -> Customer:
    """Return a customer of a store that the actor sees; raises NotFound and NotPermitted."""
    customer = Customer.objects.visible_to(actor).filter(id=customer_id).first()
    if customer is None:
        raise NotFound
    actor.must(Permission.READ_CUSTOMERS, at=customer.store_id)
    return customer


def must_not_be_erased(customer_id: UUID) -> None:
    """Refuse with CustomerErased to write anything more about somebody who was erased: nobody would erase that (K4)."""
    if Customer.objects.filter(id=customer_id, erased_at__isnull=False).exists():
        raise CustomerErased


def erased_among(customer_ids: Iterable[UUID]) -> set[UUID]:
    """Return those of these customers whose particulars were erased."""
    erased = Customer.objects.filter(id__in=set(customer_ids), erased_at__isnull=False)
    return set(erased.order_by().values_list("id", flat=True))


def customers_at(*, actor: Actor, store_id: UUID) -> QuerySet[Customer]:
    """Return the customers of a store, by name, without merged records and erased people.

    Raises NotFound and NotPermitted.
    """
    actor.must(Permission.READ_CUSTOMERS, at=store_id)
    return Customer.objects.visible_to(actor).filter(store_id=store_id).kept().order_by("name", "id")


def search_customers(*, actor: Actor, store_id: UUID, text: str) -> QuerySet[Customer]:
    """Return the customers of a store in one of whose records a text is found, by name (K1, L1).

    Whoever may not read contacts searches names alone, or the answers would tell what is covered. Every character
    stands for itself (corpus I09). Raises NotFound, NotPermitted, Invalid and TooLong.
    """
    actor.must(Permission.READ_CUSTOMERS, at=store_id)
    column = "search_text" if actor.may(Permission.READ_CUSTOMER_CONTACT, at=store_id) else "name_key"
    found = Q(pk=None)
    for parts in sought_in(line_of(text, field="text", required=False)):
        found |= Q(*(Q(**{f"{column}__contains": part}) for part in parts))
    here = Customer.objects.visible_to(actor).filter(store_id=store_id, erased_at__isnull=True)
    hits = here.filter(found)
    itself = Q(id__in=hits.filter(kept_as__isnull=True).values("id"))
    through_another = Q(id__in=hits.filter(kept_as__isnull=False).values("kept_as"))
    return here.filter(itself | through_another).order_by("name", "id")


def kept_of(customer_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return for each record the one that is kept for it, which may be itself."""
    rows = Customer.objects.filter(id__in=set(customer_ids)).order_by().values_list("id", "kept_as_id")
    return {customer_id: kept_as_id or customer_id for customer_id, kept_as_id in rows}


def groups_of(customer_ids: Iterable[UUID]) -> dict[UUID, frozenset[UUID]]:
    """Return for each record all records of the same person, itself included, with two statements for them all."""
    kept = kept_of(customer_ids)
    members: dict[UUID, set[UUID]] = defaultdict(set)
    rows = Customer.objects.filter(Q(id__in=set(kept.values())) | Q(kept_as_id__in=set(kept.values())))
    for customer_id, kept_as_id in rows.order_by().values_list("id", "kept_as_id"):
        members[kept_as_id or customer_id].add(customer_id)
    return {customer_id: frozenset(members[kept_id]) for customer_id, kept_id in kept.items()}


def ids_of(customer_id: UUID) -> frozenset[UUID]:
    """Return all records of the same person, this one included."""
    return groups_of([customer_id]).get(customer_id, frozenset({customer_id}))
