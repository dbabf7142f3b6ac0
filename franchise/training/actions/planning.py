"""Deeds on training plans: proposed by one, decided by another, then carried out (T5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from journal.actions import append
from kit.ids import new_id
from kit.refusals import Invalid, NotFound
from kit.texts import line_of, text_of
from members.rules.permissions import Permission
from members.rules.persons import people_in
from stores.actions.locks import lock_store_in_business
from stores.models import Position
from training.actions.enrolling import enrol, tell_assigned
from training.models.planning import PlannedCourse, PlanState, TrainingPlan
from training.models.taking import EnrolmentReason
from training.queries.courses import version_taught, versions_taught
from training.queries.taking import staff_of
from training.rules.courses import must_be_revision
from training.rules.happenings import Happening
from training.rules.planning import MOST_COURSES, due_of, must_be_approved, must_be_proposed, must_decide


@dataclass(frozen=True, slots=True)
class Planned:
    """A course of a plan as it is typed: for everybody at the store, or for who holds a position."""

    course_id: UUID
    due_at: datetime
    position_id: UUID | None = None


@transaction.atomic(using=CHAINS_ALIAS)
def propose_training_plan(
    *, actor: Actor, store_id: UUID, title: str, courses: Sequence[Planned], now: datetime, purpose: str = ""
) -> TrainingPlan:
    """Propose what a store is to be trained in (T5).

    Refusals: NotFound, NotPermitted, StoreClosed, CourseNotPublished, Invalid, TooLong.
    """
    actor.must(Permission.PROPOSE_TRAINING_PLAN, at=store_id)
    lock_store_in_business(actor, store_id)
    if not 1 <= len(courses) <= MOST_COURSES:
        raise Invalid(field="courses", why=_("one to fifty courses"))
    for place, each in enumerate(courses):
        version_taught(each.course_id, field=("courses", str(place), "course_id"))
        due_of(each.due_at, field=("courses", str(place), "due_at"), now=now)
    positions = {each.position_id for each in courses if each.position_id is not None}
    known = set(Position.objects.filter(id__in=positions).values_list("id", flat=True))
    for place, each in enumerate(courses):
        if each.position_id is not None and each.position_id not in known:
            raise NotFound(field=("courses", str(place), "position_id"))
    plan = TrainingPlan.objects.create(
        store_id=store_id,
        title=line_of(title, field="title"),
        purpose=text_of(purpose, field="purpose", required=False),
        proposed_by_id=actor.user_id,
        proposed_in_visit_by_id=actor.behalf_of_id,
        proposed_at=now,
    )
    PlannedCourse.objects.bulk_create(
        PlannedCourse(
            store_id=store_id,
            plan=plan,
            course_id=each.course_id,
            position_id=each.position_id,
            due_at=each.due_at,
        )
        for each in courses
    )
    _tell(actor, Happening.TRAINING_PLAN_PROPOSED, plan, now, before=None)
    return plan


@transaction.atomic(using=CHAINS_ALIAS)
def approve_training_plan(
    *, actor: Actor, plan_id: UUID, now: datetime, note: str = "", expected_version: int | None = None
) -> TrainingPlan:
    """Approve a plan that somebody else proposed (T5).

    Refusals: NotFound, NotPermitted, Stale, PlanDecided, ApproverIsProposer, Invalid, TooLong.
    """
    return _decide(actor, plan_id, PlanState.APPROVED, note, now, expected_version)


@transaction.atomic(using=CHAINS_ALIAS)
def decline_training_plan(
    *, actor: Actor, plan_id: UUID, note: str, now: datetime, expected_version: int | None = None
) -> TrainingPlan:
    """Decline a plan that somebody else proposed, and say why.

    Refusals: NotFound, NotPermitted, Stale, PlanDecided, ApproverIsProposer, Invalid, TooLong.
    """
    text_of(note, field="note")
    return _decide(actor, plan_id, PlanState.DECLINED, note, now, expected_version)


@transaction.atomic(using=CHAINS_ALIAS)
def carry_out_training_plan(
    *, actor: Actor, plan_id: UUID, now: datetime, expected_version: int | None = None
) -> TrainingPlan:
    """Let those meant by an approved plan take its courses; one that is retired by now is left out (T5).

    Refusals: NotFound, NotPermitted, Stale, StoreClosed, PlanNotApproved.
    """
    plan = _locked(actor, plan_id, Permission.PROPOSE_TRAINING_PLAN, expected_version)
    must_be_approved(PlanState(plan.state))
    lock_store_in_business(actor, plan.store_id)
    before = _told(plan)
    plan.state, plan.carried_out_at = PlanState.CARRIED_OUT, now
    deed_id = new_id()
    planned = list(PlannedCourse.objects.filter(plan=plan).order_by("id"))
    taught = versions_taught([each.course_id for each in planned])
    staff = {position_id: staff_of(plan.store_id, position_id=position_id) for position_id in _positions(planned)}
    for each in planned:
        if each.course_id in taught:
            version, members = taught[each.course_id], staff[each.position_id]
            enrolled = enrol(actor, plan.store_id, version, members, EnrolmentReason.PLAN, now, due_at=each.due_at)
            if enrolled:
                tell_assigned(actor, enrolled, now, part_of_id=deed_id)
    _move(plan)
    _tell(actor, Happening.TRAINING_PLAN_CARRIED_OUT, plan, now, before=before, entry_id=deed_id)
    return plan


def _decide(
    actor: Actor, plan_id: UUID, state: PlanState, note: str, now: datetime, expected: int | None
) -> TrainingPlan:
    plan = _locked(actor, plan_id, Permission.APPROVE_TRAINING_PLAN, expected)
    must_be_proposed(PlanState(plan.state))
    must_decide((plan.proposed_by_id, plan.proposed_in_visit_by_id), people_in(actor))
    before = _told(plan)
    plan.state, plan.decided_by_id, plan.decided_at = state, actor.user_id, now
    plan.decision_note = text_of(note, field="note", required=False)
    _move(plan)
    approved = state is PlanState.APPROVED
    kind = Happening.TRAINING_PLAN_APPROVED if approved else Happening.TRAINING_PLAN_DECLINED
    _tell(actor, kind, plan, now, before=before)
    return plan


def _locked(actor: Actor, plan_id: UUID, permission: Permission, expected: int | None) -> TrainingPlan:
    visible: Any = TrainingPlan.objects.visible_to(actor)
    plan: TrainingPlan | None = visible.select_for_update(of=("self",)).filter(id=plan_id).first()
    if plan is None:
        raise NotFound
    actor.must(permission, at=plan.store_id)
    must_be_revision(plan, expected)
    return plan


def _positions(planned: Sequence[PlannedCourse]) -> set[UUID | None]:
    return {each.position_id for each in planned}


def _move(plan: TrainingPlan) -> None:
    plan.revision += 1
    plan.save()


def _told(plan: TrainingPlan) -> dict[str, Any]:
    return {"state": plan.state, "proposed_by_id": plan.proposed_by_id, "decided_by_id": plan.decided_by_id}


def _tell(
    actor: Actor,
    kind: Happening,
    plan: TrainingPlan,
    now: datetime,
    *,
    before: dict[str, Any] | None,
    entry_id: UUID | None = None,
) -> None:
    append(
        actor=actor,
        kind=kind,
        subject_type="TrainingPlan",
        subject_id=plan.id,
        store_id=plan.store_id,
        now=now,
        before=before,
        after=_told(plan),
        entry_id=entry_id,
    )
