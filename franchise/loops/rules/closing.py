"""When a loop closes by itself, when somebody may close it, and what HQ may set."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from kit.refusals import Invalid, Refusal, Stale
from loops.models.loops import LoopRule, LoopState

MOST_NEEDED = 100
LOWEST_SCORE, HIGHEST_LOW_SCORE = 1, 4


class LoopAction(TextChoices):
    """What can be done with a loop, named as the mutation that does it."""

    CLOSE_LOOP = "CLOSE_LOOP", _("Close the loop by hand")


class LoopIsMeasured(Refusal):
    """What can be measured is closed by what is measured, not by a tick."""

    message = _("This loop closes by itself: %(needed)s cases in a row have to conform, %(conforming)s have so far.")


class LoopClosed(Refusal):
    """It came to its end before."""

    message = _("This loop is closed.")


class LoopRuleChanged(Refusal):
    """Somebody else set the rule first."""

    message = _("Somebody set the rule for loops in the meantime. It is now at version %(version)s: look again.")


@dataclass(frozen=True, slots=True)
class Rule:
    """The rule for loops; `number` is how often it was set, 0 for the one that a chain begins with.

    So many cases in a row have to conform, and a rating is low if its lowest score is `low_score` or less.
    """

    verdicts_needed: int = 5
    low_score: int = 2
    number: int = 0


@dataclass(frozen=True, slots=True)
class Measured:
    """How many cases in a row have conformed lately in a loop, and which verdicts say so."""

    conforming: int
    verdict_ids: tuple[UUID, ...]


def rule_in(row: LoopRule | None) -> Rule:
    """Return the rule that a row holds, or the one that a chain begins with."""
    return Rule() if row is None else Rule(row.verdicts_needed, row.low_score, row.number)


def checked_rule(rule: Rule) -> Rule:
    """Return a rule that can be set; raises Invalid."""
    if not 1 <= rule.verdicts_needed <= MOST_NEEDED:
        raise Invalid(field="verdicts_needed", why=_("1 to 100 cases"))
    if not LOWEST_SCORE <= rule.low_score <= HIGHEST_LOW_SCORE:
        raise Invalid(field="low_score", why=_("1 to 4"))
    return rule


def must_be_open(state: LoopState) -> None:
    """Refuse with LoopClosed what came to its end: nothing opens a loop again, a new matter opens its own."""
    if state is not LoopState.OPEN:
        raise LoopClosed


def must_be_current(*, expected: int | None, version: int, state: LoopState, current: object) -> None:
    """Refuse with Stale, telling the state and version now, when the caller looked at an older version (C04)."""
    if expected is not None and expected != version:
        raise Stale(field="expected_version", version=version, state=state, current=current)


def actions_on_loop(state: LoopState, *, may_close: bool, is_measured: bool) -> list[LoopAction]:
    """List what somebody can do with a loop: what verdicts can close is closed by nobody."""
    return [LoopAction.CLOSE_LOOP] if state is LoopState.OPEN and may_close and not is_measured else []
