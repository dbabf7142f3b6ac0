"""A course is assigned, gone through, examined and proved (T2, T3, T4)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from chains.actor import Actor
from chains.scope import scope
from journal.models import Entry
from kit.refusals import NotFound, NotPermitted, Refusal, Stale
from stores.actions.positions import define_position
from stores.models import Layer
from tests.conftest import Chains
from tests.factories.training import QUIZ, TEXT, enrolled, lesson_ids, published
from training.actions.duties import set_duty_requirement
from training.actions.enrolling import assign_course, withdraw_enrolment
from training.actions.taking import complete_lesson, record_practical_exam, submit_quiz
from training.actions.writing import publish_course, retire_course, revise_course
from training.models.courses import CourseState, CourseSubject, CourseVersion
from training.models.duties import Work
from training.models.taking import Certificate, Enrolment, EnrolmentState
from training.rules.courses import CourseAskedFor, CourseDraftExists, CourseNotDraft, CourseNotPublished
from training.rules.taking import (
    AttemptsUsedUp,
    EnrolmentEnded,
    ExaminerIsLearner,
    LearnerNotAtStore,
    LessonCompleted,
    LessonIsNoQuiz,
    LessonIsQuiz,
    NobodyToEnrol,
    NoPracticalExam,
    PracticePassed,
    TakenBackByLearner,
    TakenInPerson,
)

AsRole = Callable[..., Actor]
NOW = timezone.now()


def refuses(refusal: type[Refusal], deed: Callable[..., Any], **given: Any) -> None:
    with pytest.raises(refusal):
        deed(now=NOW, **given)


def test_a_course_is_passed_lesson_by_lesson_and_gives_a_certificate_that_expires(
    chains: Chains, as_role: AsRole
) -> None:
    version = published(chains.a, NOW, certificate_months=12)
    one = enrolled(chains.a, version, NOW)
    text, quiz = lesson_ids(chains.a, version)
    staff = as_role(chains.a, "SERVICE_STAFF")
    mine = {"actor": staff, "enrolment_id": one.id}
    with scope(chains.a.chain, staff):
        refuses(LessonIsQuiz, complete_lesson, lesson_id=quiz, **mine)
        refuses(LessonIsNoQuiz, submit_quiz, lesson_id=text, answers=[], **mine)
        complete_lesson(lesson_id=text, now=NOW, **mine)
        refuses(LessonCompleted, complete_lesson, lesson_id=text, **mine)
        assert not submit_quiz(lesson_id=quiz, answers=[[0]], now=NOW, **mine).is_passed
        assert Certificate.objects.count() == 0
        attempt = submit_quiz(lesson_id=quiz, answers=[[2, 0]], now=NOW, **mine)
        assert (attempt.number, attempt.score_percent, attempt.is_passed) == (2, 100, True)
        refuses(EnrolmentEnded, complete_lesson, lesson_id=text, **mine)
        (certificate,) = Certificate.objects.all()
        assert (certificate.member_id, certificate.course_version_id) == (staff.id, version.id)
        assert certificate.expires_at is not None and certificate.expires_at.year == NOW.year + 1
        assert Enrolment.objects.get().state == EnrolmentState.PASSED
    with scope(chains.a.chain, as_role(chains.a, "HQ_ADMINISTRATOR")):
        kinds = list(Entry.objects.filter(subject_id=one.id).in_order().values_list("kind", "part_of_id"))
    assert [kind for kind, _part in kinds] == [
        "LESSON_COMPLETED",
        "QUIZ_SUBMITTED",
        "QUIZ_SUBMITTED",
        "LESSON_COMPLETED",
        "CERTIFICATE_GIVEN",
    ]
    assert [part is not None for _kind, part in kinds] == [False, False, False, True, True]


def test_a_quiz_has_its_attempts_and_no_more(chains: Chains, as_role: AsRole) -> None:
    version = published(chains.a, NOW, QUIZ)
    one = enrolled(chains.a, version, NOW)
    (quiz,) = lesson_ids(chains.a, version)
    staff = as_role(chains.a, "SERVICE_STAFF")
    mine = {"actor": staff, "enrolment_id": one.id, "lesson_id": quiz}
    with scope(chains.a.chain, staff):
        for _time in range(2):
            assert submit_quiz(answers=[[1]], now=NOW, **mine).score_percent == 0
        refuses(AttemptsUsedUp, submit_quiz, answers=[[0, 2]], **mine)


def test_nobody_learns_for_somebody_else(chains: Chains, as_role: AsRole) -> None:
    version = published(chains.a, NOW, TEXT)
    one = enrolled(chains.a, version, NOW)
    (text,) = lesson_ids(chains.a, version)
    for who, refusal in (("STORE_MANAGER", TakenInPerson), ("MENTOR", TakenInPerson), ("SERVICE_STAFF_2", NotFound)):
        actor = as_role(chains.a, who)
        with scope(chains.a.chain, actor):
            refuses(refusal, complete_lesson, actor=actor, enrolment_id=one.id, lesson_id=text)


def test_practice_is_examined_by_somebody_else_apart_from_theory(chains: Chains, as_role: AsRole) -> None:
    version = published(chains.a, NOW, TEXT, has_practical_exam=True)
    one = enrolled(chains.a, version, NOW)
    (text,) = lesson_ids(chains.a, version)
    staff, manager = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, staff):
        complete_lesson(actor=staff, enrolment_id=one.id, lesson_id=text, now=NOW)
        assert Certificate.objects.count() == 0
        refuses(NotPermitted, record_practical_exam, actor=staff, enrolment_id=one.id, is_passed=True)
    with scope(chains.a.chain, manager):
        given = {"actor": manager, "enrolment_id": one.id}
        record_practical_exam(is_passed=False, note="Too fast", now=NOW, **given)
        assert Certificate.objects.count() == 0
        record_practical_exam(is_passed=True, now=NOW, **given)
        assert Certificate.objects.get().expires_at is None
        refuses(EnrolmentEnded, record_practical_exam, is_passed=True, **given)
    own = enrolled(chains.a, version, NOW, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        refuses(ExaminerIsLearner, record_practical_exam, actor=manager, enrolment_id=own.id, is_passed=True)
    supervisor = as_role(chains.a, "SERVICE_SUPERVISOR")
    with scope(chains.a.chain, supervisor):
        given = {"actor": supervisor, "enrolment_id": own.id}
        record_practical_exam(is_passed=True, now=NOW, **given)
        refuses(PracticePassed, record_practical_exam, is_passed=True, **given)
    plain = enrolled(chains.a, published(chains.a, NOW, TEXT), NOW)
    with scope(chains.a.chain, manager):
        refuses(NoPracticalExam, record_practical_exam, actor=manager, enrolment_id=plain.id, is_passed=True)


def test_a_course_is_assigned_to_those_of_the_store_once_at_a_time(chains: Chains, as_role: AsRole) -> None:
    version = published(chains.a, NOW)
    enrolled(chains.a, version, NOW)
    manager = as_role(chains.a, "STORE_MANAGER")
    here = {"actor": manager, "store_id": chains.a.store, "course_id": version.course_id}
    with scope(chains.a.chain, manager):
        refuses(NobodyToEnrol, assign_course, member_ids=[chains.a.people["SERVICE_STAFF"]], **here)
        refuses(LearnerNotAtStore, assign_course, member_ids=[chains.a.people["SERVICE_STAFF_2"]], **here)
        others = assign_course(now=NOW, due_at=NOW + timedelta(days=7), **here)
        assert {each.member_id for each in others} == {
            chains.a.people[who] for who in ("STORE_MANAGER", "SERVICE_SUPERVISOR", "MENTOR")
        }
        refuses(NobodyToEnrol, assign_course, **here)
        taken = next(each for each in others if each.member_id != manager.user_id)
        refuses(Stale, withdraw_enrolment, actor=manager, enrolment_id=taken.id, expected_version=9)
        withdraw_enrolment(actor=manager, enrolment_id=taken.id, now=NOW)
        assert len(assign_course(now=NOW, **here)) == 1
        refuses(NotFound, assign_course, **{**here, "store_id": chains.a.other_store})


def test_nobody_takes_back_their_own_course_and_begins_its_attempts_anew(chains: Chains, as_role: AsRole) -> None:
    manager, area = as_role(chains.a, "STORE_MANAGER"), as_role(chains.a, "AREA_SUPERVISOR")
    taken = enrolled(chains.a, published(chains.a, NOW), NOW, "STORE_MANAGER")
    for learner in (manager, replace(area, behalf_of_id=manager.user_id)):
        with scope(chains.a.chain, learner):
            refuses(TakenBackByLearner, withdraw_enrolment, actor=learner, enrolment_id=taken.id)
    with scope(chains.a.chain, area):
        done = withdraw_enrolment(actor=area, enrolment_id=taken.id, now=NOW)
        assert done.state == EnrolmentState.WITHDRAWN


def test_a_course_that_a_duty_asks_for_stays_until_the_duty_asks_for_another(chains: Chains, as_role: AsRole) -> None:
    version, hq = published(chains.a, NOW, TEXT), as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, hq):
        position = define_position(actor=hq, name="Counter", layer=Layer.OPERATING, duties=["Serve"], now=NOW)
        asked: dict[str, Any] = {"position_id": position.id, "work": Work.COMPLAINTS, "now": NOW}
        set_duty_requirement(actor=hq, course_ids=[version.course_id], **asked)
        refuses(CourseAskedFor, retire_course, actor=hq, version_id=version.id)
        set_duty_requirement(actor=hq, course_ids=[], **asked)
        assert retire_course(actor=hq, version_id=version.id, now=NOW).state == CourseState.RETIRED


def test_what_was_published_is_never_changed_and_one_text_is_taught(chains: Chains, as_role: AsRole) -> None:
    first = published(chains.a, NOW)
    trainer = as_role(chains.a, "HQ_TRAINER")
    text = {"titles": {"en": "Anew"}, "subject": CourseSubject.PROCESS, "lessons": [TEXT]}
    with scope(chains.a.chain, trainer):
        second = revise_course(actor=trainer, version_id=first.id, now=NOW, **text)
        assert (second.number, second.state, second.id != first.id) == (2, CourseState.DRAFT, True)
        refuses(CourseDraftExists, revise_course, actor=trainer, version_id=first.id, **text)
        again = revise_course(actor=trainer, version_id=second.id, now=NOW, **{**text, "titles": {"en": "Better"}})
        assert (again.id, again.titles, again.revision) == (second.id, {"en": "Better"}, 2)
        publish_course(actor=trainer, version_id=second.id, now=NOW, expected_version=2)
        refuses(CourseNotDraft, publish_course, actor=trainer, version_id=second.id)
        assert CourseVersion.objects.get(id=first.id).state == CourseState.RETIRED
        retire_course(actor=trainer, version_id=second.id, now=NOW)
        refuses(CourseNotPublished, retire_course, actor=trainer, version_id=second.id)
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        here = {"actor": manager, "store_id": chains.a.store, "course_id": first.course_id}
        refuses(CourseNotPublished, assign_course, **here)
