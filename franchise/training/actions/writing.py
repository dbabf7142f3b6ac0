"""Deeds on the text of a course: to draft, revise, publish and retire it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from files.actions.attaching import attach_chain_file
from files.models import Purpose
from journal.actions import append
from kit.refusals import NotFound
from members.rules.permissions import Permission
from standards.queries.texts import clauses_for
from stores.actions.locks import refusing_duplicates
from training.models.courses import Course, CourseState, CourseSubject, CourseVersion, Lesson, TaughtClause
from training.models.duties import DutyRequirement
from training.rules.courses import (
    CheckedLesson,
    CourseAskedFor,
    CourseDraftExists,
    LessonDraft,
    course_titles_of,
    lessons_of,
    months_of,
    must_be_publishable,
    must_be_revision,
    must_be_taught,
)
from training.rules.happenings import Happening

SUBJECT_TYPE = "CourseVersion"


@transaction.atomic(using=CHAINS_ALIAS)
def draft_course(
    *,
    actor: Actor,
    titles: Mapping[str, str],
    subject: CourseSubject,
    lessons: Sequence[LessonDraft],
    now: datetime,
    has_practical_exam: bool = False,
    certificate_months: int | None = None,
) -> CourseVersion:
    """Write the first draft of a course (T1, T2).

    Without `certificate_months` its certificates never expire. A file of a document is one that the actor has sent in.
    Refusals: NotPermitted, NotFound, Invalid, TooLong, FileAttached.
    """
    actor.must(Permission.DRAFT_COURSE)
    columns = _columns(titles, subject, has_practical_exam, certificate_months)
    checked = lessons_of(_of_lineages(actor, lessons))
    course = Course.objects.create(drafted_by_id=actor.user_id, drafted_at=now)
    _attach(actor, course, checked, now)
    version = _begun(actor, course, 1, columns, checked, now)
    _tell(actor, Happening.COURSE_DRAFTED, version, now, before=None)
    return version


@transaction.atomic(using=CHAINS_ALIAS)
def revise_course(
    *,
    actor: Actor,
    version_id: UUID,
    titles: Mapping[str, str],
    subject: CourseSubject,
    lessons: Sequence[LessonDraft],
    now: datetime,
    has_practical_exam: bool = False,
    certificate_months: int | None = None,
    expected_version: int | None = None,
) -> CourseVersion:
    """Write a course anew: in place while it is a draft, as its next version once it was published.

    A document keeps its file, or gets a new one. Refusals: NotPermitted, NotFound, Stale, CourseDraftExists, Invalid,
    TooLong, FileAttached.
    """
    actor.must(Permission.DRAFT_COURSE)
    version = lock_course_version(version_id, expected_version)
    columns = _columns(titles, subject, has_practical_exam, certificate_months)
    checked = lessons_of(_of_lineages(actor, lessons))
    _attach(actor, version.course, checked, now)
    if version.state != CourseState.DRAFT:
        number = CourseVersion.objects.filter(course=version.course_id).aggregate(last=Max("number"))["last"] + 1
        with refusing_duplicates(CourseDraftExists()):
            begun = _begun(actor, version.course, number, columns, checked, now)
        _tell(actor, Happening.COURSE_REVISED, begun, now, before=None)
        return begun
    before = _told(version)
    for name, value in columns.items():
        setattr(version, name, value)
    version.author_id = actor.user_id
    TaughtClause.objects.filter(lesson__course_version=version).delete()
    Lesson.objects.filter(course_version=version).delete()
    _write_lessons(version, checked)
    _move(version)
    _tell(actor, Happening.COURSE_REVISED, version, now, before=before)
    return version


@transaction.atomic(using=CHAINS_ALIAS)
def publish_course(
    *, actor: Actor, version_id: UUID, now: datetime, expected_version: int | None = None
) -> CourseVersion:
    """Let a draft be taken from now on; the version taught until now is retired, and who takes it goes on with it.

    Refusals: NotPermitted, NotFound, Stale, CourseNotDraft, CourseWithoutLessons.
    """
    actor.must(Permission.PUBLISH_COURSE)
    version = lock_course_version(version_id, expected_version)
    must_be_publishable(version, lessons=Lesson.objects.filter(course_version=version).count())
    before = _told(version)
    taught = CourseVersion.objects.filter(course=version.course_id, state=CourseState.PUBLISHED).first()
    if taught is not None:
        taught.state = CourseState.RETIRED
        _move(taught)
    version.state, version.published_at, version.published_by_id = CourseState.PUBLISHED, now, actor.user_id
    _move(version)
    _tell(actor, Happening.COURSE_PUBLISHED, version, now, before=before)
    return version


@transaction.atomic(using=CHAINS_ALIAS)
def retire_course(
    *, actor: Actor, version_id: UUID, now: datetime, expected_version: int | None = None
) -> CourseVersion:
    """Let nobody begin a course any more; certificates stay as good as they are.

    Refusals: NotPermitted, NotFound, Stale, CourseNotPublished, CourseAskedFor.
    """
    actor.must(Permission.PUBLISH_COURSE)
    version = lock_course_version(version_id, expected_version)
    must_be_taught(version)
    if DutyRequirement.objects.filter(course=version.course_id).exists():
        raise CourseAskedFor
    before = _told(version)
    version.state = CourseState.RETIRED
    _move(version)
    _tell(actor, Happening.COURSE_RETIRED, version, now, before=before)
    return version


def lock_course_version(version_id: UUID, expected: int | None) -> CourseVersion:
    """Return a version of a course, locked with all others of the course; raises NotFound and Stale."""
    course_id = CourseVersion.objects.filter(id=version_id).values_list("course_id", flat=True).first()
    if course_id is None:
        raise NotFound
    Course.objects.select_for_update(no_key=True).get(id=course_id)
    version = CourseVersion.objects.select_related("course").get(id=version_id)
    must_be_revision(version, expected)
    return version


def _columns(
    titles: Mapping[str, str], subject: CourseSubject, has_practical_exam: bool, certificate_months: int | None
) -> dict[str, Any]:
    return {
        "titles": course_titles_of(titles),
        "subject": subject,
        "has_practical_exam": has_practical_exam,
        "certificate_months": months_of(certificate_months),
    }


def _of_lineages(actor: Actor, lessons: Sequence[LessonDraft]) -> list[LessonDraft]:
    """Return the lessons with the lineages of the clauses that they name, whatever version those are of."""
    named = {key for lesson in lessons for key in lesson.clause_ids}
    found = dict(clauses_for(actor).filter(id__in=named).values_list("id", "lineage_id")) if named else {}
    for place, lesson in enumerate(lessons):
        if any(key not in found for key in lesson.clause_ids):
            raise NotFound(field=("lessons", str(place), "clause_ids"))
    return [lesson.teaching(found[key] for key in lesson.clause_ids) for lesson in lessons]


def _attach(actor: Actor, course: Course, lessons: Sequence[CheckedLesson], now: datetime) -> None:
    """Take the files of documents into the course; those that it has already stay its own."""
    given = {each.columns["file_id"] for each in lessons} - {None}
    if not given:
        return
    of_course = Lesson.objects.filter(course_version__course=course, file_id__in=given).order_by()
    known = set(of_course.values_list("file_id", flat=True))
    for place, each in enumerate(lessons):
        file_id = each.columns["file_id"]
        if file_id is not None and file_id not in known:
            field = ("lessons", str(place), "file_id")
            attach_chain_file(actor=actor, file_id=file_id, purpose=Purpose.LESSON, now=now, field=field)
            known.add(file_id)


def _begun(
    actor: Actor,
    course: Course,
    number: int,
    columns: Mapping[str, Any],
    lessons: Sequence[CheckedLesson],
    now: datetime,
) -> CourseVersion:
    version = CourseVersion.objects.create(
        course=course, number=number, author_id=actor.user_id, drafted_at=now, **columns
    )
    _write_lessons(version, lessons)
    return version


def _write_lessons(version: CourseVersion, lessons: Sequence[CheckedLesson]) -> None:
    rows = [
        Lesson(course_version=version, position=place, **each.columns) for place, each in enumerate(lessons, start=1)
    ]
    Lesson.objects.bulk_create(rows)
    TaughtClause.objects.bulk_create(
        TaughtClause(lesson=row, lineage_id=lineage_id)
        for row, each in zip(rows, lessons, strict=True)
        for lineage_id in each.lineage_ids
    )


def _move(version: CourseVersion) -> None:
    version.revision += 1
    version.save()


def _told(version: CourseVersion) -> dict[str, Any]:
    return {
        "course_id": version.course_id,
        "number": version.number,
        "titles": version.titles,
        "subject": version.subject,
        "has_practical_exam": version.has_practical_exam,
        "certificate_months": version.certificate_months,
        "state": version.state,
    }


def _tell(
    actor: Actor, kind: Happening, version: CourseVersion, now: datetime, *, before: dict[str, Any] | None
) -> None:
    append(
        actor=actor,
        kind=kind,
        subject_type=SUBJECT_TYPE,
        subject_id=version.id,
        store_id=None,
        now=now,
        before=before,
        after=_told(version),
    )
