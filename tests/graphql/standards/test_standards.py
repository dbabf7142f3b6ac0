"""Standards and verdicts through the API."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from api.base.ids import global_id
from chains.actor import Actor, system_actor
from chains.scope import scope
from journal.models import Entry
from standards.actions.measuring import measure_entry
from tests.conftest import Chains
from tests.factories.complaints import settled
from tests.factories.standards import in_force
from tests.graphql_caller import GraphQLCaller

AsRole = Callable[..., Actor]
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
DRAFT = """mutation Draft($input: DraftStandardInput!) { draftStandard(input: $input) {
  version { id number state revision title titles { language text } authorName availableActions
    findings { clause criterion message isBlocking }
    clauses(first: 9) { nodes { number text rule { kind words trigger response within time share tolerance
      allowance { extra when { name values } } scope { name values } } } } }
  userErrors { code message field } } }"""
SUBMIT = """mutation Submit($input: SubmitStandardInput!) { submitStandard(input: $input) {
  version { state revision } userErrors { code message field } } }"""
STANDARDS = """{ standards(first: 10) { totalCount nodes { draftedByName versions(first: 5) { nodes { title state
  stores(first: 5) { nodes { pushedAt store { code } } }
  clauses(first: 5) { nodes { text acknowledgements(first: 5) { totalCount } } } } } } } }"""
VERDICTS = """query Verdicts($store: ID) { verdicts(first: 50, storeId: $store) { totalCount nodes {
  state reason reasonInWords subjectId entryIds dueAt store { code } clause { text version { title } }
  span { wallSeconds workingSeconds startedAt endedAt } } } }"""
RULE: dict[str, Any] = {
    "kind": "FOLLOWED_BY",
    "trigger": "COMPLAINT_FILED",
    "response": "INVESTIGATION_RECORDED",
    "within": "SAME_DAY",
    "share": 96,
    "allowance": {"extra": "P1D", "when": [{"name": "severity", "values": ["GRAVE"]}]},
    "scope": [{"name": "channel", "values": ["VISIT", "PHONE"]}],
}


def draft(*clauses: dict[str, Any]) -> dict[str, Any]:
    titles = [{"language": "en", "text": "Same day"}, {"language": "zh-hans", "text": "当天"}]
    return {"input": {"titles": titles, "clauses": list(clauses)}}


def clause(text: str = "Every complaint is looked into on the day it is filed.", **other: Any) -> dict[str, Any]:
    return {"number": "1", "texts": [{"language": "en", "text": text}], "rule": RULE} | other


def test_a_draft_is_shown_with_its_rule_in_parts_and_in_words(chains: Chains, graphql: GraphQLCaller) -> None:
    answer = graphql(chains.a, DRAFT, draft(clause()), as_="QUALITY_OFFICER")["data"]["draftStandard"]
    assert answer["userErrors"] == []
    version = answer["version"]
    assert (version["number"], version["state"], version["revision"]) == (1, "DRAFT", 1)
    assert (version["title"], version["authorName"]) == ("Same day", "Quality officer")
    assert version["availableActions"] == ["REVISE_STANDARD", "SUBMIT_STANDARD", "WITHDRAW_STANDARD"]
    assert version["findings"] == []
    (node,) = version["clauses"]["nodes"]
    assert node["rule"] == {
        "kind": "FOLLOWED_BY",
        "words": "“the complaint is filed” is followed by “the complaint is looked into” on the same day, "
        "in 96 % of all cases.",
        "trigger": "COMPLAINT_FILED",
        "response": "INVESTIGATION_RECORDED",
        "within": "SAME_DAY",
        "time": "WALL",
        "share": 96.0,
        "tolerance": 4.0,
        "allowance": {"extra": "P1D", "when": [{"name": "severity", "values": ["GRAVE"]}]},
        "scope": [{"name": "channel", "values": ["PHONE", "VISIT"]}],
    }


def test_a_text_is_shown_in_the_callers_language(chains: Chains, graphql: GraphQLCaller) -> None:
    answer = graphql(chains.a, DRAFT, draft(clause()), as_="QUALITY_OFFICER", language="zh-hans")
    version = answer["data"]["draftStandard"]["version"]
    assert version["title"] == "当天"
    assert version["titles"] == [{"language": "en", "text": "Same day"}, {"language": "zh-hans", "text": "当天"}]


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        (clause(rule=RULE | {"within": "soon"}), "INVALID", "clauses.0.rule.within"),
        (clause(rule=RULE | {"share": 1e308}), "INVALID", "clauses.0.rule.share"),
        (
            clause(rule=RULE | {"scope": [{"name": "weather", "values": ["RAIN"]}]}),
            "INVALID",
            "clauses.0.rule.scope.weather",
        ),
        (clause(rule={"kind": "AVERAGE"}), "INVALID", "clauses.0.rule.event"),
        (clause(number="first"), "INVALID", "clauses.0.number"),
        (clause(text="a\u0000b"), "INVALID", "clauses.0.texts.0.text"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_path(
    chains: Chains, graphql: GraphQLCaller, wrong: dict[str, Any], code: str, field: str
) -> None:
    answer = graphql(chains.a, DRAFT, draft(wrong), as_="QUALITY_OFFICER")["data"]["draftStandard"]
    (error,) = answer["userErrors"]
    assert (error["code"], ".".join(error["field"]), answer["version"]) == (code, field, None)


def test_the_test_of_a_good_standard_is_shown_while_writing_and_asked_on_submitting(
    chains: Chains, graphql: GraphQLCaller
) -> None:
    vague = clause("Complaints are answered as soon as possible.", rule=None)
    version = graphql(chains.a, DRAFT, draft(vague), as_="QUALITY_OFFICER")["data"]["draftStandard"]["version"]
    assert [finding["criterion"] for finding in version["findings"]] == ["SPECIFIC", "MEASURABLE"]
    given = {"input": {"versionId": version["id"]}}
    (error,) = graphql(chains.a, SUBMIT, given, as_="QUALITY_OFFICER")["data"]["submitStandard"]["userErrors"]
    assert (error["code"], error["field"]) == ("STANDARD_FAILS_TEST", ["clauses"])
    manager = graphql(chains.a, SUBMIT, given, as_="STORE_MANAGER")["data"]["submitStandard"]
    assert [error["code"] for error in manager["userErrors"]] == ["NOT_PERMITTED"]


def test_what_can_be_measured_is_listed(chains: Chains, graphql: GraphQLCaller) -> None:
    answer = graphql(chains.a, "{ measurableEvents { kind words } }", as_="QUALITY_OFFICER")
    assert {"kind": "COMPLAINT_FILED", "words": "the complaint is filed"} in answer["data"]["measurableEvents"]


def test_a_store_reads_what_came_to_it_and_no_drafts(chains: Chains, graphql: GraphQLCaller) -> None:
    graphql(chains.a, DRAFT, draft(clause()), as_="QUALITY_OFFICER")
    in_force(chains.a, TEN, stores=(chains.a.store,))
    for role, count in (("STORE_MANAGER", 1), ("STORE_MANAGER_2", 0), ("QUALITY_OFFICER", 2), ("HQ_TRAINER", 2)):
        answer = graphql(chains.a, STANDARDS, as_=role)
        assert "errors" not in answer
        assert answer["data"]["standards"]["totalCount"] == count
    (mine,) = graphql(chains.a, STANDARDS, as_="STORE_MANAGER")["data"]["standards"]["nodes"]
    (version,) = mine["versions"]["nodes"]
    assert [node["store"]["code"] for node in version["stores"]["nodes"]] == ["S1"]


def test_verdicts_tell_why_and_cost_the_same_for_one_and_for_twenty(
    chains: Chains, as_role: AsRole, graphql: GraphQLCaller
) -> None:
    in_force(chains.a, TEN - timedelta(hours=1))
    manager, machine, counts = as_role(chains.a, "STORE_MANAGER"), system_actor(), []
    for more in (1, 19):
        with scope(chains.a.chain, manager):
            for _one in range(more):
                settled(manager, chains.a.store, TEN)
        with scope(chains.a.chain, machine):
            for entry in Entry.objects.filter(kind="COMPLAINT_FILED"):
                measure_entry(actor=machine, entry=entry, now=TEN)
        with CaptureQueriesContext(connections["default"]) as asked:
            answer = graphql(chains.a, VERDICTS, as_="STORE_MANAGER")
        assert "errors" not in answer
        counts.append(len(asked))
    verdicts = answer["data"]["verdicts"]
    assert verdicts["totalCount"] == 20
    assert verdicts["nodes"][0]["reasonInWords"] == (
        "“the complaint is looked into” happened on 4 May 2026, 10:00, in time: it was due by 5 May 2026, 00:00."
    )
    assert len(verdicts["nodes"][0]["entryIds"]) == 2
    assert counts[0] == counts[1]
    elsewhere = {"store": global_id("Store", chains.a.store)}
    assert graphql(chains.a, VERDICTS, elsewhere, as_="STORE_MANAGER_2")["data"]["verdicts"]["totalCount"] == 0
    # Whoever reads no verdicts is told of their own work alone.
    assert graphql(chains.a, VERDICTS, as_="SERVICE_STAFF")["data"]["verdicts"]["totalCount"] == 0
