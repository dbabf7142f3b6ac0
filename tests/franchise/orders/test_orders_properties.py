"""No order of deeds leads an order to an illegal state, a negative balance, or more back than came in (stateful)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS, scope
from journal.models import Entry
from kit.refusals import Refusal
from orders.actions.cancelling import cancel_order
from orders.actions.changing import confirm_order_change, decline_order_change, request_order_change
from orders.actions.delivering import Arrival, confirm_delivery, report_damage
from orders.actions.excepting import raise_shipment_exception, settle_shipment_exception
from orders.actions.refunding import approve_refund, decline_refund, execute_refund, grant_refund, report_refund
from orders.actions.shipping import Parcel, record_shipment_event, ship_lines
from orders.models.changes import CancelReason, ChangeState, IdentityCheck, OrderChange
from orders.models.delivery import DamageKind
from orders.models.orders import FulfilmentState, Order, OrderLine, OrderState, Payment, PaymentMethod
from orders.models.refunds import Refund, RefundState, ToldBy
from orders.models.shipping import ExceptionKind, Shipment, ShipmentException, ShipmentState
from orders.rules.lines import Wanted
from orders.rules.money import payment_state_of
from orders.rules.states import possible_actions, standing_of
from tests.conftest import Chains
from tests.factories.orders import BOWL, NOODLES, pay, placed, sold

AsRole = Callable[..., Actor]
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
LINES = [Wanted(NOODLES, 30), Wanted(BOWL, 2)]
AMOUNTS = st.sampled_from([-1, 0, 1, 50_00, 200_01, 1_500_00, 1_540_00, 2**60])
SOMEBODY = st.sampled_from(["SERVICE_STAFF", "SERVICE_SUPERVISOR", "STORE_MANAGER"])


class AnOrder(RuleBasedStateMachine):
    """Does deeds in any order, by whoever; what is refused has to change nothing."""

    people: dict[str, Actor]
    store: Any

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic(using=CHAINS_ALIAS)
        self.savepoint.__enter__()
        self.number = 0
        self.order = placed(self.people["SERVICE_STAFF"], self.store, TEN, lines=LINES)
        self.was_final: set[str] = set()

    def teardown(self) -> None:
        transaction.set_rollback(True, using=CHAINS_ALIAS)
        self.savepoint.__exit__(None, None, None)

    def attempt(self, deed: Callable[[], object]) -> None:
        before = (self._row(), Entry.objects.count())
        try:
            with transaction.atomic(using=CHAINS_ALIAS):
                deed()
        except Refusal:
            assert (self._row(), Entry.objects.count()) == before
            return
        assert Entry.objects.count() > before[1]

    def _row(self) -> dict[str, Any]:
        return Order.objects.values().get(id=self.order.id)

    @rule(amount=AMOUNTS)
    def pay(self, amount: int) -> None:
        self.attempt(lambda: pay(self.people["SERVICE_STAFF"], self.order, amount, TEN))

    @rule(who=SOMEBODY, amount=AMOUNTS)
    def grant(self, who: str, amount: int) -> None:
        self.attempt(
            lambda: grant_refund(
                actor=self.people[who], order_id=self.order.id, amount_minor=amount, reason="Cold", now=TEN
            )
        )

    @precondition(lambda self: Refund.objects.filter(order=self.order).exists())
    @rule(who=SOMEBODY, deed=st.sampled_from([approve_refund, decline_refund, execute_refund, report_refund]))
    def work_on_a_refund(self, who: str, deed: Callable[..., object]) -> None:
        refund = Refund.objects.filter(order=self.order).latest("id")
        more: dict[str, Any] = {
            execute_refund: {"method": PaymentMethod.CARD},
            report_refund: {"told_by": ToldBy.PHONE},
        }.get(deed, {})
        self.attempt(lambda: deed(actor=self.people[who], refund_id=refund.id, now=TEN, **more))

    @rule()
    def cancel(self) -> None:
        staff = self.people["SERVICE_STAFF"]
        self.attempt(lambda: cancel_order(actor=staff, order_id=self.order.id, reason=CancelReason.PERSONAL, now=TEN))

    @rule()
    def ask_for_a_change(self) -> None:
        self.number += 1
        given = {"order_id": self.order.id, "address": f"{self.number} Road", "now": TEN}
        self.attempt(lambda: request_order_change(actor=self.people["SERVICE_STAFF"], **given))

    @precondition(lambda self: OrderChange.objects.filter(order=self.order).exists())
    @rule(is_proven=st.booleans(), is_declined=st.booleans())
    def decide_a_change(self, is_proven: bool, is_declined: bool) -> None:
        change = OrderChange.objects.filter(order=self.order).latest("id")
        given = {"actor": self.people["SERVICE_STAFF"], "change_id": change.id, "now": TEN}
        checked = {"identity_check": IdentityCheck.CALLED_BACK, "is_identity_proven": is_proven}
        self.attempt(
            lambda: (
                decline_order_change(reason="No", **given) if is_declined else confirm_order_change(**checked, **given)
            )
        )

    @rule(line=st.integers(0, 1), quantity=st.sampled_from([0, 1, 2, 15, 31]))
    def ship(self, line: int, quantity: int) -> None:
        self.number += 1
        lines = OrderLine.objects.filter(order=self.order).order_by("position")
        self.attempt(
            lambda: ship_lines(
                actor=self.people["SERVICE_STAFF"],
                order_id=self.order.id,
                carrier="SF",
                tracking_number=f"SF-{self.number}",
                parcels=[Parcel(lines[line].id, quantity)],
                expected_at=TEN + timedelta(days=1),
                now=TEN,
            )
        )

    @precondition(lambda self: Shipment.objects.filter(order=self.order).exists())
    @rule(is_whole=st.booleans())
    def confirm(self, is_whole: bool) -> None:
        shipment = Shipment.objects.filter(order=self.order).latest("id")
        arrival = Arrival(None, is_complete=is_whole, is_undamaged=True)
        given = {"shipment_id": shipment.id, "arrival": arrival, "remark": "One is missing.", "now": TEN}
        self.attempt(lambda: confirm_delivery(actor=self.people["SERVICE_STAFF"], **given))

    @precondition(lambda self: Shipment.objects.filter(order=self.order).exists())
    @rule(state=st.sampled_from(list(ShipmentState)), hours=st.integers(-3, 3))
    def hear_of_the_carrier(self, state: ShipmentState, hours: int) -> None:
        self.number += 1
        shipment = Shipment.objects.filter(order=self.order).latest("id")
        self.attempt(
            lambda: record_shipment_event(
                actor=self.people["SERVICE_STAFF"],
                store_id=self.store,
                carrier="SF",
                tracking_number=shipment.tracking_number,
                external_id=f"e{self.number}",
                state=state,
                occurred_at=TEN + timedelta(hours=hours),
                now=TEN,
            )
        )

    @precondition(lambda self: Shipment.objects.filter(order=self.order).exists())
    @rule(is_settled=st.booleans())
    def except_something(self, is_settled: bool) -> None:
        staff, shipment = self.people["SERVICE_STAFF"], Shipment.objects.filter(order=self.order).latest("id")
        found = ShipmentException.objects.filter(shipment=shipment).order_by("-id").first()
        if is_settled and found is not None:
            how = {"solution": "Found", "told_by": ToldBy.PHONE, "explanation": "Soon", "now": TEN}
            self.attempt(lambda: settle_shipment_exception(actor=staff, exception_id=found.id, **how))
        else:
            what = {"kind": ExceptionKind.LOST, "description": "Gone", "now": TEN}
            self.attempt(lambda: raise_shipment_exception(actor=staff, shipment_id=shipment.id, **what))

    @rule()
    def damage(self) -> None:
        given = {"order_id": self.order.id, "kind": DamageKind.DAMAGED, "description": "Broken", "now": TEN}
        self.attempt(lambda: report_damage(actor=self.people["SERVICE_STAFF"], **given))

    @invariant()
    def money_adds_up(self) -> None:
        order = Order.objects.get(id=self.order.id)
        refunds = list(Refund.objects.filter(order=order))
        came = sum(Payment.objects.filter(order=order).values_list("amount_minor", flat=True))
        gone = sum(each.amount_minor for each in refunds if each.state in (RefundState.EXECUTED, RefundState.REPORTED))
        promised = sum(
            each.amount_minor for each in refunds if each.state in (RefundState.GRANTED, RefundState.APPROVED)
        )
        assert (order.paid_minor, order.refunded_minor, order.refund_granted_minor) == (came, gone, promised)
        assert 0 <= gone + promised <= came
        assert came <= order.total_minor or order.state == OrderState.CANCELLED
        assert order.payment_state == payment_state_of(
            total_minor=order.total_minor, paid_minor=came, refunded_minor=gone
        )
        assert all(each.granted_by_id != each.decided_by_id or each.state == RefundState.DECLINED for each in refunds)

    @invariant()
    def goods_add_up(self) -> None:
        order = Order.objects.get(id=self.order.id)
        lines = list(OrderLine.objects.filter(order=order))
        assert all(0 <= line.shipped_quantity <= line.quantity for line in lines)
        has_left, all_left = (
            any(line.shipped_quantity for line in lines),
            all(line.shipped_quantity == line.quantity for line in lines),
        )
        assert (order.fulfilment_state == FulfilmentState.UNSHIPPED) == (not has_left)
        assert (order.fulfilment_state in (FulfilmentState.SHIPPED, FulfilmentState.DELIVERED)) == all_left
        if order.state == OrderState.CANCELLED:
            assert not has_left
        if order.state == OrderState.COMPLETED:
            assert order.fulfilment_state == FulfilmentState.DELIVERED and order.paid_minor == order.total_minor

    @invariant()
    def an_end_is_an_end_and_changes_are_decided(self) -> None:
        order = Order.objects.get(id=self.order.id)
        assert self.was_final <= {order.state}
        self.was_final |= {order.state} & {OrderState.COMPLETED, OrderState.CANCELLED}
        open_changes = OrderChange.objects.filter(order=order, state=ChangeState.REQUESTED).count()
        assert open_changes == order.has_open_change
        assert order.state != OrderState.CANCELLED or not open_changes
        assert len(set(possible_actions(standing_of(order)))) == len(possible_actions(standing_of(order)))


def test_no_order_of_deeds_leads_astray(chains: Chains, as_role: AsRole) -> None:
    sold(chains.a.chain, TEN)
    AnOrder.people = {who: as_role(chains.a, who) for who in ("SERVICE_STAFF", "SERVICE_SUPERVISOR", "STORE_MANAGER")}
    AnOrder.store = chains.a.store
    with scope(chains.a.chain, AnOrder.people["STORE_MANAGER"]):
        run_state_machine_as_test(
            AnOrder,
            settings=settings(
                max_examples=12, stateful_step_count=25, suppress_health_check=list(HealthCheck), deadline=None
            ),
        )
