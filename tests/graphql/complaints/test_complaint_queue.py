"""The desk's queue of complaints through the API, and the deeds beside the way, in the caller's language."""

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
from complaints.actions.filing import Links, accept_complaint
from tests.conftest import Chains
from tests.factories.complaints import filed, told
from tests.factories.inquiries import opened
from tests.factories.orders import placed, sold
from tests.graphql_caller import GraphQLCaller

AsRole = Callable[..., Actor]
# Signing in, and finding out who calls.
_BEFORE_THE_QUERY = 3
QUEUE = """query Queue($store: ID!, $first: Int!, $after: String) {
  complaintQueue(storeId: $store, first: $first, after: $after) { pageInfo { endCursor hasNextPage } nodes {
    reference subject stage level dueAt isOverdue availableActions isTold pauseReason openReferrals
    customer { name maskedPhone } order { reference state } owner { name } ownerName
    lastEvents(first: 3) { nodes { kind at actorName } } } } }"""
DEED = """mutation Deed($input: %(input)s!) { %(deed)s(input: $input) {
  complaint { id stage level version openReferrals %(fields)s } userErrors { code message field } } }"""


def deed(name: str, fields: str = "") -> str:
    return DEED % {"input": f"{name[0].upper()}{name[1:]}Input", "deed": name, "fields": fields}


def test_the_queue_tells_what_is_due_first_with_ten_statements_for_any_number(
    chains: Chains, as_role: AsRole, graphql: GraphQLCaller
) -> None:
    manager, now = as_role(chains.a, "STORE_MANAGER"), timezone.now()
    sold(chains.a.chain, now)
    asked: dict[str, Any] = {"store": global_id("Store", chains.a.store), "first": 50}
    counts = []
    for more in (1, 9):
        with scope(chains.a.chain, manager):
            for nth in range(more):
                links = Links(order_id=placed(manager, chains.a.store, now - timedelta(hours=nth)).id)
                done = filed(manager, chains.a.store, now - timedelta(hours=nth), links=links)
                accept_complaint(actor=manager, complaint_id=done.complaint.id, now=now)
        with CaptureQueriesContext(connections["default"]) as captured:
            answer = graphql(chains.a, QUEUE, asked, as_="STORE_MANAGER")
        assert "errors" not in answer
        selects = [each["sql"] for each in captured if each["sql"].startswith("SELECT")]
        counts.append(len([sql for sql in selects if "django_session" not in sql]))
    assert counts[0] == counts[1] <= 10 + _BEFORE_THE_QUERY
    nodes = answer["data"]["complaintQueue"]["nodes"]
    assert [node["dueAt"] for node in nodes] == sorted(node["dueAt"] for node in nodes)
    assert len(nodes) == 10
    assert {node["order"]["state"] for node in nodes} == {"PLACED"}
    events = [event["kind"] for event in nodes[0]["lastEvents"]["nodes"]]
    assert events[:2] == ["COMPLAINT_ACCEPTED", "COMPLAINT_FILED"]


