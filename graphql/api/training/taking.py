"""The types of who takes what: enrolments with their lessons and exams, and certificates."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base.call import actor_of, call_of
from api.base.enums import enum_of
from api.base.lists import Listed
from api.base.peers import peers_of
from api.base.scalars import DateTime
from api.base.things import Thing, computed
from api.members.names import member_in, name_in
from chains.actor import Actor
from training.models.taking import (
    Certificate,
    CertificateWithdrawal,
    Enrolment,
    EnrolmentReason,
    EnrolmentState,
    LessonCompletion,
    PracticalExam,
    QuizAttempt,
)
from training.queries.courses import practised_in
from training.queries.taking import withdrawals_of
from training.rules.possible import TrainingAction, actions_on_enrolment

_STORE, _ENROLMENT, _LESSON = "The store where it is taken.", "Whose course it is.", "The lesson."


class OwnOrRead(Thing):
    """The base of what is one's own to read, and whoever's who reads training at the store."""

    class Meta:
        abstract = True

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return what the caller may read."""
        rows: QuerySet[Any] = cls._meta.model.objects.visible_to(actor_of(info))
        return rows


class LessonCompletionType(OwnOrRead):
    """A lesson was gone through."""

    class Meta:
        name = "LessonCompletion"
        model = LessonCompletion
        fields = ("store", "enrolment", "lesson", "completed_at")
        descriptions = {
            "store": _STORE,
            "enrolment": _ENROLMENT,
            "lesson": _LESSON,
            "completed_at": "When it was gone through.",
        }


class QuizAttemptType(OwnOrRead):
    """One try at a quiz."""

    class Meta:
        name = "QuizAttempt"
        model = QuizAttempt
        fields = ("store", "enrolment", "lesson", "number", "score_percent", "is_passed", "submitted_at")
        descriptions = {
            "store": _STORE,
            "enrolment": _ENROLMENT,
            "lesson": _LESSON,
            "number": "The how manyth try it was, from 1.",
            "score_percent": "What it was worth, in whole per cent.",
            "is_passed": "Whether that was enough.",
            "submitted_at": "When it was answered.",
        }


class PracticalExamType(OwnOrRead):
    """Somebody's practice was examined by somebody else."""

    class Meta:
        name = "PracticalExam"
        model = PracticalExam
        fields = ("store", "enrolment", "is_passed", "note", "held_at")
        descriptions = {
            "store": _STORE,
            "enrolment": _ENROLMENT,
            "is_passed": "Whether it was passed.",
            "note": "What was noted; may be empty.",
            "held_at": "When it was held.",
        }

    examiner_name = name_in("examiner_id", description="Who examined.")


def _actions(rows: Sequence[Enrolment], info: GraphQLResolveInfo) -> dict[UUID, list[TrainingAction]]:
    examined = practised_in(row.course_version_id for row in rows)
    return {row.id: _actions_on(row, actor_of(info), is_examined=row.course_version_id in examined) for row in rows}


def _actions_on(row: Enrolment, actor: Actor, *, is_examined: bool) -> list[TrainingAction]:
    return actions_on_enrolment(
        EnrolmentState(row.state),
        lambda permission: actor.may(permission, at=row.store_id),
        is_own=actor.user_id == row.member_id,
        needs_practice=row.lesson_id is None and is_examined,
    )


class EnrolmentType(OwnOrRead):
    """A member of staff takes a version of a course, or one lesson of it."""

    class Meta:
        name = "Enrolment"
        model = Enrolment
        fields = ("store", "course_version", "lesson", "enrolled_at", "due_at", "ended_at", "revision")
        enums = {"reason": EnrolmentReason, "state": EnrolmentState}
        descriptions = {
            "store": _STORE,
            "course_version": "The version that is taken.",
            "lesson": "The one lesson that is asked for; null for the whole course.",
            "enrolled_at": "When it was assigned.",
            "due_at": "Until when it is to be passed; null if that is open.",
            "ended_at": "When it was passed or taken back; null until then.",
            "revision": "Counts its changes: give it back as `expectedVersion`.",
            "reason": "Why it is taken.",
            "state": "How far it has come.",
        }

    member_id = member_in("member_id", description="Who takes it.")
    member_name = name_in("member_id", description="What they are called.")
    enrolled_by_name = name_in("enrolled_by_id", description="Who assigned it; null where it came by itself.")
    is_overdue = computed(
        graphene.Boolean,
        lambda row, info: (
            row.state == EnrolmentState.OPEN and row.due_at is not None and row.due_at < call_of(info).now
        ),
        needs=("state", "due_at"),
        required=True,
        description="Whether it should have been passed by now.",
    )
    available_actions = computed(
        graphene.List(graphene.NonNull(enum_of(TrainingAction))),
        _actions,
        for_all=True,
        needs=("state", "store_id", "member_id", "lesson_id", "course_version_id"),
        required=True,
        description="What you can do with it as it is now.",
    )
    completions = Listed(
        lambda: LessonCompletionType, by="enrolment", order=("completed_at",), description="The lessons gone through."
    )
    attempts = Listed(
        lambda: QuizAttemptType, by="enrolment", order=("submitted_at",), description="The tries at its quizzes."
    )
    exams = Listed(
        lambda: PracticalExamType, by="enrolment", order=("held_at",), description="How practice was examined."
    )


class CertificateWithdrawalType(graphene.ObjectType):
    """A certificate was taken back: from then on it proves nothing."""

    class Meta:
        name = "CertificateWithdrawal"

    done_at = graphene.Field(DateTime, required=True, description="When it was taken back.")
    reason = graphene.String(required=True, description="Why.")


def _withdrawals(rows: Sequence[Certificate], _info: GraphQLResolveInfo) -> dict[UUID, CertificateWithdrawal]:
    found: dict[UUID, CertificateWithdrawal] = peers_of(rows[0]).once(withdrawals_of, withdrawals_of)
    return found


def _validity(rows: Sequence[Certificate], info: GraphQLResolveInfo) -> dict[UUID, bool]:
    now, withdrawn = call_of(info).now, _withdrawals(rows, info)
    return {row.id: row.id not in withdrawn and (row.expires_at is None or row.expires_at > now) for row in rows}


class CertificateType(OwnOrRead):
    """Proof that a course was passed; it goes with its holder from store to store."""

    class Meta:
        name = "Certificate"
        model = Certificate
        fields = ("course", "course_version", "given_at", "expires_at")
        descriptions = {
            "course": "The course.",
            "course_version": "The version that was passed.",
            "given_at": "When it was passed.",
            "expires_at": "Until when it holds; null for ever.",
        }

    member_id = member_in("member_id", description="Whose it is.")
    member_name = name_in("member_id", description="What they are called.")
    is_valid = computed(
        graphene.Boolean,
        _validity,
        for_all=True,
        needs=("expires_at",),
        required=True,
        description="Whether it holds now.",
    )
    withdrawal = computed(
        CertificateWithdrawalType,
        _withdrawals,
        for_all=True,
        description="That it was taken back; null where it stands.",
    )
