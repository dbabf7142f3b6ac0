"""A course on its way, made by the same deeds that people do."""

from datetime import datetime
from typing import Any
from uuid import UUID

from chains.scope import scope
from tests.factories.chains import FurnishedChain
from tests.factories.people import actor_of_role
from training.actions.enrolling import assign_course
from training.actions.writing import draft_course, publish_course
from training.models.courses import CourseSubject, CourseVersion, Lesson, LessonKind
from training.models.taking import Enrolment
from training.rules.courses import LessonDraft, QuestionDraft

TITLES = {"en": "Handling complaints", "zh-hans": "投诉处理"}
QUESTION = QuestionDraft(
    texts={"en": "What is said first?", "zh-hans": "首先说什么？"},
    options=[
        {"en": "Sorry", "zh-hans": "对不起"},
        {"en": "No", "zh-hans": "不行"},
        {"en": "Thanks", "zh-hans": "谢谢"},
    ],
    right=[0, 2],
)
TEXT = LessonDraft(kind=LessonKind.TEXT, titles={"en": "Listen"}, texts={"en": "Let them finish."})
QUIZ = LessonDraft(
    kind=LessonKind.QUIZ, titles={"en": "Check"}, texts={}, questions=[QUESTION], pass_percent=80, most_attempts=2
)


def published(chain: FurnishedChain, now: datetime, *lessons: LessonDraft, **given: Any) -> CourseVersion:
    """Return a course that the trainer wrote and published; a text and a quiz if nothing is said."""
    trainer = actor_of_role(chain, "HQ_TRAINER")
    with scope(chain.chain, trainer):
        subject = CourseSubject.COMMUNICATION
        written = {"titles": TITLES, "subject": subject, "lessons": lessons or (TEXT, QUIZ), **given}
        version = draft_course(actor=trainer, now=now, **written)
        return publish_course(actor=trainer, version_id=version.id, now=now)


def enrolled(chain: FurnishedChain, version: CourseVersion, now: datetime, who: str = "SERVICE_STAFF") -> Enrolment:
    """Return that somebody of the first store takes a course, assigned by their manager."""
    manager = actor_of_role(chain, "STORE_MANAGER")
    with scope(chain.chain, manager):
        (one,) = assign_course(
            actor=manager,
            store_id=chain.store,
            course_id=version.course_id,
            member_ids=[chain.people[who]],
            now=now,
        )
    return one


def lesson_ids(chain: FurnishedChain, version: CourseVersion) -> list[UUID]:
    """Return the lessons of a version, in their order."""
    trainer = actor_of_role(chain, "HQ_TRAINER")
    with scope(chain.chain, trainer):
        lessons = Lesson.objects.filter(course_version_id=version.id).order_by("position")
        return list(lessons.values_list("id", flat=True))
