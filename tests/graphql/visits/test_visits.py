"""Return visits through the API: what is refused, at which field, what a list costs, and who sees what."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from api.base.ids import global_id
from chains.actor import Actor
from chains.scope import scope
from customers.rules.particulars import Particulars
from tests.conftest import Chains
from tests.factories.visits import COLD, customer_at, later, made, planned
from tests.graphql_caller import GraphQLCaller
from visits.models.visits import ReturnVisit

AsRole = Callable[..., Actor]
PLAN = """mutation Plan($input: PlanReturnVisitInput!) { planReturnVisit(input: $input) {
  visit { reference state dueAt owner { name } } userErrors { code field } } }"""
TRY = """mutation Try($input: RecordVisitAttemptInput!) { recordVisitAttempt(input: $input) {
  visit { state version } userErrors { code field } } }"""
RULES = """mutation Rules($input: SetVisitRulesInput!) { setVisitRules(input: $input) {
  rules { number creditWithinDays leastAttempts rules { kind isOn withinDays consent } }
  userErrors { code field } } }"""
LIST = """query List($first: Int!) { returnVisits(first: $first, states: [TALKED]) { totalCount nodes {
  reference state dueAt isOverdue availableActions ownerName madeByName signedByName owner { name } customer { name }
  store { code } clocks(first: 3) { nodes { kind } } occasions(first: 3) { nodes { kind complaintId
  clocks(first: 3) { nodes { kind } } } } attempts(first: 3) { nodes { outcome } }
  points(first: 3) { nodes { said state decisions(first: 2) { nodes { decision } }
  promises(first: 2) { nodes { isKeptInTime clocks(first: 2) { nodes { kind } } } } } }
  handOvers(first: 3) { nodes { toOwnerName } }
  credits(first: 3) { nodes { callerName amount { amountMinor } } } } } }"""


def test_refusals_name_the_input_fields(chains: Chains, as_role: AsRole, graphql: GraphQLCaller) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        key = customer_at(staff, chains.a.store, timezone.now())
    usual = {
        "storeId": global_id("Store", chains.a.store),
        "customerId": global_id("Customer", key),
        "kind": "SERVICE",
    }
    cases: list[tuple[dict[str, Any], str, list[str]]] = [
        ({"customerId": global_id("Customer", chains.a.store)}, "NOT_FOUND", []),
        ({"happenedAt": "2999-01-01T00:00:00Z"}, "INVALID", ["happenedAt"]),
        ({"note": "x" * 10_001}, "TOO_LONG", ["note"]),
        ({"ownerId": global_id("Member", chains.a.people["MENTOR"])}, "VISIT_OWNER_NOT_AT_STORE", ["ownerId"]),
        ({"storeId": global_id("Store", chains.a.other_store)}, "NOT_FOUND", []),
    ]
    for wrong, code, field in cases:
        answer = graphql(chains.a, PLAN, {"input": usual | wrong}, as_="SERVICE_STAFF")["data"]["planReturnVisit"]
        (error,) = answer["userErrors"]
        assert (error["code"], error["field"], answer["visit"]) == (code, field, None)
    done = graphql(chains.a, PLAN, {"input": usual}, as_="SERVICE_STAFF")["data"]["planReturnVisit"]["visit"]
    assert (done["reference"], done["state"], done["owner"]) == ("S1-V00001", "DUE", {"name": "Service staff"})


def test_a_stale_attempt_shows_the_visit_as_it_is(chains: Chains, as_role: AsRole, graphql: GraphQLCaller) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        visit = made(staff, planned(staff, chains.a.store, timezone.now()).visit.id, timezone.now()).visit
    given = {"visitId": global_id("ReturnVisit", visit.id), "outcome": "NO_ANSWER", "expectedVersion": 1}
    answer = graphql(chains.a, TRY, {"input": given}, as_="SERVICE_STAFF")["data"]["recordVisitAttempt"]
    assert answer == {
        "visit": {"state": "SETTLED", "version": 2},
        "userErrors": [{"code": "STALE", "field": ["expectedVersion"]}],
    }


def test_hq_sets_the_rules_and_everybody_at_a_desk_reads_them(chains: Chains, graphql: GraphQLCaller) -> None:
    off = {"kind": "PURCHASE", "isOn": False, "withinDays": 2, "consent": "NOT_WITHDRAWN"}
    given = {"input": {"rules": [off], "creditWithinDays": 14, "expectedVersion": 0}}
    done = graphql(chains.a, RULES, given, as_="QUALITY_OFFICER")["data"]["setVisitRules"]
    assert (done["rules"]["number"], done["rules"]["creditWithinDays"], done["rules"]["leastAttempts"]) == (1, 14, 3)
    assert off in done["rules"]["rules"]
    stale = graphql(chains.a, RULES, given, as_="QUALITY_OFFICER")["data"]["setVisitRules"]["userErrors"]
    assert stale == [{"code": "VISIT_RULES_CHANGED", "field": ["expectedVersion"]}]
    no_complaints = {"input": {"rules": [{**off, "kind": "COMPLAINT"}]}}
    refused = graphql(chains.a, RULES, no_complaints, as_="QUALITY_OFFICER")["data"]["setVisitRules"]["userErrors"]
    assert refused == [{"code": "INVALID", "field": ["rules", "0", "isOn"]}]
    read = graphql(chains.a, "{ visitRules { number rules { kind } } }", as_="SERVICE_STAFF")["data"]["visitRules"]
    assert (read["number"], len(read["rules"])) == (1, 3)


def talked(staff: Actor, store_id: Any, number: int) -> ReturnVisit:
    now = timezone.now()
    who = customer_at(staff, store_id, now, Particulars(name="Li Lei", phone=f"139 0000 {number:04d}"))
    key = planned(staff, store_id, now, customer_id=who).visit.id
    return made(staff, key, now, COLD, later("The bill", now)).visit


def test_the_list_costs_the_same_for_two_visits_and_for_ten(
    chains: Chains, as_role: AsRole, graphql: GraphQLCaller
) -> None:
    staff, counts, number = as_role(chains.a, "SERVICE_STAFF"), [], 0
    for more in (2, 8):
        with scope(chains.a.chain, staff):
            for _one in range(more):
                number += 1
                talked(staff, chains.a.store, number)
        with CaptureQueriesContext(connections["default"]) as asked:
            answer = graphql(chains.a, LIST, {"first": 12}, as_="STORE_MANAGER")
        assert "errors" not in answer, answer
        selects = [each["sql"] for each in asked if each["sql"].startswith("SELECT")]
        counts.append(len([sql for sql in selects if "django_session" not in sql]))
    assert answer["data"]["returnVisits"]["totalCount"] == 10
    assert counts[0] == counts[1]


def test_each_sees_only_what_is_theirs(chains: Chains, as_role: AsRole, graphql: GraphQLCaller) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        talked(staff, chains.a.store, 1)
    for chain, role, count in (
        (chains.a, "SERVICE_STAFF", 1),
        (chains.a, "AREA_SUPERVISOR", 1),
        (chains.a, "QUALITY_OFFICER", 1),
        (chains.a, "SERVICE_STAFF_2", 0),
        (chains.b, "HQ_ADMINISTRATOR", 0),
    ):
        assert graphql(chain, LIST, {"first": 5}, as_=role)["data"]["returnVisits"]["totalCount"] == count
    refused = graphql(chains.a, LIST, {"first": 5}, as_="HQ_TRAINER")
    assert refused["errors"][0]["extensions"]["code"] == "NOT_PERMITTED"


def test_the_list_is_narrowed_by_owner_and_time(chains: Chains, as_role: AsRole, graphql: GraphQLCaller) -> None:
    staff, now = as_role(chains.a, "SERVICE_STAFF"), timezone.now()
    with scope(chains.a.chain, staff):
        planned(staff, chains.a.store, now)
    asked = "query($o: ID, $t: DateTime) { returnVisits(first: 3, ownerId: $o, dueBefore: $t) { totalCount } }"
    mine, manager = (global_id("Member", chains.a.people[who]) for who in ("SERVICE_STAFF", "STORE_MANAGER"))
    for owner, days, count in ((mine, 8, 1), (mine, 6, 0), (manager, 8, 0), (None, 8, 1)):
        given = {"o": owner, "t": (now + timedelta(days=days)).isoformat()}
        answer = graphql(chains.a, asked, given, as_="SERVICE_STAFF")
        assert answer["data"]["returnVisits"]["totalCount"] == count
