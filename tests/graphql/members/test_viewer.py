"""Who is calling, as the API tells it."""

from tests.conftest import Chains
from tests.graphql_caller import GraphQLCaller

VIEWER = "{ viewer { name email permissions isRepresented assignments { role reach storeId areaId } } }"


def test_an_area_supervisor_sees_their_own_role_although_areas_see_no_roles_of_areas(
    chains: Chains, graphql: GraphQLCaller
) -> None:
    answer = graphql(chains.a, VIEWER, as_="AREA_SUPERVISOR")
    viewer = answer["data"]["viewer"]
    assert viewer["email"] == chains.a.email("AREA_SUPERVISOR")
    assert [assignment["role"] for assignment in viewer["assignments"]] == ["AREA_SUPERVISOR"]
    assert viewer["assignments"][0]["areaId"] is not None
    assert not viewer["isRepresented"]


def test_nobody_is_told_who_they_are(chains: Chains, graphql: GraphQLCaller) -> None:
    response = graphql.post(chains.a, {"query": VIEWER})
    assert response.status_code == 401
    assert response.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
