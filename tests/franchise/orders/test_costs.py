"""What a deed on an order costs in SQL statements does not grow with the order's lines."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS, scope
from orders.actions.delivering import Arrival, confirm_delivery
from orders.actions.importing import Row, import_orders
from orders.models.orders import OrderSource
from orders.rules.lines import Wanted
from tests.conftest import Chains
from tests.factories.orders import BOWL, NOODLES, WANG, placed, shipped, sold

TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
FEW, MANY = 2, 20


@pytest.fixture
def manager(chains: Chains, as_role: Callable[..., Actor]) -> Actor:
    sold(chains.a.chain, TEN)
    return as_role(chains.a, "STORE_MANAGER")


def lines(many: int) -> list[Wanted]:
    return [Wanted((NOODLES, BOWL)[place % 2], 1 + place) for place in range(many)]


def statements(deed: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connections[CHAINS_ALIAS]) as captured:
        deed()
    return len(captured)


def costs(actor: Actor, store: UUID, many: int) -> dict[str, int]:
    """Do each deed that goes through the lines of an order with so many of them."""
    order, left = (placed(actor, store, TEN, lines=lines(many)) for _ in range(2))
    shipment = shipped(actor, left, TEN, tracking_number=f"SF-{many}")
    whole = Arrival(received_at=TEN, is_complete=True, is_undamaged=True)
    row = Row(f"till {many}", WANG, tuple(lines(many)), is_handed_over=True, placed_at=TEN - timedelta(hours=1))
    rows: dict[str, Any] = {"source": OrderSource.TILL, "rows": [row]}
    return {
        "place": statements(lambda: placed(actor, store, TEN, lines=lines(many))),
        "ship": statements(lambda: shipped(actor, order, TEN, tracking_number=f"SF-{many}-2")),
        "confirm": statements(lambda: confirm_delivery(actor=actor, shipment_id=shipment.id, arrival=whole, now=TEN)),
        "import": statements(lambda: import_orders(actor=actor, store_id=store, now=TEN, **rows)),
    }


def test_twenty_lines_cost_what_two_cost(chains: Chains, manager: Actor) -> None:
    with scope(chains.a.chain, manager):
        # What only the first deed at a store writes, as its calendar, is there from now on.
        shipped(manager, placed(manager, chains.a.store, TEN), TEN, tracking_number="SF-0")
        assert costs(manager, chains.a.store, MANY) == costs(manager, chains.a.store, FEW)
