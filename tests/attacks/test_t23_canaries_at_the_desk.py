"""T23, S02, S03, S15: what another store or chain wrote at its desk is in no answer, search, count or export."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import orjson
import pytest
from django.utils import timezone

from api.base.ids import global_id
from chains.actor import Actor, system_actor
from chains.scope import scope
from customers.models import Customer
from customers.rules.particulars import Particulars
from inquiries.actions.standard_answers import keep_standard_answer
from inquiries.models.inquiries import Inquiry
from journal.models import Entry
from kit.ids import new_id
from orders.actions.excepting import raise_shipment_exception
from orders.actions.importing import Row, import_orders
from orders.actions.placing import Destination
from orders.models.orders import Order, OrderLine, OrderSource
from orders.models.shipping import ExceptionKind, Shipment
from orders.rules.lines import Wanted
from tests.conftest import Chains
from tests.factories.chains import FurnishedChain
from tests.factories.complaints import filed
from tests.factories.inquiries import answered, opened
from tests.factories.orders import NOODLES, paid, shipped, sold
from tests.graphql_caller import GraphQLCaller

AsRole = Callable[..., Actor]
CANARY = "Canary 金丝雀"
PHONE = "13977770001"
EMAIL = "canary@canary.example"
THEIRS = Particulars(CANARY, phone=PHONE, email=EMAIL, address=f"{CANARY} Road", note=CANARY, birthday="05-17")
OURS = Particulars("Wang", phone="13812345678")
WHO = ("SERVICE_STAFF", "MENTOR", "SERVICE_SUPERVISOR", "STORE_MANAGER", "AREA_SUPERVISOR")
TOLD = (CANARY, CANARY[:6], PHONE, PHONE[-4:], EMAIL, "canary", "S2-O00001", "till-canary", "SF-CANARY", "金丝雀")
LISTS = """query Lists($store: ID!, $text: String!) {
  searchCustomers(storeId: $store, text: $text, first: 50) { totalCount nodes { name maskedPhone maskedAddress } }
  customers(storeId: $store, first: 50) { totalCount nodes { name } }
  greetingsDue(storeId: $store, days: 60, first: 50) { customer { name } planOfCare }
  orders(first: 50, particulars: $text) { totalCount nodes { reference customer { name } store { code } } }
  everything: orders(first: 50) { totalCount nodes { externalId maskedAddress
    shipments(first: 5) { nodes { trackingNumber } } } }
  shipmentExceptions(first: 50) { totalCount nodes { description } }
  orderImports(first: 50) { totalCount nodes { rowsSent(first: 5) { nodes { externalId message } } } }
  inquiries(first: 50) { totalCount nodes { subject ownerName messages(first: 5) { nodes { text } }
    customer { name store { name } } store { code } repeats { subject } } }
  inquiryQueue(storeId: $store, first: 50) { totalCount nodes { subject } }
  complaints(first: 50) { totalCount nodes { subject description customer { name } } }
}"""


def write_canaries(chain: FurnishedChain, store: UUID, actor: Actor) -> None:
    """Let a store do some of everything, with the canary in every text."""
    now = timezone.now()
    sold(chain.chain, now)
    with scope(chain.chain, actor):
        to = Destination(CANARY, PHONE, f"{CANARY} Road")
        order = paid(actor, store, now, customer=THEIRS, destination=to)
        shipment = shipped(actor, order, now, tracking_number="SF-CANARY")
        wrong = {"kind": ExceptionKind.LOST, "description": CANARY, "now": now}
        raise_shipment_exception(actor=actor, shipment_id=shipment.id, **wrong)
        rows = [Row("till-canary", THEIRS, (Wanted(NOODLES, 1, 1),)), Row("canary", THEIRS, ())]
        import_orders(actor=actor, store_id=store, source=OrderSource.TILL, rows=rows, now=now)
        inquiry = opened(actor, store, now, customer=THEIRS, subject=CANARY, text=CANARY, external_id="chat-canary")
        answered(actor, inquiry.inquiry.id, now, text=f"Hello, {CANARY}.")
        filed(actor, store, now, subject=CANARY, description=CANARY)


@pytest.fixture
def canaries(chains: Chains, as_role: AsRole) -> Chains:
    write_canaries(chains.a, chains.a.other_store, as_role(chains.a, "STORE_MANAGER_2"))
    write_canaries(chains.b, chains.b.store, as_role(chains.b, "STORE_MANAGER"))
    return chains


@pytest.fixture(autouse=True)
def _boundless(settings: Any) -> None:
    settings.GATE_CALLER_RATE = settings.GATE_CHAIN_RATE = (10**9, 10**6)


def silent(answer: dict[str, Any]) -> dict[str, Any]:
    """Return an answer in which no canary sings."""
    sung = orjson.dumps(answer).decode().lower()
    assert not [word for word in ("canary", "金丝雀", PHONE[-4:]) if word in sung], sung
    return answer


@pytest.mark.parametrize("who", WHO)
def test_no_search_count_or_list_tells_anything_of_another_store(
    canaries: Chains, graphql: GraphQLCaller, who: str
) -> None:
    store = global_id("Store", canaries.a.store)
    missing = graphql(canaries.a, LISTS, {"store": store, "text": "nobody at all"}, as_=who)
    assert missing["data"]["inquiries"] == {"totalCount": 0, "nodes": []}
    for text in TOLD if who == "SERVICE_STAFF" else TOLD[::5]:
        # To look for what is there elsewhere is to look for what is nowhere.
        assert silent(graphql(canaries.a, LISTS, {"store": store, "text": text}, as_=who)) == missing, text


def theirs(chain: FurnishedChain) -> Iterator[tuple[str, UUID]]:
    with scope(chain.chain, system_actor()):
        for thing, model in (("Customer", Customer), ("Order", Order), ("Inquiry", Inquiry), ("Shipment", Shipment)):
            row = model.objects.filter(store_id=chain.other_store).order_by("pk").first()
            assert row is not None
            yield thing, row.pk


CALLS = {
    "Customer": (
        "query($id: ID!) { customerTimeline(customerId: $id, first: 9) { totalCount } }",
        "query($id: ID!) { purchases(customerId: $id, first: 9) { totalCount } }",
        "query($id: ID!) { consents(customerId: $id, first: 9) { totalCount } }",
        "query($id: ID!) { orders(customerId: $id, first: 9) { totalCount nodes { id } } }",
        "query($id: ID!, $own: ID!) { mergePreview(keptId: $own, mergedId: $id) { purchases events } }",
        "query($id: ID!, $own: ID!) { mergePreview(keptId: $id, mergedId: $own) { purchases events } }",
        "mutation($id: ID!, $own: ID!) { mergeCustomers(input: { keptId: $own, mergedId: $id }) "
        "{ customer { name } userErrors { code message field } } }",
        "mutation($id: ID!, $own: ID!) { mergeCustomers(input: { keptId: $id, mergedId: $own }) "
        "{ customer { name } userErrors { code message field } } }",
        "mutation($id: ID!) { exportCustomerData(input: { customerId: $id }) { csv userErrors { code message } } }",
        "mutation($id: ID!, $store: ID!) { placeOrder(input: { storeId: $store, customerId: $id, "
        'lines: [{ code: "NOODLES", quantity: 1 }] }) { order { id } userErrors { code message field } } }',
        "mutation($id: ID!, $store: ID!) { openInquiry(input: { storeId: $store, customerId: $id, channel: PHONE, "
        'subject: "x", text: "x" }) { inquiry { id } userErrors { code message field } } }',
    ),
    "Order": (
        "query($id: ID!) { node(id: $id) { id } }",
        "mutation($id: ID!) { readOrderDestination(input: { orderId: $id }) { address userErrors { code message } } }",
        "mutation($id: ID!) { cancelOrder(input: { orderId: $id, reason: OTHER }) { userErrors { code message } } }",
    ),
    "Inquiry": (
        "query($id: ID!) { node(id: $id) { id } }",
        'mutation($id: ID!) { recordCustomerMessage(input: { inquiryId: $id, text: "x", externalId: "chat-canary" }) '
        "{ inquiry { subject } userErrors { code message } } }",
        'query($id: ID!) { checkWording(text: "x", inquiryId: $id) { phrase } }',
    ),
    "Shipment": (
        'mutation($id: ID!) { raiseShipmentException(input: { shipmentId: $id, kind: LOST, description: "x" }) '
        "{ userErrors { code message } } }",
    ),
}


def test_s02_an_id_of_another_store_is_answered_like_one_of_nothing(
    canaries: Chains, graphql: GraphQLCaller, as_role: AsRole
) -> None:
    manager, now = as_role(canaries.a, "STORE_MANAGER"), timezone.now()
    with scope(canaries.a.chain, manager):
        own = global_id("Customer", paid(manager, canaries.a.store, now, customer=OURS).customer_id)
        before = Entry.objects.count()
    for thing, key in list(theirs(canaries.a)):
        for document in CALLS[thing]:
            answers = []
            for each in (key, new_id()):
                given = {"id": global_id(thing, each), "own": own, "store": global_id("Store", canaries.a.store)}
                used = {name: value for name, value in given.items() if f"${name}" in document}
                answers.append(silent(graphql(canaries.a, document, used, as_="STORE_MANAGER")))
            assert answers[0] == answers[1], document
    with scope(canaries.a.chain, manager):
        assert Entry.objects.count() == before


def test_s02_one_foreign_line_among_own_ones_ships_nothing(
    canaries: Chains, graphql: GraphQLCaller, as_role: AsRole
) -> None:
    manager, now = as_role(canaries.a, "STORE_MANAGER"), timezone.now()
    with scope(canaries.a.chain, manager):
        order = paid(manager, canaries.a.store, now, customer=OURS)
        own = OrderLine.objects.filter(order=order).order_by("position").first()
        assert own is not None
    with scope(canaries.a.chain, system_actor()):
        foreign = OrderLine.objects.filter(store_id=canaries.a.other_store).order_by("pk").first()
        assert foreign is not None
    parcels = [{"lineId": global_id("OrderLine", each.pk), "quantity": 1} for each in (own, foreign)]
    sent = {"orderId": global_id("Order", order.id), "carrier": "SF", "trackingNumber": "SF-1", "parcels": parcels}
    document = "mutation($i: ShipLinesInput!) { shipLines(input: $i) { userErrors { code field } } }"
    answer = graphql(canaries.a, document, {"i": sent}, as_="STORE_MANAGER")
    assert answer["data"]["shipLines"]["userErrors"] == [{"code": "NOT_FOUND", "field": ["parcels", "1", "lineId"]}]
    with scope(canaries.a.chain, manager):
        assert not Shipment.objects.filter(order=order).exists()
        own.refresh_from_db()
        assert own.shipped_quantity == 0


def test_s08_the_same_external_ids_and_tracking_numbers_are_free_in_each_store(
    canaries: Chains, as_role: AsRole
) -> None:
    manager, now = as_role(canaries.a, "STORE_MANAGER"), timezone.now()
    with scope(canaries.a.chain, manager):
        order = paid(manager, canaries.a.store, now, customer=OURS)
        shipped(manager, order, now, tracking_number="SF-CANARY")
        opened(manager, canaries.a.store, now, customer=OURS, external_id="chat-canary")
        row = Row("till-canary", OURS, (Wanted(NOODLES, 1, 1),))
        taken = import_orders(actor=manager, store_id=canaries.a.store, source=OrderSource.TILL, rows=[row], now=now)
        assert taken.accepted_count == 1


def test_t23_what_hq_of_one_chain_exports_and_keeps_holds_nothing_of_the_other(
    canaries: Chains, graphql: GraphQLCaller, as_role: AsRole
) -> None:
    admin = as_role(canaries.a, "HQ_ADMINISTRATOR")
    with scope(canaries.a.chain, admin):
        customer = Customer.objects.get(name=CANARY)
        keep_standard_answer(actor=admin, language="en", question="Hours?", text="Nine.", now=timezone.now())
    document = "mutation($id: ID!) { exportCustomerData(input: { customerId: $id }) { csv userErrors { code } } }"
    answer = graphql(canaries.b, document, {"id": global_id("Customer", customer.id)}, as_="HQ_ADMINISTRATOR")
    assert answer["data"]["exportCustomerData"] == {"csv": None, "userErrors": [{"code": "NOT_FOUND"}]}
    answers = 'query { standardAnswers(text: "", first: 9) { totalCount } }'
    assert graphql(canaries.b, answers, {}, as_="HQ_ADMINISTRATOR")["data"]["standardAnswers"]["totalCount"] == 0
