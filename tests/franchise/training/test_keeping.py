"""A changed standard is learnt anew by those it touches (T6), and certificates are renewed before they expire."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from chains.actor import Actor, system_actor
from chains.scope import scope
from journal.models import Entry
from standards.models.texts import Clause, ClauseChange, Standard, Version
from tests.conftest import Chains
from tests.factories.training import QUIZ, TEXT, published
from training.actions import keeping
from training.actions.keeping import assign_changed, renew_certificates
from training.actions.taking import complete_lesson
from training.actions.writing import retire_course
from training.models.courses import CourseVersion, Lesson, LessonKind, TaughtClause
from training.models.taking import Certificate, Enrolment, EnrolmentReason, EnrolmentState
from training.queries.courses import lessons_teaching

AsRole = Callable[..., Actor]
NOW = timezone.now()


def taught_by_text(course: CourseVersion, change: ClauseChange, **given: Any) -> Clause:
    """Return a clause of a version of its own, which the text of a course teaches."""
    version = Version.objects.create(
        standard=Standard.objects.create(drafted_at=NOW), number=1, titles={"en": "Courtesy"}, drafted_at=NOW
    )
    clause = Clause.objects.create(
        version=version, position=1, number="1", texts={"en": "Let them finish."}, change=change, **given
    )
    text = Lesson.objects.get(course_version=course, kind=LessonKind.TEXT)
    TaughtClause.objects.create(lesson=text, lineage_id=clause.lineage_id)
    return clause


@pytest.mark.parametrize(
    ("change", "clause_scope", "who"),
    [
        (ClauseChange.WORDING, {}, []),
        (ClauseChange.SAME, {}, []),
        (ClauseChange.SUBSTANCE, {"roles": ["MENTOR"]}, ["MENTOR"]),
        (ClauseChange.SUBSTANCE, {"store_kinds": ["FRANCHISED"]}, []),
        (ClauseChange.NEW, {}, ["STORE_MANAGER", "SERVICE_SUPERVISOR", "SERVICE_STAFF", "MENTOR"]),
    ],
)
def test_t6_a_change_of_substance_asks_those_in_its_scope_to_take_its_lesson_and_nothing_else(
    change: ClauseChange, clause_scope: dict[str, list[str]], who: list[str], chains: Chains
) -> None:
    course = published(chains.a, NOW, TEXT, QUIZ)
    with scope(chains.a.chain, system_actor()):
        clause = taught_by_text(course, change, scope=clause_scope)
        given = {"actor": system_actor(), "version_id": clause.version_id, "store_ids": [chains.a.store], "now": NOW}
        assert [assign_changed(**given) for _time in range(2)] == [len(who), 0]
        asked = Enrolment.objects.all()
        assert {each.member_id for each in asked} == {chains.a.people[each] for each in who}
        assert {each.reason for each in asked} <= {EnrolmentReason.CHANGE}
        assert {each.lesson_id for each in asked} <= {each.id for each in lessons_teaching([clause.lineage_id])}


def test_t6_the_one_lesson_passes_it_and_gives_no_certificate(chains: Chains, as_role: AsRole) -> None:
    course = published(chains.a, NOW, TEXT, QUIZ, has_practical_exam=True)
    with scope(chains.a.chain, system_actor()):
        clause = taught_by_text(course, ClauseChange.SUBSTANCE, scope={"roles": ["SERVICE_STAFF"]})
        given = {"version_id": clause.version_id, "store_ids": [chains.a.store]}
        assert assign_changed(actor=system_actor(), now=NOW, **given) == 1
        asked = Enrolment.objects.get()
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        done = complete_lesson(actor=staff, enrolment_id=asked.id, lesson_id=asked.lesson_id, now=NOW)
        assert done.state == EnrolmentState.PASSED
        assert Certificate.objects.count() == 0
    with scope(chains.a.chain, system_actor()):
        told = Entry.objects.get(kind="LESSON_COMPLETED").after
        assert told is not None and told["lineage_ids"] == [str(clause.lineage_id)]


def test_a_certificate_about_to_expire_is_renewed_once(chains: Chains) -> None:
    course = published(chains.a, NOW, TEXT, certificate_months=12)
    with scope(chains.a.chain, system_actor()):
        proof = {"course_id": course.course_id, "course_version": course, "given_at": NOW - timedelta(days=300)}
        soon, later = NOW + timedelta(days=20), NOW + timedelta(days=40)
        for who, expires_at in (("SERVICE_STAFF", soon), ("MENTOR", later), ("HQ_TRAINER", soon)):
            Certificate.objects.create(member_id=chains.a.people[who], expires_at=expires_at, **proof)
        again = proof | {"given_at": NOW - timedelta(days=1)}
        member_id = chains.a.people["STORE_MANAGER"]
        Certificate.objects.create(member_id=member_id, expires_at=soon, **proof)
        Certificate.objects.create(member_id=member_id, expires_at=None, **again)
        assert renew_certificates(actor=system_actor(), now=NOW) == 1
        renewal = Enrolment.objects.get()
        assert (renewal.member_id, renewal.due_at) == (chains.a.people["SERVICE_STAFF"], soon)
        assert (renewal.reason, renewal.store_id) == (EnrolmentReason.RENEWAL, chains.a.store)
        Enrolment.objects.update(state=EnrolmentState.WITHDRAWN, ended_at=NOW)
        assert renew_certificates(actor=system_actor(), now=NOW + timedelta(days=1)) == 0


def test_one_lesson_that_was_asked_for_meanwhile_is_no_renewal_and_the_course_that_is_taken_already_is_one(
    chains: Chains,
) -> None:
    course = published(chains.a, NOW, TEXT, certificate_months=12)
    with scope(chains.a.chain, system_actor()):
        soon, given_at = NOW + timedelta(days=20), NOW - timedelta(days=345)
        proof = {"course_id": course.course_id, "course_version": course, "given_at": given_at, "expires_at": soon}
        taken = {"store_id": chains.a.store, "course_version": course, "reason": EnrolmentReason.CHANGE}
        for who, lesson, enrolled_at in (
            ("SERVICE_STAFF", Lesson.objects.get(course_version=course), NOW),
            ("MENTOR", None, given_at + timedelta(days=1)),
        ):
            member_id = chains.a.people[who]
            Certificate.objects.create(member_id=member_id, **proof)
            Enrolment.objects.create(member_id=member_id, lesson=lesson, enrolled_at=enrolled_at, **taken)
        assert renew_certificates(actor=system_actor(), now=NOW) == 1
        renewal = Enrolment.objects.get(reason=EnrolmentReason.RENEWAL)
        assert (renewal.member_id, renewal.lesson_id) == (chains.a.people["SERVICE_STAFF"], None)


def test_by_what_a_certificate_of_one_short_month_was_got_is_no_renewal_of_it(chains: Chains) -> None:
    course = published(chains.a, NOW, TEXT, certificate_months=1)
    with scope(chains.a.chain, system_actor()):
        member_id, passed = chains.a.people["SERVICE_STAFF"], {"state": EnrolmentState.PASSED, "ended_at": NOW}
        taken = {"store_id": chains.a.store, "course_version": course, "reason": EnrolmentReason.ASSIGNED, **passed}
        Enrolment.objects.create(member_id=member_id, enrolled_at=NOW - timedelta(hours=1), **taken)
        held = {"given_at": NOW, "expires_at": NOW + timedelta(days=28)}
        Certificate.objects.create(member_id=member_id, course_id=course.course_id, course_version=course, **held)
        assert renew_certificates(actor=system_actor(), now=NOW + timedelta(days=1)) == 1


def test_certificates_that_nobody_can_renew_do_not_stand_in_the_way_of_others(
    chains: Chains, as_role: AsRole, monkeypatch: pytest.MonkeyPatch
) -> None:
    given_up, course = (published(chains.a, NOW, TEXT, certificate_months=12) for _time in range(2))
    trainer = as_role(chains.a, "HQ_TRAINER")
    with scope(chains.a.chain, trainer):
        retire_course(actor=trainer, version_id=given_up.id, now=NOW)
    monkeypatch.setattr(keeping, "MOST_RENEWED", 1)
    with scope(chains.a.chain, system_actor()):
        for days, version in ((5, given_up), (20, course)):
            proof = {"course_id": version.course_id, "course_version": version, "given_at": NOW - timedelta(days=300)}
            Certificate.objects.create(
                member_id=chains.a.people["SERVICE_STAFF"], expires_at=NOW + timedelta(days=days), **proof
            )
        assert renew_certificates(actor=system_actor(), now=NOW) == 1
        assert Enrolment.objects.get().course_version_id == course.id
