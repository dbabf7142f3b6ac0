"""What has to be acknowledged, through the API."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from api.base.ids import global_id
from api.base.keyset import written
from api.standards.queries import LONGEST_PERIOD
from chains.actor import Actor
from chains.scope import scope
from standards.actions.acknowledging import acknowledge_standard
from standards.actions.drafting import approve_standard, revise_standard, submit_standard
from standards.actions.rollout import push_standard
from tests.conftest import Chains
from tests.factories.standards import TITLES, in_force, same_day_clause
from tests.graphql_caller import GraphQLCaller

AsRole = Callable[..., Actor]
NOW = datetime(2026, 5, 4, 2, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
DUE = """query Due($store: ID!) { acknowledgementsDue(storeId: $store, first: 9) { nodes {
  change clause { number text version { id } } before { rule { within } } questions { text options right } } } }"""
OUTSTANDING = """query Outstanding($store: ID!) { acknowledgementsOutstanding(storeId: $store, first: 9) { nodes {
  memberId memberName clause { number } } } }"""
PAGES = """query Pages($store: ID!, $first: Int, $after: String, $last: Int, $before: String) {
  acknowledgementsOutstanding(storeId: $store, first: $first, after: $after, last: $last, before: $before) {
    totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node {
      memberId memberName clause { number version { number standard { id } } } } } } }"""
DUE_PAGES = PAGES.replace("acknowledgementsOutstanding", "acknowledgementsDue").replace("memberId memberName", "change")
Place = tuple[str, str]
READ = """mutation Read($input: AcknowledgeStandardInput!) { acknowledgeStandard(input: $input) {
  storeStandard { seenAt acknowledgedAt } wrongAnswers { clauseNumber question }
  userErrors { code field message } } }"""


def test_a_changed_clause_is_shown_with_its_questions_and_acknowledged_by_answering(
    chains: Chains, graphql: GraphQLCaller, as_role: AsRole
) -> None:
    first = in_force(chains.a, NOW, same_day_clause("1"), same_day_clause("2"))
    staff = as_role(chains.a, "SERVICE_STAFF")
    officer, administrator = as_role(chains.a, "QUALITY_OFFICER"), as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, staff):
        acknowledge_standard(actor=staff, version_id=first.id, store_id=chains.a.store, now=NOW)
    with scope(chains.a.chain, officer):
        clauses = [same_day_clause("1"), same_day_clause("2", within="P1D")]
        second = revise_standard(actor=officer, version_id=first.id, titles=TITLES, clauses=clauses, now=LATER)
        submit_standard(actor=officer, version_id=second.id, now=LATER)
    with scope(chains.a.chain, administrator):
        approve_standard(actor=administrator, version_id=second.id, now=LATER)
        push_standard(actor=administrator, version_id=second.id, now=LATER)
    store = {"store": global_id("Store", chains.a.store)}
    (due,) = graphql(chains.a, DUE, store, as_="SERVICE_STAFF")["data"]["acknowledgementsDue"]["nodes"]
    assert (due["change"], due["clause"]["number"], due["before"]["rule"]["within"]) == ("SUBSTANCE", "2", "SAME_DAY")
    assert due["questions"][0] == {"text": "By when?", "options": ["Today", "Some day"], "right": None}
    told = graphql(chains.a, OUTSTANDING, store, as_="STORE_MANAGER")
    outstanding = told["data"]["acknowledgementsOutstanding"]["nodes"]
    me = {"memberId": global_id("Member", chains.a.people["SERVICE_STAFF"]), "memberName": "Service staff"}
    assert {**me, "clause": {"number": "2"}} in outstanding
    refused = graphql(chains.a, OUTSTANDING, store, as_="SERVICE_STAFF")
    assert refused["errors"][0]["extensions"]["code"] == "NOT_PERMITTED"

    given = {"versionId": due["clause"]["version"]["id"], "storeId": store["store"]}
    told = graphql(chains.a, READ, {"input": given}, as_="SERVICE_STAFF")["data"]["acknowledgeStandard"]
    assert [error["code"] for error in told["userErrors"]] == ["ANSWERS_MISSING"]
    for chosen, wrong in (([1, 1], [{"clauseNumber": "2", "question": 0}]), ([0, 1], [])):
        answered = given | {"answers": [{"clauseNumber": "2", "chosen": chosen}]}
        told = graphql(chains.a, READ, {"input": answered}, as_="SERVICE_STAFF")["data"]["acknowledgeStandard"]
        assert (told["userErrors"], told["wrongAnswers"]) == ([], wrong)
        assert (told["storeStandard"]["acknowledgedAt"] is None) is bool(wrong)
    assert graphql(chains.a, DUE, store, as_="SERVICE_STAFF")["data"]["acknowledgementsDue"]["nodes"] == []


def walk(graphql: GraphQLCaller, chains: Chains, document: str, who: str, size: int, *, forward: bool) -> list[Place]:
    """Follow the cursors to the end; return of each row met who it is about, if anybody, and its clause."""
    met: list[Place] = []
    given: dict[str, Any] = {"store": global_id("Store", chains.a.store), "first" if forward else "last": size}
    for _page in range(30):
        answer = graphql(chains.a, document, given, as_=who)
        assert "errors" not in answer, answer
        (page,) = answer["data"].values()
        nodes = [edge["node"] for edge in page["edges"]]
        here = [(node.get("memberName", ""), node["clause"]["number"]) for node in nodes]
        met = met + here if forward else here + met
        if not page["pageInfo"]["hasNextPage" if forward else "hasPreviousPage"]:
            assert page["totalCount"] == len(met)
            return met
        given |= {"after": page["pageInfo"]["endCursor"]} if forward else {"before": page["pageInfo"]["startCursor"]}
    raise AssertionError("The list has no end.")


@pytest.mark.parametrize("size", [1, 2, 7, 100])
def test_who_has_not_read_what_comes_in_pages_that_meet_each_row_once_both_ways(
    chains: Chains, graphql: GraphQLCaller, size: int
) -> None:
    in_force(chains.a, NOW, *(same_day_clause(str(number)) for number in range(1, 6)))
    in_force(chains.a, LATER, same_day_clause("6"))
    whole = walk(graphql, chains, PAGES, "STORE_MANAGER", 100, forward=True)
    people = [who for who, number in whole if number == "6"]
    # Person by person, of each the version that came last first.
    assert whole == [(who, number) for who in people for number in "612345"]
    assert len(set(people)) == len(people) > 1
    assert walk(graphql, chains, PAGES, "STORE_MANAGER", size, forward=True) == whole
    assert walk(graphql, chains, PAGES, "STORE_MANAGER", size, forward=False) == whole
    mine = [("", number) for number in "612345"]
    for forward in (True, False):
        assert walk(graphql, chains, DUE_PAGES, "SERVICE_STAFF", size, forward=forward) == mine


def test_what_is_read_and_what_comes_between_two_pages_shifts_nothing(
    chains: Chains, graphql: GraphQLCaller, as_role: AsRole
) -> None:
    version = in_force(chains.a, NOW, *(same_day_clause(str(number)) for number in range(1, 6)))
    store = {"store": global_id("Store", chains.a.store)}
    first = graphql(chains.a, DUE_PAGES, {**store, "first": 3}, as_="SERVICE_STAFF")["data"]["acknowledgementsDue"]
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        # The row that the cursor was of is gone with it.
        read: dict[str, Any] = {"version_id": version.id, "store_id": chains.a.store, "clause_numbers": ["3"]}
        acknowledge_standard(actor=staff, **read, now=NOW)
    in_force(chains.a, LATER, same_day_clause("6"))
    on = {**store, "first": 9, "after": first["pageInfo"]["endCursor"]}
    rest = graphql(chains.a, DUE_PAGES, on, as_="SERVICE_STAFF")["data"]["acknowledgementsDue"]
    assert [edge["node"]["clause"]["number"] for edge in first["edges"]] == ["1", "2", "3"]
    assert [edge["node"]["clause"]["number"] for edge in rest["edges"]] == ["4", "5"]
    assert (rest["totalCount"], rest["pageInfo"]["hasPreviousPage"]) == (5, True)


@pytest.mark.parametrize(("document", "who"), [(PAGES, "STORE_MANAGER"), (DUE_PAGES, "SERVICE_STAFF")])
def test_pages_need_a_size_and_take_no_cursor_of_another_list(
    chains: Chains, graphql: GraphQLCaller, document: str, who: str
) -> None:
    in_force(chains.a, NOW, same_day_clause())
    store = {"store": global_id("Store", chains.a.store)}

    def refused(**given: Any) -> str:
        code: str = graphql(chains.a, document, store | given, as_=who)["errors"][0]["extensions"]["code"]
        return code

    assert refused() == "PAGE_SIZE_REQUIRED"
    assert refused(first=101) == "PAGE_SIZE_OUT_OF_RANGE"
    other = DUE_PAGES if document == PAGES else PAGES
    reader = "SERVICE_STAFF" if document == PAGES else "STORE_MANAGER"
    (page,) = graphql(chains.a, other, {**store, "first": 1}, as_=reader)["data"].values()
    # One that has as many values, each of another kind, is none either.
    for cursor in (page["pageInfo"]["endCursor"], "x", written([True] * 3), written([1] * 4), written([None] * 3)):
        assert refused(first=1, after=cursor) == refused(last=1, before=cursor) == "BAD_CURSOR"


@pytest.mark.parametrize(("document", "who"), [(PAGES, "STORE_MANAGER"), (DUE_PAGES, "SERVICE_STAFF")])
def test_g20_a_page_of_what_is_not_read_costs_as_much_whatever_stands_on_it(
    chains: Chains, graphql: GraphQLCaller, document: str, who: str
) -> None:
    store = {"store": global_id("Store", chains.a.store)}

    def cost(size: int) -> int:
        with CaptureQueriesContext(connections["default"]) as captured:
            assert "errors" not in graphql(chains.a, document, {**store, "first": size}, as_=who)
        return sum(query["sql"].startswith("SELECT") for query in captured.captured_queries)

    in_force(chains.a, NOW, same_day_clause())
    few = cost(1)
    in_force(chains.a, LATER, *(same_day_clause(str(number)) for number in range(2, 20)))
    assert (cost(1), cost(100)) == (few, few)


def test_how_far_a_store_met_its_clauses_is_told_of_two_years_at_most(chains: Chains, graphql: GraphQLCaller) -> None:
    asked = """query($s: ID!, $f: DateTime!, $u: DateTime!) { conformance(storeId: $s, since: $f, until: $u) {
      clause { number } } }"""

    def told(until: datetime, language: str = "en") -> Any:
        given = {"s": global_id("Store", chains.a.store), "f": NOW.isoformat(), "u": until.isoformat()}
        return graphql(chains.a, asked, given, as_="STORE_MANAGER", language=language)

    assert told(NOW)["data"]["conformance"] == told(NOW + LONGEST_PERIOD)["data"]["conformance"] == []
    for until in (NOW - timedelta(seconds=1), NOW + LONGEST_PERIOD + timedelta(seconds=1)):
        (error,) = told(until)["errors"]
        assert error["extensions"]["code"] == "INVALID"
        assert error["message"].endswith("a moment not before the first, within two years")
        (error,) = told(until, "zh-hans")["errors"]
        assert error["message"].endswith("不早于起始时刻、且在两年之内的时刻")
