"""Questions about who takes what: enrolments, what is left to do, certificates."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from chains.actor import Actor
from members.models import Assignment
from members.rules.permissions import Permission
from stores.models import StaffPosition
from training.models.courses import Lesson
from training.models.taking import (
    Certificate,
    CertificateWithdrawal,
    Enrolment,
    EnrolmentState,
    LessonCompletion,
    PracticalExam,
)


def enrolments_for(
    actor: Actor,
    *,
    store_id: UUID | None = None,
    member_id: UUID | None = None,
    state: EnrolmentState | None = None,
    due_before: datetime | None = None,
) -> QuerySet[Any]:
    """Return one's own enrolments, and everybody's where one reads training; raises NotFound and NotPermitted."""
    actor.must_somewhere(Permission.READ_COURSES)
    enrolments = Enrolment.objects.visible_to(actor)
    if store_id is not None:
        actor.must(Permission.READ_COURSES, at=store_id)
        enrolments = enrolments.filter(store_id=store_id)
    if member_id is not None:
        enrolments = enrolments.filter(member_id=member_id)
    if state is not None:
        enrolments = enrolments.filter(state=state)
    if due_before is not None:
        enrolments = enrolments.filter(due_at__lt=due_before)
    return enrolments.order_by("-enrolled_at", "-id")


def certificates_for(
    actor: Actor,
    *,
    store_id: UUID | None = None,
    member_id: UUID | None = None,
    course_id: UUID | None = None,
    expires_before: datetime | None = None,
) -> QuerySet[Certificate]:
    """Return certificates that the actor may read, the latest first; raises NotFound and NotPermitted.

    On request only of who works at a store, of a member, of a course, what expires before a moment.
    """
    actor.must_somewhere(Permission.READ_COURSES)
    certificates = Certificate.objects.visible_to(actor)
    if store_id is not None:
        actor.must(Permission.READ_COURSES, at=store_id)
        certificates = certificates.filter(member_id__in=staff_of(store_id))
    if course_id is not None:
        certificates = certificates.filter(course_id=course_id)
    if member_id is not None:
        certificates = certificates.of(member_id)
    if expires_before is not None:
        certificates = certificates.filter(expires_at__lt=expires_before)
    return certificates.order_by("-given_at", "-id")


def withdrawals_of(certificates: Collection[Certificate]) -> dict[UUID, CertificateWithdrawal]:
    """Return why some certificates were taken back, by certificate; what stands is not named."""
    found = CertificateWithdrawal.objects.filter(certificate__in=[each.id for each in certificates]).order_by()
    return {each.certificate_id: each for each in found}


def lessons_wanted(enrolment: Enrolment) -> QuerySet[Lesson]:
    """Return the lessons that an enrolment asks for: this one, or all of the version, in their order."""
    lessons = Lesson.objects.filter(course_version_id=enrolment.course_version_id)
    if enrolment.lesson_id is not None:
        lessons = lessons.filter(id=enrolment.lesson_id)
    return lessons.order_by("position")


def lessons_completed(enrolment: Enrolment) -> set[UUID]:
    """Return the lessons that were gone through for an enrolment."""
    return set(LessonCompletion.objects.filter(enrolment=enrolment).order_by().values_list("lesson_id", flat=True))


def has_practised(enrolment: Enrolment) -> bool:
    """Tell whether practice was examined and passed."""
    return PracticalExam.objects.filter(enrolment=enrolment, is_passed=True).exists()


def staff_of(store_id: UUID, *, position_id: UUID | None = None) -> list[UUID]:
    """Return the active members who work in a store, on request only who hold a position there, in a steady order."""
    working = Assignment.objects.filter(store_id=store_id, user__is_active=True)
    if position_id is not None:
        holding = StaffPosition.objects.filter(store_id=store_id, position_id=position_id, withdrawn_at=None)
        working = working.filter(user_id__in=holding.values("member_id"))
    return list(working.order_by("user_id").distinct().values_list("user_id", flat=True))
