"""Deeds that note what a customer bought (K1); classes follow from it by themselves."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from customers.actions.registering import lock_customer
from customers.models import Purchase
from customers.rules.caring import MOST_AMOUNT, between, must_be_currency
from customers.rules.happenings import Happening
from customers.rules.merging import CustomerErased
from journal.actions import append
from kit.refusals import Invalid
from kit.texts import line_of
from members.rules.permissions import Permission

MOST_OF_ONE = 1_000_000
SUBJECT_TYPE = "Purchase"


@transaction.atomic(using=CHAINS_ALIAS)
def record_purchase(
    *,
    actor: Actor,
    customer_id: UUID,
    product: str,
    quantity: int,
    amount_minor: int,
    currency: str,
    bought_at: datetime,
    now: datetime,
    model: str = "",
    order_id: UUID | None = None,
    line_id: UUID | None = None,
    part_of_id: UUID | None = None,
) -> Purchase:
    """Note what a customer bought: how much of it, for how much in the currency's smallest units, and when (K1).

    The line of an order is noted once: a second time returns the same purchase.
    Refusals: NotFound, NotPermitted, CustomerErased, Invalid, TooLong.
    """
    customer = lock_customer(actor, customer_id, Permission.RECORD_PURCHASE)
    if customer.erased_at is not None:
        raise CustomerErased(field="customer_id")
    if order_id is not None:
        known = Purchase.objects.filter(store_id=customer.store_id, order_id=order_id, line_id=line_id).first()
        if known is not None:
            return known
    purchase = Purchase(
        store_id=customer.store_id,
        customer=customer,
        product=line_of(product, field="product"),
        model=line_of(model, field="model", required=False),
        quantity=between(quantity, 1, MOST_OF_ONE, "quantity"),
        amount_minor=between(amount_minor, 0, MOST_AMOUNT, "amount"),
        currency=must_be_currency(currency, field="amount"),
        bought_at=bought_at,
        order_id=order_id,
        line_id=line_id,
        recorded_by_id=actor.user_id,
        recorded_at=now,
    )
    if bought_at > now:
        raise Invalid(field="bought_at", why=_("a moment that has passed"))
    purchase.save(force_insert=True)
    append(
        actor=actor,
        kind=Happening.PURCHASE_RECORDED,
        subject_type=SUBJECT_TYPE,
        subject_id=purchase.id,
        store_id=customer.store_id,
        customer_id=customer.id,
        now=now,
        after={
            "quantity": quantity,
            "amount_minor": amount_minor,
            "currency": currency,
            "bought_at": bought_at,
            "order_id": order_id,
        },
        part_of_id=part_of_id,
    )
    return purchase


@transaction.atomic(using=CHAINS_ALIAS)
def take_back_purchases(*, actor: Actor, order_id: UUID, now: datetime, part_of_id: UUID | None = None) -> int:
    """Note that an order's purchases count no more, since it was cancelled; returns how many there were.

    Refusals: NotFound, NotPermitted.
    """
    taken = Purchase.objects.filter(order_id=order_id, taken_back_at__isnull=True).order_by("id")
    purchases = list(taken.select_for_update(no_key=True))
    for purchase in purchases:
        actor.must(Permission.RECORD_PURCHASE, at=purchase.store_id)
        purchase.taken_back_at = now
        purchase.save(update_fields=["taken_back_at"])
    if purchases:
        append(
            actor=actor,
            kind=Happening.PURCHASES_TAKEN_BACK,
            subject_type=SUBJECT_TYPE,
            subject_id=purchases[0].id,
            store_id=purchases[0].store_id,
            customer_id=purchases[0].customer_id,
            now=now,
            after={"order_id": order_id, "purchases": len(purchases)},
            part_of_id=part_of_id,
        )
    return len(purchases)
