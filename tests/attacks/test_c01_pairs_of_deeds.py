"""C01, C04: two different deeds on one order at the same moment: whichever comes first, its money is in order."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from chains.actor import Actor, system_actor
from chains.scope import scope
from orders.actions.cancelling import cancel_order
from orders.actions.changing import confirm_order_change, decline_order_change, request_order_change
from orders.actions.refunding import approve_refund, decline_refund, execute_refund, grant_refund
from orders.actions.shipping import Parcel, ship_lines
from orders.models.changes import Cancellation, CancelReason, ChangeState, IdentityCheck, OrderChange
from orders.models.orders import FulfilmentState, Order, OrderLine, OrderState, Payment, PaymentMethod
from orders.models.refunds import OPEN_STATES, Refund, RefundState
from orders.rules.lines import Wanted
from tests.factories.chains import FurnishedChain
from tests.factories.orders import NOODLES, pay, placed, sold
from tests.franchise.complaints.test_c04_two_at_once import at_once
from tests.franchise.inquiries.test_two_at_once import doing

AsRole = Callable[..., Actor]
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
GONE = (RefundState.EXECUTED, RefundState.REPORTED)
WORST = (
    ("pay", "cancel"),
    ("cancel", "approve"),
    ("cancel", "execute"),
    ("cancel", "decline"),
    ("cancel", "confirm"),
    ("cancel", "ship"),
    ("approve", "approve as another"),
    ("approve", "decline"),
    ("approve", "execute"),
    ("decline", "grant"),
    ("confirm", "decline the change"),
    ("confirm", "ship"),
)
# What a deed may be told that came second.
SECOND = {"CONFLICT", "NOT_FOR_THIS_ORDER", "REFUND_NOT_APPROVED", "CHANGE_PENDING", "NOT_FOUND"}


def an_order(chain: FurnishedChain, as_role: AsRole, number: int) -> dict[str, tuple[Actor, Callable[[], object]]]:
    """Place an order with a refund and a change under way, and return what can be done with it now, and by whom."""
    staff, manager, area = (as_role(chain, who) for who in ("SERVICE_STAFF", "STORE_MANAGER", "AREA_SUPERVISOR"))
    with scope(chain.chain, staff):
        order = placed(staff, chain.store, TEN, lines=[Wanted(NOODLES, 40)])
        pay(staff, order, 1_500_00, TEN)
        refund = grant_refund(actor=staff, order_id=order.id, amount_minor=1_000_00, reason="Cold", now=TEN).row
        change = request_order_change(actor=staff, order_id=order.id, address="1 New Road", now=TEN).row
        parcel = Parcel(OrderLine.objects.get(order=order).id, 1)
    of_order: dict[str, Any] = {"order_id": order.id, "now": TEN}
    of_refund: dict[str, Any] = {"refund_id": refund.id, "now": TEN}
    of_change: dict[str, Any] = {"actor": staff, "change_id": change.id, "now": TEN}
    checked: dict[str, Any] = {"identity_check": IdentityCheck.CALLED_BACK, "is_identity_proven": True}
    sent: dict[str, Any] = {"carrier": "SF", "tracking_number": f"SF-{number}", "parcels": [parcel]}
    return {
        "pay": (staff, lambda: pay(staff, order, 500_00, TEN)),
        "cancel": (staff, lambda: cancel_order(actor=staff, reason=CancelReason.PERSONAL, **of_order)),
        "grant": (staff, lambda: grant_refund(actor=staff, amount_minor=500_00, reason="Cold", **of_order)),
        "approve": (manager, lambda: approve_refund(actor=manager, **of_refund)),
        "approve as another": (area, lambda: approve_refund(actor=area, **of_refund)),
        "decline": (manager, lambda: decline_refund(actor=manager, **of_refund)),
        "execute": (staff, lambda: execute_refund(actor=staff, method=PaymentMethod.CARD, **of_refund)),
        "confirm": (staff, lambda: confirm_order_change(**checked, **of_change)),
        "decline the change": (staff, lambda: decline_order_change(reason="No", **of_change)),
        "ship": (staff, lambda: ship_lines(actor=staff, **sent, **of_order)),
    }


def is_in_order(order: Order) -> None:
    refunds = list(Refund.objects.filter(order=order))
    came = sum(Payment.objects.filter(order=order).values_list("amount_minor", flat=True))
    gone = sum(each.amount_minor for each in refunds if each.state in GONE)
    promised = sum(each.amount_minor for each in refunds if each.state in OPEN_STATES)
    assert (order.paid_minor, order.refunded_minor, order.refund_granted_minor) == (came, gone, promised)
    assert 0 <= gone + promised <= came
    # Money may still come in when nothing is to be paid any more.
    assert came <= order.total_minor or order.state == OrderState.CANCELLED
    changes = OrderChange.objects.filter(order=order, state=ChangeState.REQUESTED).count()
    assert changes == order.has_open_change
    if order.state == OrderState.CANCELLED:
        assert order.fulfilment_state == FulfilmentState.UNSHIPPED and not changes
        # What the customer was told to get back is on its way, and what came in since.
        assert gone + promised == came >= gone + Cancellation.objects.get(order=order).refund_due_minor


def test_c01_of_two_deeds_at_once_one_is_first_and_the_money_adds_up(
    fresh_chain: FurnishedChain, as_role: AsRole
) -> None:
    sold(fresh_chain.chain, TEN)
    for number, pair in enumerate(WORST):
        deeds = an_order(fresh_chain, as_role, number)
        told = at_once([doing(fresh_chain, *deeds[name]) for name in pair])
        assert set(told) <= {"", *SECOND}, (pair, told)
        if {"cancel", "decline"} != set(pair):
            assert "" in told, (pair, told)
        with scope(fresh_chain.chain, system_actor()):
            try:
                is_in_order(Order.objects.latest("number"))
            except AssertionError as wrong:
                raise AssertionError(pair, told) from wrong


def test_c01_a_cancellation_takes_the_place_of_a_refund_that_is_under_way(
    fresh_chain: FurnishedChain, as_role: AsRole
) -> None:
    sold(fresh_chain.chain, TEN)
    deeds = an_order(fresh_chain, as_role, 1)
    for name in ("approve", "cancel"):
        assert doing(fresh_chain, *deeds[name])() == ""
    with scope(fresh_chain.chain, system_actor()):
        assert list(Refund.objects.order_by("number").values_list("state", "amount_minor")) == [
            (RefundState.DECLINED, 1_000_00),
            (RefundState.GRANTED, 1_500_00),
        ]
        assert Cancellation.objects.get().refund_due_minor == 1_500_00
