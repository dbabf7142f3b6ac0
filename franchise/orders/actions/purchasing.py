"""What the register of customers is told of an order: what somebody bought (K1)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from customers.actions.purchases import record_purchase
from customers.rules.merging import CustomerErased
from orders.models.orders import Order, OrderLine, OrderState


@transaction.atomic(using=CHAINS_ALIAS)
def tell_purchases(*, actor: Actor, order_id: UUID, now: datetime) -> int:
    """Note the lines of an order that is completed as its customer's purchases, each once; return how many there are.

    Somebody who was erased in between bought nothing that could be told.
    """
    order = Order.objects.filter(id=order_id, state=OrderState.COMPLETED).first()
    lines = OrderLine.objects.filter(order=order).select_related("order").order_by("position") if order else ()
    try:
        for line in lines:
            record_purchase(
                actor=actor,
                customer_id=line.order.customer_id,
                product=line.name,
                model=line.model,
                quantity=line.quantity,
                amount_minor=line.amount_minor,
                currency=line.order.currency,
                bought_at=line.order.placed_at,
                order_id=line.order_id,
                line_id=line.id,
                now=now,
            )
    except CustomerErased:
        return 0
    return len(lines)
