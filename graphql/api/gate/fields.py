"""Who may see which field: the permission table is built into the schema, once (corpus S01, S15)."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from graphene.relay import Connection, PageInfo
from graphql import GraphQLField, GraphQLNonNull, GraphQLObjectType, GraphQLResolveInfo, GraphQLSchema, get_named_type

from api.base.call import call_of
from api.base.deeds import Deed, UserError
from api.base.permitted import Everyone, NotSignedIn, Table, may_see
from api.base.scalars import Money
from kit.refusals import NotPermitted

_ROOTS = frozenset({"Query", "Mutation"})


class IncompleteTable(Exception):
    """The permission table and the schema do not name the same fields; the text lists which."""


def seal(schema: GraphQLSchema, table: Table) -> GraphQLSchema:
    """Build the permission table into a schema, and return the schema; raises IncompleteTable.

    A field that needs more than its type does becomes nullable and answers NOT_PERMITTED instead of its value.
    """
    listed = dict(_listed_fields(schema))
    needed = listed.keys() | {name.partition(".")[0] for name in listed} - _ROOTS
    if needed != table.keys():
        missing, unknown = sorted(needed - table.keys()), sorted(table.keys() - needed)
        raise IncompleteTable(f"not in the table: {missing}; not in the schema: {unknown}")
    for name, field in listed.items():
        _guard(name, field, table, getattr(schema.type_map[name.partition(".")[0]], "graphene_type", None))
    for field in _payload_fields(schema):
        _guard_reading(field, _base_of(field, table) - set(Everyone), None)
    schema.extensions["permissions"] = table
    return schema


def public_fields(table: Table) -> frozenset[str]:
    """Return the top fields that may be asked for without signing in."""
    tops = (name.partition(".") for name, needs in table.items() if needs is Everyone.PUBLIC)
    return frozenset(field for owner, _dot, field in tops if owner in _ROOTS)


def is_structure(named: Any) -> bool:
    """Tell whether a type only carries others, so that it is not in the table: pages, edges, payloads, money."""
    made = getattr(named, "graphene_type", None)
    if not isinstance(made, type) or made in (PageInfo, UserError, Money):
        return True
    return issubclass(made, (Connection, Deed)) or _is_edge(named)


def _is_edge(named: Any) -> bool:
    return bool(named.name.endswith("Edge") and named.fields.keys() == {"node", "cursor"})


def _object_types(schema: GraphQLSchema) -> Iterator[GraphQLObjectType]:
    for named in schema.type_map.values():
        if isinstance(named, GraphQLObjectType) and not named.name.startswith("__"):
            yield named


def _listed_fields(schema: GraphQLSchema) -> Iterator[tuple[str, GraphQLField]]:
    for named in _object_types(schema):
        if not is_structure(named):
            yield from ((f"{named.name}.{name}", field) for name, field in named.fields.items())


def _payload_fields(schema: GraphQLSchema) -> Iterator[GraphQLField]:
    for named in _object_types(schema):
        made = getattr(named, "graphene_type", None)
        if isinstance(made, type) and issubclass(made, Deed):
            yield from named.fields.values()


def _guard(name: str, field: GraphQLField, table: Table, named: Any) -> None:
    owner = name.partition(".")[0]
    if owner == "Mutation":
        _guard_deed(field, table[name])
        return
    needs = {table[name], *_base_of(field, table)} - {Everyone.PUBLIC, table.get(owner)}
    if table.get(owner) is not Everyone.PUBLIC:
        # At the root the gate itself asks for sign-in; beneath a members' type somebody is signed in already.
        needs.discard(Everyone.MEMBER)
    _guard_reading(field, needs, named)


def _base_of(field: GraphQLField, table: Table) -> set[StrEnum]:
    made: Any = getattr(get_named_type(field.type), "graphene_type", None)
    if made is not None and issubclass(made, Connection):
        made = made._meta.node
    name = made._meta.name if made is not None else ""
    return {table[name]} if name in table else set()


def _guard_deed(field: GraphQLField, needs: StrEnum) -> None:
    named: Any = get_named_type(field.type)
    deed, act = named.graphene_type, field.resolve
    if act is None or isinstance(needs, Everyone):
        return

    def guarded(root: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
        if not call_of(info).actor.may_somewhere(needs):
            return deed.refused(NotPermitted(permission=str(needs)))
        return act(root, info, **arguments)

    field.resolve = guarded


def _guard_reading(field: GraphQLField, needs: set[StrEnum], named: Any) -> None:
    resolve = field.resolve
    if not needs or resolve is None:
        return
    if isinstance(field.type, GraphQLNonNull):
        field.type = field.type.of_type
    asked = tuple(sorted(needs))

    def guarded(root: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
        call = call_of(info)
        for permission in asked:
            if permission is Everyone.MEMBER:
                if not call.is_signed_in:
                    raise NotSignedIn
            elif not may_see(call.actor, permission, named=named, row=root):
                raise NotPermitted(permission=str(permission))
        return resolve(root, info, **arguments)

    field.resolve = guarded
