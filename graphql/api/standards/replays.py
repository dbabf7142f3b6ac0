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
from api.base.ids import global_id
from api.base.inputs import IdOf, named
from api.base.lists import Listed
from api.base.peers import gather
from api.base.scalars import Date
from api.base.things import Thing, computed
from api.members.names import name_in
from api.standards.types import ClauseType
from api.standards.verdicts import Tally, shown_conformance
from chains.actor import Actor
from standards.actions.replaying import replay_standard
from standards.models.replays import Replay, ReplayState
from standards.models.texts import Clause
from standards.queries.replays import clauses_of, replays_for
from standards.rules.conformance import conformance_of
from standards.rules.grammar import parse_rule, share_asked
from standards.rules.replays import Outcome, alarms_a_day, outcome_in, reaches


class ReplayedStoreType(graphene.ObjectType):
    """How the cases of a store would have stood."""

    class Meta:
        name = "ReplayedStore"

    store_id = graphene.ID(required=True, description="The global id of the store.")
    tallies = graphene.List(graphene.NonNull(Tally), required=True, description="How many cases would stand how.")
    needs_waiver = graphene.Boolean(
        required=True, description="Whether it would have stayed below the share that is asked for."
    )


class ReplayedTimeType(graphene.ObjectType):
    """How the cases that begin on a weekday or in an hour would have stood."""

    class Meta:
        name = "ReplayedTime"

    number = graphene.Int(required=True, description="The weekday from 1, Monday; or the hour of the day from 0.")
    met = graphene.Int(required=True, description="How many would have met the clause.")
    missed = graphene.Int(required=True, description="How many would have missed it.")


class ReplayedClauseType(graphene.ObjectType):
    """How the cases of a period would have stood under a clause."""

    class Meta:
        name = "ReplayedClause"

    clause = graphene.Field(ClauseType, required=True, description="The clause, in one version.")
    tallies = graphene.List(graphene.NonNull(Tally), required=True, description="How many cases would stand how.")
    share_met = graphene.Float(description="The percentage of settled cases that would meet it; null without any.")
    is_kept = graphene.Boolean(description="Whether the share asked for would be reached; null if not known.")
    alarms_a_day = graphene.Float(required=True, description="How many cases would have missed it on an average day.")
    weekdays = graphene.List(
        graphene.NonNull(ReplayedTimeType), required=True, description="By the store's weekday, from Monday."
    )
    hours = graphene.List(
        graphene.NonNull(ReplayedTimeType), required=True, description="By the store's hour of the day."
    )
    stores = graphene.List(graphene.NonNull(ReplayedStoreType), required=True, description="By store.")


def _shown(replay: Replay, clause: Clause, outcome: Outcome) -> dict[str, Any]:
    asked = share_asked(parse_rule(clause.rule))
    return shown_conformance(conformance_of(clause, outcome.counts)) | {
        "alarms_a_day": alarms_a_day(outcome, replay.first_on, replay.last_on),
        "weekdays": _times(outcome.weekdays, first=1),
        "hours": _times(outcome.hours, first=0),
        "stores": [
            {
                "store_id": global_id("Store", store_id),
                "tallies": [Tally(state=state, count=count) for state, count in counts.items()],
                "needs_waiver": not reaches(counts, asked),
            }
            for store_id, counts in outcome.stores.items()
        ],
    }


def _times(spread: Sequence[tuple[int, int]], *, first: int) -> list[dict[str, int]]:
    return [{"number": first + place, "met": met, "missed": missed} for place, (met, missed) in enumerate(spread)]


def _clauses(rows: Sequence[Replay], _info: GraphQLResolveInfo) -> dict[UUID, list[dict[str, Any]] | None]:
    clauses = {clause.id: clause for clause in gather(clauses_of(rows))}
    shown: dict[UUID, list[dict[str, Any]] | None] = {}
    for row in rows:
        if row.outcome is not None:
            outcomes = [outcome_in(document) for document in row.outcome]
            # A draft that was written anew since has other clauses.
            shown[row.id] = [
                _shown(row, clauses[each.clause_id], each) for each in outcomes if each.clause_id in clauses
            ]
    return shown


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
    clauses = computed(
        graphene.List(graphene.NonNull(ReplayedClauseType)),
        _clauses,
        for_all=True,
        needs=("outcome", "first_on", "last_on"),
        description="Clause by clause of both versions, how the cases would have stood; null while it waits.",
    )

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return the replays that the caller may read."""
        rows: QuerySet[Any] = replays_for(actor_of(info)).order_by()
        return rows


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

    replays = Listed(lambda: ReplayType, order=("-asked_at",), description="What was tried on the past, latest first.")

    @staticmethod
    def resolve_replays(_root: Any, info: GraphQLResolveInfo) -> "QuerySet[Replay]":
        """Return the replays that the caller may read; raises NotPermitted."""
        return replays_for(actor_of(info))


class ReplaysMutation(graphene.ObjectType):
    """Deeds that try versions."""

    replay_standard = ReplayStandard.mounted()
