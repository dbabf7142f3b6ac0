"""HQ's rules for surveys: how often a customer is asked, what, for how long, and whether by itself (V4)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from feedback.models.surveys import MatterKind, SurveyPolicy, SurveyQuestion
from kit.refusals import Invalid, Refusal

LONGEST_COOL_DOWN = 730
LONGEST_OPEN = 90


class SurveyPolicyChanged(Refusal):
    """Somebody else set the rules first."""

    message = _("Somebody set the rules for surveys in the meantime. They are now at version %(version)s: look again.")


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules for surveys; `number` is how often they were set, 0 for those that a chain begins with.

    A customer is asked at most once in `cool_down_days`, a link is open for `open_days`, and `sent_when_closed` are
    the matters after which a survey goes out by itself.
    """

    cool_down_days: int = 14
    open_days: int = 14
    questions: tuple[SurveyQuestion, ...] = tuple(SurveyQuestion)
    sent_when_closed: frozenset[MatterKind] = frozenset()
    number: int = 0


def policy_in(row: SurveyPolicy | None) -> Policy:
    """Return the rules that a row holds, or those that a chain begins with."""
    if row is None:
        return Policy()
    return Policy(
        cool_down_days=row.cool_down_days,
        open_days=row.open_days,
        questions=tuple(SurveyQuestion(each) for each in row.questions),
        sent_when_closed=frozenset(MatterKind(each) for each in row.sent_when_closed),
        number=row.number,
    )


def checked_policy(policy: Policy) -> Policy:
    """Return rules as they are kept, questions in their order; raises Invalid."""
    if not 0 <= policy.cool_down_days <= LONGEST_COOL_DOWN:
        raise Invalid(field="cool_down_days", why=_("0 to 730 days"))
    if not 1 <= policy.open_days <= LONGEST_OPEN:
        raise Invalid(field="open_days", why=_("1 to 90 days"))
    questions = _in_order(policy.questions)
    if SurveyQuestion.OVERALL not in questions:
        raise Invalid(field="questions", why=_("the question about everything, and any of the others"))
    return Policy(policy.cool_down_days, policy.open_days, questions, policy.sent_when_closed, policy.number)


def _in_order(questions: Iterable[SurveyQuestion]) -> tuple[SurveyQuestion, ...]:
    chosen = set(questions)
    return tuple(each for each in SurveyQuestion if each in chosen)
