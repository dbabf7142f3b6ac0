"""What has to be acknowledged, through the API."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from api.base.ids import global_id
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
DUE = """query Due($store: ID!) { acknowledgementsDue(storeId: $store) {
  change clause { number text version { id } } before { rule { within } } questions { text options right } } }"""
OUTSTANDING = """query Outstanding($store: ID!) { acknowledgementsOutstanding(storeId: $store) {
  memberId memberName clause { number } } }"""
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
    (due,) = graphql(chains.a, DUE, store, as_="SERVICE_STAFF")["data"]["acknowledgementsDue"]
    assert (due["change"], due["clause"]["number"], due["before"]["rule"]["within"]) == ("SUBSTANCE", "2", "SAME_DAY")
    assert due["questions"][0] == {"text": "By when?", "options": ["Today", "Some day"], "right": None}
    outstanding = graphql(chains.a, OUTSTANDING, store, as_="STORE_MANAGER")["data"]["acknowledgementsOutstanding"]
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
    assert graphql(chains.a, DUE, store, as_="SERVICE_STAFF")["data"]["acknowledgementsDue"] == []
