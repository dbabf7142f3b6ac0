"""The deeds of training, in an order in which each can be done: sixteen times at the same moment each."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from api.base.ids import global_id
from stores.models import Position
from tests.attacks.deeds_at_once import Step, Story, each, once
from training.models.courses import CourseVersion, Lesson
from training.models.planning import Mentorship, TrainingPlan, TrainingSession
from training.models.taking import Certificate, Enrolment

_TITLE = [{"language": "en", "text": "Listening"}]
_QUESTION = {"texts": _TITLE, "options": [{"texts": _TITLE}, {"texts": _TITLE}], "right": [0]}
_LESSONS = [
    {"kind": "TEXT", "titles": _TITLE, "texts": _TITLE},
    {"kind": "QUIZ", "titles": _TITLE, "questions": [_QUESTION], "passPercent": 80, "mostAttempts": 1},
]
_COURSE = {"titles": _TITLE, "subject": "PRODUCT", "lessons": _LESSONS, "hasPracticalExam": True}


def _course(story: Story) -> str:
    return global_id("Course", story.latest(CourseVersion, state="PUBLISHED").course_id)


def _version(story: Story, state: str = "PUBLISHED") -> dict[str, Any]:
    return _of(story, "CourseVersion", CourseVersion, "version", state=state)


def _draft(story: Story) -> dict[str, Any]:
    return _version(story, "DRAFT")


def _position(story: Story) -> dict[str, Any]:
    return {"positionId": story.id_of("Position", Position)}


def _taken(story: Story, kind: str = "", **more: Any) -> dict[str, Any]:
    found = story.latest(Enrolment, member_id=story.chain.people["SERVICE_STAFF"])
    given = {"enrolmentId": global_id("Enrolment", found.pk), **more}
    if kind:
        given["lessonId"] = story.id_of("Lesson", Lesson, course_version=found.course_version_id, kind=kind)
    return given


def _of(story: Story, thing: str, model: Any, name: str, *, state: str, **more: Any) -> dict[str, Any]:
    found = story.latest(model, state=state)
    return {f"{name}Id": global_id(thing, found.pk), "expectedVersion": found.revision, **more}


def _certificate(story: Story) -> dict[str, Any]:
    version = story.latest(CourseVersion, state="PUBLISHED")
    proof = {"course_id": version.course_id, "course_version": version, "given_at": timezone.now()}
    given = Certificate.objects.create(member_id=story.chain.people["SERVICE_STAFF"], **proof)
    return {"certificateId": global_id("Certificate", given.pk), "reason": "Another sat the exam."}


def _plan(story: Story, state: str = "PROPOSED", **more: Any) -> dict[str, Any]:
    return _of(story, "TrainingPlan", TrainingPlan, "plan", state=state, **more)


def _session(story: Story, **more: Any) -> dict[str, Any]:
    return _of(story, "TrainingSession", TrainingSession, "session", state="SCHEDULED", **more)


def _pair(story: Story) -> dict[str, Any]:
    return _of(story, "Mentorship", Mentorship, "mentorship", state="RUNNING")


def _paired(story: Story) -> dict[str, Any]:
    who = {"mentorId": story.member("MENTOR"), "apprenticeId": story.member("SERVICE_STAFF")}
    return {"storeId": story.store, **who}


def _planned(story: Story) -> dict[str, Any]:
    due_at = (timezone.now() + timedelta(days=7)).isoformat()
    return {"storeId": story.store, "title": "Spring", "courses": [{"courseId": _course(story), "dueAt": due_at}]}


def _scheduled(story: Story) -> dict[str, Any]:
    now = timezone.now()
    times = {"startsAt": (now - timedelta(hours=1)).isoformat(), "endsAt": (now + timedelta(hours=1)).isoformat()}
    return {"storeId": story.store, "title": "Round", "expertName": "Wang", **times}


def _assigned(story: Story) -> dict[str, Any]:
    return {"storeId": story.store, "courseId": _course(story), "memberIds": [story.member("SERVICE_STAFF")]}


TRAINING: tuple[Step, ...] = (
    each("draftCourse", "HQ_TRAINER", lambda s: _COURSE, "COURSE_DRAFTED"),
    once("reviseCourse", "HQ_TRAINER", lambda s: {**_COURSE, **_draft(s)}, "COURSE_REVISED", "STALE"),
    once("publishCourse", "HQ_TRAINER", _draft, "COURSE_PUBLISHED", "STALE"),
    each("setTrainingPath", "HQ_TRAINER", lambda s: {**_position(s), "courses": []}, "TRAINING_PATH_SET"),
    each(
        "setDutyRequirement",
        "HQ_TRAINER",
        lambda s: {**_position(s), "work": "VISITS", "courseIds": []},
        "DUTY_REQUIREMENT_SET",
    ),
    once("pairMentor", "STORE_MANAGER", _paired, "MENTOR_PAIRED", "APPRENTICE_PAIRED"),
    once("signOffApprentice", "MENTOR", _pair, "APPRENTICE_SIGNED_OFF", "STALE"),
    once("pairMentor", "STORE_MANAGER", _paired, "MENTOR_PAIRED", "APPRENTICE_PAIRED"),
    once("endMentorship", "STORE_MANAGER", _pair, "MENTORSHIP_ENDED", "STALE"),
    once("assignCourse", "STORE_MANAGER", _assigned, "COURSE_ASSIGNED", "NOBODY_TO_ENROL"),
    once("completeLesson", "SERVICE_STAFF", lambda s: _taken(s, "TEXT"), "LESSON_COMPLETED", "LESSON_COMPLETED"),
    once(
        "submitQuiz",
        "SERVICE_STAFF",
        lambda s: _taken(s, "QUIZ", answers=[{"options": [1]}]),
        "QUIZ_SUBMITTED",
        "ATTEMPTS_USED_UP",
    ),
    once(
        "recordPracticalExam",
        "MENTOR",
        lambda s: _taken(s, isPassed=True),
        "PRACTICAL_EXAM_RECORDED",
        "PRACTICE_PASSED",
    ),
    once("withdrawEnrolment", "STORE_MANAGER", lambda s: _taken(s, expectedVersion=1), "ENROLMENT_WITHDRAWN", "STALE"),
    each("proposeTrainingPlan", "STORE_MANAGER", _planned, "TRAINING_PLAN_PROPOSED"),
    once("approveTrainingPlan", "AREA_SUPERVISOR", _plan, "TRAINING_PLAN_APPROVED", "STALE"),
    once("declineTrainingPlan", "AREA_SUPERVISOR", lambda s: _plan(s, note="No"), "TRAINING_PLAN_DECLINED", "STALE"),
    once("carryOutTrainingPlan", "STORE_MANAGER", lambda s: _plan(s, "APPROVED"), "TRAINING_PLAN_CARRIED_OUT", "STALE"),
    each("scheduleSession", "STORE_MANAGER", _scheduled, "SESSION_SCHEDULED"),
    once(
        "recordAttendance",
        "STORE_MANAGER",
        lambda s: _session(s, presentIds=[s.member("SERVICE_STAFF")]),
        "ATTENDANCE_RECORDED",
        "STALE",
    ),
    once("cancelSession", "STORE_MANAGER", lambda s: _session(s, reason="Rain"), "SESSION_CANCELLED", "STALE"),
    once("withdrawCertificate", "HQ_TRAINER", _certificate, "CERTIFICATE_WITHDRAWN", "CERTIFICATE_WITHDRAWN"),
    once("retireCourse", "HQ_TRAINER", _version, "COURSE_RETIRED", "STALE"),
)
