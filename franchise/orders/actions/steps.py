"""What every deed on an order does: lock it, move it on, give documents their numbers, tell the journal."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from chains.actor import Actor
from journal.actions import append
from kit.refusals import NotFound
from orders.models.delivery import DeliveryConfirmation
from orders.models.imports import OrderImport
from orders.models.orders import DocumentCounter, Order, OrderLine, OrderState
from orders.models.shipping import Shipment
from orders.queries import SUBJECT_TYPE
from orders.rules.happenings import Happening
from orders.rules.money import payment_state_of
from orders.rules.states import (
    MOVES,
    OrderAction,
    check_possible,
    check_version,
    fulfilment_of,
    standing_of,
    state_after,
)
from standards.actions.clocking import Applied, apply_standards
from stores.actions import numbering

_MOVED = (
    "state",
    "payment_state",
    "fulfilment_state",
    "paid_minor",
    "refunded_minor",
    "refund_granted_minor",
    "has_open_change",
    "recipient",
    "phone",
    "address",
    "version",
)


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a deed: the order as it is now, the row that it wrote, the clauses whose clocks it moved."""

    order: Order
    row: Any
    standards_applied: list[Applied]


def lock_order(actor: Actor, order_id: UUID, permission: str, expected_version: int | None) -> Order:
    """Return an order, locked until the transaction ends, for somebody with a permission at its store.

    Raises NotFound, NotPermitted, and Stale with the order as it is now.
    """
    order = Order.objects.visible_to(actor).select_for_update(of=("self",)).filter(id=order_id).first()
    if order is None:
        raise NotFound
    actor.must(permission, at=order.store_id)
    state = OrderState(order.state)
    check_version(expected=expected_version, version=order.version, state=state, current=order)
    return order


def lock_order_for(actor: Actor, order_id: UUID, action: OrderAction, expected_version: int | None) -> Order:
    """Return an order, locked, with which this can be done as it stands.

    Raises NotFound, NotPermitted, Stale, ChangePending and NotForThisOrder.
    """
    order = lock_order(actor, order_id, MOVES[action].permission, expected_version)
    check_possible(action, standing_of(order))
    return order


def move_on(
    actor: Actor,
    order: Order,
    kind: Happening,
    row: Any,
    before: dict[str, Any],
    now: datetime,
    *,
    entry_id: UUID | None = None,
    **more: Any,
) -> Done:
    """Bring the locked order's states in line with its amounts, count its version up, and tell the journal."""
    bring_in_line(order)
    order.version += 1
    order.save(update_fields=_MOVED)
    return tell_journal(actor, order, kind, row, now, before=before, entry_id=entry_id, **more)


def tell_journal(
    actor: Actor,
    order: Order,
    kind: Happening,
    row: Any,
    now: datetime,
    *,
    before: dict[str, Any] | None,
    entry_id: UUID | None = None,
    part_of_id: UUID | None = None,
    **more: Any,
) -> Done:
    """Append a deed to the journal and let the standards in force start and stop their clocks."""
    # Where goods go and what people wrote stays in the rows: the journal is kept for ever.
    entry = append(
        actor=actor,
        kind=kind,
        subject_type=SUBJECT_TYPE,
        subject_id=order.id,
        store_id=order.store_id,
        customer_id=order.customer_id,
        now=now,
        before=before,
        after={**state_of(order), "source": order.source, **more},
        entry_id=entry_id,
        part_of_id=part_of_id,
    )
    return Done(order, row, apply_standards(actor=actor, entry=entry, is_new=kind is Happening.ORDER_PLACED))


def tell_import(actor: Actor, batch: OrderImport, now: datetime, *, entry_id: UUID) -> None:
    """Append an import to the journal, whose parts are the orders that it brought."""
    append(
        actor=actor,
        kind=Happening.ORDERS_IMPORTED,
        subject_type="OrderImport",
        subject_id=batch.id,
        store_id=batch.store_id,
        now=now,
        after={
            "source": batch.source,
            "accepted_count": batch.accepted_count,
            "refused_count": batch.refused_count,
        },
        entry_id=entry_id,
    )


def state_of(order: Order) -> dict[str, Any]:
    """Return what a deed changes about an order, for the journal's before and after."""
    return {
        "state": order.state,
        "payment_state": order.payment_state,
        "fulfilment_state": order.fulfilment_state,
        "paid_minor": order.paid_minor,
        "refunded_minor": order.refunded_minor,
        "refund_granted_minor": order.refund_granted_minor,
        "version": order.version,
    }


def bring_in_line(order: Order) -> None:
    """Set the order's three states by its amounts and by what has left and arrived."""
    order.payment_state = payment_state_of(
        total_minor=order.total_minor, paid_minor=order.paid_minor, refunded_minor=order.refunded_minor
    )
    order.state = state_after(standing_of(order))


def fulfil(order: Order) -> None:
    """Set how far the order's goods are, from its lines and the confirmations of its shipments."""
    lines = OrderLine.objects.filter(order=order).values_list("quantity", "shipped_quantity").order_by("position")
    unconfirmed = ~Exists(DeliveryConfirmation.objects.filter(store_id=order.store_id, shipment=OuterRef("pk")))
    all_arrived = not Shipment.objects.filter(unconfirmed, order=order).exists()
    order.fulfilment_state = fulfilment_of(lines, all_arrived=all_arrived)


def next_number(store_id: UUID, letter: str) -> int:
    """Return the next number of a sort of document at a store, without gaps."""
    return next_numbers(store_id, letter, 1)[0]


def next_numbers(store_id: UUID, letter: str, many: int) -> range:
    """Return the next so many numbers of a sort of document at a store, without gaps."""
    return numbering.next_numbers(DocumentCounter, many, store_id=store_id, letter=letter)
