"""Plans are decided by somebody else (T5); sessions have their record (T2); mentors their apprentices (R2)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from chains.actor import Actor, system_actor
from chains.scope import scope
from kit.refusals import Invalid, NotFound, NotPermitted, Refusal, Stale
from members.models import Assignment, User
from standards.models.staffing import StaffFigures, StaffFiguresPolicy
from stores.models import Store
from tests.conftest import Chains
from tests.factories.training import TEXT, enrolled, published
from training.actions.enrolling import withdraw_enrolment
from training.actions.guiding import end_mentorship, pair_mentor, sign_off_apprentice
from training.actions.leaving import let_go
from training.actions.meeting import cancel_session, record_attendance, schedule_session
from training.actions.planning import (
    Planned,
    approve_training_plan,
    carry_out_training_plan,
    decline_training_plan,
    propose_training_plan,
)
from training.models.planning import (
    Attendance,
    MentorshipState,
    PlanState,
    SessionState,
    TrainingPlan,
    TrainingSession,
)
from training.models.taking import Enrolment
from training.queries.planning import mentorships, note_for
from training.rules.planning import (
    ApprenticeNotReady,
    ApprenticePaired,
    ApproverIsProposer,
    MentorNotFit,
    MentorshipOver,
    OwnMentor,
    PlanDecided,
    PlanNotApproved,
    SessionNotBegun,
    SessionOver,
    SignedOffByMentor,
    TrainerNeeded,
)
from training.rules.taking import LearnerNotAtStore

AsRole = Callable[..., Actor]
NOW = timezone.now()
DUE = NOW + timedelta(days=7)


def refuses(refusal: type[Refusal], deed: Callable[..., Any], **given: Any) -> None:
    with pytest.raises(refusal):
        deed(**{"now": NOW, **given})


def proposed(chains: Chains, actor: Actor, **given: Any) -> TrainingPlan:
    version = published(chains.a, NOW, TEXT)
    with scope(chains.a.chain, actor):
        courses = [Planned(course_id=version.course_id, due_at=DUE)]
        wanted = {"store_id": chains.a.store, "title": "Spring", "courses": courses}
        return propose_training_plan(actor=actor, now=NOW, **(wanted | given))


def test_t5_a_plan_is_decided_by_somebody_else_and_carried_out_once(chains: Chains, as_role: AsRole) -> None:
    manager, area = as_role(chains.a, "STORE_MANAGER"), as_role(chains.a, "AREA_SUPERVISOR")
    plan = proposed(chains, manager)
    with scope(chains.a.chain, manager):
        refuses(NotPermitted, approve_training_plan, actor=manager, plan_id=plan.id)
        refuses(PlanNotApproved, carry_out_training_plan, actor=manager, plan_id=plan.id)
    with scope(chains.a.chain, area):
        refuses(Stale, approve_training_plan, actor=area, plan_id=plan.id, expected_version=2)
        approve_training_plan(actor=area, plan_id=plan.id, now=NOW, expected_version=1)
        refuses(PlanDecided, decline_training_plan, actor=area, plan_id=plan.id, note="No")
    with scope(chains.a.chain, manager):
        done = carry_out_training_plan(actor=manager, plan_id=plan.id, now=NOW)
        assert (done.state, Enrolment.objects.filter(due_at=DUE).count()) == (PlanState.CARRIED_OUT, 4)
        refuses(PlanNotApproved, carry_out_training_plan, actor=manager, plan_id=plan.id)


def test_t5_nobody_decides_on_their_own_plan_and_no_machine_does(chains: Chains, as_role: AsRole) -> None:
    area = as_role(chains.a, "AREA_SUPERVISOR")
    plan = proposed(chains, area)
    with scope(chains.a.chain, area):
        refuses(ApproverIsProposer, approve_training_plan, actor=area, plan_id=plan.id)
    with scope(chains.a.chain, system_actor()):
        refuses(ApproverIsProposer, approve_training_plan, actor=system_actor(), plan_id=plan.id)
    trainer = as_role(chains.a, "HQ_TRAINER")
    with scope(chains.a.chain, trainer):
        refuses(Invalid, decline_training_plan, actor=trainer, plan_id=plan.id, note=" ")
        declined = decline_training_plan(actor=trainer, plan_id=plan.id, note="Too much at once", now=NOW)
        assert (declined.state, declined.decision_note) == (PlanState.DECLINED, "Too much at once")


def test_s12_whoever_proposed_a_plan_in_somebodys_place_does_not_approve_it(chains: Chains, as_role: AsRole) -> None:
    manager, trainer = as_role(chains.a, "STORE_MANAGER"), as_role(chains.a, "HQ_TRAINER")
    plan = proposed(chains, replace(manager, behalf_of_id=trainer.user_id))
    with scope(chains.a.chain, trainer):
        refuses(ApproverIsProposer, approve_training_plan, actor=trainer, plan_id=plan.id)
    area = as_role(chains.a, "AREA_SUPERVISOR")
    with scope(chains.a.chain, area):
        assert approve_training_plan(actor=area, plan_id=plan.id, now=NOW).state == PlanState.APPROVED


def test_a_plan_names_courses_that_are_taught_and_times_to_come(chains: Chains, as_role: AsRole) -> None:
    manager, version = as_role(chains.a, "STORE_MANAGER"), published(chains.a, NOW, TEXT)
    good = Planned(course_id=version.course_id, due_at=DUE)
    for courses, refusal, field in (
        ([], Invalid, ("courses",)),
        ([good, replace(good, due_at=NOW)], Invalid, ("courses", "1", "due_at")),
        ([good, replace(good, course_id=version.id)], NotFound, ("courses", "1", "course_id")),
        ([good, replace(good, position_id=version.id)], NotFound, ("courses", "1", "position_id")),
    ):
        with pytest.raises(refusal) as refused:
            proposed(chains, manager, courses=courses)
        assert refused.value.field == field


def test_t2_a_session_is_held_once_by_somebody_with_those_of_the_store(chains: Chains, as_role: AsRole) -> None:
    supervisor, people = as_role(chains.a, "SERVICE_SUPERVISOR"), chains.a.people
    times = {"starts_at": NOW + timedelta(hours=1), "ends_at": NOW + timedelta(hours=2)}
    usual = {"actor": supervisor, "store_id": chains.a.store, "title": "Round", **times}
    with scope(chains.a.chain, supervisor):
        refuses(TrainerNeeded, schedule_session, **usual)
        refuses(TrainerNeeded, schedule_session, trainer_id=people["MENTOR"], expert_name="Wang", **usual)
        refuses(Invalid, schedule_session, expert_name="Wang", **{**usual, "ends_at": NOW})
        with pytest.raises(NotFound) as refusal:
            schedule_session(trainer_id=people["SERVICE_STAFF_2"], now=NOW, **usual)
        assert refusal.value.field == ("trainer_id",)
        session = schedule_session(trainer_id=people["MENTOR"], now=NOW, **usual)
        there = {"actor": supervisor, "session_id": session.id, "absent_ids": []}
        refuses(SessionNotBegun, record_attendance, present_ids=[people["SERVICE_STAFF"]], **there)
        begun = times["starts_at"]
        refuses(LearnerNotAtStore, record_attendance, present_ids=[people["SERVICE_STAFF_2"]], **there | {"now": begun})
        held = record_attendance(present_ids=[people["SERVICE_STAFF"]], now=begun, **there)
        assert held.state == SessionState.HELD
        refuses(SessionOver, cancel_session, actor=supervisor, session_id=session.id, reason="Rain")
        off = schedule_session(trainer_id=people["MENTOR"], now=NOW, **usual)
        assert TrainingSession.objects.get(id=off.id).cancel_reason == ""
        cancel_session(actor=supervisor, session_id=off.id, reason="Li is ill", now=NOW)
        cancelled = TrainingSession.objects.get(id=off.id)
        assert (cancelled.state, cancelled.cancel_reason) == (SessionState.CANCELLED, "Li is ill")


def test_who_was_there_is_read_by_themselves_and_by_who_leads_training(chains: Chains, as_role: AsRole) -> None:
    supervisor, people = as_role(chains.a, "SERVICE_SUPERVISOR"), chains.a.people
    times = {"starts_at": NOW, "ends_at": NOW + timedelta(hours=1), "now": NOW}
    with scope(chains.a.chain, supervisor):
        usual = {"actor": supervisor, "store_id": chains.a.store, "title": "Round", "expert_name": "Wang", **times}
        session = schedule_session(**usual)
        there = {"present_ids": [people["SERVICE_STAFF"]], "absent_ids": [people["STORE_MANAGER"]]}
        record_attendance(actor=supervisor, session_id=session.id, now=NOW, **there)
    for who, seen in (("SERVICE_STAFF", 1), ("MENTOR", 2), ("STORE_MANAGER", 2), ("HQ_TRAINER", 2)):
        reader = as_role(chains.a, who)
        with scope(chains.a.chain, reader):
            rows = Attendance.objects.visible_to(reader)
            assert (rows.count(), who) == (seen, who)
            assert people["SERVICE_STAFF"] in rows.values_list("member_id", flat=True)


def test_r2_an_apprentice_has_one_mentor_and_is_signed_off_with_everything_passed(
    chains: Chains, as_role: AsRole
) -> None:
    manager, mentor, people = as_role(chains.a, "STORE_MANAGER"), as_role(chains.a, "MENTOR"), chains.a.people
    here = {"actor": manager, "store_id": chains.a.store, "mentor_id": people["MENTOR"]}
    with scope(chains.a.chain, manager):
        refuses(OwnMentor, pair_mentor, apprentice_id=people["MENTOR"], **here)
        refuses(LearnerNotAtStore, pair_mentor, apprentice_id=people["SERVICE_STAFF_2"], **here)
        pair = pair_mentor(apprentice_id=people["SERVICE_STAFF"], now=NOW, **here)
        refuses(ApprenticePaired, pair_mentor, apprentice_id=people["SERVICE_STAFF"], **here)
        own = pair_mentor(apprentice_id=people["STORE_MANAGER"], now=NOW, **here)
        refuses(SignedOffByMentor, sign_off_apprentice, actor=manager, mentorship_id=own.id)
        assert end_mentorship(actor=manager, mentorship_id=own.id, now=NOW).state == MentorshipState.ENDED
    taken = enrolled(chains.a, published(chains.a, NOW, TEXT), NOW)
    with scope(chains.a.chain, mentor):
        refuses(ApprenticeNotReady, sign_off_apprentice, actor=mentor, mentorship_id=pair.id)
    with scope(chains.a.chain, manager):
        withdraw_enrolment(actor=manager, enrolment_id=taken.id, now=NOW)
    with scope(chains.a.chain, mentor):
        done = sign_off_apprentice(actor=mentor, mentorship_id=pair.id, note="Calm", now=NOW)
        assert (done.state, done.ended_by_id) == (MentorshipState.SIGNED_OFF, people["MENTOR"])
        refuses(MentorshipOver, sign_off_apprentice, actor=mentor, mentorship_id=pair.id)
    for who, is_told in (("MENTOR", True), ("SERVICE_STAFF", True), ("HQ_TRAINER", True), ("SERVICE_STAFF_2", False)):
        reader = as_role(chains.a, who)
        with scope(chains.a.chain, reader):
            assert (note_for(reader, done), who) == ("Calm" if is_told else None, who)


def test_who_is_not_ready_is_named_to_their_own_store_and_found_by_nobody_from_whom_it_hides_its_staff(
    chains: Chains, as_role: AsRole
) -> None:
    manager, trainer, people = as_role(chains.a, "STORE_MANAGER"), as_role(chains.a, "HQ_TRAINER"), chains.a.people
    area, newcomer = as_role(chains.a, "AREA_SUPERVISOR"), people["SERVICE_STAFF"]
    enrolled(chains.a, published(chains.a, NOW, TEXT), NOW)
    with scope(chains.a.chain, trainer):
        here = {"actor": trainer, "store_id": chains.a.store, "mentor_id": people["HQ_TRAINER"]}
        pair = pair_mentor(apprentice_id=newcomer, now=NOW, **here)
        name, kind = User.objects.get(id=newcomer).name, Store.objects.get(id=chains.a.store).kind
        StaffFiguresPolicy.objects.create(kind=kind, sees=StaffFigures.STORE_ONLY, set_at=NOW)
    for outsider in (trainer, area):
        with scope(chains.a.chain, outsider):
            refuses(NotFound, sign_off_apprentice, actor=outsider, mentorship_id=pair.id)
    with scope(chains.a.chain, manager), pytest.raises(ApprenticeNotReady) as refusal:
        sign_off_apprentice(actor=manager, mentorship_id=pair.id, now=NOW)
    assert name in refusal.value.text()


def test_r2_a_mentor_works_there_or_leads_training_from_above(chains: Chains, as_role: AsRole) -> None:
    trainer, people, machine = as_role(chains.a, "HQ_TRAINER"), chains.a.people, system_actor()
    here = {"actor": trainer, "store_id": chains.a.store, "apprentice_id": people["SERVICE_STAFF"]}
    with scope(chains.a.chain, trainer):
        for nobody in ("SERVICE_STAFF_2", "STORE_MANAGER_2"):
            refuses(MentorNotFit, pair_mentor, mentor_id=people[nobody], **here)
        above = here | {"apprentice_id": people["HQ_TRAINER"], "mentor_id": people["MENTOR"]}
        refuses(LearnerNotAtStore, pair_mentor, **above)
        pair = pair_mentor(mentor_id=people["HQ_TRAINER"], now=NOW, **here)
    with scope(chains.a.chain, machine):
        assert let_go(actor=machine, now=NOW) == 0
    with scope(chains.a.chain, trainer):
        done = sign_off_apprentice(actor=trainer, mentorship_id=pair.id, now=NOW)
        assert done.ended_by_id == people["HQ_TRAINER"]
        pair_mentor(mentor_id=people["AREA_SUPERVISOR"], now=NOW, **here)
    with scope(chains.a.chain, machine):
        Assignment.objects.filter(user_id=people["AREA_SUPERVISOR"]).delete()
        assert let_go(actor=machine, now=NOW) == 1


def test_the_note_on_somebody_else_is_no_colleagues_to_read(chains: Chains, as_role: AsRole) -> None:
    manager, people = as_role(chains.a, "STORE_MANAGER"), chains.a.people
    staff, mentor = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "MENTOR")
    pair = {"mentor_id": people["SERVICE_SUPERVISOR"], "apprentice_id": people["STORE_MANAGER"]}
    with scope(chains.a.chain, manager):
        own = pair_mentor(actor=manager, store_id=chains.a.store, now=NOW, **pair)
        ended = end_mentorship(actor=manager, mentorship_id=own.id, note="Moved away", now=NOW)
        assert note_for(manager, ended) == "Moved away"
    for colleague in (staff, mentor):
        with scope(chains.a.chain, colleague):
            assert [each.id for each in mentorships(colleague)] == [own.id]
            assert note_for(colleague, ended) is None
