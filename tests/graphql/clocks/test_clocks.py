"""Clocks through the API: a story at the desk in English and in Chinese, and what others see of it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from api.base.ids import global_id
from chains.actor import Actor, system_actor
from chains.scope import scope
from clocks.actions.pausing import customer_wrote, pause_clocks
from clocks.actions.watching import watch_due
from clocks.models import PauseReason
from kit.ids import new_id
from tests.conftest import Chains
from tests.factories.complaints import filed
from tests.factories.standards import in_force, same_day_clause
from tests.graphql_caller import GraphQLCaller

AsRole = Callable[..., Actor]
AN_HOUR = timedelta(hours=1)
FILE = """mutation File($input: FileComplaintInput!) { fileComplaint(input: $input) {
  complaint { id dueAt clocks(first: 5) { nodes { kind words isOverdue isPaused dueAt currentDueAt
    targetUnit targetSeconds clause { number text } pauses(first: 5) { totalCount } } } }
  standardsApplied { clause dueAt } userErrors { code message field } } }"""
DUE_NOW = """query Due($store: ID!) { dueNow(storeId: $store, first: 10) { totalCount nodes {
  subjectId words isOverdue isPaused currentDueAt store { code } clause { number } } } }"""
CLOCKS = """query Clocks($id: ID!) { node(id: $id) { ... on Complaint { clocks(first: 5) { nodes {
  kind isOverdue isPaused startedAt dueAt currentDueAt stoppedAt wallSeconds workingSeconds
  pauses(first: 5) { nodes { reason note pausedAt endedAt voidFrom dueAt } } } } } } }"""
JOURNAL = """query Journal($id: ID!) { journal(first: 20, subjectId: $id) { nodes { kind customerId after } } }"""
WORDS = {"en": "the complaint is looked into", "zh-hans": "投诉已调查核实", "zh-hant": "投訴已調查核實"}
COMPLAINT = {
    "customerName": "王小明",
    "customerPhone": "138 1234 5678",
    "subject": "面是凉的",
    "channel": "PHONE",
    "severity": "SERIOUS",
}


def within(length: str = "PT4H", number: str = "1") -> Any:
    return same_day_clause(number, within=length)


@pytest.mark.parametrize("language", WORDS)
def test_a_complaint_shows_its_clock_and_the_store_what_is_due_in_the_callers_language(
    chains: Chains, graphql: GraphQLCaller, language: str
) -> None:
    in_force(chains.a, timezone.now() - AN_HOUR, within())
    store = global_id("Store", chains.a.store)
    told = {"input": {"storeId": store, **COMPLAINT}}
    payload = graphql(chains.a, FILE, told, as_="SERVICE_STAFF", language=language)["data"]["fileComplaint"]
    assert payload["userErrors"] == []
    clock, _at_its_level = payload["complaint"]["clocks"]["nodes"]
    assert (clock["words"], clock["isOverdue"], clock["isPaused"]) == (WORDS[language], False, False)
    assert clock["dueAt"] == clock["currentDueAt"] == payload["complaint"]["dueAt"]
    assert (clock["targetUnit"], clock["targetSeconds"]) == ("WALL", 4 * 3600)
    assert clock["clause"] == {"number": "1", "text": payload["standardsApplied"][0]["clause"]}
    due = graphql(chains.a, DUE_NOW, {"store": store}, as_="STORE_MANAGER", language=language)["data"]["dueNow"]
    row, _later = due["nodes"]
    assert (row["subjectId"], row["words"]) == (payload["complaint"]["id"], WORDS[language])
    assert (row["store"], row["clause"]) == ({"code": "S1"}, {"number": "1"})


def test_a_wait_in_vain_and_the_lateness_that_follows_are_shown_and_journalled(
    chains: Chains, graphql: GraphQLCaller, as_role: AsRole
) -> None:
    six_ago = timezone.now().replace(microsecond=0) - 6 * AN_HOUR
    in_force(chains.a, six_ago - AN_HOUR, within())
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        complaint = filed(staff, chains.a.store, six_ago).complaint
        about = {"subject_type": "Complaint", "subject_id": complaint.id}
        reason, at = PauseReason.WAITING_FOR_CUSTOMER, six_ago + AN_HOUR
        pause_clocks(actor=staff, **about, reason=reason, entry_id=new_id(), note="没有回音", now=at)
    key = {"id": global_id("Complaint", complaint.id)}
    still, _at_its_level = graphql(chains.a, CLOCKS, key, as_="SERVICE_STAFF")["data"]["node"]["clocks"]["nodes"]
    assert (still["isPaused"], still["currentDueAt"], still["isOverdue"]) == (True, None, False)
    with scope(chains.a.chain, staff):
        wrote_at = six_ago + 1.5 * AN_HOUR
        customer_wrote(actor=staff, **about, written_at=wrote_at, entry_id=new_id(), now=timezone.now())
    with scope(chains.a.chain, system_actor()):
        watch_due(actor=system_actor(), now=timezone.now())
    clock, _at_its_level = graphql(chains.a, CLOCKS, key, as_="SERVICE_STAFF")["data"]["node"]["clocks"]["nodes"]
    assert (clock["isPaused"], clock["isOverdue"], clock["currentDueAt"]) == (False, True, text_of(4.5, six_ago))
    assert clock["pauses"]["nodes"] == [
        {
            "reason": "WAITING_FOR_CUSTOMER",
            "note": "没有回音",
            "pausedAt": text_of(1, six_ago),
            "endedAt": text_of(1.5, six_ago),
            "voidFrom": text_of(1.5, six_ago),
            "dueAt": text_of(4.5, six_ago),
        }
    ]
    entries = graphql(chains.a, JOURNAL, key, as_="STORE_MANAGER")["data"]["journal"]["nodes"]
    assert [entry["kind"] for entry in entries] == ["CLOCK_OVERDUE", "COMPLAINT_FILED"]
    due, _later = graphql(chains.a, DUE_NOW, {"store": global_id("Store", chains.a.store)}, as_="SERVICE_STAFF")[
        "data"
    ]["dueNow"]["nodes"]
    assert due["isOverdue"] is True


def test_what_is_due_at_another_store_looks_like_no_store_at_all(chains: Chains, graphql: GraphQLCaller) -> None:
    other, foreign = (
        graphql(chains.a, DUE_NOW, {"store": global_id("Store", key)}, as_="SERVICE_STAFF")
        for key in (chains.a.other_store, new_id())
    )
    assert other["errors"][0]["extensions"]["code"] == foreign["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    assert other["errors"][0]["message"] == foreign["errors"][0]["message"]


def test_more_clocks_cost_no_more_statements(chains: Chains, graphql: GraphQLCaller, as_role: AsRole) -> None:
    now = datetime(2026, 5, 4, 2, tzinfo=UTC)
    in_force(chains.a, now - AN_HOUR, within(), within("PT5H", "2"))
    staff = as_role(chains.a, "SERVICE_STAFF")
    store = {"store": global_id("Store", chains.a.store)}
    counts = []
    for _time in range(2):
        with scope(chains.a.chain, staff):
            for _complaint in range(2):
                filed(staff, chains.a.store, now)
        with CaptureQueriesContext(connections["default"]) as asked:
            page = graphql(chains.a, DUE_NOW, store, as_="SERVICE_STAFF")["data"]["dueNow"]
        counts.append((page["totalCount"], len(asked)))
    (few, first), (many, second) = counts
    assert (few, many) == (6, 12)
    assert first == second


def text_of(hours: float, since: datetime) -> str:
    return (since + hours * AN_HOUR).isoformat().replace("+00:00", "Z")
