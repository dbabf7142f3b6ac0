"""One requirement in two versions: what differs, and whether that is wording or substance (S7)."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kit.refusals import Refusal
from kit.wording import enumerated
from standards.models.texts import ClauseChange
from standards.rules.figures import figures_in


class Difference(TextChoices):
    """What of a clause differs between two versions."""

    NUMBER = "NUMBER", pgettext_lazy("what differs", "its number")
    TEXTS = "TEXTS", pgettext_lazy("what differs", "its text")
    FIGURES = "FIGURES", pgettext_lazy("what differs", "the figures in its text")
    RULE = "RULE", pgettext_lazy("what differs", "its rule")
    SCOPE = "SCOPE", pgettext_lazy("what differs", "whom it binds")
    FIELD = "FIELD", pgettext_lazy("what differs", "its field")
    JOURNEY_STEP = "JOURNEY_STEP", pgettext_lazy("what differs", "its step of the journey")
    IS_PUBLIC = "IS_PUBLIC", pgettext_lazy("what differs", "whether it is published")


# What nobody may call wording: whoever has read the earlier text would do something else.
SUBSTANTIAL = frozenset({Difference.FIGURES, Difference.RULE, Difference.SCOPE})
_IN_ORDER = (ClauseChange.SAME, ClauseChange.WORDING, ClauseChange.SUBSTANCE, ClauseChange.NEW)


class ChangesMoreThanClaimed(Refusal):
    """A clause changes more than its author says: a changed figure, rule or scope is never only wording."""

    message = _("Clause %(number)s changes more than “%(claimed)s” says: %(what)s.")


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a clause says, as far as two versions of it are compared."""

    number: str
    texts: Mapping[str, str]
    rule: Mapping[str, Any] | None = None
    scope: Mapping[str, Sequence[str]] = dataclasses.field(default_factory=dict)
    field: str = ""
    journey_step_id: UUID | None = None
    is_public: bool = False


def differences(before: Requirement, after: Requirement) -> list[Difference]:
    """Return what differs between two versions of a requirement, in a steady order."""
    found = {
        Difference.NUMBER: before.number != after.number,
        Difference.TEXTS: dict(before.texts) != dict(after.texts),
        Difference.FIGURES: _figures_differ(before.texts, after.texts),
        Difference.RULE: before.rule != after.rule,
        Difference.SCOPE: dict(before.scope) != dict(after.scope),
        Difference.FIELD: before.field != after.field,
        Difference.JOURNEY_STEP: before.journey_step_id != after.journey_step_id,
        Difference.IS_PUBLIC: before.is_public != after.is_public,
    }
    return [difference for difference in Difference if found[difference]]


def least_change(before: Requirement | None, after: Requirement) -> ClauseChange:
    """Return the least that a clause's change may be called."""
    if before is None:
        return ClauseChange.NEW
    found = set(differences(before, after))
    if found & SUBSTANTIAL:
        return ClauseChange.SUBSTANCE
    return ClauseChange.WORDING if Difference.TEXTS in found else ClauseChange.SAME


def change_of(before: Requirement | None, after: Requirement, *, claimed: ClauseChange | None) -> ClauseChange:
    """Return what a clause changes; raises ChangesMoreThanClaimed.

    What its author says holds where it is more than the least; other words without a claim count as substance.
    """
    least = least_change(before, after)
    if claimed is None:
        return ClauseChange.SUBSTANCE if least is ClauseChange.WORDING else least
    if _IN_ORDER.index(claimed) < _IN_ORDER.index(least):
        raise ChangesMoreThanClaimed(number=after.number, claimed=claimed.label, what=_what(before, after))
    # Nobody reads again what has not changed; a new requirement has no text before it.
    return least if least in (ClauseChange.SAME, ClauseChange.NEW) else min(claimed, ClauseChange.SUBSTANCE, key=_rank)


def _what(before: Requirement | None, after: Requirement) -> str:
    if before is None:
        return str(_("the version before has no such requirement"))
    found = differences(before, after)
    return enumerated(each.label for each in found if each in SUBSTANTIAL or not SUBSTANTIAL & set(found))


def _rank(change: ClauseChange) -> int:
    return _IN_ORDER.index(change)


def _figures_differ(before: Mapping[str, str], after: Mapping[str, str]) -> bool:
    # A text in a further language has nothing to be held against.
    return any(figures_in(before[language]) != figures_in(after[language]) for language in before.keys() & after.keys())


def change_on_the_way(least: ClauseChange, claims: Sequence[ClauseChange]) -> ClauseChange:
    """Return what a requirement changes from one version to a later one, by what each version between them said."""
    if least in (ClauseChange.SAME, ClauseChange.NEW):
        return least
    return max((least, *(claim for claim in claims if claim is not ClauseChange.NEW)), key=_rank)
