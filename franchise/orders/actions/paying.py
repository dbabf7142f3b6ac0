"""The deed of paying: money that came in for an order."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from orders.actions.steps import Done, lock_order_for, move_on, state_of
from orders.models.orders import Payment, PaymentMethod
from orders.rules.happenings import Happening
from orders.rules.moments import past_moment
from orders.rules.money import amount_of
from orders.rules.states import OrderAction, standing_of


@transaction.atomic(using=CHAINS_ALIAS)
def record_payment(
    *,
    actor: Actor,
    order_id: UUID,
    amount_minor: int,
    method: PaymentMethod,
    now: datetime,
    paid_at: datetime | None = None,
    expected_version: int | None = None,
) -> Done:
    """Record money that came in, in smallest units of the order's currency and at most what is still to be paid.

    Refusals: NotFound, NotPermitted, Stale, NotForThisOrder, Invalid.
    """
    order = lock_order_for(actor, order_id, OrderAction.RECORD_PAYMENT, expected_version)
    before = state_of(order)
    payment = Payment.objects.create(
        store_id=order.store_id,
        order=order,
        amount_minor=amount_of(amount_minor, field="amount_minor", most=standing_of(order).unpaid_minor),
        method=method,
        paid_at=past_moment(paid_at, now=now, field="paid_at"),
        recorded_by_id=actor.user_id,
        recorded_at=now,
    )
    order.paid_minor += payment.amount_minor
    return move_on(
        actor,
        order,
        Happening.PAYMENT_RECORDED,
        payment,
        before,
        now,
        payment_id=payment.id,
        amount_minor=payment.amount_minor,
        method=method,
    )
