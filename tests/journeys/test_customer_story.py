"""A customer's story by HTTP and GraphQL in English and Chinese: from the first call to being forgotten."""

import csv
import json
from dataclasses import dataclass
from io import StringIO
from typing import Any

import pytest

from api.base.ids import global_id
from tests.factories.chains import FurnishedChain
from tests.journeys.story import Person, eventually, signed_in, working
from tests.live_server import LiveServer

SEARCH = """query Search($store: ID!, $text: String!) { searchCustomers(storeId: $store, text: $text, first: 10) {
  totalCount nodes { id name maskedPhone maskedAddress } } }"""
PREVIEW = """query Preview($kept: ID!, $merged: ID!) { mergePreview(keptId: $kept, mergedId: $merged) {
  likenesses takenOver differing purchases hindrance kept { name } merged { name } } }"""
TIMELINE = """query Timeline($id: ID!) { customerTimeline(customerId: $id, first: 50) { nodes { kind actorName } } }"""
CLASS = "query Class($id: ID!) { node(id: $id) { ... on Customer { customerClass { code planOfCare } } } }"


@dataclass(frozen=True)
class Words:
    """What the people of a story write, in their language."""

    language: str
    name: str
    part: str
    twin: str
    address: str
    plan: str
    proof: str
    same: str


ENGLISH = Words(
    language="en",
    name="Ada Customer",
    part="customer ad",
    twin="Ada C.",
    address="12 Harbour Street",
    plan="A call each month.",
    proof="Signed form 17",
    same="These two records are one customer already.",
)
CHINESE = Words(
    language="zh-hans",
    name="王小明",
    part="小明",
    twin="王晓明",
    address="南京东路123号",
    plan="每月电话回访。",
    proof="签名表单十七号",
    same="这两条记录已属于同一客户。",
)


@dataclass
class Desk:
    """A store, and the people of a chain who serve its customers."""

    words: Words
    store: str
    officer: Person
    manager: Person
    staff: Person
    mentor: Person

    def find(self, who: Person, text: str) -> list[dict[str, Any]]:
        nodes: list[dict[str, Any]] = who.ask(SEARCH, store=self.store, text=text)["searchCustomers"]["nodes"]
        return nodes


def desk_of(server: LiveServer, chain: FurnishedChain, words: Words) -> Desk:
    people = [
        signed_in(server, chain.host, chain.email(who), words.language)
        for who in ("QUALITY_OFFICER", "STORE_MANAGER", "SERVICE_STAFF", "MENTOR")
    ]
    return Desk(words, global_id("Store", chain.store), *people)


def registered_and_found(desk: Desk) -> tuple[str, str]:
    """Two records of one person are written down, each found by whatever is known of it."""
    words, given = desk.words, {"storeId": desk.store, "language": desk.words.language}
    kept = desk.staff.do("registerCustomer", "customer { id }", name=words.name, phone="+86 138-1234-5678", **given)
    other = desk.staff.do(
        "registerCustomer", "customer { id }", name=words.twin, phone="13812345678", address=words.address, **given
    )
    one, two = kept["customer"]["id"], other["customer"]["id"]
    assert one != two
    assert [each["id"] for each in desk.find(desk.staff, words.part)] == [one]
    assert {each["id"] for each in desk.find(desk.staff, "0086 138 1234 5678")} == {one, two}
    assert [each["id"] for each in desk.find(desk.staff, words.address[-6:])] == [two]
    assert desk.find(desk.staff, "%") == []
    assert desk.find(desk.mentor, "13812345678") == []
    (seen,) = desk.find(desk.mentor, words.part)
    assert (seen["name"], seen["maskedPhone"]) == (f"{words.name[0]}•••", "•••5678")
    assert desk.mentor.refused("readCustomerContact", customerId=one)["code"] == "NOT_PERMITTED"
    contact = desk.staff.do("readCustomerContact", "phone name", customerId=one)
    assert (contact["phone"], contact["name"]) == ("+8613812345678", words.name)
    return one, two


