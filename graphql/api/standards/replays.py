"""Versions tried on the past: the deed `replayStandard`, and what came out."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base.call import actor_of
from api.base.deeds import Deed
from api.base.ids import global_id, key_or_none
from api.base.inputs import IdOf, named
from api.base.lists import Listed
from api.base.scalars import Date
from api.base.things import Thing, computed
from api.members.names import name_in
from api.standards.verdicts import ConformanceType, Tally, shown_conformance
from chains.actor import Actor
from standards.actions.replaying import replay_standard
from standards.models.replays import Replay, ReplayedClause, ReplayedStore, ReplayState
from standards.models.tallies import COUNTS, Counts
from standards.queries.replays import (
    replayed_alarms,
    replayed_clauses_for,
    replayed_conformance,
    replayed_stores_for,
    replays_for,
)


class ReplayedTimeType(graphene.ObjectType):
    """How the cases that begin on a weekday or in an hour would have stood."""

    class Meta:
        name = "ReplayedTime"

    number = graphene.Int(required=True, description="The weekday from 1, Monday; or the hour of the day from 0.")
    met = graphene.Int(required=True, description="How many would have met the clause.")
    missed = graphene.Int(required=True, description="How many would have missed it.")


class ReplayedStoreType(Thing):
    """How the cases of a store would have stood under a clause."""

    class Meta:
        name = "ReplayedStore"
        model = ReplayedStore
        fields = ("store", "needs_waiver")
        descriptions = {
            "store": "The store.",
            "needs_waiver": "Whether it would have stayed below the share that is asked for.",
        }

    tallies = computed(
        graphene.List(graphene.NonNull(Tally)),
        lambda row, _info: _tallies(row),
        needs=COUNTS,
        required=True,
        description="How many cases would stand how.",
    )

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return what the caller may read of the stores of replays."""
        return replayed_stores_for(actor_of(info)).order_by()


def _tallies(row: Counts) -> list[Tally]:
    return [Tally(state=state, count=number) for state, number in row.by_state.items()]


def _times(spread: Sequence[Sequence[int]], *, first: int) -> list[ReplayedTimeType]:
    return [ReplayedTimeType(first + place, met, missed) for place, (met, missed) in enumerate(spread)]


def _conformance(rows: Sequence[ReplayedClause], _info: GraphQLResolveInfo) -> dict[UUID, dict[str, Any]]:
    return {key: shown_conformance(found) for key, found in replayed_conformance(rows).items()}


def _alarms(rows: Sequence[ReplayedClause], _info: GraphQLResolveInfo) -> dict[UUID, float]:
    return replayed_alarms(rows)


class ReplayedClauseType(Thing):
    """How the cases of a period would have stood under a clause."""

    class Meta:
        name = "ReplayedClause"
        model = ReplayedClause
        fields = ("replay",)
        descriptions = {"replay": "The replay that it comes from."}

    conformance = computed(
        ConformanceType,
        _conformance,
        for_all=True,
        needs=("clause_id", *COUNTS),
        required=True,
        description="How far the clause, in one version, would have been met.",
    )
    alarms_a_day = computed(
        graphene.Float,
        _alarms,
        for_all=True,
        needs=("replay_id", "missed"),
        required=True,
        description="How many cases would have missed it on an average day.",
    )
    weekdays = computed(
        graphene.List(graphene.NonNull(ReplayedTimeType)),
        lambda row, _info: _times(row.weekdays, first=1),
        needs=("weekdays",),
        required=True,
        description="By the store's weekday, from Monday.",
    )
    hours = computed(
        graphene.List(graphene.NonNull(ReplayedTimeType)),
        lambda row, _info: _times(row.hours, first=0),
        needs=("hours",),
        required=True,
        description="By the store's hour of the day.",
    )
    stores = Listed(
        lambda: ReplayedStoreType,
        by="replayed",
        order=("-missed",),
        description="By store, those with the most missed cases first.",
    )

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return what the caller may read of the clauses of replays."""
        return replayed_clauses_for(actor_of(info)).order_by()


class ReplayType(Thing):
    """A version tried on what has happened, with another one beside it or without."""

    class Meta:
        name = "Replay"
        model = Replay
        fields = ("version", "against", "first_on", "last_on", "asked_at", "done_at")
        enums = {"state": ReplayState}
        descriptions = {
            "version": "The version that was tried.",
            "against": "The version beside it; null for none.",
            "first_on": "From this day of the store's calendar on.",
            "last_on": "Up to this day.",
            "state": "How far it has come.",
            "asked_at": "When it was asked for.",
            "done_at": "When it was worked out; null while it waits.",
        }

    asked_by_name = name_in("asked_by_id", description="Who asked for it; null for a machine.")
    store_ids = computed(
        graphene.List(graphene.NonNull(graphene.ID)),
        lambda row, _info: None if row.store_ids is None else [global_id("Store", each) for each in row.store_ids],
        needs=("store_ids",),
        description="At which stores, those of areas included; null for all.",
    )
    clauses = Listed(
        lambda: ReplayedClauseType,
        by="replay",
        order=("id",),
        description="Clause by clause of both versions, how the cases would have stood; none while it waits.",
    )

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return the replays that the caller may read."""
        return replays_for(actor_of(info)).order_by()


class ReplayStandard(Deed):
    """Try a version on what has happened: how would the cases of a period have stood under it?"""

    class Input:
        version_id = IdOf("Version", required=True, description="The version, a draft or any other.")
        against_id = IdOf("Version", description="A version to lay beside it.")
        first_on = Date(required=True, description="From this day of the store's calendar on.")
        last_on = Date(required=True, description="Up to this day; at most two years later.")
        store_ids = IdOf("Store", many=True, description="Only at these stores; all if no store or area is given.")
        area_ids = IdOf("Area", many=True, description="Only at the stores of these areas.")

    replay = graphene.Field(ReplayType, description="What came out; waiting where it is worked out in the background.")

    @classmethod
    def perform(
        cls, actor: Actor, now: datetime, *, version_id: UUID, first_on: date, last_on: date, **given: Any
    ) -> dict[str, Any]:
        """Replay a standard."""
        return {
            "replay": replay_standard(
                actor=actor, version_id=version_id, first_on=first_on, last_on=last_on, now=now, **named(given)
            )
        }


class ReplaysQuery(graphene.ObjectType):
    """Versions tried on the past."""

    replays = Listed(
        lambda: ReplayType,
        order=("-asked_at",),
        description="What was tried on the past, latest first.",
        version_id=graphene.ID(description="Only where this version was tried, or lay beside the one that was."),
    )

    @staticmethod
    def resolve_replays(_root: Any, info: GraphQLResolveInfo, version_id: str | None = None) -> "QuerySet[Replay]":
        """Return the replays that the caller may read; raises BadId and NotPermitted."""
        return replays_for(actor_of(info), version_id=key_or_none(version_id, "Version", field="version_id"))


class ReplaysMutation(graphene.ObjectType):
    """Deeds that try versions."""

    replay_standard = ReplayStandard.mounted()
