"""How the demo's staff is taught: courses, what a position asks for, and who has passed what (T1 to T6)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from chains.actor import Actor, system_actor
from config.seed.cast import Cast, Shop
from config.seed.courses import ANSWERING, BRAND, HANDLING, HANDLING_ANEW, RIGHT, CourseText
from config.seed.history import Plot, deed, look
from members.rules.permissions import Role
from stores.actions.positions import assign_position
from training.actions.certifying import withdraw_certificate
from training.actions.duties import Step, set_training_path
from training.actions.enrolling import assign_course, withdraw_enrolment
from training.actions.guiding import sign_off_apprentice
from training.actions.keeping import renew_certificates
from training.actions.taking import complete_lesson, record_practical_exam, submit_quiz
from training.actions.writing import draft_course, publish_course, revise_course
from training.models.courses import CourseVersion, Lesson, LessonKind
from training.models.duties import TrainingStage
from training.models.planning import Mentorship, MentorshipState
from training.models.taking import Certificate, Enrolment, EnrolmentState

_A_DAY = timedelta(days=1)
_STEP = timedelta(minutes=20)


@dataclass(frozen=True, slots=True)
class Taking:
    """What somebody takes: the enrolment, and of its lessons the ids with how many questions each has."""

    enrolment_id: UUID
    lessons: Sequence[tuple[UUID, int]]
    is_examined: bool


def training_of(cast: Cast) -> Iterator[tuple[datetime, Plot]]:
    """Yield what is taught and who takes it, each with the moment at which it begins."""
    first, second = cast.shops[:2]
    yield cast.at_hq(0.03), _are_taught(cast)
    yield cast.at_hq(0.46), _is_taught_anew(cast)
    for number, learner in enumerate(first.people):
        # One fails a quiz at first, one the practical exam.
        slips = {"fails_quiz": number == 1, "fails_exam": number == 2}
        yield cast.part(first, 0.12 + number / 50), _takes_both(cast, first, learner, 0.12 + number / 50, **slips)
    for learner in first.people[:2]:
        yield cast.part(first, 0.66), takes(cast, first, learner, cast.part(first, 0.66), course=1)
    yield cast.part(second, 0.2), _are_assigned(cast, second)
    yield cast.part(second, 0.3), _gets_a_position(cast, second)
    yield cast.at_hq(0.98), _renewed(cast)
    yield cast.at_hq(0.99), _proves_nothing(cast, second)


def takes(cast: Cast, shop: Shop, learner: Actor, at: datetime, *, course: int, fails_quiz: bool = False) -> Plot:
    """Go through what somebody takes of a course, if anything is open; return what that was."""
    words = {"store_id": shop.id, "member_id": learner.id, "course_id": cast.course_ids[course]}
    taking: Taking | None = yield look(at, learner, _open, **words)
    if taking is None:
        return None
    for lesson_id, questions in taking.lessons:
        at += _STEP
        done: dict[str, Any] = {"enrolment_id": taking.enrolment_id, "lesson_id": lesson_id}
        if not questions:
            yield deed(at, learner, complete_lesson, **done)
            continue
        if fails_quiz:
            yield deed(at, learner, submit_quiz, answers=[[RIGHT - 1]] * questions, **done)
        yield deed(at + _STEP, learner, submit_quiz, answers=[[RIGHT]] * questions, **done)
    return taking


def _are_taught(cast: Cast) -> Plot:
    """Draft and publish the courses, and say which lead to which position; one stays a draft."""
    at, trainer = cast.at_hq(0.03), cast.trainer
    for text, version_id in ((ANSWERING, cast.answers_id), (HANDLING, cast.complaints_id)):
        course: CourseVersion = yield deed(at, trainer, _draft, text=text, version_id=version_id)
        yield deed(at + _STEP, trainer, publish_course, version_id=course.id)
        cast.course_ids.append(course.course_id)
    yield deed(at + 2 * _STEP, trainer, _draft, text=BRAND, version_id=cast.answers_id)
    answering, handling = cast.course_ids
    entry = Step(answering, TrainingStage.ENTRY, 14)
    for role, steps in (
        (Role.SERVICE_STAFF, [entry, Step(handling, TrainingStage.POST, 30)]),
        (Role.MENTOR, [entry]),
    ):
        path = {"position_id": cast.positions[role], "courses": steps}
        yield deed(at + 2 * _STEP, trainer, set_training_path, **path)


def _is_taught_anew(cast: Cast) -> Plot:
    """Revise a course shortly before what it teaches changes; the version before is retired."""
    at, trainer = cast.at_hq(0.46), cast.trainer
    words = {"text": HANDLING_ANEW, "version_id": cast.complaints_id, "course_id": cast.course_ids[1]}
    course: CourseVersion = yield deed(at, trainer, _revise, **words)
    yield deed(at + _STEP, trainer, publish_course, version_id=course.id)


def _takes_both(cast: Cast, shop: Shop, learner: Actor, share: float, *, fails_quiz: bool, fails_exam: bool) -> Plot:
    """Take both courses of a plan, examined in practice by the mentor, or by the manager."""
    at = cast.part(shop, share)
    taking: Taking | None = yield from takes(cast, shop, learner, at, course=0, fails_quiz=fails_quiz)
    examiner = shop.manager if learner is shop.people[-1] else shop.people[-1]
    if taking is not None:
        texts = cast.of("training")
        yield from _examined(taking, examiner, at + 3 * _STEP, texts, fails=fails_exam)
    yield from takes(cast, shop, learner, at + 5 * _STEP, course=1)
    pair_id: UUID | None = yield look(at, shop.people[-1], _guided, apprentice_id=learner.id)
    if pair_id is not None:
        # All that was asked of the newcomer is passed.
        signed = {"mentorship_id": pair_id, "note": cast.of("training")["signed_off"]}
        yield deed(at + 6 * _STEP, shop.people[-1], sign_off_apprentice, **signed)


def _examined(taking: Taking, examiner: Actor, at: datetime, texts: Mapping[str, str], *, fails: bool) -> Plot:
    words = {"enrolment_id": taking.enrolment_id}
    if fails:
        yield deed(at, examiner, record_practical_exam, is_passed=False, note=texts["failed"], **words)
        at += timedelta(hours=4)
    yield deed(at, examiner, record_practical_exam, is_passed=True, note=texts["passed"], **words)


def _are_assigned(cast: Cast, shop: Shop) -> Plot:
    """Let three take a course: one does, one is late by now, one need not after all."""
    at, (_manager, excused, diligent, late, *_more) = cast.part(shop, 0.2), shop.people
    enrolled: list[Enrolment] = yield deed(
        at,
        shop.manager,
        assign_course,
        store_id=shop.id,
        course_id=cast.course_ids[1],
        member_ids=[each.id for each in (excused, diligent, late) if each.id],
        due_at=at + 14 * _A_DAY,
    )
    yield from takes(cast, shop, diligent, at + _A_DAY / 4, course=1)
    not_meant = next(each.id for each in enrolled if each.member_id == excused.id)
    yield deed(at + _A_DAY / 2, shop.manager, withdraw_enrolment, enrolment_id=not_meant)


def _gets_a_position(cast: Cast, shop: Shop) -> Plot:
    """Give somebody a position as well, whose course they take by itself (T3)."""
    at, member = cast.part(shop, 0.3), shop.people[2]
    held = {"store_id": shop.id, "member_id": member.id, "position_id": cast.positions[Role.MENTOR]}
    yield deed(at, shop.manager, assign_position, **held)
    at += timedelta(hours=5)
    taking: Taking | None = yield from takes(cast, shop, member, at, course=0)
    if taking is not None:
        yield from _examined(taking, shop.manager, at + 3 * _STEP, cast.of("training"), fails=False)


def _renewed(cast: Cast) -> Plot:
    """Do what the worker does each night: whose certificate is about to expire takes the course again."""
    yield deed(cast.at_hq(0.98), system_actor(), renew_certificates)


def _proves_nothing(cast: Cast, shop: Shop) -> Plot:
    """Take back a certificate, as the exam turned out not to have been held as it is meant to be (T3)."""
    at, trainer, member = cast.at_hq(0.99), cast.trainer, shop.people[2]
    certificate_id: UUID | None = yield look(at, trainer, _certificate, member_id=member.id)
    if certificate_id is not None:
        words = {"certificate_id": certificate_id, "reason": cast.of("training")["withdrawn"]}
        yield deed(at, trainer, withdraw_certificate, **words)


def _draft(*, actor: Actor, now: datetime, text: CourseText, version_id: UUID) -> CourseVersion:
    return draft_course(actor=actor, now=now, **text.written(version_id))


def _revise(*, actor: Actor, now: datetime, text: CourseText, version_id: UUID, course_id: UUID) -> CourseVersion:
    taught = CourseVersion.objects.filter(course=course_id).order_by("-number").values_list("id", flat=True)[0]
    return revise_course(actor=actor, now=now, version_id=taught, **text.written(version_id))


def _guided(*, apprentice_id: UUID) -> UUID | None:
    """Look up the time with a mentor that somebody has."""
    running = Mentorship.objects.filter(apprentice=apprentice_id, state=MentorshipState.RUNNING)
    return running.values_list("id", flat=True).first()


def _certificate(*, member_id: UUID) -> UUID | None:
    """Look up the latest certificate that somebody has."""
    return Certificate.objects.filter(member=member_id).order_by("-id").values_list("id", flat=True).first()


def _open(*, store_id: UUID, member_id: UUID, course_id: UUID) -> Taking | None:
    """Look up what somebody has to take of a course at a store, and which lessons that asks for."""
    open_ones = Enrolment.objects.filter(store_id=store_id, member_id=member_id, state=EnrolmentState.OPEN)
    found = open_ones.filter(course_version__course=course_id).select_related("course_version").order_by("id").first()
    if found is None:
        return None
    lessons = Lesson.objects.filter(course_version=found.course_version_id).order_by("position")
    if found.lesson_id is not None:
        lessons = lessons.filter(id=found.lesson_id)
    wanted = [(each.id, len(each.questions) if each.kind == LessonKind.QUIZ else 0) for each in lessons]
    is_examined = found.lesson_id is None and found.course_version.has_practical_exam
    return Taking(found.id, wanted, is_examined)
