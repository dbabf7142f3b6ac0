"""The types of what is planned: paths, requirements, plans, sessions and mentors."""

from typing import Any
from uuid import UUID

import graphene
from graphql import GraphQLResolveInfo

from api.base.call import actor_of
from api.base.enums import enum_of
from api.base.lists import Listed
from api.base.things import Thing, computed
from api.members.names import member_in, name_in
from api.training.taking import OwnOrRead
from training.models.duties import DutyRequirement, PathCourse, TrainingStage, Work
from training.models.planning import (
    Attendance,
    Mentorship,
    MentorshipState,
    PlannedCourse,
    PlanState,
    SessionState,
    TrainingPlan,
    TrainingSession,
)
from training.queries.planning import note_for
from training.rules.possible import May, TrainingAction, actions_on, actions_on_mentorship, actions_on_plan

_STORE = "The store."
_REVISION = "Counts its changes: give it back as `expectedVersion`."
_ACTIONS = "What you can do with it as it is now."


def _may(info: GraphQLResolveInfo, store_id: UUID) -> May:
    actor = actor_of(info)
    return lambda permission: actor.may(permission, at=store_id)


def _actions(row: Any, info: GraphQLResolveInfo) -> list[TrainingAction]:
    return actions_on(row.state, _may(info, row.store_id))


def _pair_actions(row: Mentorship, info: GraphQLResolveInfo) -> list[TrainingAction]:
    user_id = actor_of(info).user_id
    return actions_on_mentorship(
        MentorshipState(row.state),
        _may(info, row.store_id),
        is_mentor=user_id == row.mentor_id,
        is_apprentice=user_id == row.apprentice_id,
    )


def _plan_actions(row: TrainingPlan, info: GraphQLResolveInfo) -> list[TrainingAction]:
    is_own = row.proposed_by_id is not None and row.proposed_by_id == actor_of(info).user_id
    return actions_on_plan(PlanState(row.state), _may(info, row.store_id), is_own=is_own)


class PathCourseType(Thing):
    """A course on the way to a position."""

    class Meta:
        name = "PathCourse"
        model = PathCourse
        fields = ("position", "rank", "course", "within_days")
        enums = {"stage": TrainingStage}
        descriptions = {
            "position": "The position.",
            "rank": "Its place among the courses, from 1.",
            "course": "The course.",
            "within_days": "Within how many days after the position was given it is to be passed.",
            "stage": "When it is taken.",
        }


class DutyRequirementType(Thing):
    """A certificate without which the holder of a position is not given a certain work."""

    class Meta:
        name = "DutyRequirement"
        model = DutyRequirement
        fields = ("position", "course", "set_at")
        enums = {"work": Work}
        descriptions = {
            "position": "The position.",
            "course": "The course to be passed.",
            "set_at": "Since when it is asked for.",
            "work": "The work.",
        }

    set_by_name = name_in("set_by_id", description="Who set it; null for a machine.")


class PlannedCourseType(OwnOrRead):
    """A course of a plan."""

    class Meta:
        name = "PlannedCourse"
        model = PlannedCourse
        fields = ("store", "plan", "course", "position", "due_at")
        descriptions = {
            "store": _STORE,
            "plan": "The plan.",
            "course": "The course.",
            "position": "For whom who holds it; null for everybody at the store.",
            "due_at": "Until when it is to be passed.",
        }


