"""What the deeds of training need to be done once: courses, enrolments and sessions of their own."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from api.base.ids import global_id
from tests.attacks.matrix.callers import Callers
from tests.attacks.matrix.conftest import World
from training.models.courses import Course, CourseState, CourseVersion, Lesson, LessonKind
from training.models.planning import PlanState, TrainingPlan, TrainingSession
from training.models.taking import Enrolment

Given = dict[str, Any]

TOMORROW = timezone.now() + timedelta(days=1)
BEFORE = timezone.now() - timedelta(days=2)
_TITLE = [{"language": "en", "text": "Listening"}]
_TEXT = {"kind": "TEXT", "titles": _TITLE, "texts": _TITLE, "questions": [], "videoAddress": ""}
_COURSE: Given = {"titles": _TITLE, "lessons": [_TEXT]}
_QUESTION = {"texts": {"en": "What?"}, "options": [{"en": "This"}, {"en": "That"}], "right": [0]}


def _member(world: World, who: str) -> str:
    return global_id("Member", world.a.people[who])


def _version(state: CourseState, **values: Any) -> CourseVersion:
    course = Course.objects.create(drafted_at=BEFORE)
    given = {"number": 1, "titles": {"en": "Own"}, "subject": "PRODUCT", "drafted_at": BEFORE, "state": state}
    version = CourseVersion.objects.create(course=course, **given, **values)
    for position, kind in enumerate((LessonKind.TEXT, LessonKind.QUIZ), start=1):
        quiz = {"questions": [_QUESTION], "pass_percent": 80, "most_attempts": 2} if kind is LessonKind.QUIZ else {}
        Lesson.objects.create(course_version=version, position=position, kind=kind, titles={"en": "Own"}, **quiz)
    return version


def _version_of(state: CourseState) -> Callable[[World], Given]:
    return lambda _world: {"versionId": global_id("CourseVersion", _version(state).pk)}


def _taken(world: World, **values: Any) -> Enrolment:
    version = _version(CourseState.PUBLISHED, **values)
    given = {"store_id": world.a.store, "member_id": world.a.people["SERVICE_STAFF"], "reason": "ASSIGNED"}
    return Enrolment.objects.create(course_version=version, enrolled_at=BEFORE, **given)


def _lesson_of(kind: LessonKind) -> Callable[[World], Given]:
    def found(world: World) -> Given:
        taken = _taken(world)
        lesson = Lesson.objects.get(course_version=taken.course_version_id, kind=kind)
        return {"enrolmentId": global_id("Enrolment", taken.pk), "lessonId": global_id("Lesson", lesson.pk)}

    return found


def _examined(world: World) -> Given:
    return {"enrolmentId": global_id("Enrolment", _taken(world, has_practical_exam=True).pk)}


def _planned(world: World) -> Given:
    course = world.rows[world.a.host, world.a.store, "Course"]
    return {"courses": [{"courseId": global_id("Course", course.pk), "dueAt": TOMORROW.isoformat()}]}


def _session(world: World) -> Given:
    held = {"starts_at": BEFORE, "ends_at": BEFORE + timedelta(hours=1), "scheduled_at": BEFORE, "title": "Own"}
    session = TrainingSession.objects.create(store_id=world.a.store, **held)
    return {"sessionId": global_id("TrainingSession", session.pk)}


def plan_is_approved(world: World, _callers: Callers) -> object:
    """Let the plan of the own store be approved."""
    plan = world.rows[world.a.host, world.a.store, "TrainingPlan"]
    return TrainingPlan.objects.filter(pk=plan.pk).update(state=PlanState.APPROVED, decided_at=BEFORE)


TRAINING_GIVEN: dict[str, Given] = {
    "draftCourse": _COURSE,
    "reviseCourse": _COURSE,
    "assignCourse": {"positionId": None, "dueAt": None},
    "scheduleSession": {
        "startsAt": TOMORROW.isoformat(),
        "endsAt": (TOMORROW + timedelta(hours=1)).isoformat(),
        "expertName": None,
    },
    "recordAttendance": {"absentIds": None},
}
TRAINING_FOUND: dict[str, Callable[[World], Given]] = {
    "publishCourse": _version_of(CourseState.DRAFT),
    "retireCourse": _version_of(CourseState.PUBLISHED),
    "assignCourse": lambda world: {"memberIds": [_member(world, "STORE_MANAGER")]},
    "completeLesson": _lesson_of(LessonKind.TEXT),
    "submitQuiz": _lesson_of(LessonKind.QUIZ),
    "recordPracticalExam": _examined,
    "proposeTrainingPlan": _planned,
    "recordAttendance": _session,
    "pairMentor": lambda world: {"apprenticeId": _member(world, "SERVICE_SUPERVISOR")},
}
