"""Deeds by which somebody comes to take a course: assigned by hand, and what other deeds and jobs use."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from journal.actions import append, append_all, entry_of
from journal.models import Entry
from kit.refusals import Invalid, NotFound
from members.rules.permissions import Permission
from stores.actions.locks import lock_store_in_business
from stores.models import Position
from training.models.courses import CourseVersion, Lesson
from training.models.taking import Enrolment, EnrolmentReason, EnrolmentState
from training.queries.courses import version_taught
from training.queries.taking import staff_of
from training.rules.courses import must_be_revision
from training.rules.happenings import Happening
from training.rules.planning import due_of
from training.rules.taking import MOST_ENROLLED, LearnerNotAtStore, NobodyToEnrol, must_be_open, must_take_back

_BATCH = 5_000


@transaction.atomic(using=CHAINS_ALIAS)
def assign_course(
    *,
    actor: Actor,
    store_id: UUID,
    course_id: UUID,
    now: datetime,
    member_ids: Collection[UUID] | None = None,
    position_id: UUID | None = None,
    due_at: datetime | None = None,
) -> list[Enrolment]:
    """Let members of staff of a store take a course: those named, else who holds a position, else everybody.

    Who takes it already goes on with it. Refusals: NotFound, NotPermitted, StoreClosed, CourseNotPublished,
    LearnerNotAtStore, NobodyToEnrol, Invalid.
    """
    actor.must(Permission.ASSIGN_COURSE, at=store_id)
    lock_store_in_business(actor, store_id)
    version = version_taught(course_id, field="course_id")
    if position_id is not None and not Position.objects.filter(id=position_id).exists():
        raise NotFound(field="position_id")
    if due_at is not None:
        due_of(due_at, field="due_at", now=now)
    members = staff_of(store_id, position_id=position_id)
    if member_ids is not None:
        members = _named(member_ids, members)
    enrolled = enrol(actor, store_id, version, members, EnrolmentReason.ASSIGNED, now, due_at=due_at)
    if not enrolled:
        raise NobodyToEnrol
    tell_assigned(actor, enrolled, now)
    return enrolled


@transaction.atomic(using=CHAINS_ALIAS)
def withdraw_enrolment(
    *, actor: Actor, enrolment_id: UUID, now: datetime, expected_version: int | None = None
) -> Enrolment:
    """Take back that somebody is to take a course; what they did for it stays.

    Refusals: NotFound, NotPermitted, TakenBackByLearner, Stale, EnrolmentEnded.
    """
    enrolment = lock_enrolment(actor, enrolment_id)
    actor.must(Permission.ASSIGN_COURSE, at=enrolment.store_id)
    must_take_back(actor, enrolment.member_id)
    must_be_revision(enrolment, expected_version)
    must_be_open(EnrolmentState(enrolment.state))
    withdraw(actor, enrolment, now)
    return enrolment


def enrol(
    actor: Actor,
    store_id: UUID,
    version: CourseVersion,
    member_ids: Iterable[UUID],
    reason: EnrolmentReason,
    now: datetime,
    *,
    due_at: datetime | None = None,
) -> list[Enrolment]:
    """Write down that members of a locked store take a version; whoever does already is left out."""
    members = {store_id: list(member_ids)}
    return enrol_everywhere(actor, version, None, members, reason, now, due_at=due_at)


def enrol_everywhere(
    actor: Actor,
    version: CourseVersion,
    lesson: Lesson | None,
    members: Mapping[UUID, Collection[UUID]],
    reason: EnrolmentReason,
    now: datetime,
    *,
    due_at: datetime | None = None,
) -> list[Enrolment]:
    """Write down that members of locked stores take a version, or one lesson of it; whoever does is left out.

    The number of statements does not grow with the stores.
    """
    taking = Enrolment.objects.filter(store_id__in=members, course_version=version, state=EnrolmentState.OPEN)
    busy = set(taking.filter(lesson=lesson).order_by().values_list("store_id", "member_id"))
    rows = [
        Enrolment(
            store_id=store_id,
            member_id=member_id,
            course_version=version,
            lesson=lesson,
            reason=reason,
            enrolled_by_id=actor.user_id,
            enrolled_at=now,
            due_at=due_at,
        )
        for store_id, meant in members.items()
        for member_id in meant
        if (store_id, member_id) not in busy
    ]
    return Enrolment.objects.bulk_create(rows, batch_size=_BATCH)


def tell_assigned(
    actor: Actor, enrolled: Iterable[Enrolment], now: datetime, *, part_of_id: UUID | None = None
) -> None:
    """Tell the journal, once for each store, who takes a version from now on; all of it is one version."""
    by_store: dict[UUID, list[Enrolment]] = {}
    for each in enrolled:
        by_store.setdefault(each.store_id, []).append(each)
    append_all([_assigned(actor, rows, now, part_of_id) for rows in by_store.values()])


def withdraw(actor: Actor, enrolment: Enrolment, now: datetime) -> None:
    """End a locked enrolment that is not passed, and tell the journal."""
    before = enrolment_told(enrolment)
    end(enrolment, EnrolmentState.WITHDRAWN, now)
    append(
        actor=actor,
        kind=Happening.ENROLMENT_WITHDRAWN,
        subject_type="Enrolment",
        subject_id=enrolment.id,
        store_id=enrolment.store_id,
        now=now,
        before=before,
        after=enrolment_told(enrolment),
    )


def lock_enrolment(actor: Actor, enrolment_id: UUID) -> Enrolment:
    """Return an enrolment that the actor may read, locked until the transaction ends; raises NotFound."""
    found: Any = Enrolment.objects.visible_to(actor).select_related("course_version")
    enrolment: Enrolment | None = found.select_for_update(of=("self",)).filter(id=enrolment_id).first()
    if enrolment is None:
        raise NotFound
    return enrolment


def end(enrolment: Enrolment, state: EnrolmentState, now: datetime) -> None:
    """End a locked enrolment."""
    enrolment.state, enrolment.ended_at = state, now
    enrolment.revision += 1
    enrolment.save(update_fields=["state", "ended_at", "revision"])


def enrolment_told(enrolment: Enrolment) -> dict[str, Any]:
    """Return an enrolment as the journal tells it."""
    return {
        "member_id": enrolment.member_id,
        "course_id": enrolment.course_version.course_id,
        "course_version_id": enrolment.course_version_id,
        "lesson_id": enrolment.lesson_id,
        "state": enrolment.state,
    }


def _named(member_ids: Collection[UUID], staff: Collection[UUID]) -> list[UUID]:
    if len(member_ids) > MOST_ENROLLED:
        raise Invalid(field="member_ids", why=_("at most %(most)s people") % {"most": MOST_ENROLLED})
    if not set(member_ids) <= set(staff):
        raise LearnerNotAtStore(field="member_ids")
    return sorted(set(member_ids))


def _assigned(actor: Actor, enrolled: Sequence[Enrolment], now: datetime, part_of_id: UUID | None) -> Entry:
    first = enrolled[0]
    return entry_of(
        actor=actor,
        kind=Happening.COURSE_ASSIGNED,
        subject_type="Course",
        subject_id=first.course_version.course_id,
        store_id=first.store_id,
        now=now,
        after={
            "course_version_id": first.course_version_id,
            "lesson_id": first.lesson_id,
            "reason": first.reason,
            "due_at": first.due_at,
            "enrolment_ids": [each.id for each in enrolled],
            "member_ids": [each.member_id for each in enrolled],
        },
        part_of_id=part_of_id,
    )
