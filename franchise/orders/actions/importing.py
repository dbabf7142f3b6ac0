"""The deed that brings orders in from a till or a web shop: each row taken or refused with its reason, none lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from customers.actions.registering import customer_of
from customers.rules.particulars import Particulars
from kit.ids import new_id
from kit.refusals import Conflict, Refusal
from kit.texts import line_of
from members.rules.permissions import Permission
from orders.actions.placing import Destination, tell_placed, write_order
from orders.actions.steps import bring_in_line, tell_import
from orders.models.imports import ImportedRow, OrderImport
from orders.models.orders import LONGEST_EXTERNAL_ID, Order, OrderSource, Payment, PaymentMethod
from orders.rules.imports import check_rows, check_source
from orders.rules.lines import Wanted
from orders.rules.moments import past_moment
from orders.rules.money import amount_of
from stores.actions.locks import lock_store_in_business
from stores.models import Store


@dataclass(frozen=True, slots=True)
class Row:
    """An order as a till or web shop tells it; amounts in smallest units of the store's currency."""

    external_id: str
    customer: Particulars
    lines: Sequence[Wanted]
    destination: Destination = Destination()
    paid_minor: int = 0
    payment_method: PaymentMethod = PaymentMethod.CARD
    is_handed_over: bool = False
    placed_at: datetime | None = None


@transaction.atomic(using=CHAINS_ALIAS)
def import_orders(
    *, actor: Actor, store_id: UUID, source: OrderSource, rows: Sequence[Row], now: datetime
) -> OrderImport:
    """Take orders over from a till or web shop; a row that was taken before is the same order and nothing new.

    A row that can't be taken is kept with its refusal and stops no other. Refusals: NotFound, NotPermitted,
    StoreClosed, Invalid.
    """
    actor.must(Permission.IMPORT_ORDERS, at=store_id)
    store, deed_id = lock_store_in_business(actor, store_id), new_id()
    check_source(source)
    check_rows(rows)
    batch = OrderImport.objects.create(store=store, source=source, imported_by_id=actor.user_id, imported_at=now)
    for place, row in enumerate(rows):
        kept = ImportedRow(store=store, batch=batch, position=place + 1, external_id=_shown(row.external_id))
        try:
            with transaction.atomic(using=CHAINS_ALIAS):
                kept.order, kept.is_new = _take(actor, store, source, row, deed_id, now)
        except Refusal as refusal:
            kept.order, kept.is_new, kept.refusal = None, False, refusal.code
            kept.refused_field, kept.message = ".".join(refusal.field), refusal.text()
        kept.save(force_insert=True)
        batch.accepted_count += not kept.refusal
        batch.refused_count += bool(kept.refusal)
    batch.save(update_fields=["accepted_count", "refused_count"])
    tell_import(actor, batch, now, entry_id=deed_id)
    return batch


def _take(
    actor: Actor, store: Store, source: OrderSource, row: Row, deed_id: UUID, now: datetime
) -> tuple[Order, bool]:
    external_id = line_of(row.external_id, field="external_id", limit=LONGEST_EXTERNAL_ID)
    order = Order(id=new_id(), store=store, source=source, external_id=external_id)
    order.placed_at = past_moment(row.placed_at, now=now, field="placed_at")
    known = Order.objects.filter(store=store, source=source, external_id=external_id).first()
    if known is not None:
        if _told_total(row) not in (None, known.total_minor):
            raise Conflict(field="external_id")
        return known, False
    order.customer = customer_of(
        actor=actor, store_id=store.id, customer=row.customer, prefix="customer_", part_of_id=deed_id, now=now
    )
    write_order(actor, order, store, row.lines, row.destination, now, is_handed_over=row.is_handed_over)
    if row.paid_minor != 0:
        _pay(actor, order, row, now)
    tell_placed(actor, order, now, part_of_id=deed_id)
    return order, True


def _told_total(row: Row) -> int | None:
    """Return what a row says that it cost in all; None where it leaves a price to the product."""
    amounts = [line.quantity * line.unit_price_minor for line in row.lines if line.unit_price_minor is not None]
    return sum(amounts) if len(amounts) == len(row.lines) else None


def _shown(external_id: str) -> str:
    """Return an id, wrong ones included, as it can be kept and read: what is refused has to be found again."""
    return "".join(sign for sign in external_id.strip() if sign.isprintable())[:LONGEST_EXTERNAL_ID]


def _pay(actor: Actor, order: Order, row: Row, now: datetime) -> None:
    Payment.objects.create(
        store_id=order.store_id,
        order=order,
        amount_minor=amount_of(row.paid_minor, field="paid_minor", most=order.total_minor),
        method=row.payment_method,
        paid_at=order.placed_at,
        recorded_by_id=actor.user_id,
        recorded_at=now,
    )
    order.paid_minor = row.paid_minor
    bring_in_line(order)
    order.save(update_fields=["paid_minor", "payment_state", "state"])
