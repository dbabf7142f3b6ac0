"""The query `journal`."""

from typing import Any

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base.call import actor_of
from api.base.ids import key_in, parse_global_id
from api.base.lists import Listed
from api.base.scalars import DateTime
from api.journal.types import TYPE_NAMES, EntryType
from journal.models import Entry
from journal.queries import readable_entries
from kit.texts import line_of


class JournalQuery(graphene.ObjectType):
    """Everything that happened."""

    journal = Listed(
        lambda: EntryType,
        order=("-at",),
        description="What happened, the latest first, as far as you may read it.",
        subject_id=graphene.ID(description="Only what happened to this thing, by its global id."),
        store_id=graphene.ID(description="Only what happened at this store."),
        kinds=graphene.List(graphene.NonNull(graphene.String), description="Only these kinds, such as `STORE_OPENED`."),
        since=DateTime(description="From this moment on."),
        until=DateTime(description="Before this moment."),
    )

    @staticmethod
    def resolve_journal(_root: Any, info: GraphQLResolveInfo, **asked: Any) -> "QuerySet[Entry]":
        """Return the entries that the caller may read; raises BadId, Invalid and TooLong."""
        entries: QuerySet[Entry] = readable_entries(actor=actor_of(info))
        if asked.get("subject_id") is not None:
            type_name, key = parse_global_id(asked["subject_id"])
            subject_type = next((table for table, name in TYPE_NAMES.items() if name == type_name), type_name)
            entries = entries.filter(subject_type=subject_type, subject_id=key)
        if asked.get("store_id") is not None:
            entries = entries.filter(store_id=key_in(asked["store_id"], "Store", field=("store_id",)))
        if asked.get("kinds") is not None:
            kinds = [line_of(kind, field=("kinds", str(place))) for place, kind in enumerate(asked["kinds"])]
            entries = entries.filter(kind__in=kinds)
        if asked.get("since") is not None:
            entries = entries.filter(at__gte=asked["since"])
        if asked.get("until") is not None:
            entries = entries.filter(at__lt=asked["until"])
        return entries
