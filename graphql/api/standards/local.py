"""What stores add to standards for themselves: the type, the query and the deeds."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base.call import actor_of
from api.base.deeds import Deed
from api.base.ids import key_or_none
from api.base.inputs import IdOf
from api.base.lists import Listed
from api.base.things import Thing, computed
from api.members.names import name_in
from api.standards.clause_rules import Translation, TranslationInput, texts_in, translations
from chains.actor import Actor
from standards.actions.local import add_local_clause, end_local_clause
from standards.models.local import LocalClause
from standards.queries.local import local_clauses_for
from standards.rules.lint import text_in

_CLAUSE = "The clause, as it is now."


class LocalClauseType(Thing):
    """A requirement that a store has added to a standard for its own people; nothing is measured of it."""

    class Meta:
        name = "LocalClause"
        model = LocalClause
        fields = ("store", "standard", "number", "added_at", "ended_at")
        descriptions = {
            "store": "The store.",
            "standard": "The standard that it is added to.",
            "number": "Its number among the store's own of that standard.",
            "added_at": "Since when it holds.",
            "ended_at": "Since when it does not hold any more; null while it does.",
        }

    added_by_name = name_in("added_by_id", description="Who added it; null for a machine.")
    text = computed(
        graphene.String,
        lambda row, _info: text_in(None, row.texts),
        needs=("texts",),
        required=True,
        description="What it asks for, in the caller's language or the nearest there is.",
    )
    texts = computed(
        graphene.List(graphene.NonNull(Translation)),
        lambda row, _info: translations(row.texts),
        needs=("texts",),
        required=True,
        description="What it asks for, in every language that there is.",
    )

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return those of the stores that the caller sees."""
        rows: QuerySet[Any] = LocalClause.objects.visible_to(actor_of(info))
        return rows


class AddLocalClause(Deed):
    """Add a requirement of the store's own to a standard in force there, where headquarters allows it."""

    class Input:
        store_id = IdOf("Store", required=True, description="The store.")
        version_id = IdOf("Version", required=True, description="The version in force there.")
        texts = graphene.List(
            graphene.NonNull(TranslationInput), required=True, description="What it asks for, in one or more languages."
        )

    local_clause = graphene.Field(LocalClauseType, description=_CLAUSE)

    @classmethod
    def perform(
        cls, actor: Actor, now: datetime, *, store_id: UUID, version_id: UUID, texts: Sequence[Mapping[str, Any]]
    ) -> dict[str, Any]:
        """Add a local clause."""
        given = {"store_id": store_id, "version_id": version_id}
        return {"local_clause": add_local_clause(actor=actor, **given, texts=texts_in(texts), now=now)}


class EndLocalClause(Deed):
    """Let a requirement of the store's own hold no longer."""

    class Input:
        local_clause_id = IdOf("LocalClause", required=True, description="The clause of the store's own.")

    local_clause = graphene.Field(LocalClauseType, description=_CLAUSE)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, local_clause_id: UUID) -> dict[str, Any]:
        """End a local clause."""
        return {"local_clause": end_local_clause(actor=actor, local_clause_id=local_clause_id, now=now)}


class LocalClausesQuery(graphene.ObjectType):
    """What stores have added for themselves."""

    local_clauses = Listed(
        lambda: LocalClauseType,
        order=("standard_id", "number"),
        description="What stores have added to standards and have not ended.",
        store_id=graphene.ID(description="Only at this store."),
        area_id=graphene.ID(description="Only in the stores of this area."),
        standard_id=graphene.ID(description="Only to this standard."),
    )

    @staticmethod
    def resolve_local_clauses(
        _root: Any,
        info: GraphQLResolveInfo,
        store_id: str | None = None,
        area_id: str | None = None,
        standard_id: str | None = None,
    ) -> "QuerySet[LocalClause]":
        """Return what stores have added; raises BadId, NotFound and NotPermitted."""
        return local_clauses_for(
            actor=actor_of(info),
            store_id=key_or_none(store_id, "Store", field="store_id"),
            area_id=key_or_none(area_id, "Area", field="area_id"),
            standard_id=key_or_none(standard_id, "Standard", field="standard_id"),
        )


class LocalClausesMutation(graphene.ObjectType):
    """Deeds on what stores add."""

    add_local_clause = AddLocalClause.mounted()
    end_local_clause = EndLocalClause.mounted()
