"""Deeds by which courses are assigned, taken and examined."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import graphene

from api.base.deeds import Deed
from api.base.inputs import IdOf, Text, named
from api.base.scalars import DateTime
from api.training.taking import CertificateType, EnrolmentType, PracticalExamType, QuizAttemptType
from chains.actor import Actor
from training.actions import certifying, enrolling, taking

_ENROLMENT = "The enrolment, as it is now."
_ONE = "The enrolment."


class AssignCourse(Deed):
    """Let members of staff of a store take a course: those named, else who holds a position, else everybody."""

    class Input:
        store_id = IdOf("Store", required=True, description="The store.")
        course_id = IdOf("Course", required=True, description="The course, in the version that is taught now.")
        member_ids = IdOf("Member", many=True, description="Who is to take it.")
        position_id = IdOf("Position", description="Who holds this position, where nobody is named.")
        due_at = graphene.InputField(DateTime, description="Until when it is to be passed; open if not given.")

    enrolled_count = graphene.Int(description="How many take it from now on; `enrolments` lists them.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Assign a course."""
        return {"enrolled_count": len(enrolling.assign_course(actor=actor, now=now, **named(given)))}


class WithdrawEnrolment(Deed):
    """Take back that somebody is to take a course; what they did for it stays."""

    class Meta:
        versioned = True

    class Input:
        enrolment_id = IdOf("Enrolment", required=True, description=_ONE)

    enrolment = graphene.Field(EnrolmentType, description=_ENROLMENT)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Withdraw an enrolment."""
        return {"enrolment": enrolling.withdraw_enrolment(actor=actor, now=now, **named(given))}


class CompleteLesson(Deed):
    """Say that you have gone through a lesson of your own course that is no quiz."""

    class Input:
        enrolment_id = IdOf("Enrolment", required=True, description="Your enrolment.")
        lesson_id = IdOf("Lesson", required=True, description="The lesson.")

    enrolment = graphene.Field(EnrolmentType, description=_ENROLMENT)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Complete a lesson."""
        return {"enrolment": taking.complete_lesson(actor=actor, now=now, **named(given))}


class QuizAnswerInput(graphene.InputObjectType):
    """The answer to one question."""

    options = graphene.List(
        graphene.NonNull(graphene.Int), required=True, description="The places of what is ticked, from 0."
    )


class SubmitQuiz(Deed):
    """Answer a quiz of your own course; passed, it is completed."""

    class Input:
        enrolment_id = IdOf("Enrolment", required=True, description="Your enrolment.")
        lesson_id = IdOf("Lesson", required=True, description="The quiz.")
        answers = graphene.List(
            graphene.NonNull(QuizAnswerInput), required=True, description="One for each question, in their order."
        )

    attempt = graphene.Field(QuizAttemptType, description="What it was worth.")

    @classmethod
    def perform(
        cls, actor: Actor, now: datetime, *, answers: Sequence[Mapping[str, Any]], **given: Any
    ) -> dict[str, Any]:
        """Submit a quiz."""
        ticked = [each["options"] for each in answers]
        return {"attempt": taking.submit_quiz(actor=actor, answers=ticked, now=now, **named(given))}


class RecordPracticalExam(Deed):
    """Record how somebody else did in the practical exam of their course."""

    class Input:
        enrolment_id = IdOf("Enrolment", required=True, description=_ONE)
        is_passed = graphene.Boolean(required=True, description="Whether it was passed.")
        note = Text(description="What is to be noted.")

    exam = graphene.Field(PracticalExamType, description="The exam.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Record an exam."""
        return {"exam": taking.record_practical_exam(actor=actor, now=now, **named(given))}


class WithdrawCertificate(Deed):
    """Take a certificate back that was given by mistake: from now on it proves nothing."""

    class Input:
        certificate_id = IdOf("Certificate", required=True, description="The certificate.")
        reason = Text(required=True, description="Why.")

    certificate = graphene.Field(CertificateType, description="The certificate, as it is now.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Withdraw a certificate."""
        return {"certificate": certifying.withdraw_certificate(actor=actor, now=now, **given)}


class TakingMutation(graphene.ObjectType):
    """Deeds on who takes what."""

    assign_course = AssignCourse.mounted()
    withdraw_enrolment = WithdrawEnrolment.mounted()
    complete_lesson = CompleteLesson.mounted()
    submit_quiz = SubmitQuiz.mounted()
    record_practical_exam = RecordPracticalExam.mounted()
    withdraw_certificate = WithdrawCertificate.mounted()
