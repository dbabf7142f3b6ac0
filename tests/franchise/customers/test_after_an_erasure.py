"""Nothing more is written about somebody who was erased, where nobody would erase it again (K4)."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from chains.actor import Actor
from chains.scope import scope
from customers.actions.erasing import erase_customer
from customers.rules.holdings import MattersOpen
from customers.rules.merging import CustomerErased
from inquiries.actions.ending import reopen_inquiry
from inquiries.actions.keeping import Incoming
from inquiries.actions.opening import record_customer_message
from orders.actions.delivering import Arrival, confirm_delivery, report_damage
from orders.actions.excepting import raise_shipment_exception, settle_shipment_exception
from orders.models.delivery import DamageKind, DamageReport
from orders.models.refunds import ToldBy
from orders.models.shipping import ExceptionKind
from tests.conftest import Chains
from tests.factories.inquiries import closed
from tests.factories.orders import paid, shipped, sold

AsRole = Callable[..., Actor]
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)


def test_a_closed_question_of_somebody_erased_stays_closed(chains: Chains, as_role: AsRole) -> None:
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        inquiry = closed(officer, chains.a.store, TEN)
        erase_customer(actor=officer, customer_id=inquiry.customer_id, now=TEN)
        with pytest.raises(CustomerErased):
            record_customer_message(actor=officer, inquiry_id=inquiry.id, said=Incoming("It is me, Li"), now=TEN)
        with pytest.raises(CustomerErased):
            reopen_inquiry(actor=officer, inquiry_id=inquiry.id, reason="Li Lei called", now=TEN)


def test_an_erasure_waits_for_what_went_wrong_on_the_way(chains: Chains, as_role: AsRole) -> None:
    sold(chains.a.chain, TEN)
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        order = paid(officer, chains.a.store, TEN)
        shipment = shipped(officer, order, TEN)
        what = {"kind": ExceptionKind.WRONG_ADDRESS, "description": "It is 1 Nanjing Road"}
        raised = raise_shipment_exception(actor=officer, shipment_id=shipment.id, now=TEN, **what).row  # type: ignore[arg-type]
        arrival = Arrival(None, is_complete=True, is_undamaged=True)
        done = confirm_delivery(actor=officer, shipment_id=shipment.id, arrival=arrival, now=TEN)
        assert done.order.state == "COMPLETED"
        with pytest.raises(MattersOpen):
            erase_customer(actor=officer, customer_id=order.customer_id, now=TEN)
        how = {"solution": "Sent on", "told_by": ToldBy.PHONE, "explanation": "Tomorrow"}
        settle_shipment_exception(actor=officer, exception_id=raised.id, now=TEN, **how)  # type: ignore[arg-type]
        erase_customer(actor=officer, customer_id=order.customer_id, now=TEN)
        with pytest.raises(CustomerErased):
            report_damage(
                actor=officer, order_id=order.id, kind=DamageKind.DAMAGED, description="Wang says so", now=TEN
            )
        assert not DamageReport.objects.exists()
