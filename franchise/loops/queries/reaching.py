"""What of a requirement had reached whom at a store by a moment."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, Q

from loops.rules.outcomes import Got
from members.models import Assignment
from standards.models.rollouts import Acknowledgement, StoreStandard
from standards.models.texts import Clause
from standards.models.waivers import Waiver
from standards.queries.acknowledging import Reading, reading_at
from standards.rules.acknowledging import touches
from training.models.courses import CourseState, CourseVersion, Lesson, TaughtClause
from training.models.taking import Enrolment, EnrolmentReason, LessonCompletion

Roles = Mapping[UUID, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Reached:
    """The text of a requirement that was in force at a store at a moment, if any, and what everybody had got of it."""

    clause: Clause | None
    people: dict[UUID, Got]


def reached_at(*, store_id: UUID, lineage_id: UUID, at: datetime, concerned: Collection[UUID] | None = None) -> Reached:
    """Return what of a requirement had reached the people of a store at a moment; only for the system.

    They are those concerned, as far as they work there, else all who were there and whom the clause is for.
    """
    roles = _roles_at(store_id, at, concerned)
    bound = StoreStandard.objects.filter(store_id=store_id).in_force_at(at)
    binding = dict(bound.order_by("pushed_at", "id").values_list("version_id", "pushed_at"))
    clause = Clause.objects.filter(version_id__in=binding, lineage_id=lineage_id).order_by("-version__number").first()
    if clause is None:
        return Reached(None, {member_id: Got() for member_id in roles})
    is_waived = Waiver.objects.filter(store_id=store_id, lineage_id=lineage_id).holding_at(at).exists()
    reading = reading_at(store_id, now=at, user_ids=list(roles), version_id=clause.version_id, read_by=at)
    said = _acknowledged(reading, store_id, clause, roles, at)
    is_taught, trained = _trained(lineage_id, roles, at)
    people = {}
    for member_id, held in roles.items():
        is_for_them = touches(clause.scope, reading.place, roles=held)
        if is_for_them or concerned is not None:
            people[member_id] = Got(
                pushed_at=binding[clause.version_id],
                is_waived=is_waived,
                is_for_them=is_for_them,
                acknowledged_at=said.get(member_id),
                is_taught=is_taught,
                trained_at=trained.get(member_id),
            )
    return Reached(clause, people)


def still_there(store_id: UUID, member_ids: Iterable[UUID]) -> set[UUID]:
    """Return those of some people who work at a store."""
    there = Assignment.objects.filter(store_id=store_id, user_id__in=list(member_ids), user__is_active=True)
    return set(there.order_by().values_list("user_id", flat=True))


def _roles_at(store_id: UUID, at: datetime, concerned: Collection[UUID] | None) -> Roles:
    working = Assignment.objects.filter(store_id=store_id, user__is_active=True, since__lte=at)
    if concerned is not None:
        working = working.filter(user_id__in=concerned)
    found: dict[UUID, frozenset[str]] = defaultdict(frozenset)
    for member_id, role in working.order_by("user_id", "role").values_list("user_id", "role"):
        found[member_id] |= {role}
    return found


def _acknowledged(reading: Reading, store_id: UUID, clause: Clause, roles: Roles, at: datetime) -> dict[UUID, datetime]:
    """Return when people acknowledged a clause, or an earlier text of it that means the same."""
    texts = Clause.objects.filter(lineage_id=clause.lineage_id, version__standard_id=clause.version.standard_id)
    said = Acknowledgement.objects.filter(
        store_id=store_id, user_id__in=list(roles), clause__in=texts.order_by(), acknowledged_at__lte=at
    )
    last = dict(said.order_by("user_id").values_list("user_id").annotate(last=Max("acknowledged_at")))
    return {
        member_id: moment
        for member_id, moment in last.items()
        if not any(due.clause.id == clause.id for due in reading.due_to(member_id, None))
    }


def _trained(lineage_id: UUID, roles: Roles, at: datetime) -> tuple[bool, dict[UUID, datetime]]:
    """Return whether there was a lesson that teaches a requirement, and when people had gone through one.

    Who was asked to learn it anew, since it had changed, and had not done so yet, had not.
    """
    teaching = TaughtClause.objects.filter(lineage_id=lineage_id).order_by().values("lesson_id")
    lessons = Lesson.objects.filter(id__in=teaching, course_version__published_at__lte=at).order_by()
    # A course that is taught now was taught by its earlier versions then; one that was given up asks nothing.
    taught = CourseVersion.objects.filter(course=OuterRef("course_version__course"), state=CourseState.PUBLISHED)
    if not lessons.filter(Exists(taught)).exists():
        return False, {}
    done = LessonCompletion.objects.filter(
        lesson__in=lessons, enrolment__member_id__in=list(roles), completed_at__lte=at
    )
    learning = Enrolment.objects.filter(
        Q(ended_at=None) | Q(ended_at__gt=at),
        lesson__in=lessons,
        member_id__in=list(roles),
        reason=EnrolmentReason.CHANGE,
        enrolled_at__lte=at,
    )
    anew = set(learning.order_by().values_list("member_id", flat=True))
    last = done.order_by("enrolment__member_id").values_list("enrolment__member_id").annotate(last=Max("completed_at"))
    return True, {member_id: moment for member_id, moment in last if member_id not in anew}
