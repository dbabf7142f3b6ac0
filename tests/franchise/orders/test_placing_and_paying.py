"""An order comes in with its lines and totals, is paid, and is found by what a customer tells (O1, K1)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from chains.actor import Actor, system_actor
from chains.scope import scope
from customers.models import Customer, Purchase
from customers.rules.particulars import Particulars
from journal.models import Entry
from kit.ids import new_id
from kit.refusals import Invalid, NotFound, NotPermitted, Stale
from orders.actions.paying import record_payment
from orders.actions.placing import place_order
from orders.actions.products import define_product, redefine_product
from orders.actions.purchasing import tell_purchases
from orders.models.orders import FulfilmentState, OrderLine, OrderState, Payment, PaymentMethod, PaymentState
from orders.models.products import Product
from orders.queries import orders_for, references_of
from orders.rules.lines import Wanted
from orders.rules.products import ProductCodeTaken, ProductNotOnSale
from orders.rules.states import NotForThisOrder
from stores.models import Store, StoreState
from stores.rules.business import CurrencyDiffers, StoreClosed
from tests.conftest import Chains
from tests.factories.orders import BOWL, NOODLES, paid, pay, placed, shipped, sold
from tests.factories.stores import last_entry

AsRole = Callable[..., Actor]
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)


@pytest.fixture
def staff(chains: Chains, as_role: AsRole) -> Actor:
    sold(chains.a.chain, TEN)
    return as_role(chains.a, "SERVICE_STAFF")


def test_an_order_has_a_number_its_lines_and_a_total(chains: Chains, staff: Actor) -> None:
    with scope(chains.a.chain, staff):
        order = placed(staff, chains.a.store, TEN)
        lines = OrderLine.objects.filter(order=order).order_by("position")
        assert [(line.code, line.quantity, line.unit_price_minor, line.amount_minor) for line in lines] == [
            (NOODLES, 2, 50_00, 100_00),
            (BOWL, 1, 20_00, 20_00),
        ]
        assert (order.total_minor, order.currency, order.version) == (120_00, "CNY", 1)
        assert (order.state, order.payment_state) == (OrderState.PLACED, PaymentState.UNPAID)
        assert order.fulfilment_state == FulfilmentState.UNSHIPPED
        second = placed(staff, chains.a.store, TEN)
        references = references_of([order, second], "O")
        assert [references[order.id], references[second.id]] == ["S1-O00001", "S1-O00002"]


def test_what_a_price_becomes_later_changes_no_order(chains: Chains, staff: Actor) -> None:
    with scope(chains.a.chain, staff):
        order = placed(staff, chains.a.store, TEN)
    with scope(chains.a.chain, system_actor()):
        noodles = Product.objects.get(code=NOODLES)
        changed = redefine_product(
            actor=system_actor(), product_id=noodles.id, price_minor=99_00, is_on_sale=False, now=TEN
        )
        assert (changed.version, last_entry(noodles.id).kind) == (2, "PRODUCT_REDEFINED")
        with pytest.raises(Stale):
            redefine_product(actor=system_actor(), product_id=noodles.id, expected_version=1, now=TEN)
        with pytest.raises(ProductCodeTaken):
            define_product(
                actor=system_actor(), code=NOODLES, names={"en": "N"}, price_minor=1, currency="CNY", now=TEN
            )
    with scope(chains.a.chain, staff):
        assert OrderLine.objects.get(order=order, code=NOODLES).unit_price_minor == 50_00
        with pytest.raises(ProductNotOnSale):
            placed(staff, chains.a.store, TEN)


def test_the_entry_of_an_order_names_the_customer_and_no_particulars(chains: Chains, staff: Actor) -> None:
    with scope(chains.a.chain, staff):
        order = placed(staff, chains.a.store, TEN)
        entry = last_entry(order.id)
        assert (entry.kind, entry.customer_id, entry.store_id) == ("ORDER_PLACED", order.customer_id, chains.a.store)
        assert entry.after is not None
        assert (entry.after["total_minor"], entry.after["source"]) == (120_00, "STORE")
        assert not {"address", "phone", "recipient"} & entry.after.keys()


@pytest.mark.parametrize(
    ("lines", "refusal"),
    [
        ([], Invalid),
        ([Wanted(NOODLES, 0)], Invalid),
        ([Wanted(NOODLES, -1)], Invalid),
        ([Wanted(NOODLES, 2**31)], Invalid),
        ([Wanted("NO SUCH", 1)], ProductNotOnSale),
        ([Wanted(NOODLES, 1)] * 51, Invalid),
        ([Wanted(NOODLES, 1, -5)], Invalid),
        ([Wanted(NOODLES, 100_000, 10**12)], Invalid),
    ],
)
def test_lines_that_make_no_sense_are_refused(
    chains: Chains, staff: Actor, lines: list[Wanted], refusal: type[Exception]
) -> None:
    with scope(chains.a.chain, staff), pytest.raises(refusal):
        placed(staff, chains.a.store, TEN, lines=lines)


def test_a_store_sells_in_its_own_currency(chains: Chains, staff: Actor) -> None:
    with scope(chains.a.chain, system_actor()):
        define_product(actor=system_actor(), code="YEN", names={"en": "Y"}, price_minor=1, currency="JPY", now=TEN)
    with scope(chains.a.chain, staff), pytest.raises(CurrencyDiffers):
        placed(staff, chains.a.store, TEN, lines=[Wanted("YEN", 1)])


def test_an_order_is_of_a_customer_of_that_store(chains: Chains, staff: Actor) -> None:
    with scope(chains.a.chain, staff):
        known = placed(staff, chains.a.store, TEN).customer_id
        assert placed(staff, chains.a.store, TEN, customer=known).customer_id == known
        assert Customer.objects.count() == 1
        for nobody, refusal in ((None, Invalid), (new_id(), NotFound)):
            with pytest.raises(refusal):
                placed(staff, chains.a.store, TEN, customer=nobody)


def test_a_closed_store_takes_no_order_and_a_stranger_finds_no_store(
    chains: Chains, staff: Actor, as_role: AsRole
) -> None:
    stranger, trainer = as_role(chains.a, "SERVICE_STAFF_2"), as_role(chains.a, "HQ_TRAINER")
    with scope(chains.a.chain, stranger), pytest.raises(NotFound):
        placed(stranger, chains.a.store, TEN)
    with scope(chains.a.chain, trainer), pytest.raises(NotPermitted):
        placed(trainer, chains.a.store, TEN)
    with scope(chains.a.chain, system_actor()):
        Store.objects.filter(id=chains.a.store).update(state=StoreState.CLOSED)
        with pytest.raises(StoreClosed):
            placed(system_actor(), chains.a.store, TEN)


def test_payments_add_up_to_what_it_costs_and_no_further(chains: Chains, staff: Actor) -> None:
    with scope(chains.a.chain, staff):
        order = placed(staff, chains.a.store, TEN)
        assert pay(staff, order, 20_00, TEN).payment_state == PaymentState.PARTLY_PAID
        for wrong in (0, -5, 100_01, 2**53):
            with pytest.raises(Invalid):
                pay(staff, order, wrong, TEN)
        order = pay(staff, order, 100_00, TEN)
        assert (order.payment_state, order.paid_minor, order.version) == (PaymentState.PAID, 120_00, 3)
        with pytest.raises(NotForThisOrder):
            pay(staff, order, 1, TEN)
        assert Payment.objects.count() == 2
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            Payment.objects.update(amount_minor=1)


def test_whoever_saw_another_version_is_refused(chains: Chains, staff: Actor) -> None:
    with scope(chains.a.chain, staff):
        order = placed(staff, chains.a.store, TEN)
        pay(staff, order, 1_00, TEN)
        with pytest.raises(Stale) as refused:
            record_payment(
                actor=staff, order_id=order.id, amount_minor=1, method=PaymentMethod.CASH, expected_version=1, now=TEN
            )
        assert refused.value.details["current"] == order


def test_goods_handed_over_and_paid_are_a_completed_order_and_a_purchase(chains: Chains, staff: Actor) -> None:
    with scope(chains.a.chain, staff):
        order = placed(staff, chains.a.store, TEN, is_handed_over=True)
        assert (order.state, order.fulfilment_state) == (OrderState.PLACED, FulfilmentState.DELIVERED)
        assert pay(staff, order, 120_00, TEN).state == OrderState.COMPLETED
    with scope(chains.a.chain, system_actor()):
        for _again in range(2):
            assert tell_purchases(actor=system_actor(), order_id=order.id, now=TEN) == 2
        bought = Purchase.objects.order_by("amount_minor")
        assert [(each.product, each.quantity, each.amount_minor) for each in bought] == [
            ("Bowl", 1, 20_00),
            ("Noodles", 2, 100_00),
        ]
        assert {each.customer_id for each in bought} == {order.customer_id}
        open_one = placed(system_actor(), chains.a.store, TEN)
        assert tell_purchases(actor=system_actor(), order_id=open_one.id, now=TEN) == 0


def test_an_order_is_found_by_whatever_the_customer_tells(chains: Chains, staff: Actor) -> None:
    with scope(chains.a.chain, staff):
        mine = paid(staff, chains.a.store, TEN)
        shipped(staff, mine, TEN, tracking_number="SF-77")
        other = placed(
            staff, chains.a.store, TEN + timedelta(hours=1), customer=Particulars("Li", email="li@x.example")
        )
        told = {
            "s1-o00001": [mine],
            "SF-77": [mine],
            "+86 138-1234-5678": [mine],
            "138 1234 5678": [mine],
            "王小明": [mine],
            "LI@X.example": [other],
            "%": [],
            "' OR 1=1--": [],
            "S1-O99999999999999999999": [],
            "": [other, mine],
        }
        found = {text: list(orders_for(staff, particulars=text)) for text in told}
        assert found == told
        assert list(orders_for(staff, customer_id=other.customer_id)) == [other]
        assert list(orders_for(staff, states=[OrderState.CANCELLED])) == []
    stranger = staff
    with scope(chains.a.chain, stranger), pytest.raises(NotFound):
        orders_for(stranger, store_id=chains.a.other_store)


def test_nobody_sees_orders_of_another_store(chains: Chains, staff: Actor, as_role: AsRole) -> None:
    with scope(chains.a.chain, staff):
        placed(staff, chains.a.store, TEN)
    for who, count in (("SERVICE_STAFF_2", 0), ("AREA_SUPERVISOR", 1), ("QUALITY_OFFICER", 1)):
        actor = as_role(chains.a, who)
        with scope(chains.a.chain, actor):
            assert orders_for(actor).count() == count


def test_a_deed_that_is_refused_leaves_nothing_behind(chains: Chains, staff: Actor) -> None:
    with scope(chains.a.chain, staff):
        with pytest.raises(Invalid):
            place_order(
                actor=staff,
                store_id=chains.a.store,
                customer=Particulars("Li", phone="138 0000 0000"),
                lines=[Wanted(NOODLES, 1, None), Wanted(BOWL, 0)],
                now=TEN,
            )
        assert Entry.objects.filter(kind="ORDER_PLACED").count() == 0
        assert Customer.objects.count() == 0
