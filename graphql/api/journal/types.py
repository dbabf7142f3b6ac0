"""The type `Entry`."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import graphene
from django.db.models import QuerySet
from graphene.types.json import JSONString
from graphql import GraphQLResolveInfo

from api.base.call import actor_of
from api.base.ids import global_id
from api.base.peers import peers_of
from api.base.scalars import UUID
from api.base.things import GlobalId, Thing, computed
from api.members.names import name_in
from chains.actor import ActorKind
from journal.models import Entry
from journal.queries import readable_entries
from standards.queries.staffing import may_miss_names, people_found

# Where the schema calls a thing otherwise than the tables do.
TYPE_NAMES = {"User": "Member"}
# Of a key as it is written.
_LENGTH = 36


def _recorded(column: str) -> Callable[..., dict[uuid.UUID, Any]]:
    """Return a computation of what entries recorded, without the keys of people whom the caller may not be told."""

    def told(rows: Sequence[Entry], info: GraphQLResolveInfo) -> dict[uuid.UUID, Any]:
        if not may_miss_names(actor_of(info)):
            return {row.pk: getattr(row, column) for row in rows}
        hidden = peers_of(rows[0]).once("hidden people", lambda peers: _hidden(peers, info))
        return {row.pk: _without(getattr(row, column), hidden[row.pk]) for row in rows}

    return told


def _hidden(rows: Sequence[Entry], info: GraphQLResolveInfo) -> dict[uuid.UUID, set[str]]:
    keys = {row.pk: {*_keys_in(row.before), *_keys_in(row.after)} for row in rows}
    found = people_found(actor_of(info), [(row.store_id, key) for row in rows for key in keys[row.pk]])
    return {row.pk: {str(key) for key in keys[row.pk] if found.get((row.store_id, key), "") is None} for row in rows}


def _keys_in(recorded: Any) -> Iterator[uuid.UUID]:
    if isinstance(recorded, dict):
        recorded = [*recorded, *recorded.values()]
    if isinstance(recorded, list):
        for each in recorded:
            yield from _keys_in(each)
    elif isinstance(recorded, str) and len(recorded) == _LENGTH:
        try:
            yield uuid.UUID(recorded)
        except ValueError:
            return


def _without(recorded: Any, hidden: set[str]) -> Any:
    if isinstance(recorded, dict):
        return {key: _without(each, hidden) for key, each in recorded.items() if key not in hidden}
    if isinstance(recorded, list):
        return [_without(each, hidden) for each in recorded if not (isinstance(each, str) and each in hidden)]
    return None if isinstance(recorded, str) and recorded in hidden else recorded


class EntryType(Thing):
    """One thing that happened: written with the deed and never changed."""

    class Meta:
        name = "Entry"
        model = Entry
        fields = ("kind", "subject_type", "at", "request_id")
        enums = {"actor_kind": ActorKind}
        descriptions = {
            "kind": "What happened, as a fact such as `COMPLAINT_FILED`.",
            "subject_type": "The type of thing that it happened to.",
            "actor_kind": "What sort of caller did it.",
            "at": "When it happened.",
            "request_id": "The request with which it happened; what has the same one happened together.",
        }

    subject_id = computed(
        graphene.ID,
        lambda row, _info: global_id(TYPE_NAMES.get(row.subject_type, row.subject_type), row.subject_id),
        needs=("subject_type", "subject_id"),
        required=True,
        description="The global id of the thing that it happened to.",
    )
    store_id = GlobalId("Store", source="store_id", required=False, description="The store it happened at, if any.")
    customer_id = GlobalId(
        "Customer", source="customer_id", required=False, description="The customer whom it concerns, if any."
    )
    actor_name = name_in("actor_id", description="Who did it; null for a machine and for somebody of the platform.")
    behalf_of_id = UUID(description="The key of the person who really acted, where somebody acted in another's place.")
    token_id = UUID(description="The key of the token that was used, if any.")
    part_of_id = GlobalId(
        "Entry",
        source="part_of_id",
        required=False,
        description="The entry of the deed in whose course it happened; null for the deed itself.",
    )
    before = computed(
        JSONString,
        _recorded("before"),
        needs=("before", "after", "store_id"),
        for_all=True,
        description="What it was before, as JSON; null where there was nothing.",
    )
    after = computed(
        JSONString,
        _recorded("after"),
        needs=("before", "after", "store_id"),
        for_all=True,
        description="What it is now, as JSON; null where nothing was recorded.",
    )

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return the entries that the caller may read."""
        rows: QuerySet[Any] = readable_entries(actor=actor_of(info)).order_by()
        return rows
