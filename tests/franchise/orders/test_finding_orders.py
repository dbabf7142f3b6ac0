"""Orders are found by what a customer tells (O1), whichever of their records it is, and tell nobody what is covered."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from chains.actor import Actor
from chains.scope import scope
from customers.actions.merging import merge_customers
from customers.rules.particulars import Particulars
from orders.queries import orders_for
from tests.conftest import Chains
from tests.factories.orders import placed, sold

AsRole = Callable[..., Actor]
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
OLD = Particulars("Wang", phone="138 1234 5678")
NEW = Particulars("Wang Xiaoming", email="wang@customer.example")


def found(actor: Actor, text: str) -> set[Any]:
    return {order.id for order in orders_for(actor, particulars=text)}


def test_k2_orders_under_any_record_of_a_person_are_found_by_any_of_their_particulars(
    chains: Chains, as_role: AsRole
) -> None:
    sold(chains.a.chain, TEN)
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        orders = [placed(manager, chains.a.store, TEN, customer=each) for each in (OLD, NEW)]
        other = placed(manager, chains.a.store, TEN, customer=Particulars("Li", phone="139 0000 0000"))
        both = {order.id for order in orders}
        assert found(manager, "13812345678") == {orders[0].id}
        merge_customers(actor=manager, kept_id=orders[0].customer_id, merged_id=orders[1].customer_id, now=TEN)
        for told in ("138-1234-5678", "WANG@customer.example", "Wang", "Wang Xiaoming"):
            assert found(manager, told) == both, told
        assert found(manager, "Li") == {other.id}
        # However a number or a name is typed it is the same one.
        for told in ("+86 138 1234 5678", "0086-13812345678", "１３８１２３４５６７８", "ＷＡＮＧ", "wang xiaoming"):
            assert found(manager, told) == both, told
        for sign in ("%", "_", "\\", "W%", "' OR 1=1--", "██"):
            assert found(manager, sign) == set(), sign


def test_s15_whoever_may_not_read_contacts_finds_no_order_by_them(chains: Chains, as_role: AsRole) -> None:
    sold(chains.a.chain, TEN)
    mentor, staff = as_role(chains.a, "MENTOR"), as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        order = placed(staff, chains.a.store, TEN, customer=OLD)
        assert found(staff, "138 1234 5678") == {order.id}
    with scope(chains.a.chain, mentor):
        assert found(mentor, "138 1234 5678") == set()
        assert found(mentor, "S1-O00001") == {order.id}