def test_the_queue_goes_on_behind_its_cursor_and_ends_with_what_is_due(
    chains: Chains, as_role: AsRole, graphql: GraphQLCaller
) -> None:
    manager, now = as_role(chains.a, "STORE_MANAGER"), timezone.now()
    with scope(chains.a.chain, manager):
        for hours in range(3):
            filed(manager, chains.a.store, now - timedelta(hours=hours))
    asked: dict[str, Any] = {"store": global_id("Store", chains.a.store), "first": 2}
    first = graphql(chains.a, QUEUE, asked, as_="SERVICE_STAFF")["data"]["complaintQueue"]
    asked["after"] = first["pageInfo"]["endCursor"]
    second = graphql(chains.a, QUEUE, asked, as_="SERVICE_STAFF")["data"]["complaintQueue"]
    references = [node["reference"] for node in [*first["nodes"], *second["nodes"]]]
    assert sorted(references) == ["S1-C00001", "S1-C00002", "S1-C00003"]
    assert (first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (True, False)
    refused = graphql(chains.a, QUEUE, asked, as_="SERVICE_STAFF_2")
    assert refused["errors"][0]["extensions"]["code"] == "NOT_FOUND"


@pytest.mark.parametrize(
    ("language", "way_out"),
    [("en", "Escalate the complaint"), ("zh-hans", "请将投诉升级"), ("zh-hant", "請將投訴升級")],
)
def test_above_the_limit_the_refusal_names_the_way_out(
    chains: Chains, as_role: AsRole, graphql: GraphQLCaller, language: str, way_out: str
) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        key = told(manager, chains.a.store, timezone.now()).id
    amount = {"amountMinor": 200_01, "currency": "CNY"}
    given = {
        "complaintId": global_id("Complaint", key),
        "remedy": "Money.",
        "remedies": [{"kind": "COMPENSATION", "amount": amount}],
    }
    answer = graphql(chains.a, deed("planResolution"), {"input": given}, as_="SERVICE_SUPERVISOR", language=language)[
        "data"
    ]["planResolution"]
    (error,) = answer["userErrors"]
    assert (error["code"], error["field"]) == ("REMEDY_ABOVE_LIMIT", ["remedies"])
    assert way_out in error["message"]
    done = graphql(
        chains.a,
        deed("planResolution", "remedies(first: 2) { nodes { standing kind amount { amountMinor currency } } }"),
        {"input": given},
        as_="STORE_MANAGER",
    )["data"]["planResolution"]
    (remedy,) = done["complaint"]["remedies"]["nodes"]
    assert remedy == {"standing": "PLANNED", "kind": "COMPENSATION", "amount": amount}


def test_a_referral_is_open_until_it_is_answered(chains: Chains, as_role: AsRole, graphql: GraphQLCaller) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        key = filed(staff, chains.a.store, timezone.now()).complaint.id
        accept_complaint(actor=staff, complaint_id=key, now=timezone.now())
    given: dict[str, Any] = {"complaintId": global_id("Complaint", key), "question": "Was it on?"}
    refer = "mutation R($input: ReferComplaintInput!) { referComplaint(input: $input) { referral { id isOpen } } }"
    asked = graphql(chains.a, refer, {"input": {**given, "department": "Kitchen"}}, as_="SERVICE_STAFF")
    referral = asked["data"]["referComplaint"]["referral"]
    assert referral["isOpen"] is True
    still_open = "{ openReferrals(first: 5) { nodes { id department question complaint { reference } } } }"
    (node,) = graphql(chains.a, still_open, {}, as_="STORE_MANAGER")["data"]["openReferrals"]["nodes"]
    assert (node["id"], node["complaint"]["reference"]) == (referral["id"], "S1-C00001")
    fields = "referrals(first: 5) { nodes { isOpen answer answeredByName } }"
    reply = {"referralId": referral["id"], "answer": "It was off."}
    done = graphql(chains.a, deed("answerReferral", fields), {"input": reply}, as_="SERVICE_STAFF")
    complaint = done["data"]["answerReferral"]["complaint"]
    assert complaint["openReferrals"] == 0
    told_so = {"isOpen": False, "answer": "It was off.", "answeredByName": "Service staff"}
    assert complaint["referrals"]["nodes"] == [told_so]


def test_a_known_customer_complains_about_an_order_and_an_inquiry(
    chains: Chains, as_role: AsRole, graphql: GraphQLCaller
) -> None:
    staff, now = as_role(chains.a, "SERVICE_STAFF"), timezone.now()
    sold(chains.a.chain, now)
    with scope(chains.a.chain, staff):
        order, inquiry = placed(staff, chains.a.store, now), opened(staff, chains.a.store, now).inquiry
    given = {
        "storeId": global_id("Store", chains.a.store),
        "customerId": global_id("Customer", order.customer_id),
        "orderId": global_id("Order", order.id),
        "inquiryId": global_id("Inquiry", inquiry.id),
        "subject": "Cold",
        "channel": "PHONE",
        "severity": "SERIOUS",
        "remedies": [{"kind": "APOLOGY", "note": "In writing."}],
    }
    fields = "order { reference } inquiry { reference } customer { id } orderNumber clause { number }"
    answer = graphql(chains.a, deed("fileComplaint", fields), {"input": given}, as_="SERVICE_STAFF")
    complaint = answer["data"]["fileComplaint"]["complaint"]
    assert (complaint["order"], complaint["inquiry"]) == ({"reference": "S1-O00001"}, {"reference": "S1-Q00001"})
    assert (complaint["customer"]["id"], complaint["orderNumber"]) == (given["customerId"], "S1-O00001")
    nobody = {key: value for key, value in given.items() if key != "customerId"}
    refused = graphql(chains.a, deed("fileComplaint"), {"input": nobody}, as_="SERVICE_STAFF")["data"]["fileComplaint"]
    assert refused["userErrors"][0]["field"] == ["customerName"]


def test_hq_says_how_long_complaints_stay_at_a_level(chains: Chains, graphql: GraphQLCaller) -> None:
    set_times = """mutation S($input: SetEscalationTimesInput!) { setEscalationTimes(input: $input) {
        escalationTimes { level severity seconds isDefault } userErrors { code field } } }"""
    times = [{"level": "STORE_STAFF", "severity": "GRAVE", "seconds": 3600}]
    answer = graphql(chains.a, set_times, {"input": {"times": times}}, as_="QUALITY_OFFICER")["data"]
    shown = {(each["level"], each["severity"]): each for each in answer["setEscalationTimes"]["escalationTimes"]}
    assert len(shown) == 15
    assert shown["STORE_STAFF", "GRAVE"] == {**times[0], "isDefault": False}
    asked = graphql(chains.a, "{ escalationTimes { seconds isDefault } }", {}, as_="SERVICE_STAFF")["data"]
    assert sum(not each["isDefault"] for each in asked["escalationTimes"]) == 1
    refused = graphql(chains.a, set_times, {"input": {"times": times}}, as_="STORE_MANAGER")["data"]
    assert refused["setEscalationTimes"]["userErrors"][0]["code"] == "NOT_PERMITTED"
