"""The deed that brings an order in, with its lines and totals."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from customers.actions.registering import customer_of
from customers.models import LONGEST_NAME
from customers.rules.particulars import Particulars, phone_of
from kit.ids import new_id
from kit.moments import LAST_TEN_YEARS, passed
from kit.texts import line_of
from members.rules.permissions import Permission
from orders.actions.steps import Done, bring_in_line, next_number, tell_journal
from orders.models.orders import LONGEST_ADDRESS, FulfilmentState, Order, OrderLine, OrderSource
from orders.models.products import Product
from orders.queries import ORDER
from orders.rules.happenings import Happening
from orders.rules.lines import Wanted, check_lines, one_customer
from orders.rules.money import price_of, quantity_of, total_of
from orders.rules.products import ProductNotOnSale
from standards.rules.lint import text_in
from stores.actions.locks import lock_store_in_business
from stores.rules.business import must_be_of_store


@dataclass(frozen=True, slots=True)
class Destination:
    """Where an order goes, as somebody typed it; all of it may be empty for goods that are handed over."""

    recipient: str = ""
    phone: str = ""
    address: str = ""

    def checked(self) -> "Destination":
        """Return it as it is written down; raises Invalid and TooLong."""
        return Destination(
            line_of(self.recipient, field="recipient", required=False, limit=LONGEST_NAME),
            phone_of(self.phone, field="phone"),
            line_of(self.address, field="address", required=False, limit=LONGEST_ADDRESS),
        )


@transaction.atomic(using=CHAINS_ALIAS)
def place_order(
    *,
    actor: Actor,
    store_id: UUID,
    customer: UUID | Particulars | None,
    lines: Sequence[Wanted],
    now: datetime,
    source: OrderSource = OrderSource.STORE,
    destination: Destination | None = None,
    is_handed_over: bool = False,
    placed_at: datetime | None = None,
) -> Done:
    """Take an order down: a customer's, known or new, with its lines at the products' prices (O1, K1).

    `is_handed_over` says that the customer has the goods already. Refusals: NotFound, NotPermitted, StoreClosed,
    Invalid, TooLong, ContactNeeded, ProductNotOnSale, CurrencyDiffers.
    """
    actor.must(Permission.PLACE_ORDER, at=store_id)
    store, deed_id = lock_store_in_business(actor, store_id), new_id()
    order = Order(id=new_id(), store=store, source=source)
    order.placed_at = passed(placed_at, field="placed_at", now=now, within=LAST_TEN_YEARS)
    if customer is None:
        raise one_customer()
    order.customer = customer_of(
        actor=actor, store_id=store_id, customer=customer, prefix="customer_", part_of_id=deed_id, now=now
    )
    on_sale = products_on_sale(check_lines(lines))
    drawn = draw_up(actor, order, on_sale, lines, destination or Destination(), now, is_handed_over=is_handed_over)
    order.number = next_number(store.id, ORDER)
    order.save(force_insert=True)
    OrderLine.objects.bulk_create(drawn)
    return tell_placed(actor, order, now, entry_id=deed_id)


def products_on_sale(lines: Iterable[Wanted]) -> dict[str, Product]:
    """Return the products on sale that are wanted, by code, with one statement for them all."""
    codes = {each.code for each in lines}
    return {product.code: product for product in Product.objects.filter(code__in=codes, is_on_sale=True)}


def draw_up(
    actor: Actor,
    order: Order,
    on_sale: Mapping[str, Product],
    lines: Sequence[Wanted],
    destination: Destination,
    now: datetime,
    *,
    is_handed_over: bool,
) -> list[OrderLine]:
    """Fill in a new order, as far as it needs no statement, and return its lines; both are still to be saved.

    Raises Invalid, TooLong, ProductNotOnSale and CurrencyDiffers.
    """
    drawn = _lines(order, on_sale, check_lines(lines), is_handed_over=is_handed_over)
    to = destination.checked()
    order.recipient, order.phone, order.address = to.recipient, to.phone, to.address
    order.currency, order.taken_by_id, order.recorded_at = order.store.currency, actor.user_id, now
    order.total_minor = total_of([line.amount_minor for line in drawn], currency=order.currency)
    order.fulfilment_state = FulfilmentState.DELIVERED if is_handed_over else FulfilmentState.UNSHIPPED
    bring_in_line(order)
    return drawn


def tell_placed(
    actor: Actor, order: Order, now: datetime, *, entry_id: UUID | None = None, part_of_id: UUID | None = None
) -> Done:
    """Tell the journal of an order that was written down."""
    return tell_journal(
        actor,
        order,
        Happening.ORDER_PLACED,
        order,
        now,
        before=None,
        entry_id=entry_id,
        part_of_id=part_of_id,
        total_minor=order.total_minor,
        currency=order.currency,
        placed_at=order.placed_at,
    )


def _lines(
    order: Order, on_sale: Mapping[str, Product], wanted: Sequence[Wanted], *, is_handed_over: bool
) -> list[OrderLine]:
    drawn, store = [], order.store
    for place, each in enumerate(wanted):
        product, path = on_sale.get(each.code), ("lines", str(place))
        if product is None:
            raise ProductNotOnSale(field=(*path, "code"), code=each.code)
        must_be_of_store(product.currency, store, field=(*path, "code"))
        price = product.price_minor if each.unit_price_minor is None else each.unit_price_minor
        line = OrderLine(store=store, order=order, position=place + 1, product=product, code=product.code)
        line.name, line.model = text_in(None, product.names), product.model
        line.quantity = quantity_of(each.quantity, field=(*path, "quantity"))
        line.unit_price_minor = price_of(price, field=(*path, "unit_price_minor"), currency=store.currency)
        line.amount_minor = line.quantity * line.unit_price_minor
        line.shipped_quantity = line.quantity if is_handed_over else 0
        drawn.append(line)
    return drawn