class TrainingPlanType(OwnOrRead):
    """What a store is to be trained in, approved by somebody else than whoever proposed it."""

    class Meta:
        name = "TrainingPlan"
        model = TrainingPlan
        fields = (
            "store",
            "title",
            "purpose",
            "proposed_at",
            "decided_at",
            "decision_note",
            "carried_out_at",
            "revision",
        )
        enums = {"state": PlanState}
        descriptions = {
            "store": _STORE,
            "title": "What it is called.",
            "purpose": "What it is for; may be empty.",
            "proposed_at": "When it was proposed.",
            "decided_at": "When it was approved or declined; null until then.",
            "decision_note": "What was said to it; may be empty.",
            "carried_out_at": "When it was carried out; null until then.",
            "revision": _REVISION,
            "state": "Where it stands.",
        }

    proposed_by_name = name_in("proposed_by_id", description="Who proposed it; null for a machine.")
    decided_by_name = name_in("decided_by_id", description="Who decided; null until then.")
    available_actions = computed(
        graphene.List(graphene.NonNull(enum_of(TrainingAction))),
        _plan_actions,
        needs=("state", "store_id", "proposed_by_id"),
        required=True,
        description=_ACTIONS,
    )
    courses = Listed(lambda: PlannedCourseType, by="plan", order=("due_at",), description="Its courses.")


class AttendanceType(OwnOrRead):
    """Whether somebody was at a session."""

    class Meta:
        name = "Attendance"
        model = Attendance
        fields = ("store", "session", "was_present", "recorded_at")
        descriptions = {
            "store": _STORE,
            "session": "The session.",
            "was_present": "Whether they were there.",
            "recorded_at": "When it was written down.",
        }

    member_id = member_in("member_id", description="Who.")
    member_name = name_in("member_id", description="What they are called.")


class TrainingSessionType(OwnOrRead):
    """A meeting in which staff are taught."""

    class Meta:
        name = "TrainingSession"
        model = TrainingSession
        fields = (
            "store",
            "title",
            "course",
            "starts_at",
            "ends_at",
            "meeting_place",
            "expert_name",
            "scheduled_at",
            "cancel_reason",
            "revision",
        )
        enums = {"state": SessionState}
        descriptions = {
            "store": _STORE,
            "title": "What it is about.",
            "course": "The course that it belongs to; null if to none.",
            "starts_at": "When it starts.",
            "ends_at": "When it ends.",
            "meeting_place": "Where it is; may be empty.",
            "expert_name": "The expert from outside who gives it; empty where a member does.",
            "scheduled_at": "When it was put on the list.",
            "cancel_reason": "Why it was cancelled; empty where it was not.",
            "revision": _REVISION,
            "state": "Where it stands.",
        }

    trainer_name = name_in("trainer_id", description="The member who gives it; null where an expert does.")
    scheduled_by_name = name_in("scheduled_by_id", description="Who scheduled it; null for a machine.")
    available_actions = computed(
        graphene.List(graphene.NonNull(enum_of(TrainingAction))),
        _actions,
        needs=("state", "store_id"),
        required=True,
        description=_ACTIONS,
    )
    attendances = Listed(
        lambda: AttendanceType,
        by="session",
        order=("recorded_at",),
        description="Who was there, and who was not: yourself, and everybody where you read training.",
    )


class MentorshipType(OwnOrRead):
    """A newcomer is guided by an experienced member of staff."""

    class Meta:
        name = "Mentorship"
        model = Mentorship
        fields = ("store", "paired_at", "ended_at", "revision")
        enums = {"state": MentorshipState}
        descriptions = {
            "store": _STORE,
            "paired_at": "When they were paired.",
            "ended_at": "When it ended; null until then.",
            "revision": _REVISION,
            "state": "Where it stands.",
        }

    mentor_id = member_in("mentor_id", description="Who guides.")
    mentor_name = name_in("mentor_id", description="What the mentor is called.")
    apprentice_id = member_in("apprentice_id", description="Who is guided.")
    apprentice_name = name_in("apprentice_id", description="What the apprentice is called.")
    note = computed(
        graphene.String,
        lambda row, info: note_for(actor_of(info), row),
        needs=("note", "store_id", "mentor_id", "apprentice_id"),
        description="What was noted at the end; may be empty. Null for all but the two and who pairs mentors there.",
    )
    ended_by_name = name_in("ended_by_id", description="Who signed off or ended it; null until then.")
    available_actions = computed(
        graphene.List(graphene.NonNull(enum_of(TrainingAction))),
        _pair_actions,
        needs=("state", "store_id", "mentor_id", "apprentice_id"),
        required=True,
        description=_ACTIONS,
    )
