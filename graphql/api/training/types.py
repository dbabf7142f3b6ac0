"""The types of what is taught: courses, their versions, lessons and questions."""

import uuid
from collections.abc import Sequence
from typing import Any

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base.call import actor_of
from api.base.enums import enum_of
from api.base.lists import Listed
from api.base.scalars import UUID
from api.base.things import Thing, computed
from api.members.names import name_in
from api.standards.clause_rules import Translation, translations
from members.rules.permissions import Permission
from standards.rules.lint import text_in
from training.models.courses import Course, CourseState, CourseSubject, CourseVersion, Lesson, LessonKind
from training.queries.courses import course_versions_for, courses_for, lessons_for, lineages_of
from training.rules.possible import TrainingAction, actions_on

TITLE = "What it is called, in the caller's language or the nearest there is."
TITLES = "What it is called, in every language that there is."


class QuizQuestion(graphene.ObjectType):
    """A question of a quiz."""

    text = graphene.String(required=True, description="What is asked, in the caller's language or the nearest.")
    options = graphene.List(
        graphene.NonNull(graphene.String), required=True, description="What can be ticked, in its order from 0."
    )
    right = graphene.List(
        graphene.NonNull(graphene.Int),
        description="The places of the right options, from 0; null for whoever does not write courses.",
    )


def _questions(row: Lesson, info: GraphQLResolveInfo) -> list[QuizQuestion]:
    is_writer = actor_of(info).may(Permission.DRAFT_COURSE)
    return [
        QuizQuestion(
            text=text_in(None, each["texts"]),
            options=[text_in(None, option) for option in each["options"]],
            right=each["right"] if is_writer else None,
        )
        for each in row.questions
    ]


def _lineages(rows: Sequence[Lesson], _info: GraphQLResolveInfo) -> dict[uuid.UUID, list[uuid.UUID]]:
    found = lineages_of([row.id for row in rows])
    return {row.id: found.get(row.id, []) for row in rows}


class LessonType(Thing):
    """One part of a course: a text, a video elsewhere, a document, or a quiz."""

    class Meta:
        name = "Lesson"
        model = Lesson
        fields = ("course_version", "position", "video_address", "file", "pass_percent", "most_attempts")
        enums = {"kind": LessonKind}
        descriptions = {
            "course_version": "The version that it is part of.",
            "position": "Its place, from 1.",
            "video_address": "Where the video is, of a video; else empty.",
            "file": "The file of a document; its `url` is yours for some minutes. Null for what is no document.",
            "pass_percent": "How many per cent of a quiz have to be right; null for what is no quiz.",
            "most_attempts": "How often a quiz can be tried; null for what is no quiz.",
            "kind": "In which form it is given.",
        }

    title = computed(
        graphene.String,
        lambda row, _info: text_in(None, row.titles),
        needs=("titles",),
        required=True,
        description=TITLE,
    )
    titles = computed(
        graphene.List(graphene.NonNull(Translation)),
        lambda row, _info: translations(row.titles),
        needs=("titles",),
        required=True,
        description=TITLES,
    )
    text = computed(
        graphene.String,
        lambda row, _info: text_in(None, row.texts),
        needs=("texts",),
        required=True,
        description="What it says, in the caller's language or the nearest there is; may be empty.",
    )
    texts = computed(
        graphene.List(graphene.NonNull(Translation)),
        lambda row, _info: translations(row.texts),
        needs=("texts",),
        required=True,
        description="What it says, in every language that there is.",
    )
    questions = computed(
        graphene.List(graphene.NonNull(QuizQuestion)),
        _questions,
        needs=("questions",),
        required=True,
        description="The questions of a quiz, in their order; none for what is no quiz.",
    )
    lineage_ids = computed(
        graphene.List(graphene.NonNull(UUID)),
        _lineages,
        for_all=True,
        required=True,
        description="The requirements of standards that it teaches, each the same through all versions.",
    )

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return the lessons of the versions that the caller may read."""
        rows: QuerySet[Any] = lessons_for(actor_of(info)).order_by()
        return rows


class CourseVersionType(Thing):
    """One text of a course; once published it is never changed."""

    class Meta:
        name = "CourseVersion"
        model = CourseVersion
        fields = (
            "course",
            "number",
            "has_practical_exam",
            "certificate_months",
            "revision",
            "drafted_at",
            "published_at",
        )
        enums = {"subject": CourseSubject, "state": CourseState}
        descriptions = {
            "course": "The course whose text it is.",
            "number": "Its number among the course's versions, from 1.",
            "has_practical_exam": "Whether practice is examined, apart from what is known.",
            "certificate_months": "For how many months its certificate holds; null for ever.",
            "revision": "Counts its changes: give it back as `expectedVersion`.",
            "drafted_at": "When it was begun.",
            "published_at": "When it was published; null until then.",
            "subject": "What it is about.",
            "state": "Where it stands.",
        }

    title = computed(
        graphene.String,
        lambda row, _info: text_in(None, row.titles),
        needs=("titles",),
        required=True,
        description=TITLE,
    )
    titles = computed(
        graphene.List(graphene.NonNull(Translation)),
        lambda row, _info: translations(row.titles),
        needs=("titles",),
        required=True,
        description=TITLES,
    )
    author_name = name_in("author_id", description="Who wrote it; null for a machine.")
    published_by_name = name_in("published_by_id", description="Who published it; null until then.")
    available_actions = computed(
        graphene.List(graphene.NonNull(enum_of(TrainingAction))),
        lambda row, info: actions_on(row.state, actor_of(info).may_somewhere),
        needs=("state",),
        required=True,
        description="What you can do with it as it is now.",
    )
    lessons = Listed(
        lambda: LessonType, by="course_version", order=("position",), description="Its lessons, in their order."
    )

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return the versions that the caller may read."""
        rows: QuerySet[Any] = course_versions_for(actor_of(info)).order_by()
        return rows


class CourseType(Thing):
    """Something that is taught; what it teaches is said by its versions."""

    class Meta:
        name = "Course"
        model = Course
        fields = ("drafted_at",)
        descriptions = {"drafted_at": "When its first version was begun."}

    drafted_by_name = name_in("drafted_by_id", description="Who began it; null for a machine.")
    versions = Listed(
        lambda: CourseVersionType, by="course", order=("number",), description="Its versions that you may read."
    )

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return the courses that the caller may read."""
        rows: QuerySet[Any] = courses_for(actor_of(info)).order_by()
        return rows
