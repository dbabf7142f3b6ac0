"""Orders from a till or a web shop: each row taken or refused with its reason, none twice, none lost."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS, scope
from customers.rules.particulars import Particulars
from journal.models import Entry
from kit.refusals import Invalid, NotPermitted
from orders.actions.importing import Row, import_orders
from orders.models.imports import ImportedRow, OrderImport
from orders.models.orders import Order, OrderSource, OrderState, Payment, PaymentState
from orders.rules.lines import Wanted
from tests.conftest import Chains
from tests.factories.orders import BOWL, NOODLES, sold

AsRole = Callable[..., Actor]
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
LI = Particulars("Li", phone="138 0000 0000")
GOOD = Row(
    "till-1",
    LI,
    (Wanted(NOODLES, 2, 48_00), Wanted(BOWL, 1, 20_00)),
    paid_minor=116_00,
    is_handed_over=True,
    placed_at=TEN - timedelta(hours=3),
)


@pytest.fixture
def manager(chains: Chains, as_role: AsRole) -> Actor:
    sold(chains.a.chain, TEN)
    return as_role(chains.a, "STORE_MANAGER")


def sent(actor: Actor, chains: Chains, *rows: Row, source: OrderSource = OrderSource.TILL) -> OrderImport:
    return import_orders(actor=actor, store_id=chains.a.store, source=source, rows=rows, now=TEN)


def rows_of(batch: OrderImport) -> list[tuple[str, bool, str, str]]:
    rows = ImportedRow.objects.filter(batch=batch).order_by("position")
    return [(row.external_id, row.is_new, row.refusal, row.refused_field) for row in rows]


def test_a_row_becomes_an_order_with_the_tills_prices_paid_and_handed_over(chains: Chains, manager: Actor) -> None:
    with scope(chains.a.chain, manager):
        batch = sent(manager, chains, GOOD)
        order = Order.objects.get()
        assert (order.external_id, order.source, order.placed_at) == ("till-1", "TILL", TEN - timedelta(hours=3))
        assert (order.total_minor, order.paid_minor) == (116_00, 116_00)
        assert (order.state, order.payment_state) == (OrderState.COMPLETED, PaymentState.PAID)
        assert Payment.objects.get().amount_minor == 116_00
        assert (batch.accepted_count, batch.refused_count) == (1, 0)
        own = Entry.objects.get(kind="ORDERS_IMPORTED")
        parts = Entry.objects.filter(part_of_id=own.id).order_by("kind")
        assert [part.kind for part in parts] == ["CUSTOMER_REGISTERED", "ORDER_PLACED"]


def test_each_wrong_row_is_kept_with_its_reason_and_stops_no_other(chains: Chains, manager: Actor) -> None:
    rows = [
        replace(GOOD, external_id=""),
        replace(GOOD, external_id="2", lines=(Wanted("NO SUCH", 1, 1),)),
        replace(GOOD, external_id="3", customer=Particulars("Li")),
        replace(GOOD, external_id="4", paid_minor=116_01),
        replace(GOOD, external_id="5", placed_at=TEN + timedelta(days=3)),
        replace(GOOD, external_id="6", lines=()),
        replace(GOOD, external_id="7", paid_minor=-1),
        GOOD,
    ]
    with scope(chains.a.chain, manager):
        batch = sent(manager, chains, *rows)
        assert rows_of(batch) == [
            ("", False, "INVALID", "external_id"),
            ("2", False, "PRODUCT_NOT_ON_SALE", "lines.0.code"),
            ("3", False, "CONTACT_NEEDED", "customer_phone"),
            ("4", False, "INVALID", "paid_minor"),
            ("5", False, "INVALID", "placed_at"),
            ("6", False, "INVALID", "lines"),
            ("7", False, "INVALID", "paid_minor"),
            ("till-1", True, "", ""),
        ]
        assert (batch.accepted_count, batch.refused_count) == (1, 7)
        assert Order.objects.get().number == 1
        assert all(row.message for row in ImportedRow.objects.exclude(refusal=""))


def test_sent_again_it_is_the_same_order_and_another_one_under_its_id_is_refused(
    chains: Chains, manager: Actor
) -> None:
    with scope(chains.a.chain, manager):
        sent(manager, chains, GOOD)
        again = sent(manager, chains, GOOD, GOOD, replace(GOOD, lines=(Wanted(BOWL, 1, 20_00),)))
        assert rows_of(again) == [
            ("till-1", False, "", ""),
            ("till-1", False, "", ""),
            ("till-1", False, "CONFLICT", "external_id"),
        ]
        assert Order.objects.count() == 1
        assert Payment.objects.count() == 1
        sent(manager, chains, GOOD, source=OrderSource.WEB_SHOP)
        assert Order.objects.count() == 2


def test_ids_that_can_not_be_kept_as_they_are_are_refused_and_found_again(chains: Chains, manager: Actor) -> None:
    odd = ("x" * 500, "till\x00-1", "till\u202e-2", "till\n-3", "=cmd|' /C calc'!A0", "收银台 🍜")
    with scope(chains.a.chain, manager):
        batch = sent(manager, chains, *(replace(GOOD, external_id=each) for each in odd))
        assert rows_of(batch) == [
            ("x" * 80, False, "TOO_LONG", "external_id"),
            ("till-1", False, "INVALID", "external_id"),
            ("till-2", False, "INVALID", "external_id"),
            ("till-3", False, "INVALID", "external_id"),
            ("=cmd|' /C calc'!A0", True, "", ""),
            ("收银台 🍜", True, "", ""),
        ]


def test_an_id_with_signs_that_nobody_sees_is_the_same_when_it_comes_again(chains: Chains, manager: Actor) -> None:
    row = replace(GOOD, external_id="till\u00a07 \U0001f468\u200d\U0001f373")
    with scope(chains.a.chain, manager):
        assert [sent(manager, chains, row).accepted_count for _time in range(2)] == [1, 1]
        assert Order.objects.count() == 1


def test_an_import_takes_few_statements_for_each_order(chains: Chains, manager: Actor) -> None:
    with scope(chains.a.chain, manager):
        sent(manager, chains, GOOD)
        counts = []
        for number in (1, 11):
            rows = [replace(GOOD, external_id=f"{number} {each}") for each in range(number)]
            with CaptureQueriesContext(connections[CHAINS_ALIAS]) as asked:
                assert sent(manager, chains, *rows).accepted_count == number
            counts.append(len(asked))
    assert (counts[1] - counts[0]) / 10 <= 10, counts


def test_a_row_that_leaves_prices_to_the_products_is_the_same_when_it_comes_again(
    chains: Chains, manager: Actor
) -> None:
    row = replace(GOOD, lines=(Wanted(NOODLES, 2), Wanted(BOWL, 1)), paid_minor=0)
    with scope(chains.a.chain, manager):
        assert rows_of(sent(manager, chains, row)) == [("till-1", True, "", "")]
        assert rows_of(sent(manager, chains, row)) == [("till-1", False, "", "")]


def test_an_import_is_of_a_till_or_web_shop_and_of_so_many_rows(
    chains: Chains, manager: Actor, as_role: AsRole
) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, manager):
        for rows, source in (((), OrderSource.TILL), ((GOOD,) * 101, OrderSource.TILL), ((GOOD,), OrderSource.STORE)):
            with pytest.raises(Invalid):
                sent(manager, chains, *rows, source=source)
    with scope(chains.a.chain, staff), pytest.raises(NotPermitted):
        sent(staff, chains, GOOD)
