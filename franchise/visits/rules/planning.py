"""Who is called again, until when, and whose merit a purchase is: HQ's rules and their defaults (rulebook V1, V4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from kit.refusals import Invalid, Refusal
from visits.models.schemes import ConsentNeed
from visits.models.visits import NotApplicable, OccasionKind

MOST_DAYS = 365
MOST_ATTEMPTS = 20
# What is recorded so much later is history, and no reason to call anybody.
LATEST_NEWS = timedelta(days=7)


class ClockKind(StrEnum):
    """What the clocks of visits measure, where no clause in force does."""

    RETURN_VISIT = "RETURN_VISIT"
    PROMISED_ANSWER = "PROMISED_ANSWER"


@dataclass(frozen=True, slots=True)
class RuleSpec:
    """Whether a kind of occasion leads to a visit, within how many days, and what consent it needs."""

    kind: OccasionKind
    is_on: bool
    within_days: int
    consent: ConsentNeed


@dataclass(frozen=True, slots=True)
class SchemeSpec:
    """All rules together; `number` is 0 for the defaults, which nobody has set."""

    rules: tuple[RuleSpec, ...]
    credit_within_days: int
    least_attempts: int
    number: int = 0

    def of(self, kind: OccasionKind) -> RuleSpec:
        """Return the rule of one kind."""
        return next(rule for rule in self.rules if rule.kind is kind)


# Whoever complained expects an answer, so only a no keeps us from calling (V1: all of them).
DEFAULTS = SchemeSpec(
    rules=(
        RuleSpec(OccasionKind.COMPLAINT, is_on=True, within_days=3, consent=ConsentNeed.NOT_WITHDRAWN),
        RuleSpec(OccasionKind.PURCHASE, is_on=True, within_days=1, consent=ConsentNeed.GIVEN),
        RuleSpec(OccasionKind.SERVICE, is_on=True, within_days=7, consent=ConsentNeed.NOT_WITHDRAWN),
    ),
    credit_within_days=30,
    least_attempts=3,
)


class VisitRulesChanged(Refusal):
    """Somebody else set the rules meanwhile."""

    message = _("The rules of return visits were changed meanwhile. Look at them again.")


def checked_scheme(
    rules: Sequence[RuleSpec], *, standing: SchemeSpec, credit_within_days: int | None, least_attempts: int | None
) -> SchemeSpec:
    """Return the rules as they are kept, each kind once; what is not named stays as it stands. Raises Invalid."""
    kinds = [rule.kind for rule in rules]
    if len(set(kinds)) != len(kinds):
        raise Invalid(field="rules", why=_("each kind of occasion once"))
    for place, rule in enumerate(rules):
        _between(rule.within_days, MOST_DAYS, ("rules", str(place), "within_days"))
        if rule.kind is OccasionKind.COMPLAINT and not rule.is_on:
            raise Invalid(field=("rules", str(place), "is_on"), why=_("return visits after complaints, all of them"))
    named = {rule.kind: rule for rule in rules}
    days = standing.credit_within_days if credit_within_days is None else credit_within_days
    attempts = standing.least_attempts if least_attempts is None else least_attempts
    return SchemeSpec(
        rules=tuple(named.get(rule.kind, rule) for rule in standing.rules),
        credit_within_days=_between(days, MOST_DAYS, "credit_within_days"),
        least_attempts=_between(attempts, MOST_ATTEMPTS, "least_attempts"),
    )


def due_at_of(rule: RuleSpec, *, happened_at: datetime, time_zone: str) -> datetime:
    """Return until when a customer is to be called: whole days later, or by the end of that day for a purchase.

    'The day after' is the store's next day, and not 24 hours (V1).
    """
    if rule.kind is not OccasionKind.PURCHASE:
        return happened_at + timedelta(days=rule.within_days)
    zone = ZoneInfo(time_zone)
    after = happened_at.astimezone(zone).date() + timedelta(days=rule.within_days + 1)
    return datetime.combine(after, time.min, tzinfo=zone).astimezone(happened_at.tzinfo)


def hindrance(rule: RuleSpec, *, has_agreed: bool, has_said_no: bool, is_erased: bool) -> NotApplicable | None:
    """Return why a customer is not called, or None (K4)."""
    if is_erased:
        return NotApplicable.CUSTOMER_ERASED
    if has_said_no:
        return NotApplicable.CONSENT_WITHDRAWN
    if rule.consent is ConsentNeed.GIVEN and not has_agreed:
        return NotApplicable.NO_CONSENT
    return None


def is_credited(*, made_at: datetime, bought_at: datetime, within_days: int) -> bool:
    """Tell whether a purchase is the merit of who called: after the visit, and soon enough (V4)."""
    return made_at < bought_at <= made_at + timedelta(days=within_days)


def _between(value: int, most: int, field: str | tuple[str, ...]) -> int:
    if not 1 <= value <= most:
        raise Invalid(field=field, why=_("a whole number from 1 to %(most)s") % {"most": most})
    return value
