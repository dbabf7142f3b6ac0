"""Deeds on the way to the customer: goods leave, carriers tell where they are, what goes wrong is taken up (O4)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from clocks.actions.running import start_clock, stop_clocks
from clocks.models import TargetUnit
from clocks.rules.targets import Due, Target
from customers.queries.register import erased_among
from kit.ids import new_id
from kit.moments import LAST_TEN_YEARS, passed
from kit.refusals import Conflict, NotFound
from kit.texts import line_of
from members.rules.permissions import Permission
from orders.actions.steps import Done, lock_order, lock_order_for, move_on, next_number, state_of, tell_journal
from orders.models.orders import LONGEST_EXTERNAL_ID, Order, OrderLine
from orders.models.shipping import LONGEST_CARRIER, CarrierEvent, Shipment, ShipmentLine, ShipmentState
from orders.queries import SHIPMENT, SHIPMENT_TYPE, shipment_tracked
from orders.rules.happenings import Happening
from orders.rules.moments import coming_moment
from orders.rules.shipping import ARRIVAL, check_left, check_parcel, latest_state
from orders.rules.states import OrderAction, fulfilment_of
from stores.actions.locks import refusing_duplicates


@dataclass(frozen=True, slots=True)
class Parcel:
    """How many pieces of an order's line leave."""

    line_id: UUID
    quantity: int


@transaction.atomic(using=CHAINS_ALIAS)
def ship_lines(
    *,
    actor: Actor,
    order_id: UUID,
    carrier: str,
    tracking_number: str,
    parcels: Sequence[Parcel],
    now: datetime,
    expected_at: datetime | None = None,
    expected_version: int | None = None,
) -> Done:
    """Hand goods of an order to a carrier; from now on a clock says when they have to be there (O4).

    Refusals: NotFound, NotPermitted, Stale, ChangePending, NotForThisOrder, Invalid, TooLong, Conflict.
    """
    order = lock_order_for(actor, order_id, OrderAction.SHIP_LINES, expected_version)
    before, deed_id = state_of(order), new_id()
    shipment = Shipment(
        store_id=order.store_id,
        order=order,
        carrier=line_of(carrier, field="carrier", limit=LONGEST_CARRIER),
        tracking_number=line_of(tracking_number, field="tracking_number", limit=LONGEST_EXTERNAL_ID),
        state_since=now,
        expected_at=coming_moment(expected_at, now=now, field="expected_at"),
        shipped_by_id=actor.user_id,
        shipped_at=now,
    )
    lines = {line.id: line for line in OrderLine.objects.filter(order=order).order_by("position")}
    taken = _taken(lines, parcels)
    shipment.number = next_number(order.store_id, SHIPMENT)
    with refusing_duplicates(Conflict(field="tracking_number")):
        shipment.save(force_insert=True)
    _pack(shipment, taken)
    # Of what leaves now nothing has arrived.
    left = ((line.quantity, line.shipped_quantity) for line in lines.values())
    order.fulfilment_state = fulfilment_of(left, all_arrived=False)
    more = {"shipment_id": shipment.id, "expected_at": shipment.expected_at}
    done = move_on(actor, order, Happening.LINES_SHIPPED, shipment, before, now, entry_id=deed_id, **more)
    _expect(actor, shipment, deed_id, now)
    return done


