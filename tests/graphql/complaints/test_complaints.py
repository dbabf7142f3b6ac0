"""Complaints through the API: what is sent, what comes back, what is refused, and what it costs."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from api.base.ids import global_id
from chains.actor import Actor
from chains.scope import scope
from complaints.actions.filing import accept_complaint
from complaints.models.complaints import Complaint
from journal.models import Entry
from tests.conftest import Chains
from tests.factories.complaints import filed, settled
from tests.factories.standards import in_force
from tests.graphql_caller import GraphQLCaller

AsRole = Callable[..., Actor]
# Signing in, and finding out who calls.
_BEFORE_THE_QUERY = 3
FILE = """mutation File($input: FileComplaintInput!) { fileComplaint(input: $input) {
  complaint { id reference stage version round dueAt isOverdue availableActions receivedAt takenByName ownerName
    owner { name } customer { name maskedPhone maskedEmail language } store { name } }
  standardsApplied { clause effect dueAt } userErrors { code message field } } }"""
ACCEPT = """mutation Accept($input: AcceptComplaintInput!) { acceptComplaint(input: $input) {
  complaint { stage version ownerName } userErrors { code message field } } }"""
QUEUE = """query Queue($first: Int!) { complaints(first: $first) { totalCount nodes {
  reference stage dueAt isOverdue availableActions ownerName owner { name } customer { name } store { code }
  acceptances(first: 3) { nodes { doneByName ownerName } } investigations(first: 3) { nodes { findings doneByName } }
  resolutions(first: 3) { nodes { remedy } } notices(first: 3) { nodes { message channel } }
  outcomes(first: 3) { nodes { isSatisfied reason } } closures(first: 1) { nodes { result } } } } }"""


def told(chains: Chains, **other: Any) -> dict[str, Any]:
    usual = {
        "storeId": global_id("Store", chains.a.store),
        "customerName": "王小明",
        "customerPhone": "138 1234 5678",
        "subject": "The noodles were cold",
        "orderNumber": "W-1",
        "channel": "PHONE",
        "severity": "SERIOUS",
    }
    return {"input": usual | other}


def test_a_complaint_is_filed_and_shows_what_is_due_and_what_can_be_done(
    chains: Chains, graphql: GraphQLCaller
) -> None:
    in_force(chains.a, timezone.now() - timedelta(days=1))
    answer = graphql(chains.a, FILE, told(chains), as_="SERVICE_STAFF")["data"]["fileComplaint"]
    assert answer["userErrors"] == []
    complaint, (applied,) = answer["complaint"], answer["standardsApplied"]
    assert (complaint["reference"], complaint["stage"], complaint["version"]) == ("S1-C00001", "FILED", 1)
    assert complaint["customer"] == {
        "name": "王小明",
        "maskedPhone": "•••5678",
        "maskedEmail": "",
        "language": "en",
    }
    assert (complaint["ownerName"], complaint["owner"]) == ("Service staff", {"name": "Service staff"})
    assert complaint["availableActions"] == [
        "ACCEPT_COMPLAINT",
        "RECORD_CUSTOMER_WORD",
        "ESCALATE_COMPLAINT",
        "HAND_OVER_COMPLAINT",
    ]
    assert (applied["effect"], applied["dueAt"]) == ("STARTED", complaint["dueAt"])
    assert complaint["isOverdue"] is False


def test_an_input_that_is_null_is_one_that_was_not_given(chains: Chains, graphql: GraphQLCaller) -> None:
    nothing = dict.fromkeys(("customerEmail", "customerLanguage", "description", "orderNumber", "ownerId"))
    answer = graphql(chains.a, FILE, told(chains, receivedAt=None, **nothing), as_="SERVICE_STAFF")
    assert answer["data"]["fileComplaint"]["userErrors"] == []


def test_refusals_name_the_input_fields(chains: Chains, graphql: GraphQLCaller) -> None:
    cases: list[tuple[dict[str, Any], str, list[str]]] = [
        ({"customerPhone": "12ab"}, "INVALID", ["customerPhone"]),
        ({"customerPhone": ""}, "CONTACT_NEEDED", ["customerPhone"]),
        ({"subject": "a\u0000b"}, "INVALID", ["subject"]),
        ({"orderNumber": "9" * 41}, "TOO_LONG", ["orderNumber"]),
        ({"storeId": global_id("Complaint", chains.a.store)}, "BAD_ID", ["storeId"]),
        ({"storeId": global_id("Store", chains.b.store)}, "NOT_FOUND", []),
        ({"storeId": global_id("Store", chains.a.other_store)}, "NOT_FOUND", []),
        ({"ownerId": global_id("Member", chains.a.people["SERVICE_STAFF_2"])}, "NOT_FOUND", []),
        ({"receivedAt": "2999-01-01T00:00:00Z"}, "INVALID", ["receivedAt"]),
    ]
    for wrong, code, field in cases:
        answer = graphql(chains.a, FILE, told(chains, **wrong), as_="SERVICE_STAFF")["data"]["fileComplaint"]
        (error,) = answer["userErrors"]
        assert (error["code"], error["field"], answer["complaint"]) == (code, field, None)
    trainer = graphql(chains.a, FILE, told(chains), as_="HQ_TRAINER")["data"]["fileComplaint"]
    assert [error["code"] for error in trainer["userErrors"]] == ["NOT_PERMITTED"]


def test_a_stale_deed_shows_the_complaint_as_it_is(chains: Chains, as_role: AsRole, graphql: GraphQLCaller) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        key = filed(manager, chains.a.store, timezone.now()).complaint.id
        accept_complaint(actor=manager, complaint_id=key, now=timezone.now())
    given = {"input": {"complaintId": global_id("Complaint", key), "expectedVersion": 1}}
    answer = graphql(chains.a, ACCEPT, given, as_="SERVICE_STAFF")["data"]["acceptComplaint"]
    assert [(error["code"], error["field"]) for error in answer["userErrors"]] == [("STALE", ["expectedVersion"])]
    assert answer["complaint"] == {"stage": "ACCEPTED", "version": 2, "ownerName": "Store manager"}


def test_the_same_filing_sent_twice_is_one_complaint(chains: Chains, as_role: AsRole, graphql: GraphQLCaller) -> None:
    sent = told(chains, idempotencyKey="from-the-till-1")
    first = graphql(chains.a, FILE, sent, as_="SERVICE_STAFF")
    again = graphql(chains.a, FILE, sent, as_="SERVICE_STAFF")
    assert first["data"] == again["data"]
    with scope(chains.a.chain, as_role(chains.a, "STORE_MANAGER")):
        assert Complaint.objects.count() == 1


def test_an_owner_whom_one_cannot_look_up_is_told_by_name(
    chains: Chains, as_role: AsRole, graphql: GraphQLCaller
) -> None:
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        filed(officer, chains.a.store, timezone.now())
    (node,) = graphql(chains.a, QUEUE, {"first": 5}, as_="SERVICE_STAFF")["data"]["complaints"]["nodes"]
    assert (node["owner"], node["ownerName"]) == (None, "Quality officer")


def test_the_queue_costs_the_same_for_one_complaint_and_for_twenty(
    chains: Chains, as_role: AsRole, graphql: GraphQLCaller
) -> None:
    manager, now = as_role(chains.a, "STORE_MANAGER"), timezone.now()
    in_force(chains.a, now - timedelta(days=1))
    counts = []
    for more in (1, 19):
        with scope(chains.a.chain, manager):
            for _one in range(more):
                settled(manager, chains.a.store, now)
        with CaptureQueriesContext(connections["default"]) as asked:
            answer = graphql(chains.a, QUEUE, {"first": 50}, as_="STORE_MANAGER")
        assert "errors" not in answer
        selects = [each["sql"] for each in asked if each["sql"].startswith("SELECT")]
        counts.append(len([sql for sql in selects if "django_session" not in sql]))
    assert answer["data"]["complaints"]["totalCount"] == 20
    assert counts[0] == counts[1]
    assert counts[1] <= 20 + _BEFORE_THE_QUERY


def test_each_sees_only_what_is_theirs(chains: Chains, as_role: AsRole, graphql: GraphQLCaller) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        filed(staff, chains.a.store, timezone.now())
    for chain, role, count in (
        (chains.a, "SERVICE_STAFF", 1),
        (chains.a, "AREA_SUPERVISOR", 1),
        (chains.a, "QUALITY_OFFICER", 1),
        (chains.a, "SERVICE_STAFF_2", 0),
        (chains.b, "HQ_ADMINISTRATOR", 0),
    ):
        assert graphql(chain, QUEUE, {"first": 5}, as_=role)["data"]["complaints"]["totalCount"] == count
    refused = graphql(chains.a, QUEUE, {"first": 5}, as_="HQ_TRAINER")
    assert refused["errors"][0]["extensions"]["code"] == "NOT_PERMITTED"


def test_a_customers_contact_is_shown_by_a_deed_that_is_recorded(
    chains: Chains, as_role: AsRole, graphql: GraphQLCaller
) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        customer = filed(staff, chains.a.store, timezone.now()).complaint.customer
    document = """mutation Read($input: ReadCustomerContactInput!) { readCustomerContact(input: $input) {
        phone email customer { name } userErrors { code } } }"""
    given = {"input": {"customerId": global_id("Customer", customer.id)}}
    answer = graphql(chains.a, document, given, as_="SERVICE_STAFF")["data"]["readCustomerContact"]
    assert (answer["phone"], answer["email"], answer["userErrors"]) == ("13812345678", "", [])
    other = graphql(chains.a, document, given, as_="SERVICE_STAFF_2")["data"]["readCustomerContact"]
    assert [error["code"] for error in other["userErrors"]] == ["NOT_FOUND"]
    with scope(chains.a.chain, staff):
        assert Entry.objects.filter(kind="CUSTOMER_READ", subject_id=customer.id).count() == 1


def test_what_is_overdue_says_so(chains: Chains, as_role: AsRole, graphql: GraphQLCaller) -> None:
    long_ago = datetime(2026, 5, 4, 2, tzinfo=UTC)
    in_force(chains.a, long_ago)
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        filed(staff, chains.a.store, long_ago)
    (node,) = graphql(chains.a, QUEUE, {"first": 5}, as_="SERVICE_STAFF")["data"]["complaints"]["nodes"]
    assert (node["isOverdue"], node["dueAt"]) == (True, "2026-05-04T16:00:00Z")
