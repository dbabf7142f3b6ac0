"""How goods come to the customers of the demo: handed to a carrier, on their way, late, there, damaged."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from chains.actor import Actor
from config.seed.cast import Cast, Shop
from config.seed.history import Plot, deed, look
from orders.actions.delivering import Arrival, confirm_delivery, report_damage
from orders.actions.excepting import raise_shipment_exception, settle_shipment_exception
from orders.actions.shipping import Parcel, record_shipment_event, ship_lines
from orders.models.delivery import DamageKind
from orders.models.orders import Order, OrderLine
from orders.models.refunds import ToldBy
from orders.models.shipping import ExceptionKind, Shipment, ShipmentException, ShipmentState

_WAY = (ShipmentState.IN_TRANSIT, ShipmentState.OUT_FOR_DELIVERY, ShipmentState.DELIVERED)


def shipped(cast: Cast, order: Order, at: datetime, who: Actor, *, some: bool = False, days: float = 3) -> Plot:
    """Hand an order to a carrier, which is expected there within some days; `some` leaves a piece of it behind."""
    lines: Sequence[OrderLine] = yield look(at, who, _lines_of, order_id=order.id)
    parcels = [Parcel(line.id, line.quantity) for line in lines]
    if some:
        parcels = [Parcel(lines[0].id, 1)]
    done = yield deed(
        at,
        who,
        ship_lines,
        order_id=order.id,
        carrier=cast.one("carriers"),
        tracking_number=f"{cast.script.label[:2].upper()}{cast.random.randrange(10**9, 10**10)}",
        parcels=parcels,
        expected_at=at + timedelta(days=days),
    )
    return done.row


def arrives(
    cast: Cast, shop: Shop, shipment: Shipment, at: datetime, *, states: Sequence[ShipmentState] = _WAY
) -> Plot:
    """Let the carrier tell where a shipment is, until it is there; return when that was."""
    for state in states:
        at += cast.minutes(300, 1100)
        yield event(cast, shop, shipment, state, at)
    return at


def event(cast: Cast, shop: Shop, shipment: Shipment, state: ShipmentState, at: datetime) -> Any:
    """Tell where a shipment is."""
    return deed(
        at,
        cast.staff(shop),
        record_shipment_event,
        store_id=shop.id,
        carrier=shipment.carrier,
        tracking_number=shipment.tracking_number,
        external_id=f"{shipment.tracking_number}-{state.lower()}",
        state=state,
    )


def is_late(cast: Cast, shop: Shop, shipment: Shipment, at: datetime) -> Plot:
    """Let a shipment be delayed until that is found by itself, or be lost or damaged; settle it, let it arrive."""
    text = cast.one("exceptions")
    at += cast.minutes(300, 900)
    yield event(cast, shop, shipment, ShipmentState.IN_TRANSIT, at)
    if text["kind"] == ExceptionKind.DELAYED:
        at = cast.opened(shop, at + timedelta(days=3))
        found = yield look(at, shop.supervisor, _exception_of, shipment_id=shipment.id)
    else:
        at = cast.opened(shop, at + cast.minutes(300, 900))
        found = (yield from _raised(cast, shop, shipment, text, at)).row
    if found is not None:
        at = cast.opened(shop, at + cast.minutes(30, 300))
        yield settled(cast, shop, found, text, at)
    return (yield from arrives(cast, shop, shipment, at, states=_WAY[1:]))


def settled(cast: Cast, shop: Shop, exception: ShipmentException, text: Mapping[str, Any], at: datetime) -> Any:
    """Solve what went wrong and explain it to the customer."""
    return deed(
        at,
        cast.staff(shop),
        settle_shipment_exception,
        exception_id=exception.id,
        solution=text["solution"],
        told_by=cast.random.choice(list(ToldBy)),
        explanation=text["explanation"],
    )


def confirmed(
    cast: Cast, shop: Shop, shipment: Shipment, at: datetime, *, damage: Mapping[str, Any] | None = None
) -> Plot:
    """Confirm with the customer that the goods came, or that something is wrong with them."""
    kind = None if damage is None else DamageKind(damage["kind"])
    arrival = Arrival(
        received_at=None,
        is_complete=kind is not DamageKind.INCOMPLETE,
        is_undamaged=kind is not DamageKind.DAMAGED,
    )
    who = cast.staff(shop)
    remark = damage["description"] if damage is not None and arrival.damage is not None else ""
    yield deed(at, who, confirm_delivery, shipment_id=shipment.id, arrival=arrival, remark=remark)
    if damage is not None and kind is DamageKind.WRONG_GOODS:
        words = {"kind": kind, "description": damage["description"]}
        yield deed(at + cast.minutes(5, 60), who, report_damage, order_id=shipment.order_id, **words)


def _raised(cast: Cast, shop: Shop, shipment: Shipment, text: Mapping[str, Any], at: datetime) -> Plot:
    return (
        yield deed(
            at,
            cast.staff(shop),
            raise_shipment_exception,
            shipment_id=shipment.id,
            kind=ExceptionKind(text["kind"]),
            description=text["description"],
        )
    )


def _lines_of(*, order_id: UUID) -> list[OrderLine]:
    """Look up the lines of an order."""
    return list(OrderLine.objects.filter(order_id=order_id).order_by("position"))


def _exception_of(*, shipment_id: UUID) -> ShipmentException | None:
    """Look up what went wrong with a shipment and is open."""
    return ShipmentException.objects.filter(shipment_id=shipment_id, settled_at__isnull=True).first()
