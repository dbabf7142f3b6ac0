"""O5: what came damaged or not whole becomes a complaint by itself: of its order, its customer, and with an owner."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from api.base.ids import global_id
from chains.actor import Actor, system_actor
from chains.scope import scope
from complaints import tasks
from complaints.models.complaints import Complaint
from config.subscriptions import SUBSCRIPTIONS
from journal.models import Entry
from orders.models.delivery import DamageReport
from tests.conftest import Chains
from tests.factories.orders import paid, shipped, sold

AsRole = Callable[..., Actor]
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
REPORT = """
mutation ($order: ID!) {
  reportDamage(input: {orderId: $order, kind: WRONG_GOODS, description: "要的是面，来的是饭。"}) { userErrors { code } }
}
"""
CONFIRM = """
mutation ($shipment: ID!) {
  confirmDelivery(input: {shipmentId: $shipment, isComplete: true, isUndamaged: false, remark: "碗碎了。"}) {
    userErrors { code }
  }
}
"""
COMPLAINTS = """
query ($store: ID!) {
  complaints(storeId: $store, first: 5) {
    nodes { subject description stage ownerName orderNumber order { id } customer { id } takenByName }
  }
}
"""


@pytest.fixture
def shipment(chains: Chains, as_role: AsRole) -> Any:
    sold(chains.a.chain, TEN)
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        return shipped(staff, paid(staff, chains.a.store, TEN), TEN)


def run_consumer(chains: Chains) -> None:
    """Let the consumer take each damaged delivery, twice."""
    job = system_actor()
    with scope(chains.a.chain, job):
        entries = list(Entry.objects.filter(kind="DELIVERY_DAMAGED").in_order())
        for entry in entries * 2:
            tasks.file_from_delivery.function(actor=job, now=TEN, entry_id=entry.id)


def test_the_relay_hands_over_damaged_deliveries() -> None:
    (subscription,) = (each for each in SUBSCRIPTIONS if each.task is tasks.file_from_delivery)
    assert subscription.kinds == {"DELIVERY_DAMAGED"}


@pytest.mark.parametrize(
    ("document", "subject", "words"),
    [
        (REPORT, "Other goods came than were ordered", "要的是面，来的是饭。"),
        (CONFIRM, "Goods of the order came damaged", "碗碎了。"),
    ],
)
def test_a_complaint_opens_from_the_order(
    chains: Chains, shipment: Any, graphql: Any, document: str, subject: str, words: str
) -> None:
    variables = {"order": global_id("Order", shipment.order_id), "shipment": global_id("Shipment", shipment.id)}
    name = "order" if "$order" in document else "shipment"
    answer = graphql(chains.a, document, {name: variables[name]}, as_="SERVICE_STAFF")
    assert [each["userErrors"] for each in answer["data"].values()] == [[]]
    run_consumer(chains)
    found = graphql(chains.a, COMPLAINTS, {"store": global_id("Store", chains.a.store)}, as_="STORE_MANAGER")
    (complaint,) = found["data"]["complaints"]["nodes"]
    assert complaint["ownerName"]
    with scope(chains.a.chain, system_actor()):
        report = DamageReport.objects.select_related("order").get()
        filed = Complaint.objects.get()
        entry = Entry.objects.get(kind="COMPLAINT_FILED")
    assert complaint == {
        "subject": subject,
        "description": words,
        "stage": "FILED",
        "ownerName": complaint["ownerName"],
        "orderNumber": "S1-O00001",
        "order": {"id": variables["order"]},
        "customer": {"id": global_id("Customer", report.order.customer_id)},
        "takenByName": None,
    }
    assert filed.filed_from_id == report.id
    assert (entry.customer_id, entry.store_id) == (report.order.customer_id, chains.a.store)
