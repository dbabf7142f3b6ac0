"""Deeds on plans, sessions and mentors."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import graphene

from api.base.deeds import Deed
from api.base.inputs import IdOf, Line, Text, named
from api.base.scalars import DateTime
from api.training.planning import MentorshipType, TrainingPlanType, TrainingSessionType
from chains.actor import Actor
from training.actions import guiding, meeting, planning

_PLAN, _SESSION, _PAIR = "The plan, as it is now.", "The session, as it is now.", "The time with the mentor, as it is."


class PlannedCourseInput(graphene.InputObjectType):
    """A course of a plan."""

    course_id = IdOf("Course", required=True, description="The course.")
    position_id = IdOf("Position", description="For whom who holds it; everybody at the store if not given.")
    due_at = graphene.InputField(DateTime, required=True, description="Until when it is to be passed.")


class ProposeTrainingPlan(Deed):
    """Propose what a store is to be trained in; somebody else approves it."""

    class Input:
        store_id = IdOf("Store", required=True, description="The store.")
        title = Line(required=True, description="What it is called.")
        purpose = Text(description="What it is for.")
        courses = graphene.List(graphene.NonNull(PlannedCourseInput), required=True, description="Its courses.")

    plan = graphene.Field(TrainingPlanType, description=_PLAN)

    @classmethod
    def perform(
        cls, actor: Actor, now: datetime, *, courses: Sequence[Mapping[str, Any]], **given: Any
    ) -> dict[str, Any]:
        """Propose a plan."""
        planned = [planning.Planned(**each) for each in courses]
        return {"plan": planning.propose_training_plan(actor=actor, courses=planned, now=now, **named(given))}


class ApproveTrainingPlan(Deed):
    """Approve a plan that somebody else proposed."""

    class Meta:
        versioned = True

    class Input:
        plan_id = IdOf("TrainingPlan", required=True, description="The plan.")
        note = Text(description="What is to be said to it.")

    plan = graphene.Field(TrainingPlanType, description=_PLAN)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Approve a plan."""
        return {"plan": planning.approve_training_plan(actor=actor, now=now, **named(given))}


class DeclineTrainingPlan(Deed):
    """Decline a plan that somebody else proposed."""

    class Meta:
        versioned = True

    class Input:
        plan_id = IdOf("TrainingPlan", required=True, description="The plan.")
        note = Text(required=True, description="Why.")

    plan = graphene.Field(TrainingPlanType, description=_PLAN)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Decline a plan."""
        return {"plan": planning.decline_training_plan(actor=actor, now=now, **named(given))}


class CarryOutTrainingPlan(Deed):
    """Let those meant by an approved plan take its courses."""

    class Meta:
        versioned = True

    class Input:
        plan_id = IdOf("TrainingPlan", required=True, description="The plan.")

    plan = graphene.Field(TrainingPlanType, description=_PLAN)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Carry out a plan."""
        return {"plan": planning.carry_out_training_plan(actor=actor, now=now, **named(given))}


class ScheduleSession(Deed):
    """Schedule a session, given by a member or by an expert from outside."""

    class Input:
        store_id = IdOf("Store", required=True, description="The store whose staff are taught.")
        title = Line(required=True, description="What it is about.")
        starts_at = graphene.InputField(DateTime, required=True, description="When it starts.")
        ends_at = graphene.InputField(DateTime, required=True, description="When it ends, within a week.")
        course_id = IdOf("Course", description="The course that it belongs to.")
        trainer_id = IdOf("Member", description="The member who gives it.")
        expert_name = Line(description="The expert from outside who gives it.")
        meeting_place = Line(description="Where it is.")

    session = graphene.Field(TrainingSessionType, description=_SESSION)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Schedule a session."""
        return {"session": meeting.schedule_session(actor=actor, now=now, **named(given))}


class CancelSession(Deed):
    """Cancel a session that was not held."""

    class Meta:
        versioned = True

    class Input:
        session_id = IdOf("TrainingSession", required=True, description="The session.")
        reason = Text(required=True, description="Why.")

    session = graphene.Field(TrainingSessionType, description=_SESSION)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Cancel a session."""
        return {"session": meeting.cancel_session(actor=actor, now=now, **named(given))}


class RecordAttendance(Deed):
    """Record who was at a session that has begun, and who was not; with that it was held."""

    class Meta:
        versioned = True

    class Input:
        session_id = IdOf("TrainingSession", required=True, description="The session.")
        present_ids = IdOf("Member", many=True, required=True, description="Who was there.")
        absent_ids = IdOf("Member", many=True, description="Who was expected and not there.")

    session = graphene.Field(TrainingSessionType, description=_SESSION)

    @classmethod
    def perform(
        cls, actor: Actor, now: datetime, *, absent_ids: Sequence[Any] | None = None, **given: Any
    ) -> dict[str, Any]:
        """Record attendance."""
        held = meeting.record_attendance(actor=actor, absent_ids=absent_ids or (), now=now, **named(given))
        return {"session": held}


class PairMentor(Deed):
    """Let an experienced member of staff guide a newcomer of the same store."""

    class Input:
        store_id = IdOf("Store", required=True, description="The store.")
        mentor_id = IdOf("Member", required=True, description="Who guides.")
        apprentice_id = IdOf("Member", required=True, description="Who is guided.")

    mentorship = graphene.Field(MentorshipType, description=_PAIR)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Pair a mentor."""
        return {"mentorship": guiding.pair_mentor(actor=actor, now=now, **named(given))}


class SignOffApprentice(Deed):
    """Say that an apprentice can do the work alone, having passed everything that was assigned to them here."""

    class Meta:
        versioned = True

    class Input:
        mentorship_id = IdOf("Mentorship", required=True, description="The time with the mentor.")
        note = Text(description="What is to be noted.")

    mentorship = graphene.Field(MentorshipType, description=_PAIR)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Sign an apprentice off."""
        return {"mentorship": guiding.sign_off_apprentice(actor=actor, now=now, **named(given))}


class EndMentorship(Deed):
    """End the time with a mentor without a sign-off."""

    class Meta:
        versioned = True

    class Input:
        mentorship_id = IdOf("Mentorship", required=True, description="The time with the mentor.")
        note = Text(description="What is to be noted.")

    mentorship = graphene.Field(MentorshipType, description=_PAIR)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """End a mentorship."""
        return {"mentorship": guiding.end_mentorship(actor=actor, now=now, **named(given))}


class PlanningMutation(graphene.ObjectType):
    """Deeds on plans, sessions and mentors."""

    propose_training_plan = ProposeTrainingPlan.mounted()
    approve_training_plan = ApproveTrainingPlan.mounted()
    decline_training_plan = DeclineTrainingPlan.mounted()
    carry_out_training_plan = CarryOutTrainingPlan.mounted()
    schedule_session = ScheduleSession.mounted()
    cancel_session = CancelSession.mounted()
    record_attendance = RecordAttendance.mounted()
    pair_mentor = PairMentor.mounted()
    sign_off_apprentice = SignOffApprentice.mounted()
    end_mentorship = EndMentorship.mounted()
