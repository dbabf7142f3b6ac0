"""Deeds that write a customer down, correct what is written, and look it up."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from customers.models import Customer
from customers.queries.register import get_customer
from customers.rules.happenings import Happening
from customers.rules.merging import CustomerErased, must_be_current, must_be_kept
from customers.rules.particulars import Particulars, day_and_year, is_same_name, must_be_born
from customers.rules.searching import keys_of, phone_key
from journal.actions import append
from kit.refusals import NotFound
from members.rules.permissions import Permission
from stores.models import Store

SUBJECT_TYPE = "Customer"


@transaction.atomic(using=CHAINS_ALIAS)
def register_customer(
    *,
    actor: Actor,
    store_id: UUID,
    particulars: Particulars,
    now: datetime,
    prefix: str = "",
    part_of_id: UUID | None = None,
) -> Customer:
    """Write a customer down in a store's register, or find who is there already by name and contact (C1, K1).

    Who was merged is found under the record that is kept. `part_of_id` is the journal entry of the deed in whose
    course somebody is registered, such as a complaint's.
    Refusals: NotFound, NotPermitted, Invalid, TooLong, ContactNeeded; their fields begin with `prefix`.
    """
    actor.must(Permission.REGISTER_CUSTOMER, at=store_id)
    given = particulars.checked(prefix)
    must_be_born(given.birthday, today=now.date(), field=f"{prefix}birthday")
    # One at a time in a store, or two who write the same customer down at once would not find each other's.
    lock_register(actor, store_id)
    known = _known(store_id, given)
    if known is not None:
        return known
    customer = Customer(store_id=store_id, language=given.language, registered_by_id=actor.user_id, registered_at=now)
    customer.number = _next_number(store_id)
    write_particulars(customer, given)
    customer.save(force_insert=True)
    # The journal is kept for ever and a customer may ask to be forgotten: so it holds the id and no particulars.
    tell_journal(actor, customer, Happening.CUSTOMER_REGISTERED, now, after=_outline(customer), part_of_id=part_of_id)
    return customer


@transaction.atomic(using=CHAINS_ALIAS)
def customer_of(
    *,
    actor: Actor,
    store_id: UUID,
    customer: UUID | Particulars,
    now: datetime,
    prefix: str = "",
    part_of_id: UUID | None = None,
) -> Customer:
    """Return the customer with whom something begins at a store: one who is known, by id, or one to be written down.

    The record that is kept stands for those merged into it. Refusals: as `register_customer`, and CustomerErased;
    for an id the field is `<prefix>id`.
    """
    if isinstance(customer, Particulars):
        return register_customer(
            actor=actor, store_id=store_id, particulars=customer, now=now, prefix=prefix, part_of_id=part_of_id
        )
    actor.must(Permission.READ_CUSTOMERS, at=store_id)
    here = Customer.objects.visible_to(actor).filter(store_id=store_id).select_related("kept_as")
    found = here.filter(id=customer).first()
    if found is None:
        raise NotFound(field=f"{prefix}id")
    if found.erased_at is not None:
        raise CustomerErased(field=f"{prefix}id")
    return found.kept_as or found


@transaction.atomic(using=CHAINS_ALIAS)
def correct_customer(
    *,
    actor: Actor,
    customer_id: UUID,
    now: datetime,
    changes: dict[str, str],
    expected_version: int | None = None,
) -> Customer:
    """Correct a customer's particulars: those named in `changes`, by the fields of `Particulars` (K1, K2).

    Refusals: NotFound, NotPermitted, Stale, CustomerMerged, CustomerErased, Invalid, TooLong, ContactNeeded.
    """
    customer = lock_customer(actor, customer_id, Permission.CORRECT_CUSTOMER, expected_version)
    must_be_kept(customer)
    before, was = _outline(customer), particulars_of(customer)
    given = Particulars(**{**was, **changes}).checked()
    must_be_born(given.birthday, today=now.date(), field="birthday")
    write_particulars(customer, given)
    customer.language = given.language
    customer.version += 1
    customer.save()
    is_now = particulars_of(customer)
    changed = sorted(field for field, value in is_now.items() if value != was[field])
    tell_journal(
        actor,
        customer,
        Happening.CUSTOMER_CORRECTED,
        now,
        before=before,
        after={**_outline(customer), "changed": changed},
    )
    return customer


@transaction.atomic(using=CHAINS_ALIAS)
def read_customer_contact(*, actor: Actor, customer_id: UUID, now: datetime) -> Customer:
    """Return a customer with all particulars, and record who looked (K4).

    Refusals: NotFound, NotPermitted.
    """
    customer = get_customer(actor=actor, customer_id=customer_id)
    actor.must(Permission.READ_CUSTOMER_CONTACT, at=customer.store_id)
    tell_journal(actor, customer, Happening.CUSTOMER_READ, now, after=_outline(customer))
    return customer


def lock_register(actor: Actor, store_id: UUID) -> None:
    """Let nobody else write people down, merge or erase them in this store until the transaction ends; NotFound."""
    if Store.objects.visible_to(actor).select_for_update(no_key=True).filter(id=store_id).first() is None:
        raise NotFound


def lock_customer(
    actor: Actor, customer_id: UUID, permission: Permission, expected_version: int | None = None
) -> Customer:
    """Return a customer, locked until the transaction ends, for somebody who may do this there.

    Raises NotFound, NotPermitted, and Stale with the customer as they are now.
    """
    visible = Customer.objects.visible_to(actor).select_for_update(of=("self",), no_key=True)
    customer = visible.filter(id=customer_id).first()
    if customer is None:
        raise NotFound
    actor.must(permission, at=customer.store_id)
    must_be_current(customer, expected_version)
    return customer


def write_particulars(customer: Customer, given: Particulars) -> None:
    """Put checked particulars, and the keys by which they are found, into a row that is still to be saved."""
    customer.name, customer.phone, customer.email = given.name, given.phone, given.email
    customer.address, customer.note = given.address, given.note
    customer.birthday, customer.birth_year = day_and_year(given.birthday) if given.birthday else ("", None)
    for column, value in keys_of(given).items():
        setattr(customer, column, value)


def particulars_of(customer: Customer) -> dict[str, str]:
    """Return a customer's particulars as they would be typed again."""
    year = f"{customer.birth_year:04d}-" if customer.birth_year and customer.birthday else ""
    return {
        "name": customer.name,
        "phone": customer.phone,
        "email": customer.email,
        "language": customer.language,
        "address": customer.address,
        "birthday": f"{year}{customer.birthday}",
        "note": customer.note,
    }


