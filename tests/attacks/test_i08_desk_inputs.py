"""I01, I03, I05, I07, I08, I09 at a store's desk: odd texts, numbers, phones and searches are text, or refused."""

import csv
from io import StringIO
from typing import Any

import pytest
from django.utils import timezone

from api.base.ids import global_id
from chains.actor import system_actor
from chains.scope import scope
from customers.models import Customer
from inquiries.models.messages import Message
from tests.conftest import Chains
from tests.factories.orders import sold
from tests.graphql_caller import GraphQLCaller

# Kept to the letter: nothing of it means anything to us.
PLAIN = (
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "javascript:alert(1)",
    "{{7*7}} ${7*7} #{7*7} {% raw %} %(name)s %s %d",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1",
    "@SUM(A1)",
    "' OR 1=1--",
    '"; DROP TABLE x; --',
    "100% _ \\ \\\\ \\n",
    "👩‍👩‍👧‍👦🍜 𠮷野家 e\u0301",
    "مرحبا שלום",
    "\u200b=1+1",
)
REFUSED = ("a\x00b", "a\x1b[31mb", "a\u202eb", "a\u2066b", "\u200b\u200b", "\u00a0")
PHONES = {
    "+86 138-1234-5678": "+8613812345678",
    "0086(138)1234.5678": "+8613812345678",
    "１３８１２３４５６７８": "13812345678",
    "  138 1234 5678  ": "13812345678",
    "(021) 6888/1234": "02168881234",
}
NO_PHONES = ("138-1234-5678 ext. 9", "+", "1234", "12345678901234567", "138o1234567", "١٣٨١٢٣٤٥٦٧٨", "tel:13812345678")
SEARCH = "query($s: ID!, $t: String!) { searchCustomers(storeId: $s, text: $t, first: 99) { nodes { name } } }"
ERRORS = "userErrors { code field }"


class Desk:
    """A manager's calls, in short."""

    def __init__(self, chains: Chains, graphql: GraphQLCaller) -> None:
        self.chain, self.graphql, self.store = chains.a, graphql, global_id("Store", chains.a.store)

    def do(self, deed: str, wanted: str, who: str = "STORE_MANAGER", **given: Any) -> dict[str, Any]:
        name = f"{deed[0].upper()}{deed[1:]}Input"
        document = f"mutation D($input: {name}!) {{ {deed}(input: $input) {{ {wanted} {ERRORS} }} }}"
        answer = self.graphql(self.chain, document, {"input": given}, as_=who)
        assert "errors" not in answer, answer
        told: dict[str, Any] = answer["data"][deed]
        return told

    def found(self, text: str, who: str = "STORE_MANAGER") -> list[str]:
        document = (
            "query($s: ID!, $t: String!) { searchCustomers(storeId: $s, text: $t, first: 99) { nodes { name } } }"
        )
        answer = self.graphql(self.chain, document, {"s": self.store, "t": text}, as_=who)
        return [node["name"] for node in answer["data"]["searchCustomers"]["nodes"]]


@pytest.fixture
def desk(chains: Chains, graphql: GraphQLCaller, settings: Any) -> Desk:
    settings.GATE_CALLER_RATE = settings.GATE_CHAIN_RATE = (10**9, 10**6)
    sold(chains.a.chain, timezone.now())
    return Desk(chains, graphql)


def test_i07_i08_i09_texts_are_kept_to_the_letter_found_literally_and_exported_as_cells(desk: Desk) -> None:
    for number, text in enumerate(PLAIN):
        given = {"storeId": desk.store, "name": text, "phone": f"1390000{number:04d}", "note": text, "address": text}
        told = desk.do("registerCustomer", "customer { id name }", **given)
        assert (told["userErrors"], told["customer"]["name"]) == ([], text)
        asked = {"storeId": desk.store, "customerId": told["customer"]["id"], "channel": "EMAIL"}
        opened = desk.do("openInquiry", "inquiry { subject }", subject=text, text=f"{text}\n{text}", **asked)
        assert opened["inquiry"] == {"subject": text}
        csv_of = desk.do("exportCustomerData", "csv", customerId=told["customer"]["id"])["csv"]
        cells = [row[3] for row in csv.reader(StringIO(csv_of))]
        assert text in [cell.removeprefix("'") for cell in cells]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))], cells
    with scope(desk.chain.chain, system_actor()):
        assert Message.objects.count() == len(PLAIN)
    for text in PLAIN:
        assert text in desk.found(text), text
    for sign, holders in (("%", 2), ("_", 1), ("\\", 1), ("%%", 0), ("__", 0), ("7*7", 1), (".*", 0), ("^", 0)):
        assert len(desk.found(sign)) == holders, sign
    for nothing in ("", "   ", "\u3000", "---", "()", "\n"):
        assert desk.found(nothing) == [] or nothing == "---", nothing


