"""Where an order goes changes only for the customer; a cancellation says what follows (O2, O3)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chains.actor import Actor
from chains.scope import scope
from clocks.models import Clock
from customers.actions.erasing import erase_customer
from customers.rules.holdings import MattersOpen
from journal.models import Entry
from kit.ids import new_id
from kit.refusals import Invalid, NotFound, NotPermitted, Stale
from members.rules.permissions import Permission
from orders.actions.cancelling import cancel_order
from orders.actions.changing import confirm_order_change, decline_order_change, request_order_change
from orders.actions.reading import read_order_destination
from orders.actions.refunding import decline_refund, execute_refund
from orders.models.changes import Cancellation, CancelReason, ChangeState, IdentityCheck, OrderChange
from orders.models.orders import Order, OrderState, PaymentMethod, PaymentState
from orders.models.refunds import Refund, RefundState
from orders.rules.changes import IdentityNotProven, SameDestination
from orders.rules.states import ChangePending, NotForThisOrder, OrderAction, available_actions, standing_of
from standards.rules.drafts import ClauseDraft
from tests.conftest import Chains
from tests.factories.orders import paid, pay, placed, shipped, sold
from tests.factories.standards import TEXTS, in_force
from tests.factories.stores import last_entry

AsRole = Callable[..., Actor]
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)


@pytest.fixture
def staff(chains: Chains, as_role: AsRole) -> Actor:
    sold(chains.a.chain, TEN)
    return as_role(chains.a, "SERVICE_STAFF")


def asked(staff: Actor, order: Order, address: str = "北京路二号") -> OrderChange:
    change: OrderChange = request_order_change(actor=staff, order_id=order.id, address=address, now=TEN).row
    return change


def test_a_change_is_made_when_identity_is_proven_and_keeps_what_was(chains: Chains, staff: Actor) -> None:
    with scope(chains.a.chain, staff):
        order = placed(staff, chains.a.store, TEN)
        change = asked(staff, order)
        order.refresh_from_db()
        assert (order.address, order.has_open_change, order.version) == ("上海市南京路一号", True, 2)
        with pytest.raises(IdentityNotProven):
            confirm_order_change(
                actor=staff,
                change_id=change.id,
                identity_check=IdentityCheck.CALLED_BACK,
                is_identity_proven=False,
                now=TEN,
            )
        done = confirm_order_change(
            actor=staff,
            change_id=change.id,
            identity_check=IdentityCheck.CALLED_BACK,
            is_identity_proven=True,
            now=TEN,
        )
        assert (done.order.address, done.order.has_open_change, done.order.version) == ("北京路二号", False, 3)
        change.refresh_from_db()
        assert (change.address_before, change.address_after) == ("上海市南京路一号", "北京路二号")
        assert (change.phone_before, change.phone_after) == ("13812345678", "13812345678")
        assert (change.state, change.identity_check) == (ChangeState.CONFIRMED, IdentityCheck.CALLED_BACK)
        assert (change.requested_by_id, change.decided_by_id, change.decided_at) == (staff.id, staff.id, TEN)
        entry = last_entry(order.id)
        assert entry.after is not None
        assert (entry.kind, entry.after["identity_check"]) == ("ORDER_CHANGE_CONFIRMED", "CALLED_BACK")
        assert "北京路二号" not in str(entry.after)


def test_a_change_that_is_declined_leaves_the_order_as_it_is(chains: Chains, staff: Actor) -> None:
    with scope(chains.a.chain, staff):
        order = placed(staff, chains.a.store, TEN)
        change = asked(staff, order)
        done = decline_order_change(
            actor=staff,
            change_id=change.id,
            reason="The caller did not know the phone number.",
            identity_check=IdentityCheck.ORDER_PARTICULARS,
            is_identity_proven=False,
            now=TEN,
        )
        assert (done.order.address, done.order.has_open_change) == ("上海市南京路一号", False)
        assert done.row.state == ChangeState.DECLINED
        for decide in (
            lambda: decline_order_change(actor=staff, change_id=change.id, reason="Again", now=TEN),
            lambda: decline_order_change(actor=staff, change_id=new_id(), reason="Nothing", now=TEN),
        ):
            with pytest.raises((NotForThisOrder, NotFound)):
                decide()


def test_one_change_at_a_time_and_nothing_leaves_meanwhile(chains: Chains, staff: Actor) -> None:
    with scope(chains.a.chain, staff):
        order = paid(staff, chains.a.store, TEN)
        asked(staff, order)
        with pytest.raises(ChangePending):
            asked(staff, order, "Elsewhere")
        with pytest.raises(ChangePending):
            shipped(staff, order, TEN)


def test_a_change_must_change_something_and_be_in_order(chains: Chains, staff: Actor) -> None:
    with scope(chains.a.chain, staff):
        order = placed(staff, chains.a.store, TEN)
        with pytest.raises(SameDestination):
            asked(staff, order, "上海市南京路一号")
        for wrong in ({"phone": "12ab"}, {"address": "x\x00"}):
            with pytest.raises(Invalid):
                request_order_change(actor=staff, order_id=order.id, now=TEN, **wrong)
        with pytest.raises(Stale):
            request_order_change(actor=staff, order_id=order.id, address="x", expected_version=9, now=TEN)
        shipped(staff, order, TEN)
        with pytest.raises(NotForThisOrder):
            asked(staff, order)


def test_an_unpaid_order_is_cancelled_and_nothing_follows(chains: Chains, staff: Actor) -> None:
    with scope(chains.a.chain, staff):
        order = placed(staff, chains.a.store, TEN)
        change = asked(staff, order)
        done = cancel_order(actor=staff, order_id=order.id, reason=CancelReason.PERSONAL, now=TEN)
        assert (done.order.state, done.row.refund_due_minor, done.row.refund_expected_on) == (
            OrderState.CANCELLED,
            0,
            None,
        )
        change.refresh_from_db()
        assert change.state == ChangeState.DECLINED
        assert Refund.objects.count() == 0
        with pytest.raises(NotForThisOrder):
            cancel_order(actor=staff, order_id=order.id, reason=CancelReason.PERSONAL, now=TEN)
        assert Cancellation.objects.count() == 1


def test_nothing_waits_any_more_for_what_a_cancelled_order_will_never_see(chains: Chains, as_role: AsRole) -> None:
    sold(chains.a.chain, TEN)
    usual = {"kind": "FOLLOWED_BY", "within": "PT5H", "share": 96}
    pairs = (("ORDER_PLACED", "LINES_SHIPPED"), ("ORDER_CHANGE_REQUESTED", "ORDER_CHANGE_DECLINED"))
    clauses = [
        ClauseDraft(number=str(place), texts=TEXTS, rule={**usual, "trigger": trigger, "response": response})
        for place, (trigger, response) in enumerate((*pairs, ("ORDER_CANCELLED", "REFUND_EXECUTED")), start=1)
    ]
    in_force(chains.a, TEN - timedelta(minutes=1), *clauses)
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        order = paid(staff, chains.a.store, TEN)
        change = asked(staff, order)
        cancel_order(actor=staff, order_id=order.id, reason=CancelReason.TOO_LATE, now=TEN)
        assert [clock.kind for clock in Clock.objects.of_subject("Order", order.id).running()] == ["REFUND_EXECUTED"]
        declined = Entry.objects.get(kind="ORDER_CHANGE_DECLINED")
        assert declined.part_of_id == Entry.objects.get(kind="ORDER_CANCELLED").id
        change.refresh_from_db()
        assert (change.decided_by_id, change.reason) == (staff.id, "It would come too late")


def test_what_was_paid_for_a_cancelled_order_is_granted_back(chains: Chains, staff: Actor) -> None:
    with scope(chains.a.chain, staff):
        order = paid(staff, chains.a.store, TEN)
        done = cancel_order(
            actor=staff, order_id=order.id, reason=CancelReason.PRODUCT_FAULT, remark="Cracked.", now=TEN
        )
        refund = Refund.objects.get()
        assert (refund.amount_minor, refund.state, refund.needs_second) == (120_00, RefundState.APPROVED, False)
        assert (done.row.refund_due_minor, str(done.row.refund_expected_on)) == (120_00, "2026-05-11")
        assert done.order.refund_granted_minor == 120_00
        own, part = (Entry.objects.get(kind=kind) for kind in ("ORDER_CANCELLED", "REFUND_GRANTED"))
        assert (own.part_of_id, part.part_of_id) == (None, own.id)


def test_another_reason_to_cancel_is_told_in_words(chains: Chains, staff: Actor) -> None:
    with scope(chains.a.chain, staff):
        order = placed(staff, chains.a.store, TEN)
        why = {"actor": staff, "order_id": order.id, "reason": CancelReason.OTHER, "now": TEN}
        with pytest.raises(Invalid) as refused:
            cancel_order(remark=" ", **why)
        assert refused.value.field == ("remark",)
        assert cancel_order(remark="They move abroad.", **why).row.remark == "They move abroad."


def test_what_comes_in_after_an_order_was_cancelled_is_owed_back(chains: Chains, staff: Actor) -> None:
    with scope(chains.a.chain, staff):
        order = placed(staff, chains.a.store, TEN)
        cancel_order(actor=staff, order_id=order.id, reason=CancelReason.PERSONAL, now=TEN)
        order = pay(staff, order, 120_00, TEN)
        assert (order.state, order.payment_state, order.paid_minor) == (OrderState.CANCELLED, PaymentState.PAID, 120_00)
        refund = Refund.objects.get()
        assert (refund.amount_minor, refund.state) == (120_00, RefundState.APPROVED)
        assert (order.refund_granted_minor, standing_of(order).refund_due_minor) == (120_00, 120_00)
        own, part = (Entry.objects.get(kind=kind) for kind in ("PAYMENT_RECORDED", "REFUND_GRANTED"))
        assert (own.part_of_id, part.part_of_id) == (None, own.id)
        assert own.after is not None and own.after["refund_due_minor"] == 120_00
        execute_refund(actor=staff, refund_id=refund.id, method=PaymentMethod.CARD, now=TEN)
        order = pay(staff, order, 1, TEN)
        assert (order.paid_minor, order.refund_granted_minor, standing_of(order).refund_due_minor) == (120_01, 1, 1)


def test_more_that_comes_in_goes_back_with_what_was_to_go_back_before(
    chains: Chains, staff: Actor, as_role: AsRole
) -> None:
    with scope(chains.a.chain, staff):
        order = paid(staff, chains.a.store, TEN)
        cancel_order(actor=staff, order_id=order.id, reason=CancelReason.PERSONAL, now=TEN)
        order = pay(staff, order, 120_00, TEN)
        states = Refund.objects.order_by("number").values_list("state", "amount_minor", "needs_second")
        assert list(states) == [(RefundState.DECLINED, 120_00, False), (RefundState.GRANTED, 240_00, True)]
        assert (order.paid_minor, order.refund_granted_minor) == (240_00, 240_00)
        refund = Refund.objects.latest("number")
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        order = decline_refund(actor=manager, refund_id=refund.id, now=TEN).order
        assert (order.refund_granted_minor, standing_of(order).refund_due_minor) == (0, 240_00)
    officer = as_role(chains.a, "QUALITY_OFFICER")
    # Nobody is forgotten whom money is owed.
    with scope(chains.a.chain, officer), pytest.raises(MattersOpen):
        erase_customer(actor=officer, customer_id=order.customer_id, now=TEN)


def test_what_comes_in_from_somebody_who_was_erased_is_owed_back_as_well(
    chains: Chains, staff: Actor, as_role: AsRole
) -> None:
    with scope(chains.a.chain, staff):
        order = placed(staff, chains.a.store, TEN)
        cancel_order(actor=staff, order_id=order.id, reason=CancelReason.PERSONAL, now=TEN)
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        erase_customer(actor=officer, customer_id=order.customer_id, now=TEN)
        order.refresh_from_db()
        possible = available_actions(standing_of(order), lambda _each: True, is_erased=True)
        assert possible == [OrderAction.RECORD_PAYMENT]
        assert pay(officer, order, 1_00, TEN).refund_granted_minor == 1_00


def test_what_has_left_is_not_cancelled(chains: Chains, staff: Actor) -> None:
    with scope(chains.a.chain, staff):
        order = paid(staff, chains.a.store, TEN)
        shipped(staff, order, TEN)
        with pytest.raises(NotForThisOrder):
            cancel_order(actor=staff, order_id=order.id, reason=CancelReason.PERSONAL, now=TEN)


def test_whoever_reads_where_an_order_goes_is_recorded(chains: Chains, as_role: AsRole, staff: Actor) -> None:
    with scope(chains.a.chain, staff):
        key = placed(staff, chains.a.store, TEN).id
    manager, stranger = as_role(chains.a, "STORE_MANAGER"), as_role(chains.a, "STORE_MANAGER_2")
    with scope(chains.a.chain, manager):
        assert read_order_destination(actor=manager, order_id=key, now=TEN).address == "上海市南京路一号"
        entry = last_entry(key)
        assert (entry.kind, entry.actor_id, entry.after) == (
            "ORDER_DESTINATION_READ",
            manager.id,
            {"has_phone": True, "has_address": True},
        )
    with scope(chains.a.chain, stranger), pytest.raises(NotFound):
        read_order_destination(actor=stranger, order_id=key, now=TEN)


def test_s13_where_an_order_goes_is_for_those_alone_who_may_read_orders(
    chains: Chains, as_role: AsRole, staff: Actor
) -> None:
    with scope(chains.a.chain, staff):
        key = placed(staff, chains.a.store, TEN).id
    manager = as_role(chains.a, "STORE_MANAGER")
    may_call = frozenset({Permission.READ_CUSTOMERS, Permission.READ_CUSTOMER_CONTACT})
    caller = replace(manager, grants=tuple(replace(grant, permissions=may_call) for grant in manager.grants))
    with scope(chains.a.chain, caller), pytest.raises(NotPermitted):
        read_order_destination(actor=caller, order_id=key, now=TEN)
