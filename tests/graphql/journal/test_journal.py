"""The journal through the API: who reads how much of it, and by what it is found."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from api.base.ids import global_id
from chains.actor import system_actor
from chains.scope import scope
from journal.actions import append
from tests.conftest import Chains
from tests.graphql_caller import GraphQLCaller

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
JOURNAL = """query($first: Int!, $after: String, $subject: ID, $store: ID, $kinds: [String!], $since: DateTime,
    $until: DateTime) {
  journal(first: $first, after: $after, subjectId: $subject, storeId: $store, kinds: $kinds, since: $since,
      until: $until) {
    totalCount pageInfo { hasNextPage endCursor }
    nodes { kind subjectType subjectId storeId actorKind at before after requestId } } }"""
OURS = ["TESTED_FIRST", "TESTED_SECOND", "TESTED_THIRD", "TESTED_FOURTH"]


@pytest.fixture
def written(chains: Chains) -> None:
    """Four entries an hour apart: at the manager's store, there again, at the other store, and of the whole chain."""
    stores = [chains.a.store, chains.a.store, chains.a.other_store, None]
    with scope(chains.a.chain, system_actor()):
        for number, (kind, store_id) in enumerate(zip(OURS, stores, strict=True)):
            append(
                actor=system_actor(),
                kind=kind,
                subject_type="Store",
                subject_id=chains.a.store,
                store_id=store_id,
                now=NOON + timedelta(hours=number),
                after={"number": number},
            )


@pytest.fixture
def journal(chains: Chains, written: None, graphql: GraphQLCaller) -> Any:
    """Ask for the test's entries as somebody and return their kinds."""

    def ask(who: str, chain: str = "a", **variables: Any) -> list[str]:
        answer = graphql(getattr(chains, chain), JOURNAL, {"first": 20, "kinds": OURS, **variables}, as_=who)
        return [node["kind"] for node in answer["data"]["journal"]["nodes"]]

    return ask


def test_everybody_reads_what_the_permission_gives_and_no_more(journal: Any) -> None:
    assert journal("HQ_ADMINISTRATOR") == OURS[::-1]
    assert journal("QUALITY_OFFICER") == OURS[::-1]
    assert journal("STORE_MANAGER") == ["TESTED_SECOND", "TESTED_FIRST"]
    assert journal("STORE_MANAGER_2") == ["TESTED_THIRD"]
    assert journal("HQ_ADMINISTRATOR", chain="b") == []


@pytest.mark.parametrize("who", ["SERVICE_STAFF", "SERVICE_SUPERVISOR", "MENTOR", "HQ_TRAINER"])
def test_without_the_permission_nothing_is_read(
    chains: Chains, written: None, graphql: GraphQLCaller, who: str
) -> None:
    answer = graphql(chains.a, JOURNAL, {"first": 20, "kinds": OURS}, as_=who)
    assert "TESTED" not in str(answer)


def test_entries_are_found_by_subject_store_kind_and_time(chains: Chains, journal: Any) -> None:
    hq = "HQ_ADMINISTRATOR"
    assert journal(hq, store=global_id("Store", chains.a.other_store)) == ["TESTED_THIRD"]
    assert journal(hq, subject=global_id("Store", chains.a.store)) == OURS[::-1]
    assert journal(hq, subject=global_id("Store", uuid4())) == []
    assert journal(hq, kinds=["TESTED_FIRST"]) == ["TESTED_FIRST"]
    assert journal(hq, kinds=[]) == []
    since, until = (NOON + timedelta(hours=1)).isoformat(), (NOON + timedelta(hours=3)).isoformat()
    assert journal(hq, since=since, until=until) == ["TESTED_THIRD", "TESTED_SECOND"]


def test_an_entry_tells_it_all(chains: Chains, written: None, graphql: GraphQLCaller) -> None:
    answer = graphql(chains.a, JOURNAL, {"first": 1, "kinds": ["TESTED_FIRST"]}, as_="STORE_MANAGER")
    page = answer["data"]["journal"]
    (entry,) = page["nodes"]
    assert entry.pop("requestId")
    assert entry == {
        "kind": "TESTED_FIRST",
        "subjectType": "Store",
        "subjectId": global_id("Store", chains.a.store),
        "storeId": global_id("Store", chains.a.store),
        "actorKind": "SYSTEM",
        "at": "2026-03-01T12:00:00Z",
        "before": None,
        "after": '{"number": 0}',
    }
    assert page["totalCount"] == 1


def test_pages_follow_each_other_without_a_gap(chains: Chains, written: None, graphql: GraphQLCaller) -> None:
    seen: list[str] = []
    after = None
    for _ in range(4):
        variables = {"first": 1, "kinds": OURS, "after": after}
        page = graphql(chains.a, JOURNAL, variables, as_="HQ_ADMINISTRATOR")["data"]["journal"]
        seen += [node["kind"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
    assert seen == OURS[::-1]
    assert not page["pageInfo"]["hasNextPage"]
