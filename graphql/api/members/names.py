"""People by name alone: who did something is told even where the person is not the caller's to look up."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any
from uuid import UUID

import graphene
from graphql import GraphQLResolveInfo

from api.base.peers import peers_of
from api.base.things import Computed, computed
from members.models import User
from members.queries import names_of


def name_in(column: str, *, description: str) -> Computed:
    """Declare a field with the name of the person whose key is in a column; null where it is empty."""
    return computed(graphene.String, _names(column), needs=(column,), for_all=True, description=description)


def _names(column: str) -> Callable[[Sequence[Any], GraphQLResolveInfo], dict[UUID, str]]:
    def names(rows: Sequence[Any], _info: GraphQLResolveInfo) -> dict[UUID, str]:
        model: Any = type(rows[0])
        found = peers_of(rows[0]).once(("names", column in _people(model) or column), named)
        return {row.pk: found[key] for row in rows if (key := getattr(row, column)) in found}

    def named(rows: Sequence[Any]) -> dict[UUID, str]:
        # Who owns a thing and who took it down are asked for together, though two fields tell it.
        model: Any = type(rows[0])
        columns = {column, *_people(model)}
        return names_of({key for row in rows for each in columns if (key := getattr(row, each)) is not None})

    return names


@cache
def _people(model: Any) -> frozenset[str]:
    """Return the columns of a model that hold people's keys."""
    return frozenset(field.attname for field in model._meta.concrete_fields if field.related_model is User)
