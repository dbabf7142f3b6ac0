"""The service charter: what customers are promised, read without signing in (rulebook S8)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from chains.actor import Actor, system_actor
from chains.scope import scope
from standards.actions.journey import keep_journey_steps
from standards.actions.rollout import push_standard
from standards.actions.waves import start_waves
from standards.models.texts import JourneyStep
from standards.rules.journey import Step
from standards.rules.waves import WaveDraft
from tests.conftest import Chains
from tests.factories.standards import TEXTS, in_force, revised, same_day_clause
from tests.graphql_caller import GraphQLCaller

AsRole = Callable[..., Actor]
NOW = datetime(2026, 5, 4, 2, tzinfo=UTC)
CHARTER = """query Charter($language: String) { charter(language: $language) { chainName
  chapters { name clauses { standard number text } } } }"""


def shown(chains: Chains, graphql: GraphQLCaller, language: str | None = None, **who: Any) -> list[dict[str, Any]]:
    answer = graphql(chains.a, CHARTER, {"language": language}, **who)
    found: list[dict[str, Any]] = answer["data"]["charter"]["chapters"]
    return found


def test_customers_read_what_is_promised_at_each_step(chains: Chains, graphql: GraphQLCaller, as_role: AsRole) -> None:
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        steps = (Step("ASK", {"en": "Asking"}), Step("COMPLAIN", {"en": "Complaining", "zh-hans": "投诉"}))
        keep_journey_steps(actor=officer, steps=steps, now=NOW)
        step_id = JourneyStep.objects.get(code="COMPLAIN").id
    promised = replace(same_day_clause("1"), is_public=True)
    narrowed = replace(promised, number="4", scope={"store_ids": [chains.a.store]})
    in_force(
        chains.a, NOW, promised, replace(promised, number="2", journey_step_id=step_id), same_day_clause("3"), narrowed
    )
    chapters = shown(chains, graphql, as_=None)
    assert [(each["name"], [clause["number"] for clause in each["clauses"]]) for each in chapters] == [
        ("Complaining", ["2"]),
        (None, ["1"]),
    ]
    assert chapters[0]["clauses"][0]["text"] == TEXTS["en"]
    chinese = shown(chains, graphql, "zh-hans", as_=None)
    assert (chinese[0]["name"], chinese[0]["clauses"][0]["text"]) == ("投诉", TEXTS["zh-hans"])
    assert shown(chains, graphql, as_="SERVICE_STAFF") == chapters
    assert graphql(chains.b, CHARTER, {}, as_=None)["data"]["charter"]["chapters"] == []


def test_what_is_on_its_way_is_promised_when_its_last_wave_has_come(
    chains: Chains, graphql: GraphQLCaller, as_role: AsRole
) -> None:
    first = in_force(chains.a, NOW, replace(same_day_clause("1"), is_public=True))
    officer, machine = as_role(chains.a, "QUALITY_OFFICER"), system_actor()
    second = revised(chains.a, first, NOW, replace(same_day_clause("2"), is_public=True))
    with scope(chains.a.chain, officer):
        waves = [WaveDraft(share=50), WaveDraft(NOW + timedelta(days=1))]
        push_standard(actor=officer, version_id=second.id, waves=waves, now=NOW)
    assert [clause["number"] for chapter in shown(chains, graphql) for clause in chapter["clauses"]] == ["1"]
    with scope(chains.a.chain, machine):
        start_waves(actor=machine, now=NOW + timedelta(days=1))
    assert [clause["number"] for chapter in shown(chains, graphql) for clause in chapter["clauses"]] == ["2"]


def test_the_charter_speaks_the_languages_that_there_are(chains: Chains, graphql: GraphQLCaller) -> None:
    answer = graphql(chains.a, CHARTER, {"language": "tlh"}, as_=None)
    assert answer["errors"][0]["extensions"]["code"] == "INVALID"
