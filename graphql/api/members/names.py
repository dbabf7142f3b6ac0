"""People by name alone: who did something is told even where the person is not the caller's to look up.

Of a store that hides its staff from the caller nobody is told (`standards/models/staffing.py`): every field that tells
who somebody is, is made here.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

import graphene
from graphql import GraphQLResolveInfo

from api.base.call import actor_of
from api.base.ids import global_id
from api.base.peers import peers_of
from api.base.things import Computed, Reference, computed
from members.models import User
from standards.queries.staffing import Named, may_miss_names, people_shown


def name_in(column: str, *, description: str) -> Computed:
    """Declare a field with the name of the person whose key is in a column; null where it is empty."""

    def names(rows: Sequence[Any], info: GraphQLResolveInfo) -> dict[UUID, str]:
        found = people_on(rows, column, info)
        return {row.pk: found[named] for row in rows if (named := person_in(row, column)) in found}

    return computed(graphene.String, names, needs=(column,), for_all=True, description=description)


def member_in(column: str, *, description: str, required: bool = False) -> Computed:
    """Declare a field with the global id of the person whose key is in a column; null where it is empty.

    `required` is for rows that are only told of who may be named.
    """

    def keys(rows: Sequence[Any], info: GraphQLResolveInfo) -> dict[UUID, str]:
        found = people_on(rows, column, info)
        return {row.pk: global_id("Member", named[1]) for row in rows if (named := person_in(row, column)) in found}

    return computed(graphene.ID, keys, needs=(column,), for_all=True, required=required, description=description)


class PersonReference(Reference):
    """A foreign key to a person: null where that is somebody whom the row may not tell."""

    def wrap_resolve(self, parent_resolver: Any) -> Any:
        """Return a resolver that looks among the people who may be told, before it looks for the person."""
        lead = super().wrap_resolve(parent_resolver)

        def resolve(root: Any, info: GraphQLResolveInfo) -> Any:
            if not may_miss_names(actor_of(info)):
                return lead(root, info)
            found = people_on(peers_of(root).rows, self.column, info)
            return lead(root, info) if person_in(root, self.column) in found else None

        return resolve


def people_on(rows: Sequence[Any], column: str, info: GraphQLResolveInfo) -> dict[Named, str]:
    """Return the names of those people on the rows of a level whom the caller may be told, asked for once."""
    model: Any = type(rows[0])
    people = _people(model)

    def found(peers: Sequence[Any]) -> dict[Named, str]:
        # Who owns a thing and who took it down are asked for together, though two fields tell it.
        named = {person_in(row, each) for row in peers for each in {column, *people}}
        return people_shown(actor_of(info), [each for each in named if each is not None])

    shown: dict[Named, str] = peers_of(rows[0]).once(("names", column in people or column), found)
    return shown


def person_in(row: Any, column: str) -> Named | None:
    """Return who is named in a column, with the store whose row it is."""
    key = getattr(row, column)
    return None if key is None else (getattr(row, "store_id", None), key)


@cache
def _people(model: Any) -> frozenset[str]:
    """Return the columns of a model that hold people's keys."""
    return frozenset(field.attname for field in model._meta.concrete_fields if field.related_model is User)
