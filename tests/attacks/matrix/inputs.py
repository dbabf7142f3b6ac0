"""Inputs for any deed, made up from the types of its fields, with ids of the test's choice."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
)

from api.base.inputs import IdOf, Line, Secret, Text

_LEAVES: dict[str, Any] = {
    "String": "Matrix",
    "Int": 1,
    "Float": 1.0,
    "Boolean": True,
    "DateTime": "2026-03-02T02:00:00Z",
    "Date": "2026-03-02",
    "TimeOfDay": "09:00",
    "Duration": "PT1H",
    "UUID": "01a20171-ce2c-75bf-8d98-063742c097c9",
    "MinorUnits": 100,
    "JSONString": "{}",
}
# Fields that every deed has and that say nothing about what it reaches.
_LEFT_OUT = frozenset({"idempotency_key", "expected_version"})


@dataclass(frozen=True)
class Place:
    """One id in a deed's input: its path and the type of thing it names."""

    path: tuple[str, ...]
    thing: str


def ids_in(named: GraphQLInputObjectType, path: tuple[str, ...] = ()) -> Iterator[Place]:
    """Return every place in an input where the id of a thing is asked."""
    for name, field, declared in fields_of(named):
        inner = get_named_type(field.type)
        if isinstance(declared, IdOf):
            yield Place((*path, name), declared.thing)
        elif isinstance(inner, GraphQLInputObjectType):
            yield from ids_in(inner, (*path, name))


def made_up(named: GraphQLInputObjectType, id_at: Callable[[Place], str], path: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return an input with a value for every field; `id_at` gives the ids."""
    return {name: _value(field.type, declared, (*path, name), id_at) for name, field, declared in fields_of(named)}


def fields_of(named: Any) -> Iterator[tuple[str, Any, Any]]:
    """Return each field's name, itself and its declaration, but for those that every deed has."""
    declared = named.graphene_type._meta.fields
    for name, field in named.fields.items():
        if field.out_name not in _LEFT_OUT:
            yield name, field, declared[field.out_name]


def _value(type_: Any, declared: Any, path: tuple[str, ...], id_at: Callable[[Place], str]) -> Any:
    if isinstance(type_, GraphQLNonNull):
        return _value(type_.of_type, declared, path, id_at)
    if isinstance(type_, GraphQLList):
        return [_value(type_.of_type, declared, path, id_at)]
    if isinstance(declared, IdOf):
        return id_at(Place(path, declared.thing))
    if isinstance(type_, GraphQLInputObjectType):
        return made_up(type_, id_at, path)
    if isinstance(type_, GraphQLEnumType):
        return next(iter(type_.values))
    if isinstance(declared, Text | Line | Secret):
        return "Matrix passphrase 1"[: declared.limit]
    if type_.name == "ID":
        raise LookupError(f"{path}: an id that does not say of what; declare it with IdOf.")
    return _LEAVES[type_.name]
