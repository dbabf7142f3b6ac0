"""Waivers through the API."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from api.base.ids import global_id
from chains.actor import Actor
from chains.scope import scope
from tests.conftest import Chains
from tests.factories.standards import in_force
from tests.graphql_caller import GraphQLCaller

AsRole = Callable[..., Actor]
NOW = datetime(2026, 5, 4, 2, tzinfo=UTC)
WAIVE = """mutation Waive($input: WaiveClauseInput!) { waiveClause(input: $input) {
  waiver { id reason until endedAt waivedByName store { code } clause { number } } userErrors { code field } } }"""
END = """mutation End($input: EndWaiverInput!) { endWaiver(input: $input) {
  waiver { endedAt } userErrors { code field } } }"""
WAIVERS = "query Waivers($store: ID!) { waivers(storeId: $store, first: 5) { nodes { id reason endedAt } } }"


def test_headquarters_lets_a_store_off_a_clause_and_the_store_reads_it(
    chains: Chains, graphql: GraphQLCaller, as_role: AsRole
) -> None:
    version = in_force(chains.a, NOW)
    with scope(chains.a.chain, as_role(chains.a, "QUALITY_OFFICER")):
        clause = global_id("Clause", version.clauses.get().id)
    store, until = global_id("Store", chains.a.store), (timezone.now() + timedelta(days=9)).isoformat()
    given = {"input": {"storeId": store, "clauseId": clause, "until": until, "reason": "The street is flooded."}}
    refused = graphql(chains.a, WAIVE, given, as_="STORE_MANAGER")["data"]["waiveClause"]
    assert refused == {"waiver": None, "userErrors": [{"code": "NOT_PERMITTED", "field": []}]}
    done = graphql(chains.a, WAIVE, given, as_="QUALITY_OFFICER")["data"]["waiveClause"]
    assert done["userErrors"] == []
    waiver = done["waiver"]
    assert (waiver["waivedByName"], waiver["store"]["code"], waiver["clause"]["number"]) == (
        "Quality officer",
        "S1",
        "1",
    )
    again = graphql(chains.a, WAIVE, given, as_="QUALITY_OFFICER")["data"]["waiveClause"]
    assert again["userErrors"] == [{"code": "WAIVED_ALREADY", "field": ["clauseId"]}]
    (read,) = graphql(chains.a, WAIVERS, {"store": store}, as_="SERVICE_STAFF")["data"]["waivers"]["nodes"]
    assert read == {"id": waiver["id"], "reason": "The street is flooded.", "endedAt": None}
    ended = graphql(chains.a, END, {"input": {"waiverId": waiver["id"]}}, as_="QUALITY_OFFICER")["data"]["endWaiver"]
    assert ended["userErrors"] == []
    assert ended["waiver"]["endedAt"] is not None
