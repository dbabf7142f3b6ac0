"""Inquiries through the API: what is refused, at which field, and what a list costs."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from api.base.ids import global_id
from chains.actor import Actor
from chains.scope import scope
from customers.actions.erasing import erase_customer
from customers.rules.particulars import Particulars
from inquiries.actions.answering import Outgoing, advise_customer, promise_reply
from inquiries.models.inquiries import Inquiry
from inquiries.rules.advising import AdvisedProduct
from tests.conftest import Chains
from tests.factories.inquiries import answered, closed, opened
from tests.graphql_caller import GraphQLCaller

AsRole = Callable[..., Actor]
OPEN = """mutation Open($input: OpenInquiryInput!) { openInquiry(input: $input) {
  inquiry { reference state owner { name } clocks(first: 3) { nodes { kind dueAt } } } userErrors { code field } } }"""
REPLY = """mutation Reply($input: ReplyToInquiryInput!) { replyToInquiry(input: $input) {
  inquiry { state version } userErrors { code field } } }"""
LIST = """query List($first: Int!) { inquiries(first: $first, states: [ANSWERED]) { totalCount nodes {
  reference state dueAt isOverdue availableActions openPromises ownerName owner { name } customer { name }
  store { code } repeats { reference } offeredAnswers { question } clocks(first: 3) { nodes { kind } }
  messages(first: 3) { nodes { text recordedByName } } promises(first: 3) { nodes { keptAt
  clocks(first: 3) { nodes { kind } } } }
  advice(first: 3) { nodes { lines { product } } } handOvers(first: 3) { nodes { toOwnerName } }
  turns(first: 3) { nodes { kind } } } } }"""


def told(chains: Chains, **other: Any) -> dict[str, Any]:
    usual = {
        "storeId": global_id("Store", chains.a.store),
        "customerName": "王小明",
        "customerPhone": "138 1234 5678",
        "subject": "A lamp",
        "channel": "ONLINE",
    }
    return {"input": usual | other}


def test_refusals_name_the_input_fields(chains: Chains, graphql: GraphQLCaller) -> None:
    cases: list[tuple[dict[str, Any], str, list[str]]] = [
        ({"customerPhone": ""}, "CONTACT_NEEDED", ["customerPhone"]),
        ({"customerName": None}, "INVALID", ["customerName"]),
        ({"customerId": global_id("Customer", chains.a.store)}, "NOT_FOUND", ["customerId"]),
        ({"subject": "a\u0000b"}, "INVALID", ["subject"]),
        ({"text": "x" * 10_001}, "TOO_LONG", ["text"]),
        ({"receivedAt": "2999-01-01T00:00:00Z"}, "INVALID", ["receivedAt"]),
        ({"storeId": global_id("Store", chains.a.other_store)}, "NOT_FOUND", []),
    ]
    for wrong, code, field in cases:
        answer = graphql(chains.a, OPEN, told(chains, **wrong), as_="SERVICE_STAFF")["data"]["openInquiry"]
        (error,) = answer["userErrors"]
        assert (error["code"], error["field"], answer["inquiry"]) == (code, field, None)


def test_an_inquiry_shows_its_owner_and_its_clock(chains: Chains, graphql: GraphQLCaller) -> None:
    answer = graphql(chains.a, OPEN, told(chains), as_="SERVICE_STAFF")["data"]["openInquiry"]["inquiry"]
    assert (answer["reference"], answer["state"]) == ("S1-Q00001", "WAITING")
    assert answer["owner"] == {"name": "Service staff"}
    assert [clock["kind"] for clock in answer["clocks"]["nodes"]] == ["FIRST_ANSWER"]


def test_a_stale_answer_shows_the_inquiry_as_it_is(chains: Chains, as_role: AsRole, graphql: GraphQLCaller) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        key = opened(staff, chains.a.store, timezone.now()).inquiry.id
        answered(staff, key, timezone.now())
    given = {"input": {"inquiryId": global_id("Inquiry", key), "text": "Hello", "expectedVersion": 1}}
    answer = graphql(chains.a, REPLY, given, as_="SERVICE_STAFF")["data"]["replyToInquiry"]
    assert answer == {
        "inquiry": {"state": "ANSWERED", "version": 2},
        "userErrors": [{"code": "STALE", "field": ["expectedVersion"]}],
    }


def test_nothing_is_offered_for_the_inquiry_of_somebody_erased(
    chains: Chains, as_role: AsRole, graphql: GraphQLCaller
) -> None:
    officer, now = as_role(chains.a, "QUALITY_OFFICER"), timezone.now()
    ask = "query Ended { inquiries(first: 5, states: [CLOSED]) { nodes { availableActions } } }"
    with scope(chains.a.chain, officer):
        gone = closed(officer, chains.a.store, now)
        closed(officer, chains.a.store, now - timedelta(1), customer=Particulars("Han", phone="139 1111 1111"))
        erase_customer(actor=officer, customer_id=gone.customer_id, now=now)
    nodes = graphql(chains.a, ask, as_="SERVICE_STAFF")["data"]["inquiries"]["nodes"]
    assert [each["availableActions"] for each in nodes] == [[], ["RECORD_CUSTOMER_MESSAGE", "REOPEN_INQUIRY"]]


def worked(staff: Actor, store_id: Any) -> Inquiry:
    now = timezone.now()
    key = opened(staff, store_id, now).inquiry.id
    until = now + timedelta(hours=1)
    promise_reply(actor=staff, inquiry_id=key, promise=Outgoing("Hi"), promised_until=until, now=now)
    return advise_customer(
        actor=staff,
        inquiry_id=key,
        advice=Outgoing("Hi", promise_ids=()),
        needs="Light",
        lines=[AdvisedProduct("Lamp")],
        now=now,
    ).inquiry


def test_the_list_costs_the_same_for_one_inquiry_and_for_ten(
    chains: Chains, as_role: AsRole, graphql: GraphQLCaller
) -> None:
    staff, counts = as_role(chains.a, "SERVICE_STAFF"), []
    for more in (2, 8):
        with scope(chains.a.chain, staff):
            for _one in range(more):
                worked(staff, chains.a.store)
        with CaptureQueriesContext(connections["default"]) as asked:
            answer = graphql(chains.a, LIST, {"first": 12}, as_="STORE_MANAGER")
        assert "errors" not in answer, answer
        selects = [each["sql"] for each in asked if each["sql"].startswith("SELECT")]
        counts.append(len([sql for sql in selects if "django_session" not in sql]))
    assert answer["data"]["inquiries"]["totalCount"] == 10
    assert counts[0] == counts[1]


def test_each_sees_only_what_is_theirs(chains: Chains, as_role: AsRole, graphql: GraphQLCaller) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        worked(staff, chains.a.store)
    for chain, role, count in (
        (chains.a, "SERVICE_STAFF", 1),
        (chains.a, "AREA_SUPERVISOR", 1),
        (chains.a, "QUALITY_OFFICER", 1),
        (chains.a, "SERVICE_STAFF_2", 0),
        (chains.b, "HQ_ADMINISTRATOR", 0),
    ):
        assert graphql(chain, LIST, {"first": 5}, as_=role)["data"]["inquiries"]["totalCount"] == count
    refused = graphql(chains.a, LIST, {"first": 5}, as_="HQ_TRAINER")
    assert refused["errors"][0]["extensions"]["code"] == "NOT_PERMITTED"
