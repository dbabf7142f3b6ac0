"""Everything that is asked for beneath the rows of one level, in one statement, however much it is (corpus G20).

A resolver sees one field only. So the first one that needs rows looks at what is selected beside it: each foreign key
and each page becomes a column of one query over the level's own rows, and everybody finds theirs fetched.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

import graphene
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, Field, ForeignKey, Func, JSONField, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from graphene.utils.str_converters import to_camel_case
from graphql import FieldNode, FragmentSpreadNode, GraphQLError, GraphQLObjectType, GraphQLResolveInfo, SelectionSetNode
from graphql.execution.collect_fields import collect_sub_fields
from graphql.execution.values import get_argument_values

from api.base.peers import gather, peers_of, referred_key
from kit.refusals import Refusal

# Kinds of columns that come out of JSON as they went in, each by its field's own reading.
_KEPT_IN_JSON = (
    models.CharField,
    models.TextField,
    models.UUIDField,
    models.BooleanField,
    models.DateField,
    models.TimeField,
    models.IntegerField,
    models.GenericIPAddressField,
    models.JSONField,
)
# Of these, those whose values Python's JSON has as they are.
_THE_SAME_IN_JSON = (models.CharField, models.TextField, models.BooleanField, models.IntegerField, models.JSONField)
# One store, one customer and one person are told again and again, and reading a key is slow.
_key = lru_cache(maxsize=10_000)(UUID)


@dataclass(frozen=True)
class Want:
    """Something that is wanted of each row of a level: a column of the one query, and how to read it.

    `key` is where the level's peers keep what was found; `read` gets the column's values by row.
    """

    key: Hashable
    column: Any
    read: Callable[[Sequence[tuple[Any, Any]]], Any]


def referred_rows(column: str, rows: "QuerySet[Any]") -> Want:
    """Return the want of the rows that the keys in a column lead to, out of those that may be seen."""
    thing = _written_as(rows)

    def read(found: Sequence[tuple[Any, Any]]) -> dict[Any, Any]:
        written = {getattr(row, column): values for row, values in found if values is not None}
        return {each.pk: each for each in gather(thing.row(values) for values in written.values())}

    reached = rows.filter(pk=OuterRef(column)).order_by()
    return Want(referred_key(column), Subquery(thing.written(reached), output_field=JSONField()), read)


def rows_beneath(key: Hashable, rows: "QuerySet[Any]", *, column: str, most: int) -> Want:
    """Return the want of the first so many sorted rows that point to each row of a level by `column`."""
    thing = _written_as(rows)

    def read(found: Sequence[tuple[Any, Any]]) -> dict[Any, list[Any]]:
        lists = {parent.pk: [thing.row(values) for values in written or ()] for parent, written in found}
        gather(row for rows in lists.values() for row in rows)
        return lists

    pointing = rows.filter(**{column: OuterRef("pk")})[:most]
    return Want(key, ArraySubquery(thing.written(pointing), output_field=ArrayField(JSONField())), read)


def count_beneath(key: Hashable, rows: "QuerySet[Any]", *, column: str) -> Want:
    """Return the want of the number of rows that point to each row of a level by `column`."""
    pointing = rows.filter(**{column: OuterRef("pk")}).order_by().values(column)
    number = Coalesce(Subquery(pointing.annotate(_number=Count("pk")).values("_number")), 0)
    return Want(key, number, lambda found: {parent.pk: value for parent, value in found})


def fetch_level(row: Model, info: GraphQLResolveInfo) -> None:
    """Fetch what the document selects beneath a row and its peers, as far as that is foreign keys and pages.

    What is not found then, because it stands alone or can't be fetched with the rest, is the resolver's to fetch.
    """
    peers = peers_of(row)
    wants = {want.key: want for want in _wants(info) if want.key not in peers.found}
    if len(wants) < 2:
        return
    names = {f"_beneath_{number}": want for number, want in enumerate(wants.values())}
    by_key = {each.pk: each for each in peers.rows}
    asked = type(row)._base_manager.using(row._state.db).filter(pk__in=list(by_key)).order_by()
    found = list(asked.annotate(**{name: want.column for name, want in names.items()}).values_list("pk", *names))
    for place, want in enumerate(names.values(), start=1):
        peers.found[want.key] = want.read([(by_key[values[0]], values[place]) for values in found])


def _wants(info: GraphQLResolveInfo) -> Iterator[Want]:
    named, declared = info.parent_type, _declared(info.parent_type, info.schema)
    selected = collect_sub_fields(info.schema, info.fragments, info.variable_values, named, _parents_of(info))
    for nodes in selected.values():
        name = nodes[0].name.value
        wants = getattr(declared.get(name), "wants", None)
        if wants is None:
            continue
        try:
            yield from wants(info, nodes, get_argument_values(named.fields[name], nodes[0], info.variable_values))
        except (GraphQLError, Refusal, NotWritten):
            # Its own resolver meets the same, and tells or fetches it alone.
            continue


def _parents_of(info: GraphQLResolveInfo) -> list[FieldNode]:
    """Return the nodes of the document whose selections hold the field that is being resolved."""
    names = [name for name in info.path.as_list()[:-1] if isinstance(name, str)]
    sets, nodes = [info.operation.selection_set], list[FieldNode]()
    for name in names:
        nodes = [node for selected in sets for node in _called(selected, name, info)]
        sets = [node.selection_set for node in nodes if node.selection_set is not None]
    return nodes


def _called(selected: SelectionSetNode, name: str, info: GraphQLResolveInfo) -> Iterator[FieldNode]:
    for node in selected.selections:
        if isinstance(node, FieldNode):
            if (node.alias or node.name).value == name:
                yield node
        else:
            fragment: Any = info.fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
            yield from _called(fragment.selection_set, name, info)


@cache
def _declared(named: GraphQLObjectType, schema: Any) -> dict[str, Any]:
    """Return the fields of a type as they were declared, by their names in the schema."""
    fields = named.graphene_type._meta.fields.items()  # type: ignore[attr-defined]  # graphene's types have one
    made = ((name, field.get_type(schema) if isinstance(field, graphene.Dynamic) else field) for name, field in fields)
    return {getattr(field, "name", None) or to_camel_case(name): field for name, field in made}


class NotWritten(Exception):
    """A model with a column that JSON does not keep: its rows are fetched in a statement of their own."""


@dataclass(frozen=True)
class _Columns:
    """How the rows of a model are written as JSON by the database, and read."""

    model: type[Model]
    alias: str
    names: list[str]
    # What JSON keeps as it is needs no reading, and has no entry.
    readings: list[tuple[int, Callable[[Any], Any]]]

    def written(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Return a query of one column with each row's values in their order."""
        array = Func(*self.names, function="jsonb_build_array", output_field=JSONField())
        query: QuerySet[Any] = rows.annotate(_written=array).values("_written")
        return query

    def row(self, values: list[Any]) -> Any:
        """Return a row from its values, which are read in place."""
        for place, read in self.readings:
            if values[place] is not None:
                values[place] = read(values[place])
        return self.model.from_db(self.alias, self.names, values)


