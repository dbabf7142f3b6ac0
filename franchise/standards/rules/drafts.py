"""What a draft is made of, checked as it is typed: titles, clauses, their numbers, texts and rules."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from kit.refusals import Invalid
from kit.texts import line_of, text_of
from standards.rules.grammar import FollowedBy, NotYetMeasurable, Rule, parse_rule
from standards.rules.lint import LANGUAGES, Texts

LONGEST_CLAUSE = 2_000
MOST_CLAUSES = 200
_NUMBER = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3}){0,2}")


@dataclass(frozen=True, slots=True)
class ClauseDraft:
    """A clause as it is typed: its number, its text by language, and its rule as JSON or None."""

    number: str
    texts: Mapping[str, str]
    rule: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class CheckedClause:
    """A clause whose parts are in order; its rule may still be missing."""

    number: str
    texts: Texts
    rule: Rule | None

    @property
    def trigger_kind(self) -> str:
        """The event that sets the clause going, or nothing."""
        return self.rule.trigger if isinstance(self.rule, FollowedBy) else ""

    @property
    def response_kind(self) -> str:
        """The event that answers it, or nothing."""
        return self.rule.response if isinstance(self.rule, FollowedBy) else ""


def titles_of(titles: Mapping[str, str]) -> Texts:
    """Return a standard's titles by language; raises Invalid or TooLong."""
    return {language: line_of(text, field=("titles", language)) for language, text in _texts(titles, ("titles",))}


def clauses_of(clauses: Sequence[ClauseDraft]) -> list[CheckedClause]:
    """Return the clauses of a draft in their order; raises Invalid, TooLong or NotYetMeasurable with the path."""
    if len(clauses) > MOST_CLAUSES:
        raise Invalid(field="clauses", why=_("at most %(most)s clauses") % {"most": MOST_CLAUSES})
    checked: list[CheckedClause] = []
    for place, clause in enumerate(clauses):
        path = ("clauses", str(place))
        if not _NUMBER.fullmatch(clause.number) or any(clause.number == other.number for other in checked):
            raise Invalid(field=(*path, "number"), why=_("a number such as 2.1 that no other clause has"))
        texts = {
            language: text_of(text, field=(*path, "texts", language), limit=LONGEST_CLAUSE)
            for language, text in _texts(clause.texts, (*path, "texts"))
        }
        checked.append(CheckedClause(clause.number, texts, _rule(clause.rule, path)))
    return checked


def _rule(document: Mapping[str, Any] | None, path: tuple[str, ...]) -> Rule | None:
    if document is None:
        return None
    try:
        return parse_rule(document)
    except (Invalid, NotYetMeasurable) as refusal:
        raise type(refusal)(field=(*path, *refusal.field), **refusal.details) from None


def _texts(texts: Mapping[str, str], path: tuple[str, ...]) -> list[tuple[str, str]]:
    if not texts:
        raise Invalid(field=path, why=_("a text in at least one language"))
    for language in texts:
        if language not in LANGUAGES:
            why = _("one of the languages %(known)s") % {"known": ", ".join(LANGUAGES)}
            raise Invalid(field=(*path, language), why=why)
    return [(language, texts[language]) for language in LANGUAGES if language in texts]
