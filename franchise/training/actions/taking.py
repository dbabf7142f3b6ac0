"""Deeds of whoever takes a course, and of whoever examines them: to the certificate (T3, T4)."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from journal.actions import append
from kit.ids import new_id
from kit.refusals import NotFound
from kit.texts import text_of
from members.rules.permissions import Permission
from training.actions.enrolling import end, enrolment_told, lock_enrolment
from training.models.courses import Lesson, LessonKind
from training.models.taking import (
    Certificate,
    Enrolment,
    EnrolmentState,
    LessonCompletion,
    PracticalExam,
    QuizAttempt,
)
from training.queries.courses import lineages_of
from training.queries.taking import has_practised, lessons_completed, lessons_wanted
from training.rules.happenings import Happening
from training.rules.taking import (
    LessonCompleted,
    NoPracticalExam,
    PracticePassed,
    expiry_of,
    is_passed,
    must_be_answered,
    must_be_gone_through,
    must_be_open,
    must_examine,
    must_learn_in_person,
    score_of,
)


@transaction.atomic(using=CHAINS_ALIAS)
def complete_lesson(*, actor: Actor, enrolment_id: UUID, lesson_id: UUID, now: datetime) -> Enrolment:
    """Say that one has gone through a lesson that is no quiz; the last one ends the course.

    Refusals: NotFound, NotPermitted, TakenInPerson, EnrolmentEnded, LessonIsQuiz, LessonCompleted.
    """
    enrolment, lesson = _taken(actor, enrolment_id, lesson_id)
    must_be_gone_through(LessonKind(lesson.kind))
    if lesson.id in lessons_completed(enrolment):
        raise LessonCompleted(field="lesson_id")
    _complete(actor, enrolment, lesson, now)
    return enrolment


@transaction.atomic(using=CHAINS_ALIAS)
def submit_quiz(
    *, actor: Actor, enrolment_id: UUID, lesson_id: UUID, answers: Sequence[Collection[int]], now: datetime
) -> QuizAttempt:
    """Answer a quiz: for each question in its order the places of the options that are ticked, from 0.

    Passed, the quiz is completed. Refusals: NotFound, NotPermitted, TakenInPerson, EnrolmentEnded, LessonIsNoQuiz,
    LessonCompleted, AttemptsUsedUp, Invalid.
    """
    enrolment, lesson = _taken(actor, enrolment_id, lesson_id)
    before = QuizAttempt.objects.filter(enrolment=enrolment, lesson=lesson).count()
    is_completed = lesson.id in lessons_completed(enrolment)
    must_be_answered(LessonKind(lesson.kind), attempts=before, most=lesson.most_attempts, is_completed=is_completed)
    score = score_of(lesson.questions, answers)
    attempt = QuizAttempt.objects.create(
        store_id=enrolment.store_id,
        enrolment=enrolment,
        lesson=lesson,
        number=before + 1,
        answers=[sorted(set(each)) for each in answers],
        score_percent=score,
        is_passed=score >= (lesson.pass_percent or 0),
        submitted_at=now,
    )
    told = {"lesson_id": lesson.id, "number": attempt.number, "score_percent": score, "is_passed": attempt.is_passed}
    deed_id = _tell(actor, Happening.QUIZ_SUBMITTED, enrolment, now, more=told)
    if attempt.is_passed:
        _complete(actor, enrolment, lesson, now, part_of_id=deed_id)
    return attempt


@transaction.atomic(using=CHAINS_ALIAS)
def record_practical_exam(
    *, actor: Actor, enrolment_id: UUID, is_passed: bool, now: datetime, note: str = ""
) -> PracticalExam:
    """Record how somebody else did in the practical exam of their course; it may be held again until it is passed.

    Refusals: NotFound, NotPermitted, ExaminerIsLearner, EnrolmentEnded, NoPracticalExam, PracticePassed, Invalid,
    TooLong.
    """
    enrolment = lock_enrolment(actor, enrolment_id)
    actor.must(Permission.RECORD_PRACTICAL_EXAM, at=enrolment.store_id)
    examiner_id = must_examine(actor, enrolment.member_id)
    must_be_open(EnrolmentState(enrolment.state))
    if not _needs_practice(enrolment):
        raise NoPracticalExam
    if has_practised(enrolment):
        raise PracticePassed
    exam = PracticalExam.objects.create(
        store_id=enrolment.store_id,
        enrolment=enrolment,
        examiner_id=examiner_id,
        is_passed=is_passed,
        note=text_of(note, field="note", required=False),
        held_at=now,
    )
    more = {"is_passed": is_passed}
    deed_id = _tell(actor, Happening.PRACTICAL_EXAM_RECORDED, enrolment, now, more=more)
    _pass_if_done(actor, enrolment, now, part_of_id=deed_id)
    return exam


def _taken(actor: Actor, enrolment_id: UUID, lesson_id: UUID) -> tuple[Enrolment, Lesson]:
    """Return somebody's own enrolment, locked, and a lesson that it asks for."""
    enrolment = lock_enrolment(actor, enrolment_id)
    actor.must(Permission.TAKE_COURSE, at=enrolment.store_id)
    must_learn_in_person(actor, enrolment.member_id)
    must_be_open(EnrolmentState(enrolment.state))
    lesson = lessons_wanted(enrolment).filter(id=lesson_id).first()
    if lesson is None:
        raise NotFound(field="lesson_id")
    return enrolment, lesson