def test_i01_control_and_turning_signs_are_refused_at_their_field(desk: Desk) -> None:
    for text in REFUSED:
        refused = desk.do("registerCustomer", "customer { id }", storeId=desk.store, name=text, phone="13900000000")
        assert refused["userErrors"] == [{"code": "INVALID", "field": ["name"]}], repr(text)
    with scope(desk.chain.chain, system_actor()):
        assert not Customer.objects.exists()


def test_i01_half_of_a_sign_is_no_text(desk: Desk) -> None:
    body = (
        b'{"query": "mutation($s: ID!) { registerCustomer(input: { storeId: $s, name: \\"\\ud800\\", '
        b'phone: \\"13900000000\\" }) { userErrors { code } } }", "variables": {"s": "%s"}}' % desk.store.encode()
    )
    client = desk.graphql.signed_in(desk.chain, "STORE_MANAGER")
    headers = {"Host": desk.chain.host, "X-CSRFToken": "t" * 32, "Origin": f"https://{desk.chain.host}"}
    for sent in (body, body.replace(b"\\ud800", b"\xed\xa0\x80"), body.replace(b"\\ud800", b"\xff")):
        answer = client.post("/graphql/", data=sent, content_type="application/json", headers=headers, secure=True)
        assert answer.status_code == 400, answer.content
    with scope(desk.chain.chain, system_actor()):
        assert not Customer.objects.exists()


def test_phones_of_any_writing_are_one_number_and_what_is_none_is_refused(desk: Desk) -> None:
    for number, (typed, kept) in enumerate(PHONES.items()):
        told = desk.do("registerCustomer", "customer { id }", storeId=desk.store, name=f"Li {number}", phone=typed)
        assert told["userErrors"] == [], typed
        contact = desk.do("readCustomerContact", "phone", "SERVICE_STAFF", customerId=told["customer"]["id"])
        assert contact["phone"] == kept
        assert f"Li {number}" in desk.found(typed)
    for typed in NO_PHONES:
        told = desk.do("registerCustomer", "customer { id }", storeId=desk.store, name="Li", phone=typed)
        assert told["userErrors"] == [{"code": "INVALID", "field": ["phone"]}], typed


def test_i04_i05_odd_numbers_of_goods_and_money_place_no_order(desk: Desk) -> None:
    who = {"storeId": desk.store, "customerName": "Li", "customerPhone": "13900000000"}
    for quantity in (0, -1, 100_001, 2**31 - 1):
        told = desk.do("placeOrder", "order { id }", lines=[{"code": "NOODLES", "quantity": quantity}], **who)
        assert [each["code"] for each in told["userErrors"]] == ["INVALID"], quantity
    many = [{"code": "NOODLES", "quantity": 1}] * 51
    for lines in ([], many):
        told = desk.do("placeOrder", "order { id }", lines=lines, **who)
        assert told["userErrors"] == [{"code": "INVALID", "field": ["lines"]}]
    for code in ("noodles", "NOODLES'", "NOODLES\u200b", "%"):
        told = desk.do("placeOrder", "order { id }", lines=[{"code": code, "quantity": 1}], **who)
        assert [each["code"] for each in told["userErrors"]] == ["PRODUCT_NOT_ON_SALE"], code
    with scope(desk.chain.chain, system_actor()):
        # Who was written down for an order that was not placed was not written down.
        assert not Customer.objects.exists()
