"""What orders do with nobody looking: delays are taken up, purchases told, matters of those who leave handed over."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from chains.actor import Actor, system_actor
from chains.scope import scope
from clocks import tasks as clocks
from clocks.models import Clock
from config.subscriptions import SUBSCRIPTIONS
from customers.models import Purchase
from journal.models import Entry
from members.actions.appointing import deactivate_member
from orders import tasks
from orders.actions.purchasing import tell_purchases
from orders.actions.refunding import execute_refund, grant_refund
from orders.models.orders import PaymentMethod
from orders.models.shipping import ExceptionKind, ShipmentException
from tests.conftest import Chains
from tests.factories.chains import FurnishedChain
from tests.factories.orders import paid, shipped, sold

AsRole = Callable[..., Actor]
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
LATE = TEN + timedelta(days=3)


def envelope(chain: FurnishedChain, **arguments: UUID) -> dict[str, Any]:
    told = {name: str(value) for name, value in arguments.items()}
    return {"chain": str(chain.chain.id), "arguments": told}


def hand_on(chain: FurnishedChain, kind: str, now: datetime) -> int:
    """Run the orders' consumers of the entries of a kind, twice each; return how many entries there are."""
    with scope(chain.chain, system_actor()):
        entries = list(Entry.objects.filter(kind=kind).in_order())
    wanted = [each for each in SUBSCRIPTIONS if each.task.name.startswith("orders.") and kind in each.kinds]
    assert wanted
    for entry in entries:
        for subscription in wanted * 2:
            subscription.task.run(envelope(chain, entry_id=entry.id), now=now)
    return len(entries)


def test_a_delay_is_found_by_a_clock_and_handed_over_when_its_owner_leaves(
    fresh_chain: FurnishedChain, as_role: AsRole
) -> None:
    sold(fresh_chain.chain, TEN)
    staff = as_role(fresh_chain, "SERVICE_STAFF")
    with scope(fresh_chain.chain, staff):
        shipment = shipped(staff, paid(staff, fresh_chain.store, TEN), TEN)
        assert Clock.objects.of_subject("Shipment", shipment.id).get().current_due_at < LATE
    clocks.watch_due.run(envelope(fresh_chain), now=LATE)
    assert hand_on(fresh_chain, "CLOCK_OVERDUE", LATE) == 1
    with scope(fresh_chain.chain, system_actor()):
        delay = ShipmentException.objects.get()
        assert (delay.kind, delay.owner_id, delay.shipment_id) == (ExceptionKind.DELAYED, staff.id, shipment.id)
    administrator = as_role(fresh_chain, "HQ_ADMINISTRATOR")
    with scope(fresh_chain.chain, administrator):
        deactivate_member(actor=administrator, user_id=fresh_chain.people["SERVICE_STAFF"], reason="Left", now=LATE)
    assert hand_on(fresh_chain, "MEMBER_DEACTIVATED", LATE) == 1
    with scope(fresh_chain.chain, system_actor()):
        assert ShipmentException.objects.get().owner_id == fresh_chain.people["SERVICE_SUPERVISOR"]
        assert Entry.objects.filter(kind="SHIPMENT_EXCEPTION_HANDED_OVER").count() == 1


def test_a_completed_order_is_told_as_purchases_once(fresh_chain: FurnishedChain, as_role: AsRole) -> None:
    sold(fresh_chain.chain, TEN)
    staff = as_role(fresh_chain, "SERVICE_STAFF")
    with scope(fresh_chain.chain, staff):
        paid(staff, fresh_chain.store, TEN, is_handed_over=True)
        paid(staff, fresh_chain.store, TEN)
    assert hand_on(fresh_chain, "PAYMENT_RECORDED", TEN) == 2
    with scope(fresh_chain.chain, system_actor()):
        assert sorted(Purchase.objects.values_list("amount_minor", flat=True)) == [20_00, 100_00]


def test_an_order_whose_money_went_back_to_the_last_cent_is_bought_no_more(chains: Chains, as_role: AsRole) -> None:
    sold(chains.a.chain, TEN)
    manager, machine = as_role(chains.a, "STORE_MANAGER"), system_actor()
    with scope(chains.a.chain, manager):
        order = paid(manager, chains.a.store, TEN, is_handed_over=True)
        assert tell_purchases(actor=machine, order_id=order.id, now=TEN) == 2
        for amount, counted in ((20_00, 2), (100_00, 0)):
            given = {"amount_minor": amount, "reason": "It was cold."}
            refund = grant_refund(actor=manager, order_id=order.id, now=TEN, **given).row
            execute_refund(actor=manager, refund_id=refund.id, method=PaymentMethod.CARD, now=TEN)
            tell_purchases(actor=machine, order_id=order.id, now=TEN)
            assert Purchase.objects.filter(taken_back_at=None).count() == counted
        assert Entry.objects.filter(kind="PURCHASES_TAKEN_BACK").count() == 1
    kinds = next(each.kinds for each in SUBSCRIPTIONS if each.task is tasks.note_purchases)
    assert "REFUND_EXECUTED" in kinds


def test_the_consumers_are_those_that_are_told() -> None:
    named = {each.task.name for each in SUBSCRIPTIONS if each.task.name.startswith("orders.")}
    assert named == {
        tasks.note_purchases.name,
        tasks.take_up_delays.name,
        tasks.hand_over.name,
        tasks.hand_over_after_move.name,
    }
