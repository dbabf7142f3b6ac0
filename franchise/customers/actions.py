"""Deeds on the register of customers: to write somebody down, and to look at how somebody is reached."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from customers.models import Customer
from customers.queries import get_customer
from customers.rules import Happening, Particulars, is_same_name
from journal.actions import append
from kit.refusals import NotFound
from members.rules.permissions import Permission
from stores.models import Store


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

    `part_of_id` is the journal entry of the deed in whose course somebody is registered, such as a complaint's.
    Refusals: NotFound, NotPermitted, Invalid, TooLong, ContactNeeded; their fields begin with `prefix`.
    """
    actor.must(Permission.REGISTER_CUSTOMER, at=store_id)
    given = particulars.checked(prefix)
    # One at a time in a store, or two who write the same customer down at once would not find each other's.
    if Store.objects.visible_to(actor).select_for_update(no_key=True).filter(id=store_id).first() is None:
        raise NotFound
    known = _known(store_id, given)
    if known is not None:
        return known
    customer = Customer.objects.create(
        store_id=store_id,
        name=given.name,
        phone=given.phone,
        email=given.email,
        language=given.language,
        registered_by_id=actor.user_id,
        registered_at=now,
    )
    _tell_registered(actor, customer, now, part_of_id)
    return customer


@transaction.atomic(using=CHAINS_ALIAS)
def read_customer_contact(*, actor: Actor, customer_id: UUID, now: datetime) -> Customer:
    """Return a customer with phone number and address, and record who looked (K4).

    Refusals: NotFound, NotPermitted.
    """
    customer = get_customer(actor=actor, customer_id=customer_id)
    append(
        actor=actor,
        kind=Happening.CUSTOMER_READ,
        subject_type="Customer",
        subject_id=customer.id,
        store_id=customer.store_id,
        now=now,
        after={"has_phone": bool(customer.phone), "has_email": bool(customer.email)},
    )
    return customer


def _known(store_id: UUID, given: Particulars) -> Customer | None:
    reached = Customer.objects.filter(store_id=store_id).reached_by(phone=given.phone, email=given.email)
    same = (each for each in reached.order_by("registered_at", "id") if is_same_name(each.name, given.name))
    return next(same, None)


def _tell_registered(actor: Actor, customer: Customer, now: datetime, part_of_id: UUID | None) -> None:
    # The journal is kept for ever and a customer may ask to be forgotten: so it holds the id and no particulars.
    append(
        actor=actor,
        kind=Happening.CUSTOMER_REGISTERED,
        subject_type="Customer",
        subject_id=customer.id,
        store_id=customer.store_id,
        now=now,
        after={
            "language": customer.language,
            "has_phone": bool(customer.phone),
            "has_email": bool(customer.email),
        },
        part_of_id=part_of_id,
    )
