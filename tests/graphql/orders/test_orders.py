"""An order's whole way through HTTP, told in Chinese and in English (O1 to O5)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from api.base.ids import global_id
from chains.actor import Actor
from chains.scope import scope
from customers.actions.erasing import erase_customer
from customers.rules.particulars import Particulars
from journal.models import Entry
from orders.models.imports import OrderImport
from orders.models.orders import Order
from tests.conftest import Chains
from tests.factories.orders import paid, placed, shipped, sold
from tests.factories.people import actor_of_role
from tests.graphql_caller import GraphQLCaller

AsRole = Callable[..., Actor]
HAN = Particulars("Han", phone="139 1111 1111")
# Signing in, and finding out who calls.
_BEFORE_THE_QUERY = 3
ORDER = """order { id reference state paymentState fulfilmentState version availableActions
  total { amountMinor currency } paid { amountMinor } refunded { amountMinor } }"""
ERRORS = "userErrors { code message field }"
QUEUE = """query Queue($first: Int!, $told: String) { orders(first: $first, particulars: $told) { totalCount nodes {
  id reference state paymentState fulfilmentState maskedPhone maskedAddress availableActions customer { name }
  store { code } total { amountMinor currency } lines(first: 2) { nodes { id name quantity amountMinor } }
  payments(first: 2) { nodes { amountMinor } } refunds(first: 2) { nodes { reference state } }
  shipments(first: 2) { nodes { id reference state trackingNumber lines(first: 2) { nodes { quantity } }
    events(first: 2) { nodes { state } } exceptions(first: 2) { nodes { ownerName } } } } } } }"""


class Desk:
    """Somebody at the desk, who does deeds and is told what came of them."""

    def __init__(self, chains: Chains, graphql: GraphQLCaller, language: str) -> None:
        self.chains, self.graphql, self.language = chains, graphql, language
        self.store = global_id("Store", chains.a.store)

    def do(self, deed: str, shown: str, who: str = "SERVICE_STAFF", **given: Any) -> dict[str, Any]:
        told: dict[str, Any] = self.graphql.attempt(self.chains.a, deed, shown, given, as_=who, language=self.language)
        return told

    def done(self, deed: str, shown: str, who: str = "SERVICE_STAFF", **given: Any) -> dict[str, Any]:
        told = self.do(deed, shown, who, **given)
        assert told["userErrors"] == [], told
        return told


CUSTOMER = {
    "zh-hans": {"customerName": "王小明", "customerPhone": "138 1234 5678", "address": "上海市南京路一号"},
    "en": {"customerName": "Jane Smith", "customerPhone": "+44 20 7946 0958", "address": "1 High Street, London"},
}
CANT = {"zh-hans": "不能", "en": "can't"}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_order_from_the_first_line_to_the_last_refund(chains: Chains, graphql: GraphQLCaller, language: str) -> None:
    desk = Desk(chains, graphql, language)
    mine = ordered_and_paid(desk)
    changed(desk, mine)
    shipment = sent(desk, mine)
    wrong_on_the_way(desk, shipment)
    came = {"shipmentId": shipment["id"], "isComplete": True, "isUndamaged": False, "remark": "A dent"}
    done = desk.done("confirmDelivery", ORDER, **came)["order"]
    assert (done["state"], done["fulfilmentState"]) == ("COMPLETED", "DELIVERED")
    with scope(chains.a.chain, actor_of_role(chains.a, "STORE_MANAGER")):
        assert Entry.objects.filter(kind="DELIVERY_DAMAGED").count() == 1
    refunded(desk, mine)


def ordered_and_paid(desk: Desk) -> dict[str, str]:
    names = [{"language": "en", "text": "Wok"}, {"language": "zh-hans", "text": "炒锅"}]
    product = {"code": "WOK", "names": names, "priceMinor": 500_00, "currency": "CNY"}
    wok = desk.done("defineProduct", "product { name }", "HQ_ADMINISTRATOR", **product)["product"]
    assert wok["name"] == {"en": "Wok", "zh-hans": "炒锅"}[desk.language]
    given = {"storeId": desk.store, "lines": [{"code": "WOK", "quantity": 2}], **CUSTOMER[desk.language]}
    order = desk.done("placeOrder", ORDER, **given)["order"]
    total = {"amountMinor": 1_000_00, "currency": "CNY"}
    assert (order["reference"], order["state"], order["total"]) == ("S1-O00001", "PLACED", total)
    mine = {"orderId": order["id"]}
    paid = desk.done("recordPayment", ORDER, amountMinor=1_000_00, method="WALLET", expectedVersion=1, **mine)
    assert (paid["order"]["paymentState"], paid["order"]["paid"]["amountMinor"]) == ("PAID", 1_000_00)
    return mine


def changed(desk: Desk, mine: dict[str, str]) -> None:
    change = desk.done("requestOrderChange", "change { id }", address="8 New Road", **mine)["change"]
    refused = desk.do("shipLines", ORDER, carrier="SF", trackingNumber="SF-1", parcels=[], **mine)
    assert [error["code"] for error in refused["userErrors"]] == ["CHANGE_PENDING"]
    checked = {"changeId": change["id"], "identityCheck": "CALLED_BACK", "isIdentityProven": True}
    kept = desk.done("confirmOrderChange", "change { state decidedByName }", **checked)["change"]
    assert kept == {"state": "CONFIRMED", "decidedByName": "Service staff"}
    where = desk.done("readOrderDestination", "address", "STORE_MANAGER", **mine)
    assert where["address"] == "8 New Road"


def sent(desk: Desk, mine: dict[str, str]) -> dict[str, Any]:
    listed = desk.graphql(desk.chains.a, QUEUE, {"first": 5, "told": "S1-O00001"}, as_="SERVICE_STAFF")
    (node,) = listed["data"]["orders"]["nodes"]
    parcels = [{"lineId": node["lines"]["nodes"][0]["id"], "quantity": 2}]
    expected = (timezone.now() + timedelta(days=2)).isoformat()
    given = {"carrier": "SF", "trackingNumber": "SF-1", "parcels": parcels, "expectedAt": expected}
    shipment: dict[str, Any] = desk.done("shipLines", "shipment { id reference state }", **given, **mine)["shipment"]
    assert (shipment["reference"], shipment["state"]) == ("S1-S00001", "HANDED_OVER")
    (late,) = desk.do("cancelOrder", ORDER, reason="PERSONAL", **mine)["userErrors"]
    assert late["code"] == "NOT_FOR_THIS_ORDER"
    assert CANT[desk.language] in late["message"]
    return shipment


def wrong_on_the_way(desk: Desk, shipment: dict[str, Any]) -> None:
    event = {"storeId": desk.store, "carrier": "SF", "trackingNumber": "SF-1", "externalId": "e1"}
    for _again in range(2):
        shown = "shipment { state events(first: 5) { totalCount } }"
        moved = desk.done("recordShipmentEvent", shown, state="IN_TRANSIT", **event)
        assert moved["shipment"] == {"state": "IN_TRANSIT", "events": {"totalCount": 1}}
    raised = {"shipmentId": shipment["id"], "kind": "DELAYED", "description": "Snow"}
    wrong = desk.done("raiseShipmentException", "exception { id ownerName settledAt }", **raised)["exception"]
    assert (wrong["ownerName"], wrong["settledAt"]) == ("Service staff", None)
    solved = {"solution": "Another way", "toldBy": "PHONE", "explanation": "Tomorrow"}
    settled = desk.done("settleShipmentException", "exception { settledAt }", exceptionId=wrong["id"], **solved)
    assert settled["exception"]["settledAt"] is not None


def refunded(desk: Desk, mine: dict[str, str]) -> None:
    refund = desk.done("grantRefund", "refund { id state needsSecond }", amountMinor=400_00, reason="A dent", **mine)
    assert (refund["refund"]["state"], refund["refund"]["needsSecond"]) == ("GRANTED", True)
    it = {"refundId": refund["refund"]["id"]}
    early = desk.do("executeRefund", ORDER, method="WALLET", **it)["userErrors"]
    assert [error["code"] for error in early] == ["REFUND_NOT_APPROVED"]
    desk.done("approveRefund", "refund { state decidedByName }", "STORE_MANAGER", **it)
    back = desk.done("executeRefund", ORDER, method="WALLET", **it)["order"]
    assert (back["paymentState"], back["refunded"]["amountMinor"]) == ("PARTLY_REFUNDED", 400_00)
    told = desk.done("reportRefund", "refund { state toldBy expectedOn }", toldBy="PHONE", **it)["refund"]
    assert (told["state"], told["toldBy"]) == ("REPORTED", "PHONE")
    assert told["expectedOn"] >= timezone.now().date().isoformat()


def test_a_cancellation_says_what_follows_and_when(chains: Chains, graphql: GraphQLCaller, as_role: AsRole) -> None:
    desk, staff = Desk(chains, graphql, "zh-hans"), as_role(chains.a, "SERVICE_STAFF")
    sold(chains.a.chain, timezone.now())
    with scope(chains.a.chain, staff):
        mine = {"orderId": global_id("Order", placed(staff, chains.a.store, timezone.now()).id)}
    desk.done("recordPayment", ORDER, amountMinor=120_00, method="CARD", **mine)
    shown = "cancellation { refundDueMinor refundExpectedOn } order { state refunds(first: 1) { nodes { state } } }"
    done = desk.done("cancelOrder", shown, reason="PRODUCT_FAULT", **mine)
    assert (done["cancellation"]["refundDueMinor"], done["order"]["state"]) == (120_00, "CANCELLED")
    assert done["order"]["refunds"]["nodes"] == [{"state": "APPROVED"}]
    assert done["cancellation"]["refundExpectedOn"] is not None
    # Money that comes in all the same is owed back, too.
    late = "order { state availableActions refundDue { amountMinor currency } } payment { amountMinor }"
    owed = desk.done("recordPayment", late, amountMinor=30_00, method="TRANSFER", **mine)
    assert (owed["payment"]["amountMinor"], owed["order"]["state"]) == (30_00, "CANCELLED")
    assert owed["order"]["refundDue"] == {"amountMinor": 150_00, "currency": "CNY"}
    assert owed["order"]["availableActions"] == ["RECORD_PAYMENT"]


def test_nothing_is_offered_for_the_order_of_somebody_erased(
    chains: Chains, graphql: GraphQLCaller, as_role: AsRole
) -> None:
    officer, now = as_role(chains.a, "QUALITY_OFFICER"), timezone.now()
    sold(chains.a.chain, now)
    ask = "query Ended { orders(first: 5, states: [COMPLETED]) { nodes { availableActions } } }"
    with scope(chains.a.chain, officer):
        gone = paid(officer, chains.a.store, now, is_handed_over=True)
        paid(
            officer, chains.a.store, now - timedelta(1), customer=HAN, is_handed_over=True, placed_at=now - timedelta(1)
        )
        erase_customer(actor=officer, customer_id=gone.customer_id, now=now)
    nodes = graphql(chains.a, ask, as_="SERVICE_STAFF")["data"]["orders"]["nodes"]
    assert [each["availableActions"] for each in nodes] == [[], ["GRANT_REFUND", "REPORT_DAMAGE"]]


def test_i04_amounts_that_are_none(chains: Chains, graphql: GraphQLCaller, as_role: AsRole) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    sold(chains.a.chain, timezone.now())
    with scope(chains.a.chain, staff):
        mine = {"orderId": global_id("Order", placed(staff, chains.a.store, timezone.now()).id)}
    desk = Desk(chains, graphql, "en")
    desk.done("recordPayment", ORDER, amountMinor=120_00, method="CARD", **mine)
    document = f"mutation D($input: GrantRefundInput!) {{ grantRefund(input: $input) {{ {ERRORS} }} }}"
    for amount in (-5, 0, 120_01):
        told = desk.do("grantRefund", ORDER, amountMinor=amount, reason="x", **mine)["userErrors"]
        assert [(error["code"], error["field"]) for error in told] == [("INVALID", ["amountMinor"])]
    for amount in (0.001, 1e308, "１２", "1,000", "5", 99999999999999.99, 2**60, True):
        answer = graphql(
            chains.a, document, {"input": {**mine, "amountMinor": amount, "reason": "x"}}, as_="SERVICE_STAFF"
        )
        assert answer["errors"][0]["extensions"]["code"] == "INVALID_VARIABLES", amount


def test_an_import_tells_what_became_of_each_row(chains: Chains, graphql: GraphQLCaller) -> None:
    sold(chains.a.chain, timezone.now())
    row = {
        "externalId": "w-1",
        "customerName": "李雷",
        "customerPhone": "139 0000 0000",
        "lines": [{"code": "BOWL", "quantity": 1, "unitPriceMinor": 18_00}],
        "paidMinor": 18_00,
        "isHandedOver": True,
    }
    wrong = {**row, "externalId": "w-2", "lines": [{"code": "NO", "quantity": 1, "unitPriceMinor": 1}]}
    shown = """orderImport { acceptedCount refusedCount
      rowsSent(first: 10) { nodes { externalId isNew refusal message order { reference state } } } }"""
    given = {"storeId": global_id("Store", chains.a.store), "source": "WEB_SHOP", "rows": [row, wrong]}
    for is_new in (True, False):
        told = Desk(chains, graphql, "zh-hans").done("importOrders", shown, "STORE_MANAGER", **given)["orderImport"]
        assert (told["acceptedCount"], told["refusedCount"]) == (1, 1)
        good, bad = told["rowsSent"]["nodes"]
        assert (good["isNew"], good["order"]) == (is_new, {"reference": "S1-O00001", "state": "COMPLETED"})
        assert (bad["refusal"], bad["order"], "NO" in bad["message"]) == ("PRODUCT_NOT_ON_SALE", None, True)


def test_f03_c02_orders_sent_again_with_the_same_key_come_once_with_the_same_answer(
    chains: Chains, graphql: GraphQLCaller
) -> None:
    sold(chains.a.chain, timezone.now())
    store, li = global_id("Store", chains.a.store), {"customerName": "李雷", "customerPhone": "139 0000 0000"}
    row = {"externalId": "w-1", "lines": [{"code": "BOWL", "quantity": 1, "unitPriceMinor": 18_00}], **li}
    imported = "orderImport { id acceptedCount rowsSent(first: 10) { nodes { isNew order { id } } } }"
    desk = Desk(chains, graphql, "en")
    for deed, shown, given, other in (
        ("placeOrder", ORDER, {"lines": [{"code": "BOWL", "quantity": 1}], **li}, {"phone": "139 0000 0001"}),
        ("importOrders", imported, {"source": "TILL", "rows": [row]}, {"source": "WEB_SHOP"}),
    ):
        sent_with = {"storeId": store, "idempotencyKey": deed, **given}
        first, again = (desk.done(deed, shown, "STORE_MANAGER", **sent_with) for _time in range(2))
        assert again == first
        (error,) = desk.do(deed, shown, "STORE_MANAGER", **{**sent_with, **other})["userErrors"]
        assert (error["code"], error["field"]) == ("IDEMPOTENCY_KEY_REUSED", ["idempotencyKey"])
    with scope(chains.a.chain, actor_of_role(chains.a, "STORE_MANAGER")):
        assert (Order.objects.count(), OrderImport.objects.count()) == (2, 1)
        assert Entry.objects.filter(kind="ORDER_PLACED").count() == 2


def test_the_list_costs_the_same_for_one_order_and_for_ten(
    chains: Chains, as_role: AsRole, graphql: GraphQLCaller
) -> None:
    manager, now, counts = as_role(chains.a, "STORE_MANAGER"), timezone.now(), []
    sold(chains.a.chain, now)
    for more in (range(1), range(1, 10)):
        with scope(chains.a.chain, manager):
            for number in more:
                shipped(manager, placed(manager, chains.a.store, now), now, tracking_number=f"SF-{number}")
        with CaptureQueriesContext(connections["default"]) as asked:
            answer = graphql(chains.a, QUEUE, {"first": 10}, as_="STORE_MANAGER")
        assert "errors" not in answer
        selects = [each["sql"] for each in asked if each["sql"].startswith("SELECT")]
        counts.append(len([sql for sql in selects if "django_session" not in sql]))
    assert answer["data"]["orders"]["totalCount"] == 10
    assert counts[0] == counts[1]
    assert counts[1] <= 20 + _BEFORE_THE_QUERY