def merged_with_preview_and_undo(desk: Desk, one: str, two: str) -> None:
    """The pair is shown, looked at, merged, taken apart and merged again."""
    pairs = desk.manager.ask(
        "query Pairs($store: ID!) { duplicateCustomers(storeId: $store, first: 5) { one { id } other { id } "
        "likenesses } }",
        store=desk.store,
    )["duplicateCustomers"]
    assert pairs == [{"one": {"id": one}, "other": {"id": two}, "likenesses": ["SAME_PHONE"]}]
    preview = desk.manager.ask(PREVIEW, kept=one, merged=two)["mergePreview"]
    assert (preview["takenOver"], preview["differing"]) == (["ADDRESS"], ["NAME", "PHONE"])
    assert (preview["purchases"], preview["hindrance"]) == (0, None)
    both = {"keptId": one, "mergedId": two}
    for _time in range(2):
        kept = desk.manager.do("mergeCustomers", "customer { state maskedAddress }", **both)["customer"]
        assert kept == {"state": "KEPT", "maskedAddress": f"{desk.words.address[:3]}•••"}
        assert [each["id"] for each in desk.find(desk.staff, "13812345678")] == [one]
        assert desk.manager.refused("mergeCustomers", **both)["message"] == desk.words.same
        alone = desk.manager.do("unmergeCustomers", "customer { id state }", customerId=two)["customer"]
        assert alone == {"id": two, "state": "KEPT"}
    desk.manager.do("mergeCustomers", "customer { id }", **both)


def cared_for(desk: Desk, one: str, two: str) -> None:
    """HQ sets the classes; what is bought under either record counts, without anybody doing more."""
    gold = {
        "code": "GOLD",
        "name": "Gold 金",
        "minPurchases": 2,
        "minAmount": {"amountMinor": 8_000, "currency": "CNY"},
        "withinDays": 365,
        "planOfCare": desk.words.plan,
        "contactEveryDays": 30,
    }
    set_ = desk.officer.do("setCustomerClasses", "version", classes=[gold], expectedVersion=0)
    listed = desk.staff.ask("{ customerClasses(first: 5) { nodes { code rank } } }")["customerClasses"]["nodes"]
    assert (set_["version"], listed) == (1, [{"code": "GOLD", "rank": 1}])
    bought = {"product": "Noodles 面", "quantity": 1, "amount": {"amountMinor": 4_000, "currency": "CNY"}}
    for record in (one, two):
        desk.staff.do("recordPurchase", "purchase { amount { amountMinor } }", customerId=record, **bought)
    found = eventually(lambda: desk.staff.ask(CLASS, id=one)["node"]["customerClass"])
    assert found == {"code": "GOLD", "planOfCare": desk.words.plan}
    agreed = {"customerId": one, "purpose": "MARKETING", "proof": desk.words.proof}
    desk.staff.do("recordConsent", "consent { proof }", **agreed)
    assert desk.staff.refused("recordConsent", **agreed)["code"] == "CONSENT_GIVEN"
    desk.staff.do("withdrawConsent", "consent { withdrawnAt }", **agreed)


def known_and_forgotten(desk: Desk, one: str) -> None:
    """Everything that happened is one timeline; all that is held is given away and taken out."""
    events = desk.staff.ask(TIMELINE, id=one)["customerTimeline"]["nodes"]
    kinds = {event["kind"] for event in events}
    assert kinds >= {"CUSTOMER_REGISTERED", "CUSTOMER_READ", "CUSTOMERS_MERGED", "PURCHASE_RECORDED"}
    assert kinds >= {"CUSTOMER_CLASSIFIED", "CONSENT_RECORDED", "CONSENT_WITHDRAWN"}
    held = desk.manager.do("exportCustomerData", "data csv", customerId=one)
    data = json.loads(held["data"])
    assert {row["name"] for row in data["customers"]} == {desk.words.name, desk.words.twin}
    assert len(data["purchases"]) == 2 and data["consents"][0]["proof"] == desk.words.proof
    assert desk.words.address in {line[3] for line in csv.reader(StringIO(held["csv"]))}
    refused = desk.manager.refused("eraseCustomer", customerId=one)
    assert refused["code"] == "NOT_PERMITTED"
    erased = desk.officer.do("eraseCustomer", "customer { state name maskedPhone }", customerId=one)["customer"]
    assert (erased["state"], erased["maskedPhone"]) == ("ERASED", "")
    assert desk.words.name not in erased["name"]
    assert desk.find(desk.staff, desk.words.part) == []
    bought = desk.manager.ask(
        "query Bought($id: ID!) { purchases(customerId: $id, first: 5) { nodes { amount { amountMinor } } } }", id=one
    )["purchases"]["nodes"]
    assert [each["amount"]["amountMinor"] for each in bought] == [4_000, 4_000]


@pytest.mark.parametrize("words", [ENGLISH, CHINESE], ids=lambda words: words.language)
def test_a_customer_is_registered_found_merged_cared_for_and_forgotten(
    words: Words, server: LiveServer, fresh_chain: FurnishedChain
) -> None:
    with working():
        desk = desk_of(server, fresh_chain, words)
        one, two = registered_and_found(desk)
        merged_with_preview_and_undo(desk, one, two)
        cared_for(desk, one, two)
        known_and_forgotten(desk, one)