@transaction.atomic(using=CHAINS_ALIAS)
def record_shipment_event(
    *,
    actor: Actor,
    store_id: UUID,
    carrier: str,
    tracking_number: str,
    external_id: str,
    state: ShipmentState,
    now: datetime,
    occurred_at: datetime | None = None,
    place: str = "",
) -> Done:
    """Keep what a carrier tells, once by the carrier's id; the shipment stands where the latest event puts it (O4).

    Events may come late, twice and in any order. What is known already changes nothing and is not journalled again.
    Where it was is not kept of somebody who was erased (K4).
    Refusals: NotFound, NotPermitted, Invalid, TooLong, and Conflict for another event with a known id.
    """
    actor.must(Permission.RECORD_SHIPMENT_EVENT, at=store_id)
    found = shipment_tracked(actor, store_id=store_id, carrier=carrier.strip(), tracking_number=tracking_number.strip())
    order = lock_order(actor, found.order_id, Permission.RECORD_SHIPMENT_EVENT, None)
    shipment = Shipment.objects.get(id=found.id)
    event, is_new = CarrierEvent.objects.get_or_create(
        store_id=store_id,
        shipment=shipment,
        external_id=line_of(external_id, field="external_id", limit=LONGEST_EXTERNAL_ID),
        defaults={
            "state": state,
            "place": _place_of(order, line_of(place, field="place", required=False)),
            "occurred_at": passed(occurred_at, field="occurred_at", now=now, within=LAST_TEN_YEARS),
            "received_at": now,
        },
    )
    if not is_new:
        if event.state != state:
            # Another event with this one's id: taken for known, it would be lost.
            raise Conflict(field="external_id")
        return Done(order, shipment, [])
    return _moved(actor, order, shipment, event, now)


def stop_waiting(actor: Actor, shipment: Shipment, entry_id: UUID, now: datetime) -> None:
    """Stop the clock that says by when a shipment has to be there, in the course of a deed."""
    stop_clocks(
        actor=actor, subject_type=SHIPMENT_TYPE, subject_id=shipment.id, entry_id=entry_id, now=now, kinds=[ARRIVAL]
    )


def _moved(actor: Actor, order: Order, shipment: Shipment, event: CarrierEvent, now: datetime) -> Done:
    before = {"shipment_state": shipment.state}
    told = CarrierEvent.objects.filter(shipment=shipment).values_list("occurred_at", "state")
    shipment.state_since, shipment.state = latest_state(told)
    shipment.save(update_fields=["state", "state_since"])
    deed_id = new_id()
    more: dict[str, Any] = {"shipment_id": shipment.id, "shipment_state": shipment.state, "event_id": event.id}
    kind = Happening.SHIPMENT_EVENT_RECORDED
    done = tell_journal(actor, order, kind, shipment, now, before=before, entry_id=deed_id, **more)
    if shipment.state == ShipmentState.DELIVERED:
        stop_waiting(actor, shipment, deed_id, now)
    return done


def _place_of(order: Order, place: str) -> str:
    return "" if place and erased_among([order.customer_id]) else place


def _taken(lines: Mapping[UUID, OrderLine], parcels: Sequence[Parcel]) -> list[tuple[OrderLine, int]]:
    taken = []
    check_parcel([parcel.line_id for parcel in parcels])
    for place, parcel in enumerate(parcels):
        line = lines.get(parcel.line_id)
        if line is None:
            raise NotFound(field=("parcels", str(place), "line_id"))
        most = line.quantity - line.shipped_quantity
        quantity = check_left(parcel.quantity, most=most, field=("parcels", str(place), "quantity"))
        line.shipped_quantity += quantity
        taken.append((line, quantity))
    OrderLine.objects.bulk_update([line for line, _quantity in taken], ["shipped_quantity"])
    return taken


def _pack(shipment: Shipment, taken: Iterable[tuple[OrderLine, int]]) -> None:
    ShipmentLine.objects.bulk_create(
        ShipmentLine(store_id=shipment.store_id, shipment=shipment, line=line, quantity=quantity)
        for line, quantity in taken
    )


def _expect(actor: Actor, shipment: Shipment, entry_id: UUID, now: datetime) -> None:
    if shipment.expected_at is None:
        return
    start_clock(
        actor=actor,
        store_id=shipment.store_id,
        subject_type=SHIPMENT_TYPE,
        subject_id=shipment.id,
        kind=ARRIVAL,
        target=Target(TargetUnit.WALL, int((shipment.expected_at - now).total_seconds())),
        due=Due(shipment.expected_at),
        entry_id=entry_id,
        now=now,
    )