def _complete(
    actor: Actor, enrolment: Enrolment, lesson: Lesson, now: datetime, *, part_of_id: UUID | None = None
) -> None:
    LessonCompletion.objects.create(store_id=enrolment.store_id, enrolment=enrolment, lesson=lesson, completed_at=now)
    more = {"lesson_id": lesson.id, "lineage_ids": lineages_of([lesson.id]).get(lesson.id, [])}
    entry_id = _tell(actor, Happening.LESSON_COMPLETED, enrolment, now, more=more, part_of_id=part_of_id)
    _pass_if_done(actor, enrolment, now, part_of_id=part_of_id or entry_id)


def _pass_if_done(actor: Actor, enrolment: Enrolment, now: datetime, *, part_of_id: UUID) -> None:
    """End an enrolment for which nothing is left to do; a whole course gives its certificate."""
    wanted = list(lessons_wanted(enrolment).values_list("id", flat=True))
    needs_practice = _needs_practice(enrolment)
    practised = needs_practice and has_practised(enrolment)
    if not is_passed(wanted, lessons_completed(enrolment), needs_practice=needs_practice, has_practised=practised):
        return
    end(enrolment, EnrolmentState.PASSED, now)
    if enrolment.lesson_id is not None:
        return
    version = enrolment.course_version
    certificate = Certificate.objects.create(
        member_id=enrolment.member_id,
        course_id=version.course_id,
        course_version=version,
        given_at=now,
        expires_at=expiry_of(now, version.certificate_months),
    )
    lineages = sorted({each for taught in lineages_of(wanted).values() for each in taught})
    more = {"certificate_id": certificate.id, "expires_at": certificate.expires_at, "lineage_ids": lineages}
    _tell(actor, Happening.CERTIFICATE_GIVEN, enrolment, now, more=more, part_of_id=part_of_id)


def _needs_practice(enrolment: Enrolment) -> bool:
    return enrolment.lesson_id is None and enrolment.course_version.has_practical_exam


def _tell(
    actor: Actor,
    kind: Happening,
    enrolment: Enrolment,
    now: datetime,
    *,
    more: dict[str, Any],
    part_of_id: UUID | None = None,
) -> UUID:
    entry = append(
        actor=actor,
        kind=kind,
        subject_type="Enrolment",
        subject_id=enrolment.id,
        store_id=enrolment.store_id,
        now=now,
        after={**enrolment_told(enrolment), **more},
        entry_id=new_id(),
        part_of_id=part_of_id,
    )
    return entry.id
