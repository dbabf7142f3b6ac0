"""Deeds that note what a customer bought (K1); classes follow from it by themselves."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from customers.actions.registering import lock_customer
from customers.models import Customer, Purchase
from customers.rules.caring import amount_of, between, must_be_currency
from customers.rules.happenings import Happening
from customers.rules.merging import CustomerErased
from journal.actions import append
from kit.moments import LAST_TEN_YEARS, passed
from kit.texts import line_of
from members.rules.permissions import Permission
from stores.rules.business import must_be_of_store

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

    The line of an order is noted once: a second time returns the same purchase. It keeps the order's currency; what
    is told otherwise is in the store's. Refusals: NotFound, NotPermitted, CustomerErased, CurrencyDiffers, Invalid,
    TooLong.
    """
    customer = lock_customer(actor, customer_id, Permission.RECORD_PURCHASE)
    if customer.erased_at is not None:
        raise CustomerErased(field="customer_id")
    known = _noted(customer, order_id, line_id)
    if known is not None:
        return known
    purchase = Purchase(store_id=customer.store_id, customer=customer, order_id=order_id, line_id=line_id)
    purchase.product = line_of(product, field="product")
    purchase.model = line_of(model, field="model", required=False)
    purchase.quantity = between(quantity, 1, MOST_OF_ONE, "quantity")
    purchase.currency = must_be_currency(currency, field=("amount", "currency"))
    if order_id is None:
        must_be_of_store(currency, customer.store, field=("amount", "currency"))
    purchase.amount_minor = amount_of(amount_minor, currency=currency, field="amount")
    purchase.bought_at = passed(bought_at, field="bought_at", now=now, within=LAST_TEN_YEARS)
    purchase.recorded_by_id, purchase.recorded_at = actor.user_id, now
    purchase.save(force_insert=True)
    _tell_recorded(actor, purchase, now, part_of_id)
    return purchase


@transaction.atomic(using=CHAINS_ALIAS)
def take_back_purchases(*, actor: Actor, store_id: UUID, order_id: UUID, now: datetime) -> int:
    """Note that an order's purchases count no more, since all was paid back; returns how many there were.

    Refusals: NotFound, NotPermitted.
    """
    actor.must(Permission.RECORD_PURCHASE, at=store_id)
    counted = Purchase.objects.filter(store_id=store_id, order_id=order_id, taken_back_at__isnull=True)
    purchases = list(counted.order_by("id").select_for_update(no_key=True))
    if purchases:
        Purchase.objects.filter(id__in=[purchase.id for purchase in purchases]).update(taken_back_at=now)
        append(
            actor=actor,
            kind=Happening.PURCHASES_TAKEN_BACK,
            subject_type=SUBJECT_TYPE,
            subject_id=purchases[0].id,
            store_id=store_id,
            customer_id=purchases[0].customer_id,
            now=now,
            after={"order_id": order_id, "purchases": len(purchases)},
        )
    return len(purchases)


def _noted(customer: Customer, order_id: UUID | None, line_id: UUID | None) -> Purchase | None:
    if order_id is None:
        return None
    return Purchase.objects.filter(store_id=customer.store_id, order_id=order_id, line_id=line_id).first()


def _tell_recorded(actor: Actor, purchase: Purchase, now: datetime, part_of_id: UUID | None) -> None:
    append(
        actor=actor,
        kind=Happening.PURCHASE_RECORDED,
        subject_type=SUBJECT_TYPE,
        subject_id=purchase.id,
        store_id=purchase.store_id,
        customer_id=purchase.customer_id,
        now=now,
        after={
            "quantity": purchase.quantity,
            "amount_minor": purchase.amount_minor,
            "currency": purchase.currency,
            "bought_at": purchase.bought_at,
            "order_id": purchase.order_id,
        },
        part_of_id=part_of_id,
    )
