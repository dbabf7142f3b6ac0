"""Deeds that make one person's two records one, and two again (K2)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from customers.actions.registering import (
    lock_customer,
    lock_register,
    particulars_of,
    tell_journal,
    write_particulars,
)
from customers.models import Customer, Merge
from customers.queries.register import get_customer
from customers.rules.happenings import Happening
from customers.rules.merging import (
    CustomerErased,
    NotMerged,
    given_back,
    must_be_current,
    must_be_mergeable,
    particulars_in,
    taken_over,
)
from customers.rules.particulars import Particulars
from members.rules.permissions import Permission


@transaction.atomic(using=CHAINS_ALIAS)
def merge_customers(
    *, actor: Actor, kept_id: UUID, merged_id: UUID, now: datetime, expected_version: int | None = None
) -> Customer:
    """Make the second record part of the first one, which takes over what it lacks; nothing else moves (K2).

    What was written under the merged record stays there and is found under the kept one. Refusals: NotFound,
    NotPermitted, Stale (of the kept one), SameCustomer, NotOfOneStore, CustomerMerged, CustomerErased.
    """
    _enter_register(actor, kept_id)
    kept = lock_customer(actor, kept_id, Permission.MERGE_CUSTOMERS)
    merged = lock_customer(actor, merged_id, Permission.MERGE_CUSTOMERS)
    must_be_current(kept, expected_version)
    must_be_mergeable(kept, merged)
    filled = taken_over(kept, merged)
    _change(kept, filled)
    # The kept record is the one of them all: those merged into the other one before come along.
    Customer.objects.filter(Q(id=merged.id) | Q(kept_as_id=merged.id)).update(kept_as_id=kept.id)
    Merge.objects.create(
        store_id=kept.store_id, kept=kept, merged=merged, filled=filled, merged_at=now, merged_by_id=actor.user_id
    )
    after = {"merged_id": merged.id, "taken_over": particulars_in(filled), "version": kept.version}
    tell_journal(actor, kept, Happening.CUSTOMERS_MERGED, now, after=after)
    return kept


@transaction.atomic(using=CHAINS_ALIAS)
def unmerge_customers(
    *, actor: Actor, customer_id: UUID, now: datetime, expected_version: int | None = None
) -> Customer:
    """Make a merged record stand for itself again, with those that had been merged into it (K2).

    The record it leaves gives back what it had taken over and nobody has corrected since.
    Refusals: NotFound, NotPermitted, Stale (of the merged one), NotMerged, CustomerErased.
    """
    _enter_register(actor, customer_id)
    merged = lock_customer(actor, customer_id, Permission.MERGE_CUSTOMERS, expected_version)
    if merged.erased_at is not None:
        raise CustomerErased
    merge = Merge.objects.filter(merged=merged, undone_at__isnull=True).first()
    if merge is None:
        raise NotMerged(field="customer_id")
    merge.undone_at, merge.undone_by_id = now, actor.user_id
    merge.save(update_fields=["undone_at", "undone_by"])
    kept = lock_customer(actor, merge.kept_id, Permission.MERGE_CUSTOMERS)
    _give_back(actor, kept, merge.filled)
    beneath = _beneath(merged)
    Customer.objects.filter(id__in=beneath).update(kept_as_id=merged.id)
    merged.kept_as = None
    merged.version += 1
    merged.save(update_fields=["kept_as", "version"])
    left = {"unmerged_id": merged.id, "version": kept.version}
    tell_journal(actor, kept, Happening.CUSTOMERS_UNMERGED, now, before={"kept_id": kept.id}, after=left)
    return merged


def _give_back(actor: Actor, kept: Customer, filled: dict[str, Any]) -> None:
    """Take from a record what a merging had filled in, and from those above what they had taken over through it."""
    lost = given_back(kept, filled)
    values = {column: getattr(kept, column) for column in lost}
    _change(kept, lost)
    above = Merge.objects.filter(merged=kept, undone_at__isnull=True).first()
    if above is not None:
        through = {column: value for column, value in values.items() if above.filled.get(column) == value}
        upper = lock_customer(actor, above.kept_id, Permission.MERGE_CUSTOMERS)
        above.filled = {column: value for column, value in above.filled.items() if column not in through}
        above.save(update_fields=["filled"])
        _give_back(actor, upper, through)


def _enter_register(actor: Actor, customer_id: UUID) -> None:
    customer = get_customer(actor=actor, customer_id=customer_id)
    actor.must(Permission.MERGE_CUSTOMERS, at=customer.store_id)
    lock_register(actor, customer.store_id)


def _change(customer: Customer, columns: dict[str, Any]) -> None:
    for column, value in columns.items():
        setattr(customer, column, value)
    write_particulars(customer, Particulars(**particulars_of(customer)))
    customer.version += 1
    customer.save()


def _beneath(merged: Customer) -> set[UUID]:
    """Return the records that were merged into this one, and into those, and are so still."""
    standing = Merge.objects.filter(store_id=merged.store_id, undone_at__isnull=True)
    found: set[UUID] = set()
    layer = {merged.id}
    while layer:
        layer = set(standing.filter(kept_id__in=layer).values_list("merged_id", flat=True)) - found
        found |= layer
    return found
