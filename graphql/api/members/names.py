"""People by name alone: who did something is told even where the person is not the caller's to look up."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import graphene
from graphql import GraphQLResolveInfo

from api.base.things import Computed, computed
from members.queries import names_of


def name_in(column: str, *, description: str) -> Computed:
    """Declare a field with the name of the person whose key is in a column; null where it is empty."""
    return computed(graphene.String, _names(column), needs=(column,), for_all=True, description=description)


def _names(column: str) -> Callable[[Sequence[Any], GraphQLResolveInfo], dict[UUID, str]]:
    def names(rows: Sequence[Any], _info: GraphQLResolveInfo) -> dict[UUID, str]:
        found = names_of(key for row in rows if (key := getattr(row, column)) is not None)
        return {row.pk: found[key] for row in rows if (key := getattr(row, column)) in found}

    return names
