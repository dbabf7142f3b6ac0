"""Who can be paired as a mentor, by who pairs: the walls hide from a store who holds a role above it (R2, R3)."""

from typing import Any
from uuid import UUID

import pytest

from api.base.ids import global_id
from kit.ids import new_id
from tests.conftest import Chains
from tests.graphql_caller import GraphQLCaller

FROM_ABOVE = {
    "en": "A store and its area pair who works at the store. Headquarters pairs who leads training there from above.",
    "zh-hans": "门店和区域只能安排在此门店工作的人为导师；由区域或总部负责该门店培训的人，由总部安排。",
    "zh-hant": "門店和區域只能安排在此門店工作的人為導師；由區域或總部負責該門店培訓的人，由總部安排。",
}


def paired(graphql: GraphQLCaller, chains: Chains, mentor_id: UUID, *, as_: str, language: str = "en") -> Any:
    given = {"storeId": global_id("Store", chains.a.store), "mentorId": global_id("Member", mentor_id)}
    given["apprenticeId"] = global_id("Member", chains.a.people["SERVICE_STAFF"])
    return graphql.attempt(chains.a, "pairMentor", "mentorship { state }", given, as_=as_, language=language)


@pytest.mark.parametrize(
    ("who", "mentor"),
    [
        ("STORE_MANAGER", "MENTOR"),
        ("SERVICE_SUPERVISOR", "STORE_MANAGER"),
        ("AREA_SUPERVISOR", "MENTOR"),
        ("AREA_SUPERVISOR", "AREA_SUPERVISOR"),
        ("HQ_TRAINER", "HQ_TRAINER"),
        ("HQ_TRAINER", "AREA_SUPERVISOR"),
        ("QUALITY_OFFICER", "MENTOR"),
    ],
)
def test_r2_whoever_pairs_names_themselves_or_whom_they_see_to_be_fit(
    who: str, mentor: str, chains: Chains, graphql: GraphQLCaller
) -> None:
    done = paired(graphql, chains, chains.a.people[mentor], as_=who)
    assert done == {"mentorship": {"state": "RUNNING"}, "userErrors": []}


@pytest.mark.parametrize("language", FROM_ABOVE)
@pytest.mark.parametrize("who", ["STORE_MANAGER", "SERVICE_SUPERVISOR", "AREA_SUPERVISOR"])
def test_r2_who_sees_nobody_above_the_store_is_told_who_pairs_them_and_nothing_of_who_it_is(
    who: str, language: str, chains: Chains, graphql: GraphQLCaller
) -> None:
    people = chains.a.people
    for mentor_id in (people["HQ_TRAINER"], people["SERVICE_STAFF_2"], new_id()):
        refused = paired(graphql, chains, mentor_id, as_=who, language=language)
        wanted = {"code": "MENTOR_NOT_OF_STORE", "message": FROM_ABOVE[language], "field": ["mentorId"]}
        assert refused == {"mentorship": None, "userErrors": [wanted]}


def test_r2_headquarters_sees_whether_somebody_is_fit(chains: Chains, graphql: GraphQLCaller) -> None:
    refused = paired(graphql, chains, chains.a.people["SERVICE_STAFF_2"], as_="HQ_TRAINER")
    assert [each["code"] for each in refused["userErrors"]] == ["MENTOR_NOT_FIT"]
