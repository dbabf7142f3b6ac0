"""How a course is passed: quizzes and their attempts, practice examined by somebody else, certificates (T3, T4)."""

from calendar import monthrange
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from chains.actor import Actor
from kit.refusals import Invalid, Refusal
from members.rules.persons import must_be_a_person, people_in
from training.models.courses import LessonKind
from training.models.taking import EnrolmentState

MOST_ENROLLED = 500


class TakenInPerson(Refusal):
    """Nobody learns or is examined in somebody else's place, and no machine does."""

    message = _("Only the person who takes this course can do that, signed in as themselves.")


class EnrolmentEnded(Refusal):
    """The course was passed, or is not to be taken any more."""

    message = _("This course was passed already, or was taken back.")


class LessonIsQuiz(Refusal):
    """A quiz is completed by passing it."""

    message = _("This lesson is a quiz: it is completed by answering its questions.")


class LessonIsNoQuiz(Refusal):
    """There is nothing to answer."""

    message = _("This lesson is no quiz.")


class LessonCompleted(Refusal):
    """It was gone through before."""

    message = _("This lesson was completed already.")


class AttemptsUsedUp(Refusal):
    """A quiz may be tried so many times and no more."""

    message = _("All %(most)s attempts are used up. Ask whoever assigned the course.")


class NoPracticalExam(Refusal):
    """The course examines no practice."""

    message = _("This course has no practical exam.")


class ExaminerIsLearner(Refusal):
    """Nobody examines themselves (T4)."""

    message = _("Somebody else has to examine: you take this course yourself, or no person examines.")


class PracticePassed(Refusal):
    """It was passed before."""

    message = _("The practical exam was passed already.")


class LearnerNotAtStore(Refusal):
    """A course is taken where one works."""

    message = _("Courses are assigned to active members of staff of this store.")


class TakenBackByLearner(Refusal):
    """Whoever took back their own course would have its attempts once more."""

    message = _("Somebody else has to take this course back: you take it yourself.")


class CertificateWithdrawn(Refusal):
    """It was taken back before."""

    message = _("This certificate was taken back already.")


class NobodyToEnrol(Refusal):
    """Everybody meant takes the course already, or nobody was meant."""

    message = _("Nobody is left to assign this course to: those meant take it already, or there are none.")


def must_learn_in_person(actor: Actor, member_id: UUID) -> None:
    """Refuse with TakenInPerson everybody but the learner, signed in as themselves."""
    if must_be_a_person(actor, TakenInPerson) != member_id:
        raise TakenInPerson


def must_examine(actor: Actor, member_id: UUID) -> UUID:
    """Return who examines; raises ExaminerIsLearner for the learner, a machine and a stand-in of the learner."""
    examiners = people_in(actor)
    if actor.id is None or not examiners or member_id in examiners:
        raise ExaminerIsLearner
    return actor.id


def must_take_back(actor: Actor, member_id: UUID) -> None:
    """Refuse with TakenBackByLearner the learner, in somebody's place as well."""
    if member_id in (actor.user_id, actor.behalf_of_id):
        raise TakenBackByLearner


def must_be_open(state: EnrolmentState) -> None:
    """Refuse with EnrolmentEnded what was passed or taken back."""
    if state is not EnrolmentState.OPEN:
        raise EnrolmentEnded


def must_be_gone_through(kind: LessonKind) -> None:
    """Refuse with LessonIsQuiz what is completed by answering."""
    if kind is LessonKind.QUIZ:
        raise LessonIsQuiz(field="lesson_id")


def must_be_answered(kind: LessonKind, *, attempts: int, most: int | None, is_completed: bool) -> None:
    """Refuse with LessonIsNoQuiz, LessonCompleted or AttemptsUsedUp what can't be answered any more."""
    if kind is not LessonKind.QUIZ:
        raise LessonIsNoQuiz(field="lesson_id")
    if is_completed:
        raise LessonCompleted(field="lesson_id")
    if most is not None and attempts >= most:
        raise AttemptsUsedUp(field="lesson_id", most=most)


def score_of(questions: Sequence[Mapping[str, Any]], answers: Sequence[Collection[int]]) -> int:
    """Return what answers are worth in whole per cent, rounded down; a question counts if all of it is right.

    Raises Invalid where there is not one answer for each question, or an answer ticks what is no option.
    """
    if len(answers) != len(questions):
        why = _("an answer to each of the %(number)s questions") % {"number": len(questions)}
        raise Invalid(field="answers", why=why)
    right = 0
    for place, (question, ticked) in enumerate(zip(questions, answers, strict=True)):
        if not all(0 <= each < len(question["options"]) for each in ticked):
            raise Invalid(field=("answers", str(place), "options"), why=_("places of options, counted from 0"))
        right += set(ticked) == set(question["right"])
    return right * 100 // len(questions)


def is_passed(
    wanted: Collection[UUID], completed: Collection[UUID], *, needs_practice: bool, has_practised: bool
) -> bool:
    """Tell whether a course is passed: every lesson gone through, and practice where it is examined (T4)."""
    return set(wanted) <= set(completed) and (has_practised or not needs_practice)


def expiry_of(given_at: datetime, months: int | None) -> datetime | None:
    """Return when a certificate expires: the same day so many months later, or the last day of a shorter month."""
    if months is None:
        return None
    years, month = divmod(given_at.month - 1 + months, 12)
    year = given_at.year + years
    return given_at.replace(year=year, month=month + 1, day=min(given_at.day, monthrange(year, month + 1)[1]))
