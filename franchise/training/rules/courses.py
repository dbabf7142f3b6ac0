"""How a course is written: what its lessons need, and what can be done with a version as it stands (T1, T2, T4)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from kit.refusals import Invalid, Refusal, Stale
from kit.texts import LONGEST_TEXT, line_of, text_of
from standards.rules.lint import LANGUAGES, Texts
from training.models.courses import LONGEST_ADDRESS, CourseState, CourseVersion, LessonKind

LONGEST_QUESTION = 500
MOST_LESSONS = 50
MOST_QUESTIONS = 50
MOST_OPTIONS = 10
MOST_CLAUSES = 50
MOST_ATTEMPTS = 20
LONGEST_VALIDITY_MONTHS = 120

Path = tuple[str, ...]


class CourseWithoutLessons(Refusal):
    """A course that teaches nothing is not published."""

    message = _("A course needs at least one lesson before it is published.")


class CourseNotDraft(Refusal):
    """A version that was published is never changed."""

    message = _("This version was published: revise the course, which begins a new version.")


class CourseDraftExists(Refusal):
    """One text of a course is written at a time."""

    message = _("A new version of this course is being written already.")


class CourseAskedFor(Refusal):
    """Nobody could get the certificate any more that a duty asks for."""

    message = _("A duty asks for this course: let it ask for another one, or for none, first.")


class CourseNotPublished(Refusal):
    """Only what is published can be taken or retired."""

    message = _("This course is not published.")


@dataclass(frozen=True, slots=True)
class QuestionDraft:
    """A question as it is typed: its text, the options, and the places of those that are right, from 0."""

    texts: Mapping[str, str]
    options: Sequence[Mapping[str, str]]
    right: Sequence[int]


@dataclass(frozen=True, slots=True)
class LessonDraft:
    """A lesson as it is typed."""

    kind: LessonKind
    titles: Mapping[str, str]
    texts: Mapping[str, str]
    video_address: str = ""
    questions: Sequence[QuestionDraft] = ()
    pass_percent: int | None = None
    most_attempts: int | None = None
    file_id: UUID | None = None
    clause_ids: Sequence[UUID] = ()
    lineage_ids: Sequence[UUID] = ()

    def teaching(self, lineage_ids: Iterable[UUID]) -> "LessonDraft":
        """Return the same lesson with the lineages of its clauses, each once."""
        return replace(self, lineage_ids=tuple(dict.fromkeys(lineage_ids)))


@dataclass(frozen=True, slots=True)
class CheckedLesson:
    """A lesson whose parts are in order, as its columns hold them, and the clauses that it teaches."""

    columns: Mapping[str, Any]
    lineage_ids: Sequence[UUID]


def course_titles_of(titles: Mapping[str, str]) -> Texts:
    """Return a course's titles by language; raises Invalid or TooLong."""
    return _texts(titles, ("titles",), one_line=True)


def months_of(months: int | None) -> int | None:
    """Return for how many months a certificate is to hold, None for ever; raises Invalid."""
    if months is not None and not 1 <= months <= LONGEST_VALIDITY_MONTHS:
        raise Invalid(field="certificate_months", why=_("1 to 120 months"))
    return months


def lessons_of(lessons: Sequence[LessonDraft]) -> list[CheckedLesson]:
    """Return the lessons of a draft in their order; raises Invalid or TooLong with the path."""
    if len(lessons) > MOST_LESSONS:
        raise Invalid(field="lessons", why=_("at most %(most)s lessons") % {"most": MOST_LESSONS})
    return [_lesson(lesson, ("lessons", str(place))) for place, lesson in enumerate(lessons)]


def must_be_publishable(version: CourseVersion, *, lessons: int) -> None:
    """Refuse with CourseNotDraft or CourseWithoutLessons a version that can't be published."""
    must_be_draft(version)
    if not lessons:
        raise CourseWithoutLessons


def must_be_draft(version: CourseVersion) -> None:
    """Refuse with CourseNotDraft a version that was published."""
    if version.state != CourseState.DRAFT:
        raise CourseNotDraft


def must_be_taught(version: CourseVersion) -> None:
    """Refuse with CourseNotPublished a version that is a draft, or retired."""
    if version.state != CourseState.PUBLISHED:
        raise CourseNotPublished(field="course_id")


