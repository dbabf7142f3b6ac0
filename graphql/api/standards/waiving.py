"""What stores are let off: the type, the query and the deeds."""

from datetime import datetime
from typing import Any
from uuid import UUID

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base.call import actor_of, call_of
from api.base.deeds import Deed
from api.base.ids import key_or_none
from api.base.inputs import IdOf, Text
from api.base.lists import Listed
from api.base.scalars import DateTime
from api.base.things import Thing, computed
from api.members.names import name_in
from chains.actor import Actor
from standards.actions.waiving import end_waiver, waive_clause
from standards.models.waivers import Waiver
from standards.queries.texts import lineage_of
from standards.queries.waiving import waivers_for

_WAIVER = "The waiver, as it is now."


class WaiverType(Thing):
    """A store is let off a requirement for a while: cases that begin meanwhile are not held against it."""

    class Meta:
        name = "Waiver"
        model = Waiver
        fields = ("store", "clause", "reason", "waived_at", "until", "ended_at")
        descriptions = {
            "store": "The store.",
            "clause": "The clause as it was then; every later text of the same requirement is waived, too.",
            "reason": "Why.",
            "waived_at": "Since when it holds.",
            "until": "Until when it holds at most.",
            "ended_at": "When it was ended before; null where nobody did.",
        }

    waived_by_name = name_in("waived_by_id", description="Who decided it; null for a machine.")
    is_holding = computed(
        graphene.Boolean,
        lambda row, info: row.holds_at(call_of(info).now),
        needs=("waived_at", "until", "ended_at"),
        required=True,
        description="Whether it holds now.",
    )

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return those for the stores that the caller sees."""
        rows: QuerySet[Any] = Waiver.objects.visible_to(actor_of(info))
        return rows


class WaiveClause(Deed):
    """Let a store off a clause in force there, for cases that begin from now on; never for what has begun before."""

    class Input:
        store_id = IdOf("Store", required=True, description="The store.")
        clause_id = IdOf("Clause", required=True, description="The clause, in the version in force there.")
        until = DateTime(required=True, description="Until when, at most a year away.")
        reason = Text(required=True, description="Why the store cannot meet it.")

    waiver = graphene.Field(WaiverType, description=_WAIVER)

    @classmethod
    def perform(
        cls, actor: Actor, now: datetime, *, store_id: UUID, clause_id: UUID, until: datetime, reason: str
    ) -> dict[str, Any]:
        """Waive a clause."""
        given = {"store_id": store_id, "clause_id": clause_id}
        return {"waiver": waive_clause(actor=actor, **given, until=until, reason=reason, now=now)}


class EndWaiver(Deed):
    """Hold a store to a clause again, for cases that begin from now on."""

    class Input:
        waiver_id = IdOf("Waiver", required=True, description="The waiver.")

    waiver = graphene.Field(WaiverType, description=_WAIVER)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, waiver_id: UUID) -> dict[str, Any]:
        """End a waiver."""
        return {"waiver": end_waiver(actor=actor, waiver_id=waiver_id, now=now)}


class WaivingQuery(graphene.ObjectType):
    """What stores are let off."""

    waivers = Listed(
        lambda: WaiverType,
        order=("-waived_at",),
        description="What stores are or were let off, the latest first.",
        store_id=graphene.ID(description="Only this store."),
        area_id=graphene.ID(description="Only the stores of this area."),
        clause_id=graphene.ID(description="Only this clause, in all its versions."),
        is_holding=graphene.Boolean(description="Only what holds now, or only what does not."),
        over_before=graphene.Argument(DateTime, description="Only what ends, or has ended, before this moment."),
    )

    @staticmethod
    def resolve_waivers(
        _root: Any,
        info: GraphQLResolveInfo,
        store_id: str | None = None,
        area_id: str | None = None,
        clause_id: str | None = None,
        is_holding: bool | None = None,
        over_before: datetime | None = None,
    ) -> "QuerySet[Waiver]":
        """Return what stores are or were let off; raises BadId, NotFound and NotPermitted."""
        clause = key_or_none(clause_id, "Clause", field="clause_id")
        return waivers_for(
            actor=actor_of(info),
            now=call_of(info).now,
            store_id=key_or_none(store_id, "Store", field="store_id"),
            area_id=key_or_none(area_id, "Area", field="area_id"),
            lineage_id=None if clause is None else lineage_of(actor_of(info), clause),
            is_holding=is_holding,
            over_before=over_before,
        )


class WaivingMutation(graphene.ObjectType):
    """Deeds on waivers."""

    waive_clause = WaiveClause.mounted()
    end_waiver = EndWaiver.mounted()
