"""What customers buy: the tills of every day, orders on their way to customers, and what goes wrong with them."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from chains.actor import Actor
from config.seed.cast import Cast, Shop, Someone
from config.seed.complaining import from_delivery
from config.seed.history import Plot, deed, look
from config.seed.shipping import arrives, confirmed, is_late, shipped
from customers.rules.particulars import Particulars
from orders.actions.cancelling import cancel_order
from orders.actions.changing import confirm_order_change, decline_order_change, request_order_change
from orders.actions.importing import Row, import_orders
from orders.actions.paying import record_payment
from orders.actions.placing import Destination, place_order
from orders.actions.refunding import approve_refund, decline_refund, execute_refund, grant_refund, report_refund
from orders.models.changes import CancelReason, IdentityCheck
from orders.models.orders import Order, OrderSource, PaymentMethod
from orders.models.refunds import Refund, RefundState, ToldBy
from orders.rules.lines import Wanted

_TILL_A_DAY, _SENT_A_DAY = 0.036, 0.032
# Where in the list of products the expensive ones are, and what an ordinary one costs at most.
_CATERING, _DEAR = 5, 6
_ORDINARY = 60_000
# How far a supervisor and a manager may decide by the limits of a new chain (C6).
_SUPERVISORS_LIMIT, _MANAGERS_LIMIT = 1_000_00, 5_000_00


def orders_of(cast: Cast) -> Iterator[tuple[datetime, Plot]]:
    """Yield the orders of all stores, each with the moment at which it begins."""
    for shop in cast.shops:
        last = cast.until.astimezone(shop.zone).date()
        for at in cast.tempo.moments(shop.zone, cast.first_day(shop), last, a_day=_TILL_A_DAY):
            yield at, from_the_till(cast, shop, at)
        for at in cast.tempo.moments(shop.zone, cast.first_day(shop), last, a_day=_SENT_A_DAY):
            yield at, sent_home(cast, shop, at)


def from_the_till(cast: Cast, shop: Shop, at: datetime) -> Plot:
    """Bring in what a till has sold to customers with a card: paid and handed over."""
    rows = []
    for number in range(cast.random.randrange(3, 7)):
        lines, total = _wanted(cast, dear=0.02)
        when = at - cast.minutes(1, 50)
        rows.append(
            Row(
                external_id=f"T{at:%y%m%d%H%M}-{number}",
                customer=_buyer(cast),
                lines=lines,
                paid_minor=total,
                payment_method=cast.random.choice((PaymentMethod.CARD, PaymentMethod.WALLET, PaymentMethod.CASH)),
                is_handed_over=True,
                placed_at=when,
            )
        )
    yield deed(at, shop.supervisor, import_orders, store_id=shop.id, source=OrderSource.TILL, rows=rows)


def sent_home(cast: Cast, shop: Shop, at: datetime) -> Plot:
    """Place an order, pay and send it; one in some is changed, cancelled, late, damaged or paid back."""
    order = yield from placed(cast, shop, at)
    who, at = cast.staff(shop), at + cast.minutes(1, 20)
    if cast.chance(0.1):
        at = yield from changed(cast, order, at, who, is_proven=cast.chance(0.7))
    yield from paid(cast, order, at, who)
    if cast.chance(0.08):
        at = cast.opened(shop, at + cast.minutes(30, 300))
        done = yield from cancelled(cast, order, at, who)
        yield from paid_back(cast, shop, done, cast.opened(shop, at + cast.minutes(20, 400)))
        return
    at = cast.opened(shop, at + cast.minutes(60, 900))
    shipment = yield from shipped(cast, order, at, who)
    if cast.chance(0.14):
        at = yield from is_late(cast, shop, shipment, at)
    else:
        at = yield from arrives(cast, shop, shipment, at)
    at = cast.opened(shop, at + cast.minutes(60, 2000))
    is_damaged = cast.chance(0.05)
    yield from confirmed(cast, shop, shipment, at, damage=cast.one("damages") if is_damaged else None)
    if is_damaged:
        yield from from_delivery(cast, shop, order.id, at)
    elif cast.chance(0.07):
        at = cast.opened(shop, at + cast.minutes(60, 900))
        yield from refunded(cast, shop, order, at, share=cast.random.choice((0.3, 0.5, 1)))


def placed(
    cast: Cast, shop: Shop, at: datetime, *, dear: float = 0.16, product: int | None = None, several: bool = False
) -> Plot:
    """Place an order that goes to the customer's home; of a product by its place in the list, or several pieces."""
    customer = cast.customer(shop, new=0.45)
    lines, _total = _wanted(cast, dear=dear, product=product)
    done = yield deed(
        at,
        cast.staff(shop),
        place_order,
        store_id=shop.id,
        customer=customer,
        lines=[Wanted(line.code, line.quantity + 1) for line in lines] if several else lines,
        source=OrderSource.PHONE if cast.chance(0.7) else OrderSource.STORE,
        destination=_home(cast, customer),
    )
    shop.known.append(done.order.customer_id)
    return done.order


