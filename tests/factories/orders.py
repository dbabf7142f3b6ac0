"""An order on its way, made by the same deeds that people do, inside the scope that is open."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from chains.actor import Actor, system_actor
from chains.models import Chain
from chains.scope import scope
from customers.rules.particulars import Particulars
from orders.actions.paying import record_payment
from orders.actions.placing import Destination, place_order
from orders.actions.products import define_product
from orders.actions.shipping import Parcel, ship_lines
from orders.models.orders import Order, OrderLine, PaymentMethod
from orders.models.products import Product
from orders.models.shipping import Shipment
from orders.rules.lines import Wanted

WANG = Particulars(name="王小明", phone="138 1234 5678", language="zh-hans")
NOODLES, BOWL = "NOODLES", "BOWL"
HOME = Destination("王小明", "138 1234 5678", "上海市南京路一号")
PRICES = {NOODLES: 50_00, BOWL: 20_00}


def sold(chain: Chain, now: datetime) -> None:
    """Let a chain sell noodles for 50 yuan and a bowl for 20."""
    with scope(chain, system_actor()):
        for code, price in PRICES.items():
            if not Product.objects.filter(code=code).exists():
                names = {"en": code.title(), "zh-hans": f"{code} 商品"}
                define_product(actor=system_actor(), code=code, names=names, price_minor=price, currency="CNY", now=now)


def placed(actor: Actor, store_id: UUID, now: datetime, **other: Any) -> Order:
    """Place an order of two noodles and a bowl, 120 yuan, to be sent home; parts of it may differ."""
    usual: dict[str, Any] = {
        "customer": WANG,
        "lines": [Wanted(NOODLES, 2), Wanted(BOWL, 1)],
        "destination": HOME,
    }
    return place_order(actor=actor, store_id=store_id, now=now, **(usual | other)).order


def paid(actor: Actor, store_id: UUID, now: datetime, **other: Any) -> Order:
    """Place an order and pay all of it."""
    order = placed(actor, store_id, now, **other)
    return pay(actor, order, order.total_minor, now)


def pay(actor: Actor, order: Order, amount_minor: int, now: datetime) -> Order:
    """Record that so much came in."""
    done = record_payment(actor=actor, order_id=order.id, amount_minor=amount_minor, method=PaymentMethod.CARD, now=now)
    return done.order


def shipped(actor: Actor, order: Order, now: datetime, *, tracking_number: str = "SF-1") -> Shipment:
    """Send everything that has not left, expected in two days."""
    lines = OrderLine.objects.filter(order=order).order_by("position")
    parcels = [
        Parcel(line.id, line.quantity - line.shipped_quantity)
        for line in lines
        if line.quantity > line.shipped_quantity
    ]
    done = ship_lines(
        actor=actor,
        order_id=order.id,
        carrier="SF Express",
        tracking_number=tracking_number,
        parcels=parcels,
        expected_at=now + timedelta(days=2),
        now=now,
    )
    shipment: Shipment = done.row
    return shipment
