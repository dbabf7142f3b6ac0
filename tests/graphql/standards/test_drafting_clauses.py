"""What a clause tells beside its text and rule, and two versions side by side, through the API."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from api.base.ids import global_id
from chains.actor import Actor
from chains.scope import scope
from standards.actions.drafting import revise_standard
from tests.conftest import Chains
from tests.factories.standards import TITLES, in_force, same_day_clause
from tests.graphql_caller import GraphQLCaller

AsRole = Callable[..., Actor]
NOW = datetime(2026, 5, 4, 2, tzinfo=UTC)
KEEP = """mutation Keep($input: KeepJourneyStepsInput!) { keepJourneySteps(input: $input) {
  count userErrors { code field } } }"""
STEPS = "{ journeySteps(first: 9) { nodes { id code name position matters } } }"
DRAFT = """mutation Draft($input: DraftStandardInput!) { draftStandard(input: $input) {
  version { id clauses(first: 5) { nodes { id lineageId field journeyStep { code } sourceLanguage outdatedLanguages
    isPublic change scope { roles areaIds storeKinds storeIds equipment channels }
    questions { text options right } } } }
  userErrors { code field message } } }"""
QUESTIONS = "query Clause($id: ID!) { node(id: $id) { ... on Clause { questions { text options right } } } }"
COMPARE = """query Compare($before: ID!, $after: ID!) { compareVersions(beforeId: $before, afterId: $after) {
  change differences before { number text } after { number text rule { words } } } }"""


def words(text: str) -> list[dict[str, str]]:
    return [{"language": "en", "text": text}]


def steps(*codes: str) -> dict[str, Any]:
    return {"input": {"steps": [{"code": code, "names": words(code.title()), "matters": True} for code in codes]}}


def read_steps(chains: Chains, graphql: GraphQLCaller) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = graphql(chains.a, STEPS, as_="SERVICE_STAFF")["data"]["journeySteps"]["nodes"]
    return found


def clause(**other: Any) -> dict[str, Any]:
    question = {"texts": words("Who?"), "options": [{"texts": words("You")}, {"texts": words("Nobody")}], "right": 0}
    return {
        "number": "1",
        "texts": [*words("Whoever sees a guest greets them."), {"language": "zh-hans", "text": "看到客人要问好。"}],
        "rule": {"kind": "BY_INSPECTION"},
        "questions": [question, question],
        **other,
    }


def test_headquarters_keeps_the_steps_of_the_journey(chains: Chains, graphql: GraphQLCaller) -> None:
    kept = graphql(chains.a, KEEP, steps("ARRIVAL", "ORDER"), as_="QUALITY_OFFICER")["data"]["keepJourneySteps"]
    assert kept == {"count": 2, "userErrors": []}
    first = read_steps(chains, graphql)
    assert [step["name"] for step in first] == ["Arrival", "Order"]
    graphql(chains.a, KEEP, steps("ORDER", "LEAVING"), as_="QUALITY_OFFICER")
    second = read_steps(chains, graphql)
    assert [step["code"] for step in second] == ["ORDER", "LEAVING"]
    assert second[0]["id"] == first[1]["id"]
    refused = graphql(chains.a, KEEP, steps("ORDER", "ORDER"), as_="QUALITY_OFFICER")["data"]["keepJourneySteps"]
    assert refused["userErrors"] == [{"code": "INVALID", "field": ["steps", "1", "code"]}]
    denied = graphql(chains.a, KEEP, steps("ORDER"), as_="STORE_MANAGER")["data"]["keepJourneySteps"]
    assert denied["userErrors"][0]["code"] == "NOT_PERMITTED"


def test_a_clause_tells_what_it_is_about_and_whom_it_binds(chains: Chains, graphql: GraphQLCaller) -> None:
    graphql(chains.a, KEEP, steps("ARRIVAL"), as_="QUALITY_OFFICER")
    (step,) = read_steps(chains, graphql)
    store = global_id("Store", chains.a.store)
    given = clause(
        field="COURTESY",
        journeyStepId=step["id"],
        isPublic=True,
        scope={"roles": ["SERVICE_STAFF"], "storeIds": [store], "equipment": ["GRILL"]},
    )
    sent = {"input": {"titles": words("Greeting"), "clauses": [given]}}
    answer = graphql(chains.a, DRAFT, sent, as_="QUALITY_OFFICER")["data"]["draftStandard"]
    assert answer["userErrors"] == []
    (shown,) = answer["version"]["clauses"]["nodes"]
    assert (shown["field"], shown["journeyStep"]["code"], shown["isPublic"]) == ("COURTESY", "ARRIVAL", True)
    assert (shown["change"], shown["sourceLanguage"], shown["outdatedLanguages"]) == ("NEW", "en", [])
    assert shown["scope"] == {
        "roles": ["SERVICE_STAFF"],
        "areaIds": None,
        "storeKinds": None,
        "storeIds": [store],
        "equipment": ["GRILL"],
        "channels": None,
    }
    assert shown["questions"][0] == {"text": "Who?", "options": ["You", "Nobody"], "right": 0}
    wrong = {"input": {"titles": words("Greeting"), "clauses": [clause(scope={"channels": ["PIGEON"]})]}}
    refused = graphql(chains.a, DRAFT, wrong, as_="QUALITY_OFFICER")["data"]["draftStandard"]
    assert refused["userErrors"][0]["field"] == ["clauses", "0", "scope", "channels"]


def test_only_who_writes_standards_sees_the_right_answers(
    chains: Chains, graphql: GraphQLCaller, as_role: AsRole
) -> None:
    version = in_force(chains.a, NOW)
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        key = {"id": global_id("Clause", version.clauses.order_by("position")[0].id)}
    hers = graphql(chains.a, QUESTIONS, key, as_="QUALITY_OFFICER")["data"]["node"]["questions"]
    staffs = graphql(chains.a, QUESTIONS, key, as_="SERVICE_STAFF")["data"]["node"]["questions"]
    assert [each["right"] for each in hers] == [0, 1]
    assert [each["right"] for each in staffs] == [None, None]
    assert [each["text"] for each in staffs] == [each["text"] for each in hers]


def test_versions_are_compared_clause_by_clause(chains: Chains, graphql: GraphQLCaller, as_role: AsRole) -> None:
    kept, gone = same_day_clause("1"), same_day_clause("2", within="P2D")
    version = in_force(chains.a, NOW, kept, gone)
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        clauses = [same_day_clause("1", within="P1D"), same_day_clause("3", within="P3D")]
        later = revise_standard(
            actor=officer, version_id=version.id, titles=TITLES, clauses=clauses, now=NOW + timedelta(days=1)
        )
    ids = {"before": global_id("Version", version.id), "after": global_id("Version", later.id)}
    rows = graphql(chains.a, COMPARE, ids, as_="QUALITY_OFFICER")["data"]["compareVersions"]
    assert [(row["change"], row["differences"]) for row in rows] == [("SUBSTANCE", ["RULE"]), ("NEW", []), (None, [])]
    assert [row["after"] and row["after"]["number"] for row in rows] == ["1", "3", None]
    assert [row["before"] and row["before"]["number"] for row in rows] == ["1", None, "2"]
    turned = graphql(chains.a, COMPARE, {"before": ids["after"], "after": ids["before"]}, as_="QUALITY_OFFICER")
    assert turned["errors"][0]["extensions"]["code"] == "INVALID"
    unseen = graphql(chains.a, COMPARE, ids, as_="STORE_MANAGER")
    assert unseen["errors"][0]["extensions"]["code"] == "NOT_FOUND"
