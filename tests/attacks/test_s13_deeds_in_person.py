"""S13: what a person does themselves no token does for them, whatever it may; the same deed is theirs, signed in."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from chains.actor import ActorKind, system_actor
from chains.scope import scope
from inquiries.actions.reviewing import record_call_review
from inquiries.models.inquiries import InquiryChannel
from inquiries.models.messages import Message
from inquiries.models.reviews import CallPoint, CallResult
from inquiries.rules.reviewing import Heard
from inquiries.rules.states import OnlyForPeople
from kit.ids import new_id
from kit.refusals import NotFound, Refusal
from loops.actions.learning import open_case_study
from members.rules.permissions import Permission
from members.rules.scopes import NEVER_A_TOKENS
from standards.actions.acknowledging import acknowledge_standard
from standards.rules.states import AcknowledgedInPerson
from tests.conftest import Chains
from tests.factories.complaints import filed
from tests.factories.inquiries import opened
from tests.factories.people import actor_of_role
from tests.factories.standards import in_force
from tests.factories.training import TEXT, enrolled, lesson_ids, published
from training.actions.guiding import pair_mentor, sign_off_apprentice
from training.actions.planning import Planned, approve_training_plan, propose_training_plan
from training.actions.taking import complete_lesson, record_practical_exam
from training.rules.planning import ApproverIsProposer, SignedOffByMentor
from training.rules.taking import ExaminerIsLearner, TakenInPerson

Given = dict[str, Any]
NOW = timezone.now()


def a_call(chains: Chains) -> Given:
    staff = actor_of_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        inquiry = opened(staff, chains.a.store, NOW, channel=InquiryChannel.PHONE).inquiry
        call_id = Message.objects.get(inquiry=inquiry).id
    points = (CallPoint.ATTITUDE, CallPoint.ABILITY, CallPoint.WORDING)
    return {"call_id": call_id, "points": [Heard(each, CallResult.MET) for each in points]}


def a_complaint(chains: Chains) -> Given:
    manager = actor_of_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        complaint_id = filed(manager, chains.a.store, NOW).complaint.id
    retold = {"title": "Cold noodles", "situation": "They waited for an hour.", "is_anonymous": True}
    return {"complaint_id": complaint_id, **retold}


def a_standard(chains: Chains) -> Given:
    return {"version_id": in_force(chains.a, NOW).id, "store_id": chains.a.store}


def a_lesson(chains: Chains) -> Given:
    version = published(chains.a, NOW, TEXT)
    (lesson_id,) = lesson_ids(chains.a, version)
    return {"enrolment_id": enrolled(chains.a, version, NOW).id, "lesson_id": lesson_id}


def an_exam(chains: Chains) -> Given:
    version = published(chains.a, NOW, TEXT, has_practical_exam=True)
    return {"enrolment_id": enrolled(chains.a, version, NOW).id, "is_passed": True}


def a_plan(chains: Chains) -> Given:
    manager, course_id = actor_of_role(chains.a, "STORE_MANAGER"), published(chains.a, NOW, TEXT).course_id
    with scope(chains.a.chain, manager):
        courses = [Planned(course_id=course_id, due_at=NOW + timedelta(days=7))]
        given = {"store_id": chains.a.store, "title": "Spring", "courses": courses}
        return {"plan_id": propose_training_plan(actor=manager, now=NOW, **given).id}


def an_apprentice(chains: Chains) -> Given:
    manager, people = actor_of_role(chains.a, "STORE_MANAGER"), chains.a.people
    with scope(chains.a.chain, manager):
        pair = {"mentor_id": people["MENTOR"], "apprentice_id": people["SERVICE_STAFF"]}
        return {"mentorship_id": pair_mentor(actor=manager, store_id=chains.a.store, now=NOW, **pair).id}


@pytest.mark.parametrize(
    ("deed", "who", "prepared", "refusal"),
    [
        (record_call_review, "STORE_MANAGER", a_call, OnlyForPeople),
        (open_case_study, "QUALITY_OFFICER", a_complaint, OnlyForPeople),
        (acknowledge_standard, "SERVICE_STAFF", a_standard, AcknowledgedInPerson),
        (complete_lesson, "SERVICE_STAFF", a_lesson, TakenInPerson),
        (record_practical_exam, "MENTOR", an_exam, ExaminerIsLearner),
        (approve_training_plan, "AREA_SUPERVISOR", a_plan, ApproverIsProposer),
        (sign_off_apprentice, "MENTOR", an_apprentice, SignedOffByMentor),
    ],
)
def test_s13_what_somebody_does_themselves_no_token_of_theirs_does(
    deed: Callable[..., object],
    who: str,
    prepared: Callable[[Chains], Given],
    refusal: type[Refusal],
    chains: Chains,
) -> None:
    given, person = prepared(chains), actor_of_role(chains.a, who)
    # More than any token is ever given: all that its owner may.
    personal = replace(person, kind=ActorKind.TOKEN, token_id=new_id())
    for token in (personal, system_actor()):
        with scope(chains.a.chain, token), pytest.raises(refusal):
            deed(actor=token, now=NOW, **given)
    # A service token is nobody: what is somebody's own it does not even see.
    service = replace(personal, id=None)
    with scope(chains.a.chain, service), pytest.raises((refusal, NotFound)):
        deed(actor=service, now=NOW, **given)
    with scope(chains.a.chain, person):
        deed(actor=person, now=NOW, **given)


@pytest.mark.parametrize(
    "permission",
    [
        Permission.REVIEW_CALLS,
        Permission.OPEN_CASE_STUDY,
        Permission.TAKE_COURSE,
        Permission.RECORD_PRACTICAL_EXAM,
        Permission.APPROVE_TRAINING_PLAN,
        Permission.SIGN_OFF_APPRENTICE,
    ],
)
def test_s13_no_scope_gives_a_token_what_is_done_in_person(permission: Permission) -> None:
    assert permission in NEVER_A_TOKENS
