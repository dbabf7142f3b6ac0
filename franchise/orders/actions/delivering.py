"""Deeds on the goods' arrival: that they came complete and undamaged, or what is wrong with them (O5)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from customers.queries.register import must_not_be_erased
from kit.ids import new_id
from kit.moments import LAST_TEN_YEARS, passed
from kit.refusals import Conflict, NotFound
from kit.texts import text_of
from members.rules.permissions import Permission
from orders.actions.shipping import stop_waiting
from orders.actions.steps import Done, fulfil, lock_order, lock_order_for, move_on, state_of
from orders.models.delivery import DamageKind, DamageReport, DeliveryConfirmation
from orders.models.orders import Order
from orders.models.shipping import Shipment
from orders.rules.happenings import Happening
from orders.rules.states import OrderAction


@dataclass(frozen=True, slots=True)
class Arrival:
    """How goods came: when, all of them, and undamaged."""

    received_at: datetime | None
    is_complete: bool
    is_undamaged: bool

    @property
    def damage(self) -> DamageKind | None:
        """What is wrong, or None."""
        if not self.is_undamaged:
            return DamageKind.DAMAGED
        return None if self.is_complete else DamageKind.INCOMPLETE


@transaction.atomic(using=CHAINS_ALIAS)
def confirm_delivery(
    *,
    actor: Actor,
    shipment_id: UUID,
    arrival: Arrival,
    now: datetime,
    remark: str = "",
    expected_version: int | None = None,
) -> Done:
    """Record that the customer has a shipment, or that it came damaged or not complete (O5).

    `remark` says what is wrong, and may be empty where nothing is; it is kept either way. Refusals: NotFound,
    NotPermitted, Stale, Conflict, Invalid, TooLong.
    """
    shipment, order = _lock_shipment(actor, shipment_id, expected_version)
    before, deed_id = state_of(order), new_id()
    remark = text_of(remark, field="remark", required=arrival.damage is not None)
    confirmation = DeliveryConfirmation.objects.create(
        store_id=order.store_id,
        shipment=shipment,
        received_at=passed(arrival.received_at, field="received_at", now=now, within=LAST_TEN_YEARS),
        is_complete=arrival.is_complete,
        is_undamaged=arrival.is_undamaged,
        remark=remark,
        confirmed_by_id=actor.user_id,
        confirmed_at=now,
    )
    shipment.is_confirmed = True
    shipment.save(update_fields=["is_confirmed"])
    fulfil(order)
    more = {"shipment_id": shipment.id, "confirmation_id": confirmation.id}
    kind = Happening.DELIVERY_CONFIRMED
    if arrival.damage is not None:
        kind = Happening.DELIVERY_DAMAGED
        more["damage_report_id"] = _report(actor, order, shipment, arrival.damage, remark, now).id
    done = move_on(actor, order, kind, confirmation, before, now, entry_id=deed_id, **more)
    stop_waiting(actor, shipment, deed_id, now)
    return done


@transaction.atomic(using=CHAINS_ALIAS)
def report_damage(
    *,
    actor: Actor,
    order_id: UUID,
    kind: DamageKind,
    description: str,
    now: datetime,
    expected_version: int | None = None,
) -> Done:
    """Record what a customer says is wrong with goods that have left (O5).

    Refusals: NotFound, NotPermitted, Stale, NotForThisOrder, CustomerErased, Invalid, TooLong.
    """
    order = lock_order_for(actor, order_id, OrderAction.REPORT_DAMAGE, expected_version)
    must_not_be_erased(order.customer_id)
    before = state_of(order)
    report = _report(actor, order, None, kind, text_of(description, field="description"), now)
    return move_on(actor, order, Happening.DELIVERY_DAMAGED, report, before, now, damage_report_id=report.id)


def _report(
    actor: Actor, order: Order, shipment: Shipment | None, kind: DamageKind, description: str, now: datetime
) -> DamageReport:
    return DamageReport.objects.create(
        store_id=order.store_id,
        order=order,
        shipment=shipment,
        kind=kind,
        description=description,
        reported_by_id=actor.user_id,
        reported_at=now,
    )


def _lock_shipment(actor: Actor, shipment_id: UUID, expected_version: int | None) -> tuple[Shipment, Order]:
    found = Shipment.objects.visible_to(actor).filter(id=shipment_id).first()
    if found is None:
        raise NotFound
    order = lock_order(actor, found.order_id, Permission.CONFIRM_DELIVERY, expected_version)
    shipment = Shipment.objects.get(id=shipment_id)
    if shipment.is_confirmed:
        raise Conflict
    return shipment, order
