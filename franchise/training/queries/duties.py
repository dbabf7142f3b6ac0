"""Questions about what a position asks for: its courses, and who may not be given its work yet (T3)."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from chains.actor import Actor
from kit.wording import enumerated
from members.rules.permissions import Permission, Role
from standards.queries.staffing import people_shown
from standards.rules.lint import text_in
from stores.models import StaffPosition
from training.models.duties import DutyRequirement, PathCourse, Work
from training.models.taking import Certificate
from training.queries.courses import titles_of_courses
from training.queries.taking import staff_of
from training.rules.planning import NOT_NAMED, NotTrained


@dataclass(frozen=True, slots=True)
class Lacking:
    """A certificate that somebody lacks for a work."""

    member_id: UUID
    work: Work
    course_id: UUID


def path_of(actor: Actor, *, position_id: UUID) -> QuerySet[PathCourse]:
    """Return the courses that lead to a position, in their order; raises NotPermitted."""
    actor.must_somewhere(Permission.READ_COURSES)
    return PathCourse.objects.filter(position_id=position_id).order_by("rank", "id")


def duty_requirements(actor: Actor) -> QuerySet[DutyRequirement]:
    """Return what duties ask for, by position and work; raises NotPermitted."""
    actor.must_somewhere(Permission.READ_COURSES)
    return DutyRequirement.objects.order_by("position_id", "work", "id")


def missing_courses(store_id: UUID, work: Work, member_ids: Collection[UUID], *, at: datetime) -> dict[UUID, set[UUID]]:
    """Return which courses members lack for a work at a store, at a moment; who lacks none is not named (T3).

    Whoever holds no position there that asks for any lacks none.
    """
    asked: dict[UUID, set[UUID]] = defaultdict(set)
    for position_id, course_id in DutyRequirement.objects.filter(work=work).values_list("position_id", "course_id"):
        asked[position_id].add(course_id)
    if not asked:
        return {}
    held = StaffPosition.objects.filter(
        store_id=store_id, member_id__in=member_ids, position_id__in=asked, withdrawn_at=None
    )
    lacking: dict[UUID, set[UUID]] = defaultdict(set)
    for member_id, position_id in held.order_by().values_list("member_id", "position_id"):
        lacking[member_id] |= asked[position_id]
    if not lacking:
        return {}
    proved = Certificate.objects.valid_at(at).filter(member_id__in=lacking).order_by()
    for member_id, course_id in proved.values_list("member_id", "course_id"):
        lacking[member_id].discard(course_id)
    return {member_id: courses for member_id, courses in lacking.items() if courses}


def missing_certificates(actor: Actor, *, store_id: UUID, now: datetime) -> list[Lacking]:
    """Return who at a store lacks which certificate for which work now, as far as the actor may be told of people.

    Themselves, and everybody where they read training. Raises NotFound and NotPermitted.
    """
    actor.must(Permission.READ_COURSES, at=store_id)
    members = set(staff_of(store_id))
    if not actor.may(Permission.READ_TRAINING, at=store_id):
        members &= {actor.own_id}
    told = {member_id for _store_id, member_id in people_shown(actor, [(store_id, each) for each in members])}
    lacking = [
        Lacking(member_id, work, course_id)
        for work in Work
        for member_id, courses in missing_courses(store_id, work, told, at=now).items()
        for course_id in courses
    ]
    return sorted(lacking, key=lambda each: (each.member_id, each.work, each.course_id))


def is_trained(member_id: UUID, work: Work, store_id: UUID, *, at: datetime) -> bool:
    """Tell whether somebody lacks no course for a work at a store, at a moment (T3)."""
    return not missing_courses(store_id, work, [member_id], at=at)


def trained_for(
    store_id: UUID, work: Work, handlers: Sequence[tuple[UUID, Role]], *, at: datetime
) -> list[tuple[UUID, Role]]:
    """Return those of some people, with their roles, who lack no training for a work at a store (T3).

    Where all of them lack some, all stay: what comes in is never nobody's (R3).
    """
    lacking = missing_courses(store_id, work, {member_id for member_id, _role in handlers}, at=at)
    return [each for each in handlers if each[0] not in lacking] or list(handlers)


def must_be_trained(
    actor: Actor, member_id: UUID, work: Work, store_id: UUID, *, at: datetime, field: str = "owner_id"
) -> None:
    """Refuse with NotTrained, which names the courses, whoever lacks one that this work asks of their position (T3).

    Who it is, is told only to whom a figure of theirs may be.
    """
    lacking = missing_courses(store_id, work, [member_id], at=at).get(member_id)
    if lacking:
        titles = titles_of_courses(lacking)
        told = enumerated(sorted(text_in(None, titles[each]) for each in lacking if each in titles))
        here = (store_id, member_id)
        raise NotTrained(field=field, member=people_shown(actor, [here]).get(here, NOT_NAMED), courses=told)
