"""Questions for whom a store's register knows, and under which records."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.db import connections
from django.db.models import Q, QuerySet

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from customers.models import Customer
from customers.rules.merging import CustomerErased
from customers.rules.searching import reference_in, reference_of, sought_in
from kit.refusals import NotFound
from kit.texts import line_of
from members.rules.permissions import Permission
from stores.models import Store

# Not one condition with OR, for which the whole register would be read. Asked with nearly every deed for a customer, so
# it is not put together anew each time.
_RECORDS = """
WITH kept AS (SELECT coalesce(kept_as_id, id) AS id FROM customers_customer WHERE id = ANY(%s))
SELECT id, coalesce(kept_as_id, id) FROM customers_customer WHERE id IN (SELECT id FROM kept)
UNION
SELECT id, kept_as_id FROM customers_customer WHERE kept_as_id IN (SELECT id FROM kept)
"""


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


def search_customers(*, actor: Actor, text: str, store_id: UUID | None = None) -> QuerySet[Customer]:
    """Return the customers in one of whose records a text is found, at a store or wherever one may read, by name.

    Where somebody may not read contacts they search names and numbers alone, or the answers would tell what is covered.
    Every character stands for itself (K1, L1, corpus I09). Raises NotFound, NotPermitted, Invalid and TooLong.
    """
    here = _readable(actor, store_id).filter(erased_at__isnull=True)
    plain = line_of(text, field="text", required=False)
    hits = here.filter(_holding(actor, store_id, sought_in(plain)) | _numbered(plain))
    itself = Q(id__in=hits.filter(kept_as__isnull=True).values("id"))
    through_another = Q(id__in=hits.filter(kept_as__isnull=False).values("kept_as"))
    return here.filter(itself | through_another).order_by("name", "id")


def references_of(customers: Iterable[Customer]) -> dict[UUID, str]:
    """Return the numbers by which people name these customers, with the codes of their stores asked for at once."""
    customers = list(customers)
    codes = dict(
        Store.objects.filter(id__in={each.store_id for each in customers}).order_by().values_list("id", "code")
    )
    return {each.id: reference_of(store_code=codes[each.store_id], number=each.number) for each in customers}


def kept_of(customer_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return for each record the one that is kept for it, which may be itself."""
    rows = Customer.objects.filter(id__in=set(customer_ids)).order_by().values_list("id", "kept_as_id")
    return {customer_id: kept_as_id or customer_id for customer_id, kept_as_id in rows}


def groups_of(customer_ids: Iterable[UUID]) -> dict[UUID, frozenset[UUID]]:
    """Return for each record all records of the same person, itself included, with one statement for them all."""
    asked = set(customer_ids)
    members: dict[UUID, set[UUID]] = defaultdict(set)
    with connections[CHAINS_ALIAS].cursor() as cursor:
        cursor.execute(_RECORDS, [list(asked)])
        for customer_id, kept_id in cursor.fetchall():
            members[kept_id].add(customer_id)
    return {each: group for group in map(frozenset, members.values()) for each in group & asked}


def ids_of(customer_id: UUID) -> frozenset[UUID]:
    """Return all records of the same person, this one included."""
    return groups_of([customer_id]).get(customer_id, frozenset({customer_id}))


def _readable(actor: Actor, store_id: UUID | None) -> QuerySet[Customer]:
    customers = Customer.objects.visible_to(actor)
    if store_id is not None:
        actor.must(Permission.READ_CUSTOMERS, at=store_id)
        return customers.filter(store_id=store_id)
    actor.must_somewhere(Permission.READ_CUSTOMERS)
    stores = actor.stores_with(Permission.READ_CUSTOMERS)
    return customers if stores is None else customers.filter(store_id__in=stores)


def _holding(actor: Actor, store_id: UUID | None, sought: list[list[str]]) -> Q:
    """Return which records hold what is sought, as far as the actor may know what they hold."""
    whole = actor.stores_with(Permission.READ_CUSTOMER_CONTACT)
    if whole is None or store_id in whole:
        return _within("search_text", sought)
    if store_id is not None or not whole:
        return _within("name_key", sought)
    return _within("name_key", sought) | Q(store_id__in=whole) & _within("search_text", sought)


def _numbered(text: str) -> Q:
    reference = reference_in(text)
    if reference is None:
        return Q(pk=None)
    code, number = reference
    return Q(number=number, store__in=Store.objects.filter(code=code).values("id")) if code else Q(number=number)


def _within(column: str, sought: list[list[str]]) -> Q:
    found = Q(pk=None)
    for parts in sought:
        found |= Q(*(Q(**{f"{column}__contains": part}) for part in parts))
    return found
