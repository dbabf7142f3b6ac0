"""Versions that were sent back: what was said of a draft is headquarters', also when the text came to stores since."""

from datetime import UTC, datetime
from typing import Any

import pytest

from api.base.ids import global_id
from chains.scope import scope
from standards.actions.drafting import approve_standard, draft_standard, return_standard, submit_standard
from standards.actions.rollout import push_standard
from standards.models.texts import VersionReturn
from tests.conftest import Chains
from tests.factories.people import actor_of_role
from tests.factories.standards import TITLES, same_day_clause
from tests.graphql_caller import GraphQLCaller

NOW = datetime(2026, 5, 4, 2, tzinfo=UTC)
OF_THE_VERSION = """{ standards(first: 1) { nodes { versions(first: 1) { nodes {
  returns(first: 2) { nodes { reason } } } } } } }"""
BY_ITSELF = "query($id: ID!) { node(id: $id) { ... on VersionReturn { reason } } }"


@pytest.fixture
def sent_back(chains: Chains) -> str:
    """A version in force that was sent back before it was approved; the global id of its return."""
    officer, administrator = actor_of_role(chains.a, "QUALITY_OFFICER"), actor_of_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, officer):
        version = draft_standard(actor=officer, titles=TITLES, clauses=[same_day_clause()], now=NOW)
        about: dict[str, Any] = {"version_id": version.id, "now": NOW}
        submit_standard(actor=officer, **about)
    with scope(chains.a.chain, administrator):
        return_standard(actor=administrator, reason="Stores won't do this.", **about)
    with scope(chains.a.chain, officer):
        submit_standard(actor=officer, **about)
    with scope(chains.a.chain, administrator):
        approve_standard(actor=administrator, **about)
        push_standard(actor=administrator, **about)
        return global_id("VersionReturn", VersionReturn.objects.get().id)


def test_headquarters_reads_why_a_version_was_sent_back(chains: Chains, graphql: GraphQLCaller, sent_back: str) -> None:
    said = {"reason": "Stores won't do this."}
    (standard,) = graphql(chains.a, OF_THE_VERSION, as_="QUALITY_OFFICER")["data"]["standards"]["nodes"]
    assert standard["versions"]["nodes"][0]["returns"]["nodes"] == [said]
    assert graphql(chains.a, BY_ITSELF, {"id": sent_back}, as_="QUALITY_OFFICER")["data"]["node"] == said


@pytest.mark.parametrize("who", ["STORE_MANAGER", "SERVICE_STAFF", "AREA_SUPERVISOR"])
def test_a_store_and_its_area_read_nothing_of_it(
    who: str, chains: Chains, graphql: GraphQLCaller, sent_back: str
) -> None:
    for document, given, code in (
        (OF_THE_VERSION, {}, "NOT_PERMITTED"),
        # As if there were none.
        (BY_ITSELF, {"id": sent_back}, "NOT_FOUND"),
    ):
        refused = graphql(chains.a, document, given, as_=who)
        assert "Stores won't" not in str(refused)
        assert {error["extensions"]["code"] for error in refused["errors"]} == {code}
