"""Who has to read a clause again, and whether the questions about it were answered rightly."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from kit.refusals import Invalid, Refusal
from kit.wording import enumerated
from standards.models.texts import ClauseChange
from standards.rules.standing import Place, Scope, binds

# What somebody who has read the earlier text does not know yet.
ASKED_AGAIN = frozenset({ClauseChange.NEW, ClauseChange.SUBSTANCE})


class AnswersMissing(Refusal):
    """A clause that has changed in substance is acknowledged by answering the questions about it."""

    message = _("The questions about these clauses have to be answered: %(numbers)s.")


@dataclass(frozen=True, slots=True)
class Answers:
    """What somebody chose for the questions about a clause: the place of an answer for each, from 0."""

    clause_number: str
    chosen: Sequence[int]


@dataclass(frozen=True, slots=True)
class WrongAnswer:
    """A question about a clause that was not answered rightly, by its place from 0."""

    clause_number: str
    question: int


def touches(scope: Scope, place: Place, *, roles: Collection[str]) -> bool:
    """Tell whether a clause is for somebody with these roles at a store.

    By which channels customers come does not matter here: whoever may be reached by one has to know the clause.
    """
    meant = scope.get("roles")
    return binds(scope, place) and (not meant or not set(roles).isdisjoint(meant))


def wrong_answers(questions: Mapping[str, Sequence[Mapping[str, Any]]], given: Sequence[Answers]) -> list[WrongAnswer]:
    """Return which questions about clauses, told by their number, were answered wrongly.

    Answers about clauses without questions are passed over. Refusals: AnswersMissing, Invalid.
    """
    chosen = {answers.clause_number: answers.chosen for answers in given}
    missing = [number for number, asked in questions.items() if asked and number not in chosen]
    if missing:
        raise AnswersMissing(field="answers", numbers=enumerated(missing))
    for place, answers in enumerate(given):
        asked = questions.get(answers.clause_number)
        if asked and len(asked) != len(answers.chosen):
            raise Invalid(field=("answers", str(place), "chosen"), why=_("an answer to each of the questions"))
    return [
        WrongAnswer(number, question)
        for number, asked in questions.items()
        for question, (wanted, choice) in enumerate(zip(asked, chosen.get(number, ()), strict=False))
        if wanted["right"] != choice
    ]
