"""Who can be asked to put something right, by who asks: the walls hide from a store who holds a role above it (R3)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from api.base.ids import global_id
from chains.scope import scope
from inspections.actions.inspecting import complete_inspection, record_finding, start_inspection
from inspections.models.inspections import FindingResult, InspectionFinding
from kit.ids import new_id
from tests.conftest import Chains
from tests.factories.inspections import ITEMS, items_of, published, scheduled
from tests.factories.people import actor_of_role
from tests.graphql_caller import GraphQLCaller

FROM_ABOVE = {
    "en": "A store and its area name who works there, or themselves. Headquarters names who answers for it from above.",
    "zh-hans": "门店和区域只能指定在此门店工作的人或自己；由上级负责该门店的人，由总部指定。",
    "zh-hant": "門店和區域只能指定在此門店工作的人或自己；由上級負責該門店的人，由總部指定。",
}


def found_wrong(chains: Chains) -> str:
    """Return the global id of what a completed inspection found not to be met."""
    now, supervisor = timezone.now(), actor_of_role(chains.a, "AREA_SUPERVISOR")
    inspection = scheduled(chains.a, published(chains.a, now, ITEMS[0]), now)
    given: dict[str, Any] = {"actor": supervisor, "inspection_id": inspection.id, "now": now}
    with scope(chains.a.chain, supervisor):
        start_inspection(**given)
        (item,) = items_of(inspection.template)
        record_finding(item_id=item.id, result=FindingResult.NOT_MET, note="Dusty.", **given)
        complete_inspection(**given)
        return global_id("InspectionFinding", InspectionFinding.objects.get(inspection=inspection).id)


def asked(graphql: GraphQLCaller, chains: Chains, owner_id: UUID, *, as_: str, language: str = "en") -> Any:
    due_at = (timezone.now() + timedelta(days=2)).isoformat()
    given = {"findingId": found_wrong(chains), "what": "Clean it.", "dueAt": due_at}
    given["ownerId"] = global_id("Member", owner_id)
    wanted = "correctiveAction { id version state }"
    return graphql.attempt(chains.a, "requireCorrectiveAction", wanted, given, as_=as_, language=language)


@pytest.mark.parametrize(
    ("who", "owner"),
    [
        ("STORE_MANAGER", "SERVICE_STAFF"),
        ("SERVICE_SUPERVISOR", "STORE_MANAGER"),
        ("AREA_SUPERVISOR", "STORE_MANAGER"),
        ("AREA_SUPERVISOR", "AREA_SUPERVISOR"),
        ("QUALITY_OFFICER", "AREA_SUPERVISOR"),
        ("QUALITY_OFFICER", "QUALITY_OFFICER"),
    ],
)
def test_r3_whoever_asks_names_themselves_or_whom_they_see_to_be_fit(
    who: str, owner: str, chains: Chains, graphql: GraphQLCaller
) -> None:
    done = asked(graphql, chains, chains.a.people[owner], as_=who)
    assert (done["correctiveAction"]["state"], done["userErrors"]) == ("REQUIRED", [])


@pytest.mark.parametrize("language", FROM_ABOVE)
@pytest.mark.parametrize("who", ["STORE_MANAGER", "SERVICE_SUPERVISOR", "AREA_SUPERVISOR"])
def test_r3_who_sees_nobody_above_the_store_is_told_who_names_them_and_nothing_of_who_it_is(
    who: str, language: str, chains: Chains, graphql: GraphQLCaller
) -> None:
    people = chains.a.people
    wanted = {"code": "CORRECTION_OWNER_NOT_OF_STORE", "message": FROM_ABOVE[language], "field": ["ownerId"]}
    for owner_id in (people["QUALITY_OFFICER"], people["SERVICE_STAFF_2"], new_id()):
        refused = asked(graphql, chains, owner_id, as_=who, language=language)
        assert refused == {"correctiveAction": None, "userErrors": [wanted]}


def test_r3_headquarters_sees_whether_somebody_is_fit(chains: Chains, graphql: GraphQLCaller) -> None:
    refused = asked(graphql, chains, chains.a.people["SERVICE_STAFF_2"], as_="QUALITY_OFFICER")
    assert [each["code"] for each in refused["userErrors"]] == ["OWNER_NOT_FIT"]


def test_r3_what_is_handed_over_is_told_in_the_same_way(chains: Chains, graphql: GraphQLCaller) -> None:
    staff = chains.a.people["SERVICE_STAFF"]
    correction = asked(graphql, chains, staff, as_="STORE_MANAGER")["correctiveAction"]["id"]
    given = {"correctionId": correction, "ownerId": global_id("Member", chains.a.people["AREA_SUPERVISOR"])}
    for who, codes in (("STORE_MANAGER", ["CORRECTION_OWNER_NOT_OF_STORE"]), ("AREA_SUPERVISOR", [])):
        done = graphql.attempt(chains.a, "handOverCorrectiveAction", "correctiveAction { id }", given, as_=who)
        assert [each["code"] for each in done["userErrors"]] == codes
