"""The S1 test on a draft: is it specific, measurable, feasible and timely? Found by reading the text and the rule."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kit.refusals import Refusal
from standards.rules.feasible import Reached
from standards.rules.grammar import ByInspection, FollowedBy, Rule
from standards.rules.reading import WHOLE
from standards.rules.wishes import wish_in

Texts = Mapping[str, str]

LANGUAGES = ("en", "zh-hans", "zh-hant")
_CHINESE = re.compile(r"[㐀-鿿]")
_SHORTEST_IN_WORDS = 4
_SHORTEST_IN_CHARACTERS = 6
# Words that leave the reader to decide what is meant; Latin ones are matched as whole words.
_VAGUE = (
    "as soon as possible",
    "asap",
    "promptly",
    "in a timely manner",
    "reasonable",
    "appropriate",
    "as needed",
    "if possible",
    "where possible",
    "尽快",
    "盡快",
    "及时",
    "及時",
    "适当",
    "適當",
    "尽量",
    "盡量",
    "酌情",
    "合理",
    "视情况",
    "視情況",
)


class Criterion(TextChoices):
    """What makes a standard good, as far as a machine can tell (S1, S6)."""

    SPECIFIC = "SPECIFIC", _("Specific")
    MEASURABLE = "MEASURABLE", _("Measurable")
    FEASIBLE = "FEASIBLE", _("Feasible")
    TIMELY = "TIMELY", _("Timely")
    ALIGNED = "ALIGNED", _("Aligned with what the customer needs")
    UP_TO_DATE = "UP_TO_DATE", _("Up to date in every language")


class StandardFailsTest(Refusal):
    """The draft fails the S1 test; `findings` names every clause that stands in the way."""

    message = _("The standard can't be submitted yet. %(findings)s")


class NoClauses(Refusal):
    """A standard without a clause asks for nothing."""

    message = _("A standard needs at least one clause.")


@dataclass(frozen=True, slots=True)
class DraftClause:
    """A clause as the test reads it: its number, its texts by language, and its rule if it has one.

    `behind` are the languages whose text follows an earlier wording; `step_matters` tells whether its step of the
    journey matters to the customer, None where it is tied to none; `reached` is what stores reached under its rule.
    """

    number: str
    texts: Texts
    rule: Rule | None
    behind: Sequence[str] = ()
    step_matters: bool | None = True
    reached: Reached | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the test found; `is_blocking` findings must be mended before the draft is submitted."""

    clause: str
    criterion: Criterion
    message: Promise | str
    is_blocking: bool = True

    def words(self) -> str:
        """Tell the finding with its clause, in the language that is active now."""
        return str(_("Clause %(number)s: %(message)s") % {"number": self.clause, "message": self.message})


def findings_of(clauses: Iterable[DraftClause]) -> list[Finding]:
    """Return everything the S1 test finds, clause by clause."""
    return [finding for clause in clauses for finding in _findings(clause)]


def check_draft(clauses: Sequence[DraftClause]) -> None:
    """Refuse with NoClauses or StandardFailsTest unless the draft passes the S1 test."""
    if not clauses:
        raise NoClauses(field="clauses")
    blocking = [finding for finding in findings_of(clauses) if finding.is_blocking]
    if blocking:
        raise StandardFailsTest(field="clauses", findings=" ".join(finding.words() for finding in blocking))


def text_in(language: str | None, texts: Texts) -> str:
    """Return the text in a language, or in the nearest one that there is."""
    wanted = (language or get_language() or LANGUAGES[0]).lower()
    chinese = [each for each in LANGUAGES if each.startswith("zh")]
    nearest = [wanted, *(chinese if wanted.startswith("zh") else []), *LANGUAGES]
    return next((texts[each] for each in nearest if texts.get(each)), "")


def _findings(clause: DraftClause) -> Iterator[Finding]:
    yield from _in_its_text_and_rule(clause)
    yield from _against_what_was_reached(clause)
    if clause.step_matters is None:
        untied = _("tie it to a step of the customer's journey.")
        yield Finding(clause.number, Criterion.ALIGNED, untied, is_blocking=False)
    elif not clause.step_matters:
        idle = _("its step of the journey does not matter to customers, as headquarters sees it.")
        yield Finding(clause.number, Criterion.ALIGNED, idle, is_blocking=False)
    for language in clause.behind:
        late = _("its text in “%(language)s” still follows an earlier wording.") % {"language": language}
        yield Finding(clause.number, Criterion.UP_TO_DATE, late, is_blocking=False)


def _against_what_was_reached(clause: DraftClause) -> Iterator[Finding]:
    if clause.rule is None or clause.reached is None:
        return
    wished = wish_in(clause.rule, clause.reached)
    if wished is not None:
        yield Finding(clause.number, Criterion.FEASIBLE, wished, is_blocking=False)


def _in_its_text_and_rule(clause: DraftClause) -> Iterator[Finding]:
    for text in clause.texts.values():
        if _is_too_short(text):
            yield Finding(clause.number, Criterion.SPECIFIC, _("say who does what, when and how."))
        if vague := _vague_word(text):
            vaguely = _("“%(word)s” leaves open what is meant; say it in figures.") % {"word": vague}
            yield Finding(clause.number, Criterion.SPECIFIC, vaguely)
    if clause.rule is None:
        unmeasured = _("give it a rule that the system can measure, or say that it is judged by inspection only.")
        yield Finding(clause.number, Criterion.MEASURABLE, unmeasured)
    elif isinstance(clause.rule, ByInspection):
        untimed = _("judged by inspection only, it carries no time limit that the system can watch.")
        yield Finding(clause.number, Criterion.TIMELY, untimed, is_blocking=False)
    elif isinstance(clause.rule, FollowedBy) and clause.rule.share == WHOLE and clause.rule.allowance is None:
        wished = _("100 % without an allowance for special cases is a wish rather than a standard.")
        yield Finding(clause.number, Criterion.FEASIBLE, wished, is_blocking=False)


def _is_too_short(text: str) -> bool:
    characters = len(_CHINESE.findall(text))
    return characters < _SHORTEST_IN_CHARACTERS if characters else len(text.split()) < _SHORTEST_IN_WORDS


def _vague_word(text: str) -> str | None:
    lowered = text.casefold()
    for word in _VAGUE:
        found = word in lowered if _CHINESE.search(word) else re.search(rf"\b{re.escape(word)}\b", lowered)
        if found:
            return word
    return None
