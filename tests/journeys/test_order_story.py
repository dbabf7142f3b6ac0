"""The story of an order through HTTP, in English and Chinese: from the web shop to the money that goes back."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from api.base.ids import global_id
from tests.conftest import Chains
from tests.factories.orders import sold
from tests.graphql_caller import GraphQLCaller

ORDER = """order { id reference state paymentState fulfilmentState version availableActions maskedAddress
    refunded { amountMinor } lines(first: 5) { nodes { id quantity shippedQuantity } } }"""
IMPORT = "orderImport { rowsSent(first: 5) { nodes { isNew refusal message order { id reference } } } }"
FOUND = "query($t: String!) { orders(first: 5, particulars: $t) { nodes { id reference customer { name } } } }"


@dataclass(frozen=True)
class Words:
    """Who the story is about, and what is said in it, in one language."""

    language: str
    customer: str
    address: str
    no_product: str
    pending: str
    not_proven: str
    too_early: str
    not_oneself: str
    too_late: str
    too_much: str


ENGLISH = Words(
    language="en",
    customer="Jane Smith",
    address="8 New Road, London",
    no_product="There is no product on sale with the code LAMP.",
    pending="A change of this order has been requested. Confirm or decline it first.",
    not_proven="The change can be confirmed only when it was checked, and proven, that this is the customer.",
    too_early="This refund is above the limit of whoever granted it. A second person has to approve it first.",
    not_oneself="Somebody else has to approve this: you granted it yourself.",
    too_late="This can't be done with an order that is completed, paid, delivered. Possible now: ",
    too_much="This value can't be taken: an amount above 0 and at most CNY 5,000.00",
)
CHINESE = Words(
    language="zh-hans",
    customer="王小明",
    address="上海市新路八号",
    no_product="没有编码为 LAMP 的在售商品。",
    pending="该订单有待处理的变更申请，请先确认或拒绝。",
    not_proven="只有核实并证明对方就是客户本人，才能确认变更。",
    too_early="这笔退款超出同意人的限额，须先由第二人批准。",
    not_oneself="须由他人批准：这笔退款是您自己同意的。",
    too_late="订单状态为已完成、已付款、已送达，不能这样操作。目前可以：",
    too_much="大于 0 且不超过 CNY 5,000.00 的金额",
)


class Desk:
    """The people and the machines around one store, who speak one language."""

    def __init__(self, chains: Chains, graphql: GraphQLCaller, words: Words) -> None:
        self.chain, self.graphql, self.words = chains.a, graphql, words
        self.store = global_id("Store", chains.a.store)

    def send(self, deed: str, wanted: str, who: str, given: dict[str, Any]) -> Any:
        caller = {"as_": who} if who.isupper() else {"token": who}
        return self.graphql.attempt(self.chain, deed, wanted, given, language=self.words.language, **caller)

    def do(self, deed: str, wanted: str = ORDER, who: str = "SERVICE_STAFF", **given: Any) -> Any:
        payload = self.send(deed, wanted, who, given)
        assert payload["userErrors"] == [], (deed, payload)
        return payload

    def refused(self, deed: str, who: str = "SERVICE_STAFF", **given: Any) -> str:
        (error,) = self.send(deed, "__typename", who, given)["userErrors"]
        message: str = error["message"]
        return message

    def machine(self, name: str) -> str:
        """Return the key of a machine that sends in orders, or what a carrier tells, for this store alone."""
        expires = (timezone.now() + timedelta(days=1)).isoformat()
        given = {"kind": "SERVICE", "name": name, "storeIds": [self.store], "expiresAt": expires}
        scopes = ["ORDERS_READ", "ORDERS_WRITE", "CUSTOMERS_WRITE"]
        secret: str = self.do("createAccessToken", "secret", "HQ_ADMINISTRATOR", scopes=scopes, **given)["secret"]
        return secret


@pytest.mark.parametrize("words", [ENGLISH, CHINESE], ids=["English", "Chinese"])
def test_an_order_from_the_web_shop_to_the_money_that_goes_back(
    chains: Chains, graphql: GraphQLCaller, words: Words
) -> None:
    sold(chains.a.chain, timezone.now())
    desk = Desk(chains, graphql, words)
    order = it_comes_from_the_shop(desk)
    it_goes_elsewhere(desk, order)
    it_is_on_its_way(desk, order)
    money_goes_back(desk, order)


def it_comes_from_the_shop(desk: Desk) -> str:
    """The shop sends it, twice, with a row that can't be taken; staff find it by what the customer tells."""
    words, shop = desk.words, desk.machine("Web shop")
    line = {"code": "NOODLES", "quantity": 100, "unitPriceMinor": 50_00}
    who = {"customerName": words.customer, "customerPhone": "+86 138 1234 5678", "customerLanguage": words.language}
    good = {"externalId": "w-1", "lines": [line], "paidMinor": 5_000_00, "paymentMethod": "WALLET", **who}
    bad = {"externalId": "w-2", "lines": [{**line, "code": "LAMP"}], **who}
    for is_new in (True, False):
        sent = desk.do("importOrders", IMPORT, shop, storeId=desk.store, source="WEB_SHOP", rows=[good, bad])
        first, second = sent["orderImport"]["rowsSent"]["nodes"]
        assert (first["isNew"], first["order"]["reference"]) == (is_new, "S1-O00001")
        assert (second["refusal"], second["message"]) == ("PRODUCT_NOT_ON_SALE", words.no_product)
    for told in ("138-1234-5678", "+8613812345678", words.customer, "s1-o00001", "w-1"):
        asked = desk.graphql(desk.chain, FOUND, {"t": told}, as_="SERVICE_STAFF")
        assert [node["id"] for node in asked["data"]["orders"]["nodes"]] == [first["order"]["id"]], told
    order: str = first["order"]["id"]
    return order


