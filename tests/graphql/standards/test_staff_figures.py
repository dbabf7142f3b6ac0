"""Staff figures by name or of the store only, through the API: HQ's policy, and what is told of people under it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from api.base.ids import global_id
from chains.actor import Actor, system_actor
from chains.scope import scope
from complaints.actions.filing import accept_complaint
from complaints.actions.working import record_investigation
from journal.models import Entry
from standards.actions.measuring import measure_entry
from standards.queries.staffing import people_shown
from tests.conftest import Chains
from tests.factories.complaints import filed
from tests.factories.standards import in_force
from tests.graphql_caller import GraphQLCaller

AsRole = Callable[..., Actor]
NOW = datetime(2026, 5, 4, 2, tzinfo=UTC)
POLICIES = "{ staffFiguresPolicies { kind sees } }"
VERDICTS = """query Verdicts($store: ID, $member: ID) { verdicts(first: 9, storeId: $store, memberId: $member) {
  nodes { state memberId memberName } } }"""
BY_MEMBER = """query ByMember($store: ID!, $member: ID) { conformanceByMember(
  storeId: $store, memberId: $member, firstOn: "2026-05-01", lastOn: "2026-05-31") {
  memberId memberName clause { number } tallies { state count } shareMet } }"""
STORE = """query Store($store: ID!) { conformanceByMonth(storeId: $store, since: "2026-05-01", until: "2026-05-31") {
  shareMet } }"""
OWNED = """query Owned($owner: ID) { complaints(first: 9, ownerId: $owner) {
  nodes { ownerName owner { id } takenByName } } }"""
OUTSTANDING = """query Out($store: ID!) { acknowledgementsOutstanding(storeId: $store, first: 9) {
  totalCount nodes { memberId } } }"""
JOURNAL = """query Journal($store: ID!) { journal(storeId: $store, first: 50) {
  nodes { kind actorName before after } } }"""


@pytest.fixture
def policy(graphql: GraphQLCaller, chains: Chains) -> Callable[..., Any]:
    """`policy("STORE_ONLY")` is set by HQ for the kind of store that the furnished ones are."""

    def set_(sees: str, *, as_: str = "HQ_ADMINISTRATOR") -> Any:
        given = {"kind": "COMPANY_OWNED", "sees": sees}
        return graphql.attempt(chains.a, "setStaffFiguresPolicy", "staffFiguresPolicy { kind sees }", given, as_=as_)

    return set_


@pytest.fixture
def looked_into(chains: Chains, as_role: AsRole) -> None:
    """A complaint that the manager took down and looked into in time."""
    in_force(chains.a, NOW - timedelta(days=1))
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        complaint, soon = filed(manager, chains.a.store, NOW).complaint, NOW + timedelta(hours=1)
        accept_complaint(actor=manager, complaint_id=complaint.id, now=soon)
        record_investigation(actor=manager, complaint_id=complaint.id, findings="The lamp was broken.", now=soon)
    with scope(chains.a.chain, system_actor()):
        for entry in Entry.objects.filter(subject_id=complaint.id).in_order():
            measure_entry(actor=system_actor(), entry=entry, now=NOW + timedelta(hours=2))


def test_hq_alone_says_what_is_seen_of_staff_and_the_journal_keeps_what_it_was(
    chains: Chains, graphql: GraphQLCaller, policy: Callable[..., Any]
) -> None:
    named = [{"kind": "FRANCHISED", "sees": "NAMED"}, {"kind": "COMPANY_OWNED", "sees": "NAMED"}]
    assert graphql(chains.a, POLICIES, as_="SERVICE_STAFF")["data"]["staffFiguresPolicies"] == named
    for who in ("QUALITY_OFFICER", "AREA_SUPERVISOR", "STORE_MANAGER"):
        assert [error["code"] for error in policy("STORE_ONLY", as_=who)["userErrors"]] == ["NOT_PERMITTED"]
    assert policy("STORE_ONLY")["staffFiguresPolicy"] == {"kind": "COMPANY_OWNED", "sees": "STORE_ONLY"}
    with scope(chains.a.chain, system_actor()):
        entry = Entry.objects.get(kind="STAFF_FIGURES_POLICY_SET")
    assert (entry.before, entry.after) == (
        {"kind": "COMPANY_OWNED", "sees": "NAMED"},
        {"kind": "COMPANY_OWNED", "sees": "STORE_ONLY"},
    )


def test_cases_are_counted_by_person_and_followed_down_to_each_of_them(
    chains: Chains, graphql: GraphQLCaller, looked_into: None
) -> None:
    store, manager = global_id("Store", chains.a.store), global_id("Member", chains.a.people["STORE_MANAGER"])
    (counted,) = graphql(chains.a, BY_MEMBER, {"store": store}, as_="QUALITY_OFFICER")["data"]["conformanceByMember"]
    assert (counted["memberId"], counted["memberName"], counted["shareMet"]) == (manager, "Store manager", 100.0)
    assert {"state": "MET", "count": 1} in counted["tallies"]
    asked = {"store": store, "member": counted["memberId"]}
    (case,) = graphql(chains.a, VERDICTS, asked, as_="QUALITY_OFFICER")["data"]["verdicts"]["nodes"]
    assert case == {"state": "MET", "memberId": manager, "memberName": "Store manager"}
    asked["member"] = global_id("Member", chains.a.people["SERVICE_STAFF"])
    assert graphql(chains.a, VERDICTS, asked, as_="QUALITY_OFFICER")["data"]["verdicts"]["nodes"] == []
    assert graphql(chains.a, BY_MEMBER, asked, as_="QUALITY_OFFICER")["data"]["conformanceByMember"] == []
    # Whoever reads no verdicts is told of themselves alone.
    assert graphql(chains.a, BY_MEMBER, {"store": store}, as_="SERVICE_STAFF")["data"]["conformanceByMember"] == []


@pytest.mark.parametrize("who", ["HQ_ADMINISTRATOR", "QUALITY_OFFICER", "AREA_SUPERVISOR"])
def test_of_a_store_that_hides_its_staff_outsiders_get_figures_of_the_store_only(
    who: str, chains: Chains, graphql: GraphQLCaller, policy: Callable[..., Any], looked_into: None
) -> None:
    store, manager = global_id("Store", chains.a.store), global_id("Member", chains.a.people["STORE_MANAGER"])
    asked = {"store": store, "member": manager, "owner": manager}
    assert graphql(chains.a, OWNED, asked, as_=who)["data"]["complaints"]["nodes"][0]["owner"] == {"id": manager}
    policy("STORE_ONLY")

    def told(document: str, **given: str) -> Any:
        answer = graphql(chains.a, document, given, as_=who)
        assert "errors" not in answer, answer
        (found,) = answer["data"].values()
        return found

    assert told(VERDICTS, store=store)["nodes"] == [{"state": "MET", "memberId": None, "memberName": None}]
    assert told(VERDICTS, store=store, member=manager)["nodes"] == []
    assert told(BY_MEMBER, store=store) == told(BY_MEMBER, store=store, member=manager) == []
    assert told(STORE, store=store) == [{"shareMet": 100.0}]
    assert told(OWNED)["nodes"] == [{"ownerName": None, "owner": None, "takenByName": None}]
    assert told(OWNED, owner=manager)["nodes"] == []
    assert told(OUTSTANDING, store=store) == {"totalCount": 0, "nodes": []}
    if who != "AREA_SUPERVISOR":
        _check_journal(chains, told(JOURNAL, store=store)["nodes"])

    policy("NAMED")
    assert told(VERDICTS, store=store, member=manager)["nodes"][0]["memberName"] == "Store manager"


def _check_journal(chains: Chains, entries: list[dict[str, Any]]) -> None:
    """What happened at the store is told, and of nobody there; what else was recorded stays."""
    of_store = {str(chains.a.people[who]) for who in ("STORE_MANAGER", "SERVICE_STAFF")}
    assert not [key for key in of_store if key in orjson.dumps(entries).decode()]
    by_kind = {entry["kind"]: entry for entry in entries}
    assert by_kind["COMPLAINT_FILED"]["actorName"] is None
    assert orjson.loads(by_kind["COMPLAINT_FILED"]["after"])["owner_id"] is None
    assert orjson.loads(by_kind["COMPLAINT_FILED"]["after"])["severity"] == "SERIOUS"


def test_the_stores_own_people_see_each_other_and_hq_in_their_place_does_not(
    chains: Chains, graphql: GraphQLCaller, as_role: AsRole, policy: Callable[..., Any], looked_into: None
) -> None:
    policy("STORE_ONLY")
    (case,) = graphql(chains.a, VERDICTS, as_="STORE_MANAGER")["data"]["verdicts"]["nodes"]
    assert case["memberName"] == "Store manager"
    manager, staff = as_role(chains.a, "STORE_MANAGER"), chains.a.people["SERVICE_STAFF"]
    in_their_place = replace(manager, behalf_of_id=chains.a.people["HQ_ADMINISTRATOR"])
    named = (chains.a.store, staff)
    with scope(chains.a.chain, manager):
        assert people_shown(manager, [named]) == {named: "Service staff"}
        assert people_shown(in_their_place, [named]) == {}


def test_people_of_the_chain_are_named_wherever_they_act_and_of_whom_nothing_is_known_nobody_is_told(
    chains: Chains, as_role: AsRole, policy: Callable[..., Any]
) -> None:
    policy("STORE_ONLY")
    trainer, staff = chains.a.people["HQ_TRAINER"], chains.a.people["SERVICE_STAFF"]
    administrator = as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, administrator):
        named = people_shown(administrator, [(chains.a.store, trainer), (None, trainer), (None, staff)])
    assert named == {(chains.a.store, trainer): "HQ trainer", (None, trainer): "HQ trainer"}
