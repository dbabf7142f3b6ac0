"""Headquarters' deeds on what positions ask for: the courses on the way to them, and certificates for their work."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from journal.actions import append
from kit.refusals import Invalid
from members.rules.permissions import Permission
from stores.actions.locks import lock_position, lock_store
from stores.models import Position, StaffPosition, StoreState
from training.actions.enrolling import enrol, tell_assigned
from training.models.duties import DutyRequirement, PathCourse, TrainingStage, Work
from training.models.taking import Certificate, EnrolmentReason
from training.queries.courses import version_taught, versions_taught
from training.queries.taking import staff_of
from training.rules.happenings import Happening
from training.rules.planning import MOST_COURSES, days_of


@dataclass(frozen=True, slots=True)
class Step:
    """A course on the way to a position: when it is taken, and within how many days it is to be passed."""

    course_id: UUID
    stage: TrainingStage
    within_days: int


@transaction.atomic(using=CHAINS_ALIAS)
def set_training_path(*, actor: Actor, position_id: UUID, courses: Sequence[Step], now: datetime) -> Position:
    """Set which courses lead to a position, in their order; who is given it from now on takes them by itself (T3).

    Refusals: NotPermitted, NotFound, CourseNotPublished, Invalid.
    """
    actor.must(Permission.SET_TRAINING_PATH)
    position = lock_position(position_id)
    _check_courses([step.course_id for step in courses])
    for place, step in enumerate(courses):
        days_of(step.within_days, field=("courses", str(place), "within_days"))
    there = PathCourse.objects.filter(position=position).order_by("rank")
    before = [{"course_id": each.course_id, "stage": each.stage, "within_days": each.within_days} for each in there]
    there.delete()
    PathCourse.objects.bulk_create(
        PathCourse(
            position=position, rank=place, course_id=step.course_id, stage=step.stage, within_days=step.within_days
        )
        for place, step in enumerate(courses, start=1)
    )
    after = [{"course_id": each.course_id, "stage": each.stage, "within_days": each.within_days} for each in courses]
    _tell(actor, Happening.TRAINING_PATH_SET, position, now, before={"courses": before}, after={"courses": after})
    return position


@transaction.atomic(using=CHAINS_ALIAS)
def set_duty_requirement(
    *, actor: Actor, position_id: UUID, work: Work, course_ids: Collection[UUID], now: datetime
) -> Position:
    """Set without which certificates the holder of a position is given no such work; none means that all may (T3).

    What they own already stays theirs. Refusals: NotPermitted, NotFound, CourseNotPublished, Invalid.
    """
    actor.must(Permission.SET_DUTY_REQUIREMENT)
    position = lock_position(position_id)
    _check_courses(course_ids)
    there = DutyRequirement.objects.filter(position=position, work=work)
    before = sorted(there.values_list("course_id", flat=True))
    there.delete()
    DutyRequirement.objects.bulk_create(
        DutyRequirement(position=position, work=work, course_id=each, set_at=now, set_by_id=actor.user_id)
        for each in course_ids
    )
    _tell(
        actor,
        Happening.DUTY_REQUIREMENT_SET,
        position,
        now,
        before={"work": work, "course_ids": before},
        after={"work": work, "course_ids": sorted(course_ids)},
    )
    return position


@transaction.atomic(using=CHAINS_ALIAS)
def begin_path(*, actor: Actor, staff_position_id: UUID, now: datetime) -> int:
    """Let whoever was given a position take the courses that lead to it and that they have no certificate of (T3).

    Return how many courses were begun. A store that is closed, or a position that was withdrawn since, begins none.
    """
    held = StaffPosition.objects.filter(id=staff_position_id, withdrawn_at=None).first()
    if held is None:
        return 0
    steps = list(PathCourse.objects.filter(position_id=held.position_id).order_by("rank"))
    proved = (
        Certificate.objects.valid_at(now).of(held.member_id).filter(course_id__in=[step.course_id for step in steps])
    )
    known = set(proved.values_list("course_id", flat=True))
    taught = versions_taught([step.course_id for step in steps])
    if lock_store(held.store_id).state != StoreState.OPEN or held.member_id not in staff_of(held.store_id):
        return 0
    begun = 0
    for step in steps:
        if step.course_id in known or step.course_id not in taught:
            continue
        due_at = now + timedelta(days=step.within_days)
        version, reason = taught[step.course_id], EnrolmentReason.POSITION
        enrolled = enrol(actor, held.store_id, version, [held.member_id], reason, now, due_at=due_at)
        if enrolled:
            tell_assigned(actor, enrolled, now)
            begun += 1
    return begun


def _check_courses(course_ids: Collection[UUID]) -> None:
    """Refuse with Invalid, NotFound or CourseNotPublished courses that are not each named once and taught now."""
    if len(course_ids) > MOST_COURSES or len(set(course_ids)) != len(course_ids):
        raise Invalid(field="courses", why=_("at most fifty courses, each of them once"))
    taught = versions_taught(course_ids)
    for course_id in course_ids:
        if course_id not in taught:
            version_taught(course_id, field="courses")


def _tell(
    actor: Actor,
    kind: Happening,
    position: Position,
    now: datetime,
    *,
    before: dict[str, object],
    after: dict[str, object],
) -> None:
    append(
        actor=actor,
        kind=kind,
        subject_type="Position",
        subject_id=position.id,
        store_id=None,
        now=now,
        before=before,
        after=after,
    )
