"""Deeds of headquarters: writing courses, and what positions ask for."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import graphene

from api.base.deeds import Deed
from api.base.enums import enum_of
from api.base.inputs import IdOf, Line, Text, named
from api.standards.clause_rules import texts_in
from api.stores.types import PositionType
from api.training.types import CourseVersionType
from chains.actor import Actor
from kit.texts import LONGEST_LINE
from training.actions import duties, writing
from training.models.courses import LONGEST_ADDRESS, CourseSubject, LessonKind
from training.models.duties import TrainingStage, Work
from training.rules.courses import LONGEST_QUESTION, LessonDraft, QuestionDraft

_Given = Sequence[Mapping[str, Any]]
_VERSION = "The version, as it is now."
_LANGUAGE = "The language, as a code: `en`, `zh-hans` or `zh-hant`."


class CourseTitleInput(graphene.InputObjectType):
    """What a course or lesson is called in one language."""

    language = Line(required=True, limit=10, description=_LANGUAGE)
    text = Line(required=True, limit=LONGEST_LINE, description="The title.")


class LessonTextInput(graphene.InputObjectType):
    """What a lesson says in one language."""

    language = Line(required=True, limit=10, description=_LANGUAGE)
    text = Text(required=True, description="The text.")


class QuizTextInput(graphene.InputObjectType):
    """A question or an option in one language."""

    language = Line(required=True, limit=10, description=_LANGUAGE)
    text = Text(required=True, limit=LONGEST_QUESTION, description="The text.")


class QuizOptionInput(graphene.InputObjectType):
    """What can be ticked."""

    texts = graphene.List(graphene.NonNull(QuizTextInput), required=True, description="The option, by language.")


class QuizQuestionInput(graphene.InputObjectType):
    """A question of a quiz."""

    texts = graphene.List(graphene.NonNull(QuizTextInput), required=True, description="What is asked, by language.")
    options = graphene.List(graphene.NonNull(QuizOptionInput), required=True, description="Two to ten options.")
    right = graphene.List(
        graphene.NonNull(graphene.Int), required=True, description="The places of the right options, from 0."
    )


class LessonInput(graphene.InputObjectType):
    """A lesson of a draft."""

    kind = graphene.InputField(enum_of(LessonKind), required=True, description="In which form it is given.")
    titles = graphene.List(graphene.NonNull(CourseTitleInput), required=True, description="Its title, by language.")
    texts = graphene.List(graphene.NonNull(LessonTextInput), description="What it says; of a text it is required.")
    video_address = Line(limit=LONGEST_ADDRESS, description="Where a video is: an address that begins with https://.")
    file_id = IdOf("ChainFile", description="A document's file: one that you have sent in, or that the course has.")
    questions = graphene.List(graphene.NonNull(QuizQuestionInput), description="The questions of a quiz.")
    pass_percent = graphene.Int(description="How many per cent of a quiz have to be right, 1 to 100.")
    most_attempts = graphene.Int(description="How often a quiz can be tried, 1 to 20.")
    clause_ids = IdOf("Clause", many=True, description="The clauses that it teaches, of any version of a standard.")


def _lessons(given: _Given) -> list[LessonDraft]:
    return [_lesson(named(each)) for each in given]


def _lesson(given: dict[str, Any]) -> LessonDraft:
    questions = [
        QuestionDraft(
            texts=texts_in(each["texts"]),
            options=[texts_in(option["texts"]) for option in each["options"]],
            right=each["right"],
        )
        for each in given.pop("questions", ())
    ]
    titles, texts = texts_in(given.pop("titles")), texts_in(given.pop("texts", ()))
    return LessonDraft(titles=titles, texts=texts, questions=questions, **given)


def _titles() -> graphene.List:
    return graphene.List(graphene.NonNull(CourseTitleInput), required=True, description="Its title, by language.")


def _parts() -> graphene.List:
    return graphene.List(graphene.NonNull(LessonInput), required=True, description="Its lessons, in their order.")


def _subject() -> graphene.InputField:
    return graphene.InputField(enum_of(CourseSubject), required=True, description="What it is about.")


_PRACTICE = "Whether practice is examined as well; no if not said."
_MONTHS = "For how many months its certificate holds, 1 to 120; for ever if not given."


class DraftCourse(Deed):
    """Write the first draft of a course."""

    class Input:
        titles = _titles()
        subject = _subject()
        lessons = _parts()
        has_practical_exam = graphene.Boolean(description=_PRACTICE)
        certificate_months = graphene.Int(description=_MONTHS)

    version = graphene.Field(CourseVersionType, description=_VERSION)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, titles: _Given, lessons: _Given, **given: Any) -> dict[str, Any]:
        """Draft a course."""
        drafted = writing.draft_course(
            actor=actor, titles=texts_in(titles), lessons=_lessons(lessons), now=now, **named(given)
        )
        return {"version": drafted}


class ReviseCourse(Deed):
    """Write a course anew: in place while it is a draft, as its next version once it was published."""

    class Meta:
        versioned = True

    class Input:
        version_id = IdOf("CourseVersion", required=True, description="The version to start from.")
        titles = _titles()
        subject = _subject()
        lessons = _parts()
        has_practical_exam = graphene.Boolean(description=_PRACTICE)
        certificate_months = graphene.Int(description=_MONTHS)

    version = graphene.Field(CourseVersionType, description="The version that was written: this one, or the next.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, titles: _Given, lessons: _Given, **given: Any) -> dict[str, Any]:
        """Revise a course."""
        revised = writing.revise_course(
            actor=actor, titles=texts_in(titles), lessons=_lessons(lessons), now=now, **named(given)
        )
        return {"version": revised}


class PublishCourse(Deed):
    """Let a draft be taken from now on; the version taught until now is retired."""

    class Meta:
        versioned = True

    class Input:
        version_id = IdOf("CourseVersion", required=True, description="The draft.")

    version = graphene.Field(CourseVersionType, description=_VERSION)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Publish a course."""
        return {"version": writing.publish_course(actor=actor, now=now, **named(given))}