def must_be_revision(current: Any, expected: int | None) -> None:
    """Refuse with Stale when the caller has seen another revision of a thing; None asks for none."""
    if expected is not None and expected != current.revision:
        state = current.get_state_display()
        raise Stale(field="expected_version", state=state, version=current.revision, current=current)


def _lesson(lesson: LessonDraft, path: Path) -> CheckedLesson:
    if len(lesson.lineage_ids) > MOST_CLAUSES:
        raise Invalid(field=(*path, "clause_ids"), why=_("at most %(most)s clauses") % {"most": MOST_CLAUSES})
    columns: dict[str, Any] = {"kind": lesson.kind, "titles": _texts(lesson.titles, (*path, "titles"), one_line=True)}
    needs_text = lesson.kind is LessonKind.TEXT
    if needs_text or lesson.texts:
        columns["texts"] = _texts(lesson.texts, (*path, "texts"), limit=LONGEST_TEXT)
    columns |= _video(lesson, path) | _document(lesson, path) | _quiz(lesson, path)
    return CheckedLesson(columns, tuple(lesson.lineage_ids))


def _video(lesson: LessonDraft, path: Path) -> dict[str, Any]:
    field = (*path, "videoAddress")
    address = line_of(lesson.video_address, field=field, required=False, limit=LONGEST_ADDRESS)
    is_video = lesson.kind is LessonKind.VIDEO
    if not is_video and address:
        raise Invalid(field=field, why=_("an address for a video only"))
    if is_video and not _is_web_address(address):
        raise Invalid(field=field, why=_("an address that begins with https://"))
    return {"video_address": address}


def _document(lesson: LessonDraft, path: Path) -> dict[str, Any]:
    if (lesson.kind is LessonKind.DOCUMENT) != (lesson.file_id is not None):
        raise Invalid(field=(*path, "file_id"), why=_("a file for a document, and for nothing else"))
    return {"file_id": lesson.file_id}


def _is_web_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme == "https" and bool(parts.hostname) and " " not in address and parts.username is None
    except ValueError:
        return False


def _quiz(lesson: LessonDraft, path: Path) -> dict[str, Any]:
    if lesson.kind is not LessonKind.QUIZ:
        if lesson.questions or lesson.pass_percent is not None or lesson.most_attempts is not None:
            raise Invalid(field=(*path, "questions"), why=_("questions for a quiz only"))
        return {}
    if not 1 <= len(lesson.questions) <= MOST_QUESTIONS:
        raise Invalid(field=(*path, "questions"), why=_("one to fifty questions"))
    if lesson.pass_percent is None or not 1 <= lesson.pass_percent <= 100:
        raise Invalid(field=(*path, "passPercent"), why=_("1 to 100 per cent"))
    if lesson.most_attempts is None or not 1 <= lesson.most_attempts <= MOST_ATTEMPTS:
        raise Invalid(field=(*path, "mostAttempts"), why=_("1 to 20 attempts"))
    questions = [_question(each, (*path, "questions", str(place))) for place, each in enumerate(lesson.questions)]
    return {"questions": questions, "pass_percent": lesson.pass_percent, "most_attempts": lesson.most_attempts}


def _question(question: QuestionDraft, path: Path) -> dict[str, Any]:
    options = [
        _texts(option, (*path, "options", str(place)), limit=LONGEST_QUESTION)
        for place, option in enumerate(question.options)
    ]
    if not 2 <= len(options) <= MOST_OPTIONS:
        raise Invalid(field=(*path, "options"), why=_("two to ten options"))
    right = sorted(set(question.right))
    if not right or len(right) != len(question.right) or not 0 <= right[0] <= right[-1] < len(options):
        raise Invalid(field=(*path, "right"), why=_("the places of the right options, counted from 0, each once"))
    return {
        "texts": _texts(question.texts, (*path, "texts"), limit=LONGEST_QUESTION),
        "options": options,
        "right": right,
    }


def _texts(texts: Mapping[str, str], path: Path, *, one_line: bool = False, limit: int = 200) -> Texts:
    if not texts:
        raise Invalid(field=path, why=_("a text in at least one language"))
    for language in texts:
        if language not in LANGUAGES:
            why = _("one of the languages %(known)s") % {"known": ", ".join(LANGUAGES)}
            raise Invalid(field=(*path, language), why=why)
    read = line_of if one_line else text_of
    return {each: read(texts[each], field=(*path, each), limit=limit) for each in LANGUAGES if each in texts}
