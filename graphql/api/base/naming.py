"""One name of the schema, one type of the code: graphene itself would take the first of two and say nothing."""

import inspect
from typing import Any

import graphene
from graphene.types.schema import TypeMap
from graphql import GraphQLSchema, get_named_type


class NameTaken(Exception):
    """Two types of the code want the same name in the schema; the text names all three."""


class OneTypePerName(TypeMap):
    """The types of a schema by name; refuses a second type of a name."""

    def add_type(self, graphene_type: Any) -> Any:
        """Return the schema's type for one of the code; raises NameTaken."""
        wanted = graphene_type() if inspect.isfunction(graphene_type) else graphene_type
        made = super().add_type(wanted)
        if not isinstance(wanted, graphene.List | graphene.NonNull):
            has_it = getattr(get_named_type(made), "graphene_type", wanted)
            if has_it is not wanted:
                raise NameTaken(f"{made.name}: {_whence(has_it)} and {_whence(wanted)}")
        return made


class Schema(graphene.Schema):
    """A schema in which no two types of the code have the same name."""

    def __init__(self, *, query: Any, mutation: Any = None) -> None:
        self.query, self.mutation, self.subscription = query, mutation, None
        types = OneTypePerName(query, mutation)
        self.graphql_schema = GraphQLSchema(types.query, types.mutation)


def _whence(graphene_type: Any) -> str:
    made_of = getattr(graphene_type._meta, "enum", graphene_type)
    return f"{made_of.__module__}.{made_of.__qualname__}"
