"""Two types of the code under one name are refused, wherever in the schema the second of them stands."""

from enum import Enum
from typing import Any

import graphene
import pytest

from api.base.enums import enum_of
from api.base.naming import NameTaken, Schema


def kinds(module: str, *names: str) -> type[Enum]:
    """An enumeration `Kind`, as an app of its own might have one."""
    made = Enum("Kind", {name: name for name in names}, module=module)
    made.__doc__ = "Kinds."
    return made


FIRST = enum_of(kinds("orders.models", "LOST", "LATE"))
SECOND = enum_of(kinds("visits.models", "PRAISE"))


class Shape(graphene.ObjectType):
    kind = graphene.Field(FIRST)


class Round(graphene.ObjectType):
    class Meta:
        name = "Shape"


class Asked(graphene.InputObjectType):
    kind = graphene.InputField(SECOND)


@pytest.mark.parametrize(
    ("second", "names"),
    [
        (graphene.Field(SECOND), "Kind: .*models.Kind and .*models.Kind"),
        (graphene.List(graphene.NonNull(SECOND)), "Kind: "),
        (graphene.Field(lambda: SECOND), "Kind: "),
        (graphene.String(kind=graphene.Argument(SECOND)), "Kind: "),
        (graphene.String(asked=graphene.Argument(Asked)), "Kind: "),
        (graphene.Field(Round), "Shape: "),
    ],
    ids=["field", "list", "later", "argument", "input", "object"],
)
def test_a_second_type_of_a_name_is_refused(second: Any, names: str) -> None:
    query = type("Query", (graphene.ObjectType,), {"first": graphene.Field(Shape), "second": second})
    with pytest.raises((NameTaken, TypeError), match=names):
        Schema(query=query)


def test_a_type_may_stand_in_many_places() -> None:
    places = {"one": graphene.Field(Shape), "other": graphene.List(lambda: Shape), "kind": graphene.Field(FIRST)}
    query = type("Query", (graphene.ObjectType,), places)
    assert set(Schema(query=query).graphql_schema.type_map) >= {"Shape", "Kind", "Query"}