def tell_journal(
    actor: Actor,
    customer: Customer,
    kind: Happening,
    now: datetime,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    part_of_id: UUID | None = None,
) -> None:
    """Append what happened to a customer; ids, codes and whether something is there, and no particulars."""
    append(
        actor=actor,
        kind=kind,
        subject_type=SUBJECT_TYPE,
        subject_id=customer.id,
        store_id=customer.store_id,
        customer_id=customer.id,
        now=now,
        before=before,
        after=after,
        part_of_id=part_of_id,
    )


def _known(store_id: UUID, given: Particulars) -> Customer | None:
    here = Customer.objects.filter(store_id=store_id, erased_at__isnull=True).select_related("kept_as")
    key = phone_key(given.phone)
    same_phone = Q(phone_key=key) if key else Q(pk=None)
    reached = here.filter(same_phone | Q(email=given.email) if given.email else same_phone)
    same = (each for each in reached.order_by("registered_at", "id") if is_same_name(each.name, given.name))
    found = next(same, None)
    return found and (found.kept_as or found)


def _next_number(store_id: UUID) -> int:
    """Return the next number of a store's locked register; no record of it is ever deleted, so none is given twice."""
    last = Customer.objects.filter(store_id=store_id).order_by("-number").values_list("number", flat=True).first()
    return (last or 0) + 1


def _outline(customer: Customer) -> dict[str, Any]:
    """Return which particulars there are, without them."""
    return {
        "language": customer.language,
        "has_phone": bool(customer.phone),
        "has_email": bool(customer.email),
        "has_address": bool(customer.address),
        "has_birthday": bool(customer.birthday),
        "has_note": bool(customer.note),
    }
