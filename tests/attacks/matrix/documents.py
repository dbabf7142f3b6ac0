"""Documents that ask for everything, written from the schema itself."""

from collections.abc import Iterator
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
)

from api.base.things import Thing
from api.schema import schema

_DEEPEST_VALUE = 3


def thing_types(schema: GraphQLSchema) -> dict[str, GraphQLObjectType]:
    """Return every type that stands for a model, by its name."""
    return {name: named for name, named in schema.type_map.items() if is_thing(named)}


def is_thing(named: Any) -> bool:
    """Tell whether a type stands for a model."""
    made = getattr(named, "graphene_type", None)
    return isinstance(made, type) and issubclass(made, Thing)


def whole(named: GraphQLNamedType, *, depth: int = 0) -> str:
    """Return a selection of every field of a type that can be asked for without knowing more."""
    return " ".join(selection for _name, selection in selected_fields(named, depth=depth))


def own_words(named: Any) -> str:
    """Return a selection of what a thing says itself, without other things and lists; of a value, all of it."""
    if not is_thing(named):
        return whole(named)
    return " ".join(selection for name, selection in selected_fields(named) if not _leads_on(named.fields[name]))


def _leads_on(field: GraphQLField) -> bool:
    return is_paged(field) or is_thing(get_named_type(field.type))


def selected_fields(named: Any, *, depth: int = 0) -> Iterator[tuple[str, str]]:
    """Return each field's name and how to ask for it: things by their id, lists by a page of ids."""
    if not isinstance(named, GraphQLObjectType | GraphQLInterfaceType):
        return
    for name, field in named.fields.items():
        selection = _selected(name, field, depth)
        if selection is not None:
            yield name, selection


def _selected(name: str, field: GraphQLField, depth: int) -> str | None:
    if any(isinstance(argument.type, GraphQLNonNull) for argument in field.args.values()):
        return None
    named = get_named_type(field.type)
    if is_leaf_type(named):
        return name
    if is_paged(field):
        return f"{name}(first:5){{totalCount nodes{{id}}}}"
    if is_thing(named):
        return f"{name}{{id}}"
    inner = whole(named, depth=depth + 1) if depth < _DEEPEST_VALUE else ""
    return f"{name}{{{inner}}}" if inner else f"{name}{{__typename}}"


def is_paged(field: GraphQLField) -> bool:
    """Tell whether a field is a list in pages."""
    return {"first", "last"} <= field.args.keys()


def node_document(named: GraphQLObjectType) -> str:
    """Return the query for one thing with everything that is on it."""
    return f"query($id:ID!){{node(id:$id){{__typename ...on {named.name}{{{whole(named)}}}}}}}"


def nodes_document(named: GraphQLObjectType, count: int) -> str:
    """Return the query for several things of a type with everything that is on them."""
    ids = ",".join(f"$i{number}:ID!" for number in range(count))
    inner = " ".join(f"a{number}:node(id:$i{number}){{__typename ...told}}" for number in range(count))
    return f"query({ids}){{{inner}}} fragment told on {named.name}{{{whole(named)}}}"


def questions(schema: GraphQLSchema) -> dict[str, str]:
    """Return a document for every query of a schema that can be asked without knowing anything."""
    documents: dict[str, str] = {}
    for name, field in schema.query_type.fields.items() if schema.query_type else ():
        if any(isinstance(argument.type, GraphQLNonNull) for argument in field.args.values()):
            continue
        if is_paged(field):
            connection: Any = get_named_type(field.type)
            node = get_named_type(connection.fields["nodes"].type)
            documents[name] = f"{{{name}(first:20){{totalCount nodes{{{whole(node)}}}}}}}"
        else:
            inner = whole(get_named_type(field.type))
            documents[name] = f"{{{name}{{{inner}}}}}" if inner else f"{{{name}}}"
    return documents


SCHEMA = schema.graphql_schema
# A document for every query that can be asked without knowing anything.
QUESTIONS = questions(SCHEMA)
