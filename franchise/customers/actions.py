"""Deeds on the register of customers: to write somebody down, and to look at how somebody is reached."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from customers.models import Customer
from customers.queries import get_customer
from customers.rules import Happening, check_contact, email_of, is_same_name, language_of, name_of, phone_of
from journal.actions import append
from kit.refusals import NotFound
from members.rules.permissions import Permission
from stores.models import Store


@transaction.atomic(using=CHAINS_ALIAS)
def register_customer(
    *, actor: Actor, store_id: UUID, name: str, now: datetime, phone: str = "", email: str = "", language: str = "en"
) -> Customer:
    """Write a customer down in a store's register, or find who is there already by name and contact (C1, K1).

    Refusals: NotFound, NotPermitted, Invalid, TooLong, ContactNeeded.
    """
    actor.must(Permission.REGISTER_CUSTOMER, at=store_id)
    name, phone, email = name_of(name), phone_of(phone), email_of(email)
    language_of(language)
    check_contact(phone=phone, email=email)
    if not Store.objects.visible_to(actor).filter(id=store_id).exists():
        raise NotFound
    known = Customer.objects.filter(store_id=store_id).reached_by(phone=phone, email=email)
    for customer in known.order_by("registered_at", "id"):
        if is_same_name(customer.name, name):
            return customer
    customer = Customer.objects.create(
        store_id=store_id,
        name=name,
        phone=phone,
        email=email,
        language=language,
        registered_by_id=actor.user_id,
        registered_at=now,
    )
    # The journal is kept for ever and a customer may ask to be forgotten: so it holds the id and no particulars.
    append(
        actor=actor,
        kind=Happening.CUSTOMER_REGISTERED,
        subject_type="Customer",
        subject_id=customer.id,
        store_id=store_id,
        now=now,
        after={"language": language, "has_phone": bool(phone), "has_email": bool(email)},
    )
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
    )
    return customer
