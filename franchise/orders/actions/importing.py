"""The deed that brings orders in from a till or a web shop: each row taken or refused with its reason, none lost."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from customers.actions.registering import customer_of
from customers.rules.particulars import Particulars
from kit.ids import new_id
from kit.moments import LAST_TEN_YEARS, passed
from kit.refusals import Conflict, Refusal
from kit.texts import line_of
from members.rules.permissions import Permission
from orders.actions.placing import Destination, draw_up, products_on_sale, tell_placed
from orders.actions.steps import bring_in_line, next_numbers, tell_import
from orders.models.imports import ImportedRow, OrderImport
from orders.models.orders import LONGEST_EXTERNAL_ID, Order, OrderLine, OrderSource, Payment, PaymentMethod
from orders.models.products import Product
from orders.queries import ORDER
from orders.rules.imports import check_rows, check_source
from orders.rules.lines import Wanted
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


@dataclass(slots=True)
class _Intake:
    """What was taken so far of an import, still to be saved; `known` are all orders by their ids at the till."""

    on_sale: Mapping[str, Product]
    known: dict[str, Order]
    orders: list[Order] = field(default_factory=list)
    lines: list[OrderLine] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)


@transaction.atomic(using=CHAINS_ALIAS)
def import_orders(
    *, actor: Actor, store_id: UUID, source: OrderSource, rows: Sequence[Row], now: datetime
) -> OrderImport:
    """Take orders over from a till or web shop; a row that was taken before is the same order and nothing new.

    A row that can't be taken is kept with its refusal and stops no other. Orders, lines, payments and rows are saved
    all at once; customers, the journal and the clocks take a few statements for each new order.
    Refusals: NotFound, NotPermitted, StoreClosed, Invalid.
    """
    actor.must(Permission.IMPORT_ORDERS, at=store_id)
    store, deed_id = lock_store_in_business(actor, store_id), new_id()
    check_source(source)
    check_rows(rows)
    batch = OrderImport(store=store, source=source, imported_by_id=actor.user_id, imported_at=now)
    intake = _Intake(products_on_sale(line for row in rows for line in row.lines), _known(store, source, rows))
    kept = [_kept(actor, batch, place, row, intake, deed_id, now) for place, row in enumerate(rows, start=1)]
    batch.refused_count = sum(bool(each.refusal) for each in kept)
    batch.accepted_count = len(kept) - batch.refused_count
    _save(store, intake)
    batch.save(force_insert=True)
    ImportedRow.objects.bulk_create(kept)
    for order in intake.orders:
        tell_placed(actor, order, now, part_of_id=deed_id)
    tell_import(actor, batch, now, entry_id=deed_id)
    return batch


def _known(store: Store, source: OrderSource, rows: Sequence[Row]) -> dict[str, Order]:
    """Return the orders that came before under the ids of these rows; a wrong id is none's, and is refused later."""
    told = set()
    for row in rows:
        with suppress(Refusal):
            told.add(_id_of(row))
    orders = Order.objects.filter(store=store, source=source, external_id__in=told)
    return {str(order.external_id): order for order in orders.order_by("id")}


def _kept(
    actor: Actor, batch: OrderImport, place: int, row: Row, intake: _Intake, deed_id: UUID, now: datetime
) -> ImportedRow:
    """Take a row, and return what became of it."""
    kept = ImportedRow(store=batch.store, batch=batch, position=place, external_id=_shown(row.external_id))
    try:
        kept.order, kept.is_new = _take(actor, batch, row, intake, deed_id, now)
    except Refusal as refusal:
        kept.refusal, kept.refused_field, kept.message = refusal.code, ".".join(refusal.field), refusal.text()
    return kept


def _take(
    actor: Actor, batch: OrderImport, row: Row, intake: _Intake, deed_id: UUID, now: datetime
) -> tuple[Order, bool]:
    external_id = _id_of(row)
    order = Order(id=new_id(), store=batch.store, source=batch.source, external_id=external_id)
    order.placed_at = passed(row.placed_at, field="placed_at", now=now, within=LAST_TEN_YEARS)
    known = intake.known.get(external_id)
    if known is not None:
        if _told_total(row) not in (None, known.total_minor):
            raise Conflict(field="external_id")
        return known, False
    to = row.destination
    lines = draw_up(actor, order, intake.on_sale, row.lines, to, now, is_handed_over=row.is_handed_over)
    payments = [_paid(actor, order, row, now)] if row.paid_minor != 0 else []
    # The last thing that may be refused, and the first that writes: so nothing is left of a row that is refused.
    order.customer = customer_of(
        actor=actor, store_id=batch.store_id, customer=row.customer, prefix="customer_", part_of_id=deed_id, now=now
    )
    intake.known[external_id] = order
    intake.orders.append(order)
    intake.lines.extend(lines)
    intake.payments.extend(payments)
    return order, True


def _save(store: Store, intake: _Intake) -> None:
    if not intake.orders:
        return
    for order, number in zip(intake.orders, next_numbers(store.id, ORDER, len(intake.orders)), strict=True):
        order.number = number
    Order.objects.bulk_create(intake.orders)
    OrderLine.objects.bulk_create(intake.lines)
    Payment.objects.bulk_create(intake.payments)


def _id_of(row: Row) -> str:
    return line_of(row.external_id, field="external_id", limit=LONGEST_EXTERNAL_ID)


def _told_total(row: Row) -> int | None:
    """Return what a row says that it cost in all; None where it leaves a price to the product."""
    amounts = [line.quantity * line.unit_price_minor for line in row.lines if line.unit_price_minor is not None]
    return sum(amounts) if len(amounts) == len(row.lines) else None


def _shown(external_id: str) -> str:
    """Return an id, wrong ones included, as it can be kept and read: what is refused has to be found again."""
    return "".join(sign for sign in external_id.strip() if sign.isprintable())[:LONGEST_EXTERNAL_ID]


def _paid(actor: Actor, order: Order, row: Row, now: datetime) -> Payment:
    """Return the payment that a row tells of, still to be saved, and count it in its order."""
    payment = Payment(
        store_id=order.store_id,
        order=order,
        amount_minor=amount_of(row.paid_minor, field="paid_minor", currency=order.currency, most=order.total_minor),
        method=row.payment_method,
        paid_at=order.placed_at,
        recorded_by_id=actor.user_id,
        recorded_at=now,
    )
    order.paid_minor = payment.amount_minor
    bring_in_line(order)
    return payment
