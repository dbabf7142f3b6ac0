"""Versions tried on the past."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q, QuerySet

from chains.actor import Actor
from members.rules.permissions import Permission
from standards.models.replays import Replay, ReplayedClause, ReplayedStore
from standards.models.texts import Clause
from standards.rules.conformance import Conformance, conformance_of
from standards.rules.replays import alarms_a_day


def replays_for(actor: Actor, *, version_id: UUID | None = None) -> QuerySet[Replay]:
    """Return what was tried, the latest first, on request only with a version in it; raises NotPermitted."""
    actor.must(Permission.READ_STANDARD_DRAFTS)
    replays = Replay.objects.order_by("-asked_at", "-id")
    return replays if version_id is None else replays.filter(Q(version_id=version_id) | Q(against_id=version_id))


def replayed_clauses_for(actor: Actor) -> QuerySet[ReplayedClause]:
    """Return how cases would have stood clause by clause; raises NotPermitted."""
    actor.must(Permission.READ_STANDARD_DRAFTS)
    return ReplayedClause.objects.order_by("id")


def replayed_stores_for(actor: Actor) -> QuerySet[ReplayedStore]:
    """Return how the cases of each store would have stood; raises NotPermitted."""
    actor.must(Permission.READ_STANDARD_DRAFTS)
    return ReplayedStore.objects.order_by("id")


def replayed_conformance(rows: Sequence[ReplayedClause]) -> dict[UUID, Conformance]:
    """Return how far the clauses of some replays would have been met, by the key of each row."""
    clauses = Clause.objects.select_related("version").in_bulk({row.clause_id for row in rows})
    return {row.id: conformance_of(clauses[row.clause_id], row.by_state) for row in rows}


def replayed_alarms(rows: Sequence[ReplayedClause]) -> dict[UUID, float]:
    """Return how many cases would have missed each clause on an average day, by the key of each row."""
    replays = Replay.objects.in_bulk({row.replay_id for row in rows})
    return {
        row.id: alarms_a_day(row.missed, replays[row.replay_id].first_on, replays[row.replay_id].last_on)
        for row in rows
    }
