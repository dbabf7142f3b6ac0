"""What a draft is made of, checked as it is typed: titles, clauses, their numbers, texts and rules."""

import dataclasses
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from kit.refusals import Invalid
from kit.texts import line_of, text_of
from standards.models.texts import ClauseChange, ClauseField
from standards.rules.asking import Question, questions_of
from standards.rules.grammar import Rule, events_of, parse_rule
from standards.rules.lint import LANGUAGES, Texts
from standards.rules.reach import Reach, reach_of
from standards.rules.windows import Average, Share

LONGEST_CLAUSE = 2_000
MOST_CLAUSES = 200
_NUMBER = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3}){0,2}")


@dataclass(frozen=True, slots=True)
class ClauseDraft:
    """A clause as it is typed: its number, its text by language, its rule as JSON or None, and what else it tells.

    `source_language` is the first of its languages if it is not told. `lineage_id` names the requirement of an earlier
    text that it continues, whatever its number is now; `change` is what its author says it changes, and `confirmed`
    are the languages whose text, left as it was, still says what the source says.
    """

    number: str
    texts: Mapping[str, str]
    rule: Mapping[str, Any] | None = None
    field: ClauseField | None = None
    journey_step_id: UUID | None = None
    source_language: str | None = None
    scope: Mapping[str, Sequence[object]] = dataclasses.field(default_factory=dict)
    is_public: bool = False
    lineage_id: UUID | None = None
    change: ClauseChange | None = None
    questions: Sequence[Question] = ()
    confirmed: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class CheckedClause:
    """A clause whose parts are in order; its rule may still be missing."""

    number: str
    texts: Texts
    rule: Rule | None
    source_language: str
    scope: Reach
    questions: list[dict[str, Any]]
    draft: ClauseDraft

    @property
    def trigger_kind(self) -> str:
        """The event that sets the clause going, or nothing."""
        return events_of(self.rule)[0] if self.rule else ""

    @property
    def response_kind(self) -> str:
        """The event that answers it, or nothing."""
        return events_of(self.rule)[1] if self.rule else ""


def titles_of(titles: Mapping[str, str]) -> Texts:
    """Return a standard's titles by language; raises Invalid or TooLong."""
    return {language: line_of(text, field=("titles", language)) for language, text in _texts(titles, ("titles",))}


def clauses_of(clauses: Sequence[ClauseDraft]) -> list[CheckedClause]:
    """Return the clauses of a draft in their order; raises Invalid or TooLong with the path."""
    if len(clauses) > MOST_CLAUSES:
        raise Invalid(field="clauses", why=_("at most %(most)s clauses") % {"most": MOST_CLAUSES})
    checked: list[CheckedClause] = []
    for place, clause in enumerate(clauses):
        path = ("clauses", str(place))
        if not _NUMBER.fullmatch(clause.number) or any(clause.number == other.number for other in checked):
            raise Invalid(field=(*path, "number"), why=_("a number such as 2.1 that no other clause has"))
        texts, rule = clause_texts(clause.texts, (*path, "texts")), _rule(clause.rule, path)
        checked.append(
            CheckedClause(
                number=clause.number,
                texts=texts,
                rule=rule,
                source_language=_source(clause.source_language, texts, path),
                scope=_scope(clause.scope, rule, (*path, "scope")),
                questions=questions_of(clause.questions, (*path, "questions")),
                draft=clause,
            )
        )
    return checked


def clause_texts(texts: Mapping[str, str], path: tuple[str, ...]) -> Texts:
    """Return what a clause asks for by language; raises Invalid or TooLong with the path."""
    return {
        language: text_of(text, field=(*path, language), limit=LONGEST_CLAUSE) for language, text in _texts(texts, path)
    }


def _source(language: str | None, texts: Texts, path: tuple[str, ...]) -> str:
    if language is None:
        return next(iter(texts))
    if language not in texts:
        raise Invalid(field=(*path, "source_language"), why=_("a language that the clause has a text in"))
    return language


def _rule(document: Mapping[str, Any] | None, path: tuple[str, ...]) -> Rule | None:
    if document is None:
        return None
    try:
        return parse_rule(document)
    except Invalid as refusal:
        raise Invalid(field=(*path, *refusal.field), **refusal.details) from None


def _scope(scope: Mapping[str, Sequence[object]], rule: Rule | None, path: tuple[str, ...]) -> Reach:
    reach = reach_of(scope, path)
    # A stretch of time comes by no channel: whether it is meant would never be known.
    if reach.get("channels") and isinstance(rule, Share | Average):
        why = _("nothing: which events a share or an average counts is said in its rule")
        raise Invalid(field=(*path, "channels"), why=why)
    return reach


def _texts(texts: Mapping[str, str], path: tuple[str, ...]) -> list[tuple[str, str]]:
    if not texts:
        raise Invalid(field=path, why=_("a text in at least one language"))
    for language in texts:
        if language not in LANGUAGES:
            why = _("one of the languages %(known)s") % {"known": ", ".join(LANGUAGES)}
            raise Invalid(field=(*path, language), why=why)
    return [(language, texts[language]) for language in LANGUAGES if language in texts]