def paid(cast: Cast, order: Order, at: datetime, who: Actor, *, share: float = 1) -> Plot:
    """Pay an order, or a share of it."""
    method = cast.random.choice((PaymentMethod.CARD, PaymentMethod.WALLET, PaymentMethod.TRANSFER))
    amount = max(1, round(order.total_minor * share))
    yield deed(at, who, record_payment, order_id=order.id, amount_minor=amount, method=method)


def changed(cast: Cast, order: Order, at: datetime, who: Actor, *, is_proven: bool | None) -> Plot:
    """Ask for another destination, and confirm or decline it once the caller is known; None leaves it open."""
    text = cast.one("changes")
    done = yield deed(
        at, who, request_order_change, order_id=order.id, address=cast.address(), recipient=text.get("recipient")
    )
    at += cast.minutes(3, 15)
    if is_proven is None:
        return at
    words: dict[str, Any] = {"identity_check": cast.random.choice(list(IdentityCheck)), "is_identity_proven": is_proven}
    if is_proven:
        yield deed(at, who, confirm_order_change, change_id=done.row.id, **words)
    else:
        reason = cast.script.texts["changes"][-1]["reason"]
        yield deed(at, who, decline_order_change, change_id=done.row.id, reason=reason, **words)
    return at


def cancelled(cast: Cast, order: Order, at: datetime, who: Actor) -> Plot:
    """Cancel an order; return the refund of what was paid, if anything was."""
    reason, remark = cast.random.choice(list(CancelReason)), cast.random.choice(cast.of("refunds")["remarks"])
    yield deed(at, who, cancel_order, order_id=order.id, reason=reason, remark=remark)
    refund = yield look(at, who, _refund_of, order_id=order.id)
    return refund


def refunded(
    cast: Cast,
    shop: Shop,
    order: Order,
    at: datetime,
    *,
    share: float,
    until: str = "REPORTED",
    by: Actor | None = None,
) -> Plot:
    """Pay some of an order back, as far as `until`."""
    amount, reason = max(1, round(order.total_minor * share)), cast.random.choice(cast.of("refunds")["reasons"])
    who = by or cast.staff(shop)
    done = yield deed(at, who, grant_refund, order_id=order.id, amount_minor=amount, reason=reason)
    if until == "DECLINED":
        yield deed(at + cast.minutes(20, 90), shop.manager, decline_refund, refund_id=done.row.id)
    elif until != "GRANTED":
        yield from paid_back(cast, shop, done.row, at, until=until)


def paid_back(cast: Cast, shop: Shop, refund: Any, at: datetime, *, until: str = "REPORTED") -> Plot:
    """Approve a refund where it needs that, pay it out and tell the customer, as far as `until`."""
    if refund is None:
        return
    if refund.needs_second:
        at += cast.minutes(10, 200)
        yield deed(at, _approver(shop, refund), approve_refund, refund_id=refund.id)
    if until == "APPROVED":
        return
    who, at = cast.staff(shop), at + cast.minutes(5, 120)
    yield deed(at, who, execute_refund, refund_id=refund.id, method=PaymentMethod.CARD)
    if until == "REPORTED":
        told_by = cast.random.choice(list(ToldBy))
        yield deed(at + cast.minutes(2, 90), who, report_refund, refund_id=refund.id, told_by=told_by)


def _refund_of(*, order_id: UUID) -> Refund | None:
    """Look up what is granted to be paid back of an order."""
    return Refund.objects.filter(order_id=order_id, state__in=(RefundState.GRANTED, RefundState.APPROVED)).first()


def _approver(shop: Shop, refund: Refund) -> Actor:
    if refund.amount_minor <= _SUPERVISORS_LIMIT:
        return shop.supervisor
    return shop.manager if refund.amount_minor <= _MANAGERS_LIMIT else shop.area_supervisor


def _buyer(cast: Cast) -> Particulars:
    """Return somebody with a customer card, who may have been at the till before."""
    if not cast.cards or cast.chance(0.3):
        cast.cards.append(cast.newcomer())
    return cast.random.choice(cast.cards)


def _home(cast: Cast, customer: Someone) -> Destination:
    if isinstance(customer, Particulars):
        return Destination(customer.name, customer.phone, customer.address or cast.address())
    return Destination(address=cast.address())


def _wanted(cast: Cast, *, dear: float, product: int | None = None) -> tuple[list[Wanted], int]:
    """Draw what is bought, and tell what it costs; with the chance `dear` it is something that costs a lot."""
    goods = cast.script.texts["products"]
    if product is not None:
        drawn = [goods[product]]
    elif cast.chance(dear):
        drawn = [goods[cast.random.choice((_CATERING, _CATERING, _CATERING, _DEAR))]]
    else:
        drawn = cast.random.sample(
            [each for each in goods if each["price"] < _ORDINARY], k=cast.random.choice((1, 1, 2))
        )
    lines = [
        Wanted(each["code"], 1 if each["price"] > _ORDINARY / 4 else cast.random.randrange(1, 4), each["price"])
        for each in drawn
    ]
    return lines, sum(line.quantity * (line.unit_price_minor or 0) for line in lines)