def it_goes_elsewhere(desk: Desk, order: str) -> None:
    """The customer calls: it is to go elsewhere. Nothing leaves until it is proven that they are who they say."""
    words = desk.words
    change = desk.do("requestOrderChange", "change { id state }", orderId=order, address=words.address)["change"]
    parcels: list[Any] = []
    sent = {"orderId": order, "carrier": "SF", "trackingNumber": "SF-1", "parcels": parcels}
    assert desk.refused("shipLines", **sent) == words.pending
    checked = {"changeId": change["id"], "identityCheck": "CALLED_BACK"}
    assert desk.refused("confirmOrderChange", isIdentityProven=False, **checked) == words.not_proven
    shown = "change { state maskedAddressAfter decidedByName } order { maskedAddress }"
    done = desk.do("confirmOrderChange", shown, isIdentityProven=True, **checked)
    assert (done["change"]["state"], done["order"]["maskedAddress"]) == ("CONFIRMED", f"{words.address[:3]}•••")
    assert desk.do("readOrderDestination", "address", orderId=order)["address"] == words.address


def it_is_on_its_way(desk: Desk, order: str) -> None:
    """It leaves in one parcel; the carrier's machine tells, late and twice, where it is; it comes whole."""
    words, carrier = desk.words, desk.machine("Carrier")
    asked = desk.graphql(desk.chain, f"query($id: ID!) {{ node(id: $id) {{ ... on Order {{ {ORDER[8:-1]} }} }} }}",
                         {"id": order}, as_="SERVICE_STAFF")  # fmt: skip
    (line,) = asked["data"]["node"]["lines"]["nodes"]
    sent = {"carrier": "SF", "trackingNumber": "SF-1", "parcels": [{"lineId": line["id"], "quantity": 100}]}
    shipment = desk.do("shipLines", "shipment { id reference }", orderId=order, **sent)["shipment"]
    assert shipment["reference"] == "S1-S00001"
    where = {"storeId": desk.store, "carrier": "SF", "trackingNumber": "SF-1"}
    shown = "shipment { state events(first: 9) { totalCount } }"
    now = timezone.now()
    for state, minutes in (("DELIVERED", 1), ("IN_TRANSIT", 9), ("DELIVERED", 1)):
        event = {"externalId": state, "state": state, "occurredAt": (now - timedelta(minutes=minutes)).isoformat()}
        moved = desk.do("recordShipmentEvent", shown, carrier, **event, **where)
        assert moved["shipment"]["state"] == "DELIVERED"
    assert moved["shipment"]["events"]["totalCount"] == 2
    came = desk.do("confirmDelivery", shipmentId=shipment["id"], isComplete=True, isUndamaged=True)["order"]
    assert (came["state"], came["paymentState"], came["fulfilmentState"]) == ("COMPLETED", "PAID", "DELIVERED")
    assert desk.refused("cancelOrder", orderId=order, reason="PERSONAL").startswith(words.too_late)


def money_goes_back(desk: Desk, order: str) -> None:
    """Never more than was paid, and above one's limit only when a second person says so; the customer is told."""
    words = desk.words
    assert words.too_much in desk.refused("grantRefund", orderId=order, amountMinor=5_000_01, reason="Cold")
    shown, cold = "refund { id state needsSecond }", {"orderId": order, "reason": "Cold"}
    granted = desk.do("grantRefund", shown, amountMinor=400_00, **cold)
    assert (granted["refund"]["state"], granted["refund"]["needsSecond"]) == ("GRANTED", True)
    refund = {"refundId": granted["refund"]["id"]}
    assert desk.refused("executeRefund", method="WALLET", **refund) == words.too_early
    again = desk.do("declineRefund", "refund { state }", "STORE_MANAGER", **refund)["refund"]
    assert again == {"state": "DECLINED"}
    own = desk.do("grantRefund", shown, "SERVICE_SUPERVISOR", amountMinor=5_000_00, **cold)["refund"]
    refund = {"refundId": own["id"]}
    assert desk.refused("approveRefund", "SERVICE_SUPERVISOR", **refund) == words.not_oneself
    desk.do("approveRefund", "refund { state }", "STORE_MANAGER", **refund)
    paid_back = desk.do("executeRefund", method="WALLET", **refund)["order"]
    assert (paid_back["paymentState"], paid_back["refunded"]["amountMinor"]) == ("REFUNDED", 5_000_00)
    told = desk.do("reportRefund", "refund { state expectedOn }", toldBy="PHONE", **refund)["refund"]
    assert told["state"] == "REPORTED" and told["expectedOn"] > timezone.now().date().isoformat()
