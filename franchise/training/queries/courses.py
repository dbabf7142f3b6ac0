"""Questions about courses: which somebody may read, what is taught now, and which lessons teach a clause."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import QuerySet

from chains.actor import Actor
from kit.refusals import NotFound
from members.rules.permissions import Permission
from training.models.courses import Course, CourseState, CourseSubject, CourseVersion, Lesson, TaughtClause
from training.rules.courses import CourseNotPublished


def courses_for(actor: Actor) -> QuerySet[Course]:
    """Return the courses of which the actor may read a version, the latest first."""
    actor.must_somewhere(Permission.READ_COURSES)
    readable = course_versions_for(actor).order_by().values("course_id")
    return Course.objects.filter(id__in=readable).order_by("-drafted_at", "-id")


def course_versions_for(actor: Actor) -> QuerySet[CourseVersion]:
    """Return the versions that the actor may read: those that were published, and drafts for who writes them."""
    versions = CourseVersion.objects.order_by("course_id", "number")
    return versions if actor.may(Permission.DRAFT_COURSE) else versions.exclude(state=CourseState.DRAFT)


def courses_taught(
    actor: Actor, *, subject: CourseSubject | None = None, lineage_id: UUID | None = None
) -> QuerySet[CourseVersion]:
    """Return the versions that can be taken now, the latest published first; raises NotPermitted.

    On request only about a subject, or with a lesson that teaches a requirement.
    """
    actor.must_somewhere(Permission.READ_COURSES)
    taught = CourseVersion.objects.filter(state=CourseState.PUBLISHED)
    if subject is not None:
        taught = taught.filter(subject=subject)
    if lineage_id is not None:
        taught = taught.filter(id__in=lessons_teaching([lineage_id]).order_by().values("course_version_id"))
    return taught.order_by("-published_at", "-id")


def lessons_for(actor: Actor) -> QuerySet[Lesson]:
    """Return the lessons of the versions that the actor may read, in their order."""
    readable = course_versions_for(actor).order_by()
    return Lesson.objects.filter(course_version__in=readable).order_by("course_version_id", "position")


def version_taught(course_id: UUID, *, field: str | tuple[str, ...]) -> CourseVersion:
    """Return the version of a course that is taught now; raises NotFound and CourseNotPublished."""
    version = CourseVersion.objects.filter(course_id=course_id, state=CourseState.PUBLISHED).first()
    if version is not None:
        return version
    if not CourseVersion.objects.filter(course_id=course_id).exclude(state=CourseState.DRAFT).exists():
        raise NotFound(field=field)
    raise CourseNotPublished(field=field)


def versions_taught(course_ids: Collection[UUID]) -> dict[UUID, CourseVersion]:
    """Return the versions that are taught now, by course."""
    taught = CourseVersion.objects.filter(course_id__in=course_ids, state=CourseState.PUBLISHED).order_by()
    return {version.course_id: version for version in taught}


def lessons_teaching(lineage_ids: Iterable[UUID]) -> QuerySet[Lesson]:
    """Return the lessons of courses taught now that teach some requirements, in their order."""
    teaching = TaughtClause.objects.filter(lineage_id__in=set(lineage_ids)).values("lesson_id")
    taught = Lesson.objects.filter(id__in=teaching, course_version__state=CourseState.PUBLISHED)
    return taught.select_related("course_version").order_by("course_version_id", "position")


def practised_in(version_ids: Iterable[UUID]) -> set[UUID]:
    """Return those of some versions of courses that examine practice (T4)."""
    examining = CourseVersion.objects.filter(id__in=set(version_ids), has_practical_exam=True)
    return set(examining.order_by().values_list("id", flat=True))


def lineages_of(lesson_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """Return the requirements that lessons teach, by lesson; who teaches none is not named."""
    found: dict[UUID, list[UUID]] = {}
    rows = TaughtClause.objects.filter(lesson_id__in=lesson_ids).order_by("lesson_id", "lineage_id")
    for lesson_id, lineage_id in rows.values_list("lesson_id", "lineage_id"):
        found.setdefault(lesson_id, []).append(lineage_id)
    return found


def titles_of_courses(course_ids: Collection[UUID]) -> dict[UUID, dict[str, str]]:
    """Return what courses are called, by their latest published version."""
    versions = CourseVersion.objects.filter(course_id__in=course_ids).exclude(state=CourseState.DRAFT)
    return dict(versions.order_by("course_id", "number").values_list("course_id", "titles"))
