"""The queries around training."""

from datetime import datetime
from typing import Any

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base.call import actor_of
from api.base.enums import enum_of
from api.base.ids import key_in, key_or_none
from api.base.lists import Listed
from api.base.scalars import DateTime
from api.training.planning import (
    DutyRequirementType,
    MentorshipType,
    PathCourseType,
    TrainingPlanType,
    TrainingSessionType,
)
from api.training.taking import CertificateType, EnrolmentType
from api.training.types import CourseType, CourseVersionType
from standards.queries.texts import lineage_of
from training.models.courses import Course, CourseSubject, CourseVersion
from training.models.duties import DutyRequirement, PathCourse
from training.models.planning import PlanState
from training.models.taking import Certificate, EnrolmentState
from training.queries import courses, duties, planning, taking

_OF_STORE = "Only those of this store."
_OF_MEMBER = "Only those of this member."


class TrainingQuery(graphene.ObjectType):
    """Courses, who takes them, and what is planned."""

    courses = Listed(lambda: CourseType, order=("-drafted_at",), description="The courses, the latest first.")
    taught_courses = Listed(
        lambda: CourseVersionType,
        order=("-published_at",),
        description="What can be taken now, the latest first.",
        subject=enum_of(CourseSubject)(description="Only what is about this."),
        clause_id=graphene.ID(description="Only what teaches this clause, in any of its versions."),
    )
    enrolments = Listed(
        lambda: EnrolmentType,
        order=("-enrolled_at",),
        description="Your own enrolments, and everybody's where you read training, the latest first.",
        store_id=graphene.ID(description=_OF_STORE),
        member_id=graphene.ID(description=_OF_MEMBER),
        state=enum_of(EnrolmentState)(description="Only those that have come so far."),
        due_before=graphene.Argument(DateTime, description="Only those that are due before."),
    )
    certificates = Listed(
        lambda: CertificateType,
        order=("-given_at",),
        description="Your own certificates, and those of who works where you read training, the latest first.",
        store_id=graphene.ID(description="Only those of who works at this store."),
        member_id=graphene.ID(description=_OF_MEMBER),
        course_id=graphene.ID(description="Only those of this course."),
        expires_before=graphene.Argument(DateTime, description="Only those that expire before."),
    )
    training_path = Listed(
        lambda: PathCourseType,
        order=("rank",),
        description="The courses that lead to a position, in their order.",
        position_id=graphene.ID(required=True, description="The position."),
    )
    duty_requirements = Listed(
        lambda: DutyRequirementType,
        order=("position", "work"),
        description="Without which certificates a position's work is not given.",
    )
    training_plans = Listed(
        lambda: TrainingPlanType,
        order=("-proposed_at",),
        description="The plans of the stores where you read training, the latest first.",
        store_id=graphene.ID(description=_OF_STORE),
        state=enum_of(PlanState)(description="Only those that stand so."),
    )
    training_sessions = Listed(
        lambda: TrainingSessionType,
        order=("starts_at",),
        description="The sessions at your stores, by their start.",
        store_id=graphene.ID(description=_OF_STORE),
        starts_after=graphene.Argument(DateTime, description="Only those that start then or later."),
    )
    mentorships = Listed(
        lambda: MentorshipType,
        order=("-paired_at",),
        description="Who guides whom at your stores, the latest first.",
        store_id=graphene.ID(description=_OF_STORE),
    )

    @staticmethod
    def resolve_courses(_root: Any, info: GraphQLResolveInfo) -> "QuerySet[Course]":
        """Return the courses that the caller may read; raises NotPermitted."""
        return courses.courses_for(actor_of(info))

    @staticmethod
    def resolve_taught_courses(
        _root: Any, info: GraphQLResolveInfo, subject: CourseSubject | None = None, clause_id: str | None = None
    ) -> "QuerySet[CourseVersion]":
        """Return what can be taken now; raises BadId, NotFound and NotPermitted."""
        clause = key_or_none(clause_id, "Clause", field="clause_id")
        lineage = None if clause is None else lineage_of(actor_of(info), clause)
        return courses.courses_taught(actor_of(info), subject=subject, lineage_id=lineage)

    @staticmethod
    def resolve_enrolments(
        _root: Any,
        info: GraphQLResolveInfo,
        store_id: str | None = None,
        member_id: str | None = None,
        state: EnrolmentState | None = None,
        due_before: datetime | None = None,
    ) -> "QuerySet[Any]":
        """Return enrolments; raises BadId, NotFound and NotPermitted."""
        return taking.enrolments_for(
            actor_of(info),
            store_id=key_or_none(store_id, "Store", field="store_id"),
            member_id=key_or_none(member_id, "Member", field="member_id"),
            state=state,
            due_before=due_before,
        )

    @staticmethod
    def resolve_certificates(
        _root: Any,
        info: GraphQLResolveInfo,
        store_id: str | None = None,
        member_id: str | None = None,
        course_id: str | None = None,
        expires_before: datetime | None = None,
    ) -> "QuerySet[Certificate]":
        """Return certificates; raises BadId, NotFound and NotPermitted."""
        return taking.certificates_for(
            actor_of(info),
            store_id=key_or_none(store_id, "Store", field="store_id"),
            member_id=key_or_none(member_id, "Member", field="member_id"),
            course_id=key_or_none(course_id, "Course", field="course_id"),
            expires_before=expires_before,
        )

    @staticmethod
    def resolve_training_path(_root: Any, info: GraphQLResolveInfo, position_id: str) -> "QuerySet[PathCourse]":
        """Return the courses of a position; raises BadId and NotPermitted."""
        position = key_in(position_id, "Position", field=("position_id",))
        return duties.path_of(actor_of(info), position_id=position)

    @staticmethod
    def resolve_duty_requirements(_root: Any, info: GraphQLResolveInfo) -> "QuerySet[DutyRequirement]":
        """Return what duties ask for; raises NotPermitted."""
        return duties.duty_requirements(actor_of(info))

    @staticmethod
    def resolve_training_plans(
        _root: Any, info: GraphQLResolveInfo, store_id: str | None = None, state: PlanState | None = None
    ) -> "QuerySet[Any]":
        """Return plans; raises BadId, NotFound and NotPermitted."""
        store = key_or_none(store_id, "Store", field="store_id")
        return planning.training_plans(actor_of(info), store_id=store, state=state)

    @staticmethod
    def resolve_training_sessions(
        _root: Any, info: GraphQLResolveInfo, store_id: str | None = None, starts_after: datetime | None = None
    ) -> "QuerySet[Any]":
        """Return sessions; raises BadId, NotFound and NotPermitted."""
        store = key_or_none(store_id, "Store", field="store_id")
        return planning.training_sessions(actor_of(info), store_id=store, starts_after=starts_after)

    @staticmethod
    def resolve_mentorships(_root: Any, info: GraphQLResolveInfo, store_id: str | None = None) -> "QuerySet[Any]":
        """Return who guides whom; raises BadId, NotFound and NotPermitted."""
        return planning.mentorships(actor_of(info), store_id=key_or_none(store_id, "Store", field="store_id"))
