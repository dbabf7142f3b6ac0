"""The types around verdicts: whether a clause was met, and why."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base.call import actor_of
from api.base.enums import enum_of
from api.base.ids import global_id
from api.base.scalars import Date
from api.base.things import Thing, computed
from api.members.names import member_in, name_in
from api.standards.types import ClauseType
from standards.models.verdicts import ReasonCode, Span, Verdict, VerdictState
from standards.queries.texts import clauses_for
from standards.queries.verdicts import reasons_of, spans_for, verdicts_for
from standards.rules.conformance import Conformance


def _reasons(rows: Sequence[Verdict], _info: GraphQLResolveInfo) -> dict[UUID, str]:
    return reasons_of(rows)


def _subject(row: Span | Verdict, _info: GraphQLResolveInfo) -> str:
    return global_id(row.subject_type, row.subject_id)


class SpanType(Thing):
    """From one event to the first that answers it, measured once from the journal."""

    class Meta:
        name = "Span"
        model = Span
        fields = (
            "store",
            "trigger_kind",
            "response_kind",
            "started_at",
            "ended_at",
        )
        descriptions = {
            "store": "The store that it was measured at.",
            "trigger_kind": "The event that began it.",
            "response_kind": "The event that ends it.",
            "started_at": "When it began.",
            "ended_at": "When it ended; null while nothing has answered.",
        }

    subject_id = computed(
        graphene.ID,
        _subject,
        needs=("subject_type", "subject_id"),
        required=True,
        description="The global id of the thing that it is about.",
    )
    wall_seconds = computed(
        graphene.Float,
        lambda row, _info: row.wall_seconds,
        needs=("wall_seconds",),
        description="How long it took, in whole seconds, rounded up; null while it lasts.",
    )
    working_seconds = computed(
        graphene.Float,
        lambda row, _info: row.working_seconds,
        needs=("working_seconds",),
        description="The shortest limit in opening hours that it keeps, in whole seconds; null where not known.",
    )

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return those at stores whose verdicts the caller reads, and those for verdicts on the caller's own work."""
        rows: QuerySet[Any] = spans_for(actor_of(info)).order_by()
        return rows


class VerdictType(Thing):
    """How a clause stands for one case. A verdict is never changed: a later one takes its place."""

    class Meta:
        name = "Verdict"
        model = Verdict
        fields = ("store", "clause", "span", "day", "due_at", "judged_at")
        enums = {"state": VerdictState, "reason": ReasonCode}
        descriptions = {
            "store": "The store that it is about.",
            "clause": "The clause, in the version by which it was judged.",
            "span": "What was measured.",
            "day": "The store's date when the case began.",
            "state": "How the clause stands.",
            "reason": "Why, for machines.",
            "due_at": "Until when it could be met; null where that is not known.",
            "judged_at": "When it was judged.",
        }

    member_id = member_in(
        "user_id", description="Who gave the answer, or did what must not be; null if nobody is known."
    )
    member_name = name_in("user_id", description="What they are called.")
    subject_id = computed(
        graphene.ID,
        _subject,
        needs=("subject_type", "subject_id"),
        required=True,
        description="The global id of the thing that it is about.",
    )
    reason_in_words = computed(
        graphene.String,
        _reasons,
        for_all=True,
        needs=("reason", "clause_id", "due_at", "span_id", "store_id"),
        required=True,
        description="Why, as a sentence in the caller's language with times on the store's clock.",
    )
    entry_ids = computed(
        graphene.List(graphene.NonNull(graphene.ID)),
        lambda row, _info: [global_id("Entry", key) for key in row.entry_ids],
        needs=("entry_ids",),
        required=True,
        description="The global ids of the journal's entries on which it rests.",
    )

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return the verdicts that stand and that the caller may read, their clause included."""
        actor = actor_of(info)
        rows: QuerySet[Any] = verdicts_for(actor).filter(clause__in=clauses_for(actor).order_by()).order_by()
        return rows


class Tally(graphene.ObjectType):
    """How many cases stand in one way."""

    state = graphene.Field(enum_of(VerdictState), required=True, description="How they stand.")
    count = graphene.Int(required=True, description="How many there are.")


class Figures:
    """What is told of how far a clause is met, wherever it is told."""

    clause = graphene.Field(ClauseType, required=True, description="The clause, in one version.")
    tallies = graphene.List(graphene.NonNull(Tally), required=True, description="How many cases stand how.")
    share_met = graphene.Float(description="The percentage of settled cases that met it; null without any.")
    distance = graphene.Float(
        description="How many points that is above the share asked for, or below it if negative; null without any."
    )
    is_kept = graphene.Boolean(description="Whether the share asked for was reached; null if not known.")


class ConformanceType(Figures, graphene.ObjectType):
    """How far a store met a clause in a period."""

    class Meta:
        name = "Conformance"


class MonthlyConformanceType(Figures, graphene.ObjectType):
    """How far a clause was met by the cases that began in a month."""

    class Meta:
        name = "MonthlyConformance"

    month = graphene.Field(Date, required=True, description="The first day of the month.")
    trend = graphene.Float(
        description="How many points the share met has risen since the month before, under whatever versions of the "
        "requirement, or fallen if negative; null if either is not known."
    )


def shown_conformance(found: Conformance) -> dict[str, Any]:
    """Return what is told of how far a clause is met."""
    return {
        "clause": found.clause,
        "tallies": [Tally(state=state, count=count) for state, count in found.counts.items()],
        "share_met": points(found.share_met),
        "distance": points(found.distance),
        "is_kept": found.is_kept,
    }


def points(share: Decimal | None) -> float | None:
    """Return a share, or how far two of them are apart, as it is told."""
    return None if share is None else float(share)
