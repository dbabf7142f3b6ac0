"""A version tried on the past through the API."""

from datetime import UTC, datetime
from typing import Any

from api.base.ids import global_id
from chains.actor import system_actor
from chains.scope import scope
from journal.actions import append
from kit.ids import new_id
from standards.actions.measuring import measure_entry
from standards.actions.measuring_past import measure_past
from tests.conftest import Chains
from tests.factories.standards import in_force
from tests.graphql_caller import GraphQLCaller

# Ten in the morning in Shanghai, a Monday.
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
MACHINE = system_actor()
TRY = """mutation Try($input: ReplayStandardInput!) { replayStandard(input: $input) {
  replay { id state version { number } against { number } askedByName clauses(first: 9) { nodes {
    conformance { clause { number } tallies { state count } shareMet isKept } alarmsADay
    weekdays { number met missed } hours { number met missed }
    stores(first: 9) { nodes { store { id } tallies { state count } needsWaiver } } } } }
  userErrors { code field message } } }"""
TRIED = "query { replays(first: 5) { nodes { id state firstOn lastOn } } }"


def test_who_drafts_standards_sees_how_the_past_would_have_stood(chains: Chains, graphql: GraphQLCaller) -> None:
    version, store = in_force(chains.a, TEN), chains.a.store
    with scope(chains.a.chain, MACHINE):
        while measure_past(now=TEN):
            pass
        entry = append(
            actor=MACHINE,
            kind="COMPLAINT_FILED",
            subject_type="Complaint",
            subject_id=new_id(),
            store_id=store,
            now=TEN,
            after={},
        )
        measure_entry(actor=MACHINE, entry=entry, now=TEN)
    asked: dict[str, Any] = {"versionId": global_id("Version", version.id), "firstOn": "2026-05-04"}
    given = {"input": asked | {"lastOn": "2026-05-05"}}
    payload = graphql(chains.a, TRY, given, as_="QUALITY_OFFICER")["data"]["replayStandard"]
    assert payload["userErrors"] == []
    (clause,) = payload["replay"]["clauses"]["nodes"]
    counts = {tally["state"]: tally["count"] for tally in clause["conformance"]["tallies"] if tally["count"]}
    assert (payload["replay"]["state"], counts, clause["alarmsADay"]) == ("DONE", {"MISSED": 1}, 0.5)
    assert clause["weekdays"][0] == {"number": 1, "met": 0, "missed": 1}
    assert clause["hours"][10] == {"number": 10, "met": 0, "missed": 1}
    told = [(each["store"]["id"], each["needsWaiver"]) for each in clause["stores"]["nodes"]]
    assert told == [(global_id("Store", store), True)]
    (tried,) = graphql(chains.a, TRIED, as_="HQ_ADMINISTRATOR")["data"]["replays"]["nodes"]
    assert (tried["id"], tried["lastOn"]) == (payload["replay"]["id"], "2026-05-05")
    refused = graphql(chains.a, TRY, given, as_="STORE_MANAGER")["data"]["replayStandard"]
    assert [error["code"] for error in refused["userErrors"]] == ["NOT_PERMITTED"]
    given = {"input": asked | {"lastOn": "2026-05-03"}}
    refused = graphql(chains.a, TRY, given, as_="QUALITY_OFFICER")["data"]["replayStandard"]
    assert [(error["code"], error["field"]) for error in refused["userErrors"]] == [("INVALID", ["lastOn"])]
