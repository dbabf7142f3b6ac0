"""The deed of looking up where an order goes, which is recorded (K4)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from journal.actions import append
from kit.refusals import NotFound
from members.rules.permissions import Permission
from orders.models.orders import Order
from orders.queries import SUBJECT_TYPE
from orders.rules.happenings import Happening


@transaction.atomic(using=CHAINS_ALIAS)
def read_order_destination(*, actor: Actor, order_id: UUID, now: datetime) -> Order:
    """Return an order with where it goes, and record who looked (K4). Refusals: NotFound, NotPermitted."""
    order = Order.objects.visible_to(actor).filter(id=order_id).first()
    if order is None:
        raise NotFound
    # A program that may look up customers is not by that one that may look into orders (S13).
    actor.must(Permission.READ_ORDERS, at=order.store_id)
    actor.must(Permission.READ_CUSTOMER_CONTACT, at=order.store_id)
    append(
        actor=actor,
        kind=Happening.ORDER_DESTINATION_READ,
        subject_type=SUBJECT_TYPE,
        subject_id=order.id,
        store_id=order.store_id,
        customer_id=order.customer_id,
        now=now,
        after={"has_phone": bool(order.phone), "has_address": bool(order.address)},
    )
    return order
