"""The two questions about a clause that has changed in substance, asked of those who acknowledge it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from kit.refusals import Invalid, Refusal
from kit.texts import line_of
from kit.wording import enumerated
from standards.models.texts import ClauseChange
from standards.rules.lint import LANGUAGES, Texts

QUESTIONS = 2
FEWEST_OPTIONS, MOST_OPTIONS = 2, 6


class QuestionsMissing(Refusal):
    """A clause changes in substance, and there is nothing to ask of those who say that they have read it."""

    message = _("These clauses change in substance and need two questions each: %(numbers)s.")


@dataclass(frozen=True, slots=True)
class Question:
    """A question in one or more languages, the answers to choose from, and the place of the right one, from 0."""

    texts: Mapping[str, str]
    options: Sequence[Mapping[str, str]]
    right: int


def questions_of(questions: Sequence[Question], path: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return a clause's questions as they are kept: none or two; raises Invalid or TooLong with the path."""
    if len(questions) not in (0, QUESTIONS):
        raise Invalid(field=path, why=_("two questions, or none"))
    return [_question(question, (*path, str(place))) for place, question in enumerate(questions)]


def check_questions(clauses: Iterable[tuple[str, ClauseChange, Sequence[Any]]]) -> None:
    """Refuse with QuestionsMissing when a clause, told by number, change and questions, changes without any."""
    unasked = [number for number, change, asked in clauses if change is ClauseChange.SUBSTANCE and not asked]
    if unasked:
        raise QuestionsMissing(field="clauses", numbers=enumerated(unasked))


def _question(question: Question, path: tuple[str, ...]) -> dict[str, Any]:
    if not FEWEST_OPTIONS <= len(question.options) <= MOST_OPTIONS:
        why = _("%(fewest)s to %(most)s answers to choose from") % {"fewest": FEWEST_OPTIONS, "most": MOST_OPTIONS}
        raise Invalid(field=(*path, "options"), why=why)
    if not 0 <= question.right < len(question.options):
        raise Invalid(field=(*path, "right"), why=_("the place of one of the answers, from 0"))
    return {
        "texts": _texts(question.texts, (*path, "texts")),
        "options": [_texts(option, (*path, "options", str(place))) for place, option in enumerate(question.options)],
        "right": question.right,
    }


def _texts(texts: Mapping[str, str], path: tuple[str, ...]) -> Texts:
    if not texts or not texts.keys() <= set(LANGUAGES):
        raise Invalid(field=path, why=_("a text in one of the languages %(known)s") % {"known": ", ".join(LANGUAGES)})
    return {language: line_of(texts[language], field=(*path, language)) for language in LANGUAGES if language in texts}
