"""The types around clocks."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base.call import actor_of, call_of
from api.base.ids import global_id
from api.base.lists import Listed
from api.base.peers import gather
from api.base.scalars import DateTime
from api.base.things import Thing, computed
from api.standards.types import ClauseType
from clocks.models import Clock, ClockPause, PauseReason, TargetUnit
from clocks.queries import clocks_for
from standards.models.texts import Clause
from standards.queries.texts import clauses_for
from standards.rules.events import words_of


def _is_overdue(row: Clock, info: GraphQLResolveInfo) -> bool:
    return row.current_due_at is not None and row.current_due_at < (row.stopped_at or call_of(info).now)


def _clauses(rows: Sequence[Clock], info: GraphQLResolveInfo) -> dict[UUID, Clause]:
    keys = {row.clause_version_id for row in rows if row.clause_version_id}
    clauses = {clause.pk: clause for clause in gather(clauses_for(actor_of(info)).filter(pk__in=keys))} if keys else {}
    return {row.pk: clauses[row.clause_version_id] for row in rows if row.clause_version_id in clauses}


class ClockPauseType(Thing):
    """A time in which a clock stands still, with its reason."""

    class Meta:
        name = "ClockPause"
        model = ClockPause
        fields = ("store", "note", "paused_at", "void_from", "due_at")
        enums = {"reason": PauseReason}
        descriptions = {
            "store": "The store of the clock.",
            "reason": "Why it stands still.",
            "note": "The reason in words; may be empty.",
            "paused_at": "Since when it stands still.",
            "void_from": "When the customer wrote for whom it waited: from then on the pause is void; null if not.",
            "due_at": "When the clock is due after it; null while it lasts, and where that is not known.",
        }

    ended_at = computed(
        DateTime,
        lambda row, _info: row.ended_at,
        needs=("paused_at", "resumed_at", "void_from"),
        description="When the clock ran on, which is never after the customer wrote; null while it stands still.",
    )


class ClockType(Thing):
    """How long something takes against a target. What it has measured is never changed."""

    class Meta:
        name = "Clock"
        model = Clock
        fields = ("store", "kind", "started_at", "due_at", "current_due_at", "is_paused", "stopped_at")
        enums = {"target_unit": TargetUnit}
        descriptions = {
            "store": "The store by whose calendar it runs.",
            "kind": "What it waits for, such as `INVESTIGATION_RECORDED`.",
            "target_unit": "In which time its target is counted.",
            "started_at": "Since when it runs.",
            "due_at": "Until when it was due at its start; null where the store's hours are not recorded.",
            "current_due_at": "Until when it is due after its pauses; null while it stands still in time.",
            "is_paused": "Whether it stands still now.",
            "stopped_at": "When it was stopped; null while it runs.",
        }

    subject_id = computed(
        graphene.ID,
        lambda row, _info: global_id(row.subject_type, row.subject_id),
        needs=("subject_type", "subject_id"),
        required=True,
        description="The global id of the thing that it is about.",
    )
    words = computed(
        graphene.String,
        lambda row, _info: words_of(row.kind),
        needs=("kind",),
        required=True,
        description="What it waits for, in the caller's language.",
    )
    target_seconds = computed(
        graphene.Float,
        lambda row, _info: row.target_seconds,
        needs=("target_seconds",),
        required=True,
        description="The length of its target in whole seconds of its unit; 0 for 'on the same day'.",
    )
    wall_seconds = computed(
        graphene.Float,
        lambda row, _info: row.wall_seconds,
        needs=("wall_seconds",),
        description="How long it took without its pauses, in whole seconds; null while it runs.",
    )
    working_seconds = computed(
        graphene.Float,
        lambda row, _info: row.working_seconds,
        needs=("working_seconds",),
        description="How much of that the store was open, in whole seconds; null where that is not known.",
    )
    is_overdue = computed(
        graphene.Boolean,
        _is_overdue,
        needs=("current_due_at", "stopped_at"),
        required=True,
        description="Whether its time is up, or was up when it was stopped.",
    )
    clause = computed(
        ClauseType,
        _clauses,
        for_all=True,
        needs=("clause_version_id",),
        description="The clause that asks for it; null where none does, or where you can't look it up.",
    )
    pauses = Listed(
        lambda: ClockPauseType,
        by="clock",
        order=("paused_at",),
        description="The times in which it stood still, in their order.",
    )

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return the clocks that the caller may read."""
        rows: QuerySet[Any] = clocks_for(actor_of(info))
        return rows
