"""An order at each place where one can stand now: on each axis of state, with each refund, shipment and exception."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

from config.seed.cast import Cast, Shop
from config.seed.history import Plot, deed
from config.seed.ordering import cancelled, changed, paid, placed, refunded
from config.seed.shipping import arrives, confirmed, event, settled, shipped
from orders.actions.excepting import raise_shipment_exception
from orders.models.shipping import ExceptionKind, ShipmentState

_CHEAP, _DEAR = 0, 6


def orders_shown(cast: Cast) -> Iterator[tuple[datetime, Plot]]:
    """Yield such orders of the stores in turn, each with the moment at which it begins."""
    for shop, (hours, plot) in zip(cast.places(), _standing(cast), strict=False):
        yield cast.ago(shop, hours=hours), plot(shop)


def _standing(cast: Cast) -> Iterator[tuple[float, Callable[[Shop], Plot]]]:
    """Yield what is shown, with how many hours ago it began."""
    yield 2, partial(_unpaid, cast)
    yield 3, partial(_partly_paid, cast)
    for back, is_proven in ((1.5, None), (28.0, False), (27.0, True)):
        yield back, partial(_changes, cast, back=back, is_proven=is_proven)
    for hours, until in ((8, "GRANTED"), (9, "APPROVED"), (30, "DECLINED"), (7, "EXECUTED"), (50, "REPORTED")):
        yield 72 + hours, partial(_refund, cast, hours=hours, until=until)
    yield 20, partial(_is_cancelled, cast)
    yield 48, partial(_partly_shipped, cast)
    for state in ShipmentState:
        yield 72, partial(_on_its_way, cast, state=state)
    for kind in ExceptionKind:
        yield 96, partial(_goes_wrong, cast, kind=kind)


def _unpaid(cast: Cast, shop: Shop) -> Plot:
    yield from placed(cast, shop, cast.ago(shop, hours=2), dear=0)


def _partly_paid(cast: Cast, shop: Shop) -> Plot:
    at = cast.ago(shop, hours=3)
    order = yield from placed(cast, shop, at, product=_DEAR)
    yield from paid(cast, order, at + cast.minutes(2, 9), cast.staff(shop), share=0.3)


def _changes(cast: Cast, shop: Shop, *, back: float, is_proven: bool | None) -> Plot:
    at, who = cast.ago(shop, hours=back), cast.staff(shop)
    order = yield from placed(cast, shop, at, dear=0)
    yield from paid(cast, order, at + cast.minutes(2, 9), who)
    yield from changed(cast, order, at + cast.minutes(20, 40), who, is_proven=is_proven)


def _refund(cast: Cast, shop: Shop, *, hours: int, until: str) -> Plot:
    """Send something expensive, which is paid back above the limit of who grants it."""
    at, who = cast.ago(shop, days=3, hours=hours), cast.staff(shop)
    order = yield from placed(cast, shop, at, product=_DEAR)
    yield from paid(cast, order, at + cast.minutes(2, 9), who)
    shipment = yield from shipped(cast, order, at + cast.minutes(60, 90), who)
    at = yield from arrives(cast, shop, shipment, at)
    yield from confirmed(cast, shop, shipment, at + cast.minutes(60, 90))
    at = max(at + timedelta(hours=3), cast.ago(shop, hours=hours))
    share = 1 if until == "REPORTED" else 0.4
    yield from refunded(cast, shop, order, at, share=share, until=until, by=who)


def _is_cancelled(cast: Cast, shop: Shop) -> Plot:
    at, who = cast.ago(shop, hours=20), cast.staff(shop)
    order = yield from placed(cast, shop, at, product=_CHEAP)
    yield from paid(cast, order, at + cast.minutes(2, 9), who)
    yield from cancelled(cast, order, at + cast.minutes(30, 90), who)


def _partly_shipped(cast: Cast, shop: Shop) -> Plot:
    at, who = cast.ago(shop, days=2), cast.staff(shop)
    order = yield from placed(cast, shop, at, several=True)
    yield from paid(cast, order, at + cast.minutes(2, 9), who)
    yield from shipped(cast, order, at + cast.minutes(60, 90), who, some=True)


def _on_its_way(cast: Cast, shop: Shop, *, state: ShipmentState) -> Plot:
    at, who = cast.ago(shop, days=3), cast.staff(shop)
    order = yield from placed(cast, shop, at, dear=0)
    yield from paid(cast, order, at + cast.minutes(2, 9), who)
    at = max(at + cast.minutes(60, 90), cast.ago(shop, days=2))
    shipment = yield from shipped(cast, order, at, who)
    yield event(cast, shop, shipment, state, max(at, cast.ago(shop, hours=5)))


def _goes_wrong(cast: Cast, shop: Shop, *, kind: ExceptionKind) -> Plot:
    """Leave what goes wrong open; what was late without anybody's doing is found by itself."""
    at, who = cast.ago(shop, days=4), cast.staff(shop)
    text = next(each for each in cast.script.texts["exceptions"] if each["kind"] == kind)
    order = yield from placed(cast, shop, at, dear=0)
    yield from paid(cast, order, at + cast.minutes(2, 9), who)
    shipment = yield from shipped(cast, order, at + cast.minutes(60, 90), who, days=2)
    at = at + timedelta(days=1)
    yield event(cast, shop, shipment, ShipmentState.IN_TRANSIT, at)
    if kind is ExceptionKind.DELAYED:
        return
    done = yield deed(
        cast.opened(shop, at),
        who,
        raise_shipment_exception,
        shipment_id=shipment.id,
        kind=kind,
        description=text["description"],
    )
    if kind is ExceptionKind.REFUSED:
        yield settled(cast, shop, done.row, text, cast.opened(shop, at + timedelta(hours=2)))