class RetireCourse(Deed):
    """Let nobody begin a course any more; certificates stay as good as they are."""

    class Meta:
        versioned = True

    class Input:
        version_id = IdOf("CourseVersion", required=True, description="The published version.")

    version = graphene.Field(CourseVersionType, description=_VERSION)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Retire a course."""
        return {"version": writing.retire_course(actor=actor, now=now, **named(given))}


class PathCourseInput(graphene.InputObjectType):
    """A course on the way to a position."""

    course_id = IdOf("Course", required=True, description="The course.")
    stage = graphene.InputField(enum_of(TrainingStage), required=True, description="When it is taken.")
    within_days = graphene.Int(required=True, description="Within how many days it is to be passed, 1 to 365.")


class SetTrainingPath(Deed):
    """Set which courses lead to a position; whoever is given it from now on takes them by itself."""

    class Input:
        position_id = IdOf("Position", required=True, description="The position.")
        courses = graphene.List(
            graphene.NonNull(PathCourseInput), required=True, description="The courses, in their order; may be none."
        )

    position = graphene.Field(PositionType, description="The position.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, position_id: UUID, courses: _Given) -> dict[str, Any]:
        """Set a path."""
        steps = [duties.Step(**each) for each in courses]
        return {"position": duties.set_training_path(actor=actor, position_id=position_id, courses=steps, now=now)}


class SetDutyRequirement(Deed):
    """Set without which certificates the holder of a position is given no such work from now on."""

    class Input:
        position_id = IdOf("Position", required=True, description="The position.")
        work = graphene.InputField(enum_of(Work), required=True, description="The work.")
        course_ids = IdOf("Course", many=True, required=True, description="The courses; none lets everybody.")

    position = graphene.Field(PositionType, description="The position.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Set a requirement."""
        return {"position": duties.set_duty_requirement(actor=actor, now=now, **given)}


class WritingMutation(graphene.ObjectType):
    """Deeds of headquarters on training."""

    draft_course = DraftCourse.mounted()
    revise_course = ReviseCourse.mounted()
    publish_course = PublishCourse.mounted()
    retire_course = RetireCourse.mounted()
    set_training_path = SetTrainingPath.mounted()
    set_duty_requirement = SetDutyRequirement.mounted()
