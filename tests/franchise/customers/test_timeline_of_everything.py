"""L1: one timeline tells all that happened to a customer, whichever desk did it, in its order and in one statement."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connections
from django.test.utils import CaptureQueriesContext

from chains.actor import Actor, system_actor
from chains.scope import scope
from complaints.actions.filing import Links, accept_complaint
from complaints.models.complaints import Complaint
from customers.queries.dealings import timeline_of
from feedback.actions.praising import record_praise
from feedback.actions.sending import send_survey
from feedback.models.praise import PraiseChannel
from feedback.models.surveys import MatterKind
from inquiries.actions.ending import close_inquiry
from journal.models import Entry
from orders.actions.delivering import Arrival, confirm_delivery
from orders.actions.purchasing import tell_purchases
from tests.conftest import Chains
from tests.factories.complaints import filed
from tests.factories.feedback import agreed
from tests.factories.inquiries import answered, opened
from tests.factories.orders import paid, shipped, sold
from tests.factories.visits import made, planned

AsRole = Callable[..., Actor]
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
# Things of a chain or of a store, which no customer's timeline tells.
NOBODYS = ("Chain", "Store", "Product", "User", "OrderImport", "Shift")


def served(actor: Actor, store_id: UUID) -> tuple[UUID, Complaint]:
    """Ask, buy, receive, complain out of the question, thank, be called and be asked: a minute between the deeds."""
    moments = iter(TEN + number * MINUTE for number in range(40))
    inquiry = opened(actor, store_id, next(moments)).inquiry
    customer_id = inquiry.customer_id
    answered(actor, inquiry.id, next(moments))
    order = paid(actor, store_id, next(moments), customer=customer_id)
    shipment = shipped(actor, order, next(moments))
    confirm_delivery(actor=actor, shipment_id=shipment.id, arrival=Arrival(None, True, True), now=next(moments))
    links = Links(inquiry_id=inquiry.id, order_id=order.id)
    complaint = filed(
        actor, store_id, next(moments), customer=customer_id, subject="And it is cold", order_number="", links=links
    ).complaint
    accept_complaint(actor=actor, complaint_id=complaint.id, now=next(moments))
    close_inquiry(actor=actor, inquiry_id=inquiry.id, now=next(moments))
    record_praise(
        actor=actor,
        store_id=store_id,
        channel=PraiseChannel.PHONE,
        text="谢谢",
        customer_id=customer_id,
        now=next(moments),
    )
    agreed(actor, customer_id, next(moments))
    send_survey(actor=actor, kind=MatterKind.INQUIRY, matter_id=inquiry.id, now=next(moments), by_mail=False)
    visit = planned(actor, store_id, next(moments), customer_id=customer_id).visit
    made(actor, visit.id, next(moments))
    return customer_id, complaint


def test_everything_is_told_in_its_order_in_one_statement(chains: Chains, as_role: AsRole) -> None:
    sold(chains.a.chain, TEN)
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        customer_id, complaint = served(manager, chains.a.store)
    assert complaint.inquiry_id
    with scope(chains.a.chain, system_actor()):
        tell_purchases(actor=system_actor(), order_id=complaint.order_id, now=TEN + 60 * MINUTE)
    with scope(chains.a.chain, manager):
        timeline = timeline_of(actor=manager, customer_id=customer_id)
        with CaptureQueriesContext(connections["default"]) as asked:
            told: list[Any] = list(timeline)
    assert len(asked) == 1
    assert [each.at for each in told] == sorted((each.at for each in told), reverse=True)
    first_told = dict.fromkeys(each.kind for each in reversed(told) if each.part_of_id is None)
    wanted = [
        "INQUIRY_OPENED",
        "INQUIRY_ANSWERED",
        "ORDER_PLACED",
        "PAYMENT_RECORDED",
        "LINES_SHIPPED",
        "DELIVERY_CONFIRMED",
        "COMPLAINT_FILED",
        "COMPLAINT_ACCEPTED",
        "INQUIRY_CLOSED",
        "PRAISE_RECORDED",
        "CONSENT_RECORDED",
        "SURVEY_SENT",
        "RETURN_VISIT_PLANNED",
        "RETURN_VISIT_RECORDED",
        "PURCHASE_RECORDED",
    ]
    assert [kind for kind in first_told if kind in wanted] == wanted
    assert "CUSTOMER_REGISTERED" in {each.kind for each in told}
    with scope(chains.a.chain, system_actor()):
        since = Entry.objects.filter(at__gte=TEN, at__lte=TEN + 60 * MINUTE).exclude(subject_type__in=NOBODYS)
        assert {each.id for each in told} == {each.id for each in since}
