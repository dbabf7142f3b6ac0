"""Whom one sees: the people of one's stores, their roles there, and no address without need (S01, S15)."""

import pytest

from tests.conftest import Chains
from tests.graphql_caller import GraphQLCaller

MEMBERS = """{ members(first: 50) { totalCount nodes {
    name email assignments(first: 10) { nodes { role store { name } area { name } } } } } }"""


@pytest.mark.parametrize(
    ("who", "count"),
    [
        ("HQ_ADMINISTRATOR", 10),
        ("QUALITY_OFFICER", 10),
        ("HQ_TRAINER", 10),
        ("AREA_SUPERVISOR", 5),
        ("STORE_MANAGER", 4),
        ("SERVICE_STAFF", 4),
        ("STORE_MANAGER_2", 2),
    ],
)
def test_one_sees_the_people_of_ones_stores_and_oneself(
    chains: Chains, graphql: GraphQLCaller, who: str, count: int
) -> None:
    assert graphql(chains.a, MEMBERS, as_=who)["data"]["members"]["totalCount"] == count


def test_s15_staff_are_not_told_addresses(chains: Chains, graphql: GraphQLCaller) -> None:
    answer = graphql(chains.a, MEMBERS, as_="SERVICE_STAFF")
    assert {node["email"] for node in answer["data"]["members"]["nodes"]} == {None}
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"NOT_PERMITTED"}


def test_a_manager_sees_roles_with_the_stores_they_hold_for(chains: Chains, graphql: GraphQLCaller) -> None:
    nodes = graphql(chains.a, MEMBERS, as_="STORE_MANAGER")["data"]["members"]["nodes"]
    told = {node["name"]: node["assignments"]["nodes"] for node in nodes}
    assert told["Mentor"] == [{"role": "MENTOR", "store": {"name": "Store 1"}, "area": None}]


def test_hq_sees_roles_of_areas_and_of_the_chain(chains: Chains, graphql: GraphQLCaller) -> None:
    nodes = graphql(chains.a, MEMBERS, as_="HQ_ADMINISTRATOR")["data"]["members"]["nodes"]
    told = {node["name"]: node["assignments"]["nodes"] for node in nodes}
    assert told["Area supervisor"] == [{"role": "AREA_SUPERVISOR", "store": None, "area": {"name": "Area 1"}}]
    assert told["HQ administrator"] == [{"role": "HQ_ADMINISTRATOR", "store": None, "area": None}]


def test_only_those_who_may_or_may_not_sign_in(chains: Chains, graphql: GraphQLCaller) -> None:
    document = "{ members(first: 50, isActive: false) { totalCount } }"
    assert graphql(chains.a, document, as_="HQ_ADMINISTRATOR")["data"]["members"]["totalCount"] == 0


def test_invitations_are_for_those_who_invite(chains: Chains, graphql: GraphQLCaller) -> None:
    answer = graphql(chains.a, "{ invitations(first: 10) { totalCount } }", as_="SERVICE_STAFF")
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["NOT_PERMITTED"]
