"""What the register of customers is told of an order: what somebody bought (K1)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from customers.actions.purchases import record_purchase, take_back_purchases
from customers.rules.merging import CustomerErased
from orders.models.orders import Order, OrderLine, OrderState, PaymentState


@transaction.atomic(using=CHAINS_ALIAS)
def tell_purchases(*, actor: Actor, order_id: UUID, now: datetime) -> int:
    """Note the lines of an order that is completed as its customer's purchases, each once; return how many there are.

    Of an order whose money went back to the last cent they are taken back. Somebody who was erased in between bought
    nothing that could be told.
    """
    # Locked: money that goes back meanwhile finds them noted, and takes them back.
    completed = Order.objects.select_for_update(of=("self",), no_key=True).filter(state=OrderState.COMPLETED)
    order = completed.filter(id=order_id).first()
    if order is None:
        return 0
    if order.payment_state == PaymentState.REFUNDED:
        take_back_purchases(actor=actor, store_id=order.store_id, order_id=order.id, now=now)
        return 0
    lines = OrderLine.objects.filter(order=order).order_by("position")
    try:
        for line in lines:
            record_purchase(
                actor=actor,
                customer_id=order.customer_id,
                product=line.name,
                model=line.model,
                quantity=line.quantity,
                amount_minor=line.amount_minor,
                currency=order.currency,
                bought_at=order.placed_at,
                order_id=order.id,
                line_id=line.id,
                now=now,
            )
    except CustomerErased:
        return 0
    return len(lines)