def _written_as(rows: "QuerySet[Any]") -> _Columns:
    model: Any = rows.model
    return _columns_of(model, rows.db)


@cache
def _columns_of(model: Any, alias: str) -> _Columns:
    """Return how a model's rows are written; raises NotWritten where a column would not come back the same."""
    columns = model._meta.concrete_fields
    if not all(_is_kept(column) for column in columns):
        raise NotWritten
    readings = [(place, read) for place, column in enumerate(columns) if (read := _reading(column)) is not None]
    return _Columns(model, alias, [column.attname for column in columns], readings)


def _is_kept(column: "Field[Any, Any]") -> bool:
    if isinstance(column, ArrayField):
        return _is_kept(column.base_field)
    if isinstance(column, ForeignKey):
        return _is_kept(column.target_field)
    return isinstance(column, _KEPT_IN_JSON)


def _reading(column: "Field[Any, Any]") -> Callable[[Any], Any] | None:
    """Return how a column's value is read from JSON, or None where it is in it as it is."""
    if isinstance(column, ArrayField):
        each = _reading(column.base_field)
        return None if each is None else lambda values: [value if value is None else each(value) for value in values]
    if isinstance(column, ForeignKey):
        return _reading(column.target_field)
    if isinstance(column, models.UUIDField):
        return _key
    if isinstance(column, models.DateTimeField):
        return datetime.fromisoformat
    return None if isinstance(column, _THE_SAME_IN_JSON) else column.to_python
