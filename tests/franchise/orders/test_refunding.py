"""Never more back than was paid, one refund at a time, a second person above the limit (O3, C6, I04)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from chains.actor import Actor, system_actor
from chains.scope import scope
from kit.refusals import Conflict, Invalid, NotFound, NotPermitted, Stale
from orders.actions.refunding import approve_refund, decline_refund, execute_refund, grant_refund, report_refund
from orders.models.orders import Order, PaymentMethod, PaymentState
from orders.models.refunds import Refund, RefundState, ToldBy
from orders.rules.lines import Wanted
from orders.rules.refunds import AboveYourLimit, RefundNotApproved, SecondPersonNeeded, expected_on_of
from orders.rules.states import NotForThisOrder
from tests.conftest import Chains
from tests.factories.orders import NOODLES, paid, pay, placed, sold

AsRole = Callable[..., Actor]
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
# Twenty noodles: 1,000 yuan, above the 200 that staff may give back.
MANY = [Wanted(NOODLES, 20)]


@pytest.fixture
def staff(chains: Chains, as_role: AsRole) -> Actor:
    sold(chains.a.chain, TEN)
    return as_role(chains.a, "SERVICE_STAFF")


def granted(actor: Actor, order: Order, amount_minor: int) -> Refund:
    refund: Refund = grant_refund(
        actor=actor, order_id=order.id, amount_minor=amount_minor, reason="It was cold.", now=TEN
    ).row
    return refund


def executed(actor: Actor, refund: Refund, **other: object) -> Order:
    return execute_refund(actor=actor, refund_id=refund.id, method=PaymentMethod.CARD, now=TEN, **other).order


def test_a_refund_within_the_limit_is_paid_out_and_told(chains: Chains, staff: Actor) -> None:
    with scope(chains.a.chain, staff):
        order = paid(staff, chains.a.store, TEN)
        refund = granted(staff, order, 20_00)
        assert (refund.state, refund.needs_second, refund.number) == (RefundState.APPROVED, False, 1)
        order = executed(staff, refund, expected_on=date(2026, 5, 6))
        assert (order.payment_state, order.refunded_minor, order.refund_granted_minor) == (
            PaymentState.PARTLY_REFUNDED,
            20_00,
            0,
        )
        done = report_refund(actor=staff, refund_id=refund.id, told_by=ToldBy.PHONE, now=TEN)
        assert (done.row.state, done.row.expected_on, done.row.reported_at) == (
            RefundState.REPORTED,
            date(2026, 5, 6),
            TEN,
        )
        order = executed(staff, granted(staff, order, 100_00))
        assert order.payment_state == PaymentState.REFUNDED
        with pytest.raises(NotForThisOrder):
            granted(staff, order, 1)


@pytest.mark.parametrize("amount", [-5, 0, 120_01, 2**53, 10**20])
def test_i04_an_amount_is_above_nothing_and_at_most_what_was_paid(chains: Chains, staff: Actor, amount: int) -> None:
    with scope(chains.a.chain, staff):
        order = paid(staff, chains.a.store, TEN)
        with pytest.raises(Invalid) as refused:
            granted(staff, order, amount)
        assert refused.value.field == ("amount_minor",)


def test_nothing_goes_back_of_what_never_came_in(chains: Chains, staff: Actor) -> None:
    with scope(chains.a.chain, staff):
        order = placed(staff, chains.a.store, TEN)
        with pytest.raises(NotForThisOrder):
            granted(staff, order, 1)
        order = pay(staff, order, 10_00, TEN)
        with pytest.raises(Invalid):
            granted(staff, order, 10_01)


def test_c01_one_refund_at_a_time(chains: Chains, staff: Actor) -> None:
    with scope(chains.a.chain, staff):
        order = paid(staff, chains.a.store, TEN)
        refund = granted(staff, order, 10_00)
        with pytest.raises(Conflict):
            granted(staff, order, 10_00)
        executed(staff, refund)
        with pytest.raises(Conflict):
            executed(staff, refund)
        order.refresh_from_db()
        assert order.refunded_minor == 10_00


def test_above_the_limit_a_second_person_with_the_limit_approves(chains: Chains, staff: Actor, as_role: AsRole) -> None:
    supervisor, manager = as_role(chains.a, "SERVICE_SUPERVISOR"), as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, staff):
        order = paid(staff, chains.a.store, TEN, lines=[Wanted(NOODLES, 40)])
        refund = granted(staff, order, 1_500_00)
        assert (refund.state, refund.needs_second) == (RefundState.GRANTED, True)
        with pytest.raises(RefundNotApproved):
            executed(staff, refund)
        with pytest.raises(NotPermitted):
            approve_refund(actor=staff, refund_id=refund.id, now=TEN)
    with scope(chains.a.chain, supervisor), pytest.raises(AboveYourLimit) as refused:
        approve_refund(actor=supervisor, refund_id=refund.id, now=TEN)
    assert "at most CNY 1,000.00" in refused.value.text()
    with scope(chains.a.chain, manager):
        done = approve_refund(actor=manager, refund_id=refund.id, now=TEN)
        assert (done.row.state, done.row.decided_by_id) == (RefundState.APPROVED, manager.id)
        with pytest.raises(Conflict):
            approve_refund(actor=manager, refund_id=refund.id, now=TEN)
    with scope(chains.a.chain, staff):
        assert executed(staff, refund).refunded_minor == 1_500_00


def test_c6_many_small_refunds_are_one_large_one(chains: Chains, staff: Actor, as_role: AsRole) -> None:
    with scope(chains.a.chain, staff):
        order = paid(staff, chains.a.store, TEN, lines=MANY)
        for amount in (150_00, 50_00):
            executed(staff, granted(staff, order, amount))
        more = granted(staff, order, 1)
        assert (more.state, more.needs_second) == (RefundState.GRANTED, True)
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        decline_refund(actor=manager, refund_id=more.id, now=TEN)
        assert granted(manager, order, 800_00).needs_second is False


def test_c6_many_approvals_are_one_large_one(chains: Chains, staff: Actor, as_role: AsRole) -> None:
    supervisor = as_role(chains.a, "SERVICE_SUPERVISOR")
    with scope(chains.a.chain, staff):
        order = paid(staff, chains.a.store, TEN, lines=[Wanted(NOODLES, 60)])
        first = granted(staff, order, 900_00)
    with scope(chains.a.chain, supervisor):
        approve_refund(actor=supervisor, refund_id=first.id, now=TEN)
    with scope(chains.a.chain, staff):
        executed(staff, first)
        second = granted(staff, order, 900_00)
    with scope(chains.a.chain, supervisor), pytest.raises(AboveYourLimit):
        approve_refund(actor=supervisor, refund_id=second.id, now=TEN)


def test_nobody_approves_what_they_granted_not_even_in_somebodys_place(
    chains: Chains, staff: Actor, as_role: AsRole
) -> None:
    supervisor, manager = as_role(chains.a, "SERVICE_SUPERVISOR"), as_role(chains.a, "STORE_MANAGER")
    administrator = as_role(chains.a, "HQ_ADMINISTRATOR")
    visiting = replace(supervisor, behalf_of_id=administrator.id)
    with scope(chains.a.chain, supervisor):
        order = paid(supervisor, chains.a.store, TEN, lines=[Wanted(NOODLES, 60)])
        refund = granted(visiting, order, 2_000_00)
        with pytest.raises(SecondPersonNeeded):
            approve_refund(actor=supervisor, refund_id=refund.id, now=TEN)
    with scope(chains.a.chain, administrator), pytest.raises(SecondPersonNeeded):
        approve_refund(actor=administrator, refund_id=refund.id, now=TEN)
    with scope(chains.a.chain, system_actor()), pytest.raises(SecondPersonNeeded):
        approve_refund(actor=system_actor(), refund_id=refund.id, now=TEN)
    with scope(chains.a.chain, manager):
        assert approve_refund(actor=manager, refund_id=refund.id, now=TEN).row.state == RefundState.APPROVED


def test_a_refund_that_is_declined_frees_what_was_granted(chains: Chains, staff: Actor, as_role: AsRole) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, staff):
        order = paid(staff, chains.a.store, TEN, lines=MANY)
        refund = granted(staff, order, 1_000_00)
    with scope(chains.a.chain, manager):
        done = decline_refund(actor=manager, refund_id=refund.id, now=TEN)
        assert (done.order.refund_granted_minor, done.row.state) == (0, RefundState.DECLINED)
        for again in (decline_refund, approve_refund):
            with pytest.raises(Conflict):
                again(actor=manager, refund_id=refund.id, now=TEN)
        with pytest.raises(Conflict):
            executed(manager, refund)
        assert granted(manager, order, 1_000_00).state == RefundState.APPROVED


def test_the_day_of_a_refund_lies_ahead_and_stale_or_strange_callers_are_refused(
    chains: Chains, staff: Actor, as_role: AsRole
) -> None:
    stranger = as_role(chains.a, "STORE_MANAGER_2")
    with scope(chains.a.chain, staff):
        refund = granted(staff, paid(staff, chains.a.store, TEN), 10_00)
        for wrong in (TEN.date() - timedelta(days=2), TEN.date() + timedelta(days=400), date.max):
            with pytest.raises(Invalid):
                executed(staff, refund, expected_on=wrong)
        with pytest.raises(Stale):
            executed(staff, refund, expected_version=1)
        with pytest.raises(Conflict):
            report_refund(actor=staff, refund_id=refund.id, told_by=ToldBy.EMAIL, now=TEN)
    with scope(chains.a.chain, stranger), pytest.raises(NotFound):
        decline_refund(actor=stranger, refund_id=refund.id, now=TEN)


def test_the_usual_day_of_a_refund_is_a_week_on_in_the_stores_own_calendar() -> None:
    late = datetime(2026, 5, 4, 20, tzinfo=UTC)
    assert expected_on_of(None, now=late, time_zone="Asia/Shanghai") == date(2026, 5, 12)
    assert expected_on_of(None, now=late, time_zone="America/New_York") == date(2026, 5, 11)
    with pytest.raises(Invalid):
        expected_on_of(date(2026, 5, 4), now=late, time_zone="Asia/Shanghai")
