"""Questions about plans, sessions and mentors."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet

from chains.actor import Actor
from members.models import Assignment
from members.rules.permissions import Permission
from training.models.planning import Mentorship, PlanState, TrainingPlan, TrainingSession
from training.rules.planning import GUIDES_FROM_ABOVE


def training_plans(actor: Actor, *, store_id: UUID | None = None, state: PlanState | None = None) -> QuerySet[Any]:
    """Return the plans of stores where the actor reads training, the latest first; raises NotFound and NotPermitted."""
    actor.must_somewhere(Permission.READ_TRAINING)
    plans = TrainingPlan.objects.visible_to(actor)
    if store_id is not None:
        actor.must(Permission.READ_TRAINING, at=store_id)
        plans = plans.filter(store_id=store_id)
    if state is not None:
        plans = plans.filter(state=state)
    return plans.order_by("-proposed_at", "-id")


def training_sessions(
    actor: Actor, *, store_id: UUID | None = None, starts_after: datetime | None = None
) -> QuerySet[Any]:
    """Return the sessions at stores where the actor learns, by their start; raises NotFound and NotPermitted."""
    actor.must_somewhere(Permission.READ_COURSES)
    sessions = TrainingSession.objects.visible_to(actor)
    if store_id is not None:
        actor.must(Permission.READ_COURSES, at=store_id)
        sessions = sessions.filter(store_id=store_id)
    if starts_after is not None:
        sessions = sessions.filter(starts_at__gte=starts_after)
    return sessions.order_by("starts_at", "id")


def mentorships(actor: Actor, *, store_id: UUID | None = None) -> QuerySet[Any]:
    """Return who guides whom at stores where the actor learns, the latest first; raises NotFound and NotPermitted."""
    actor.must_somewhere(Permission.READ_COURSES)
    found = Mentorship.objects.visible_to(actor)
    if store_id is not None:
        actor.must(Permission.READ_COURSES, at=store_id)
        found = found.filter(store_id=store_id)
    return found.order_by("-paired_at", "-id")


def note_for(actor: Actor, pair: Mentorship) -> str | None:
    """Return what was noted at the end of the time with a mentor: to the two, and to who pairs mentors there.

    None to everybody else, whoever guides others there as well; HQ in somebody's place is not them.
    """
    is_theirs = actor.own_id is not None and actor.own_id in (pair.mentor_id, pair.apprentice_id)
    return pair.note if is_theirs or actor.may(Permission.PAIR_MENTOR, at=pair.store_id) else None


def guiding(
    member: UUID | OuterRef, *, store_id: UUID | OuterRef, area_id: UUID | OuterRef | None
) -> QuerySet[Assignment]:
    """Return by what an active member can guide newcomers of a store: working there, or leading training from above."""
    area = Q(area_id=None) if area_id is None else Q(area_id=None) | Q(area_id=area_id)
    above = Q(store_id=None, role__in=GUIDES_FROM_ABOVE) & area
    return Assignment.objects.filter(Q(store_id=store_id) | above, user=member, user__is_active=True)
