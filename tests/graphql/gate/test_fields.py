"""The permission table, built into the schema."""

from typing import Any

import graphene
import pytest

from api.base.permitted import Everyone, of_type
from api.gate.fields import IncompleteTable, public_fields, seal
from members.rules.permissions import Permission
from tests.graphql import toy as toys


def toy_schema() -> Any:
    return graphene.Schema(query=toys.Query, mutation=toys.Mutation).graphql_schema


@pytest.mark.parametrize("left_out", ["Store.name", "Store", "Query.areas", "Mutation.renameArea"])
def test_s01_a_schema_with_a_field_that_nobody_has_judged_is_not_built(left_out: str) -> None:
    table = {name: needs for name, needs in toys.TABLE.items() if name != left_out}
    with pytest.raises(IncompleteTable, match=left_out):
        seal(toy_schema(), table)


def test_a_line_for_a_field_that_is_not_there_is_an_error_too() -> None:
    with pytest.raises(IncompleteTable, match=r"Store\.gone"):
        seal(toy_schema(), {**toys.TABLE, "Store.gone": Everyone.MEMBER})


def test_s15_a_field_that_needs_more_is_null_and_says_why(toy: Any) -> None:
    answer = toy("{stores(first:1){nodes{name openedAt}}}", as_="SERVICE_STAFF")
    assert answer["data"]["stores"]["nodes"] == [{"name": "Store 1", "openedAt": None}]
    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "NOT_PERMITTED"
    assert error["path"] == ["stores", "nodes", 0, "openedAt"]


def test_who_holds_the_permission_sees_the_field(toy: Any) -> None:
    answer = toy("{stores(first:1){nodes{openedAt}}}")
    assert answer["data"]["stores"]["nodes"][0]["openedAt"]


def test_a_field_that_needs_more_becomes_nullable_and_others_stay() -> None:
    fields = toys.SCHEMA.graphql_schema.type_map["Store"].fields
    assert str(fields["openedAt"].type) == "DateTime"
    assert str(fields["name"].type) == "String!"


def test_only_what_the_table_calls_public_is() -> None:
    assert public_fields(toys.TABLE) == {"hello"}


def test_a_row_of_the_table_names_the_type_and_its_fields() -> None:
    assert of_type("A", Everyone.PUBLIC, "x y", z=Permission.READ_STORES) == {
        "A": Everyone.PUBLIC,
        "A.x": Everyone.PUBLIC,
        "A.y": Everyone.PUBLIC,
        "A.z": Permission.READ_STORES,
    }


def test_a_thing_is_fetched_again_by_its_id_where_it_may_be_seen(toy: Any) -> None:
    node = "query($id:ID!){node(id:$id){id __typename}}"
    stores = toy("{stores(first:9){nodes{id name}}}")["data"]["stores"]["nodes"]
    for store in stores:
        answer = toy(node, as_="SERVICE_STAFF", id=store["id"])
        if store["name"] == "Store 1":
            assert answer["data"]["node"] == {"id": store["id"], "__typename": "Store"}
        else:
            assert answer["errors"][0]["extensions"]["code"] == "NOT_FOUND"
