"""Rollouts through the API: how far they have come is told to stores, what became of other stores is not."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.base.ids import global_id
from chains.actor import Actor
from chains.scope import scope
from standards.actions.rollout import push_standard
from standards.actions.waves import start_waves
from standards.models.rollouts import RolloutPause
from standards.rules.waves import RolloutState, WaveDraft
from tests.conftest import Chains
from tests.factories.standards import approved
from tests.graphql_caller import GraphQLCaller

AsRole = Callable[..., Actor]
NOW = datetime(2026, 5, 4, 2, tzinfo=UTC)
OPEN_TO_STORES = """{ standards(first: 1) { nodes { versions(first: 1) { nodes { rollouts(first: 1) { nodes {
  state stopRule { mostComplaints } waves(first: 5) { nodes { position share startedAt } }
  pauses(first: 5) { nodes { reason pausedByName } } stores(first: 5) { totalCount } } } } } } } }"""
HEADQUARTERS_ALONE = """{ standards(first: 1) { nodes { versions(first: 1) { nodes { rollouts(first: 1) { nodes {
  %s } } } } } } }"""


@pytest.fixture
def paused(chains: Chains, as_role: AsRole) -> str:
    """A rollout that was paused after its first wave, as a stop rule does; its global id."""
    officer = as_role(chains.a, "QUALITY_OFFICER")
    version = approved(chains.a, NOW)
    with scope(chains.a.chain, officer):
        waves = [WaveDraft(store_ids=[chains.a.store]), WaveDraft(NOW + timedelta(days=1))]
        rollout = push_standard(actor=officer, version_id=version.id, waves=waves, now=NOW)
        figures = {"stores": 1, "met": 1, "missed": 3, "complaints": 2}
        RolloutPause.objects.create(rollout=rollout, paused_at=NOW, figures=figures)
        start_waves(actor=officer, now=NOW + timedelta(days=2))
        return global_id("Rollout", rollout.id)


def rollout_in(answer: dict[str, Any]) -> dict[str, Any]:
    (standard,) = answer["data"]["standards"]["nodes"]
    found: dict[str, Any] = standard["versions"]["nodes"][0]["rollouts"]["nodes"][0]
    return found


def test_a_store_reads_how_far_a_rollout_has_come(chains: Chains, graphql: GraphQLCaller, paused: str) -> None:
    found = rollout_in(graphql(chains.a, OPEN_TO_STORES, as_="SERVICE_STAFF"))
    assert (found["state"], found["stopRule"], found["stores"]["totalCount"]) == ("PAUSED", None, 1)
    waves = found["waves"]["nodes"]
    assert [(wave["share"], wave["startedAt"] is None) for wave in waves] == [(None, False), (100, True)]
    assert found["pauses"]["nodes"] == [{"reason": "", "pausedByName": None}]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ("targets { storeIds areaIds storeKinds }", {"storeIds": [], "areaIds": [], "storeKinds": []}),
        (
            "pauses(first: 1) { nodes { figures { stores cases shareMet complaints } } }",
            {"nodes": [{"figures": {"stores": 1, "cases": 4, "shareMet": 25.0, "complaints": 2}}]},
        ),
    ],
)
def test_headquarters_alone_reads_about_other_stores(
    chains: Chains, graphql: GraphQLCaller, paused: str, fields: str, told: object
) -> None:
    document = HEADQUARTERS_ALONE % fields
    (value,) = rollout_in(graphql(chains.a, document, as_="QUALITY_OFFICER")).values()
    assert value == told
    refused = graphql(chains.a, document, as_="SERVICE_STAFF")
    assert {error["extensions"]["code"] for error in refused["errors"]} == {"NOT_PERMITTED"}


def test_adoption_is_for_those_who_read_verdicts(chains: Chains, graphql: GraphQLCaller, paused: str) -> None:
    document = "query Adoption($id: ID!) { adoption(rolloutId: $id) { meant steps { step stores people } } }"
    found = graphql(chains.a, document, {"id": paused}, as_="QUALITY_OFFICER")["data"]["adoption"]
    assert (found["meant"], found["steps"][0]["step"], found["steps"][0]["stores"]) == (2, "PUSHED", 1)
    refused = graphql(chains.a, document, {"id": paused}, as_="SERVICE_STAFF")
    assert [error["extensions"]["code"] for error in refused["errors"]] == ["NOT_PERMITTED"]
    missing = graphql(chains.a, document, {"id": global_id("Rollout", chains.a.store)}, as_="QUALITY_OFFICER")
    assert [error["extensions"]["code"] for error in missing["errors"]] == ["NOT_FOUND"]


def test_rollouts_are_listed_by_how_far_they_have_come(chains: Chains, graphql: GraphQLCaller, paused: str) -> None:
    document = "query Listed($state: RolloutState) { rollouts(first: 5, state: $state) { nodes { id state } } }"
    for state in (None, *RolloutState.values):
        for role in ("QUALITY_OFFICER", "SERVICE_STAFF"):
            found = graphql(chains.a, document, {"state": state}, as_=role)["data"]["rollouts"]["nodes"]
            assert found == ([{"id": paused, "state": "PAUSED"}] if state in (None, "PAUSED") else []), (state, role)


def test_a_rollout_that_is_over_is_found_by_its_standard(
    chains: Chains, graphql: GraphQLCaller, as_role: AsRole
) -> None:
    officer = as_role(chains.a, "QUALITY_OFFICER")
    version, other = approved(chains.a, NOW), approved(chains.a, NOW)
    with scope(chains.a.chain, officer):
        for each in (version, other):
            push_standard(actor=officer, version_id=each.id, now=NOW)
    document = """query Listed($standard: ID, $state: RolloutState) {
      rollouts(first: 5, standardId: $standard, state: $state) { nodes { version { number } } } }"""
    standard = global_id("Standard", version.standard_id)
    given = {"standard": standard, "state": "DONE"}
    found = graphql(chains.a, document, given, as_="QUALITY_OFFICER")["data"]["rollouts"]["nodes"]
    assert found == [{"version": {"number": 1}}]
    nowhere = {"standard": global_id("Standard", version.id)}
    assert graphql(chains.a, document, nowhere, as_="QUALITY_OFFICER")["data"]["rollouts"]["nodes"] == []
