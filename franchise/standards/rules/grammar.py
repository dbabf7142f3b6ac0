"""The machine-readable part of a clause: read from JSON, refused with a reason, written back in one form (S1, S2)."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from standards.rules.deeds import FieldRecorded, Never, deed_document, field_recorded, never
from standards.rules.events import Event
from standards.rules.limits import Limit, TimeKind, extended, parse_limit
from standards.rules.reading import (
    WHOLE,
    Facts,
    event_in,
    facts_document,
    facts_in,
    invalid,
    mapping_in,
    only,
    shares_in,
)
from standards.rules.windows import Average, Share, average, share, window_document

_KEYS = frozenset({"kind", "trigger", "response", "within", "time", "share", "tolerance", "allowance", "scope"})
# What an inspection tells of a clause: written by whoever inspects, counted by no rule of another kind.
CLAUSE_INSPECTED = "CLAUSE_INSPECTED"

Pair = tuple[str, str]


class RuleKind(TextChoices):
    """What sort of thing a clause's rule asks for."""

    FOLLOWED_BY = "FOLLOWED_BY", _("One event is followed by another within a limit")
    SHARE = "SHARE", _("A share over a window")
    AVERAGE = "AVERAGE", _("An average over a window")
    FIELD_RECORDED = "FIELD_RECORDED", _("A field is recorded")
    NEVER = "NEVER", _("Something never occurs")
    BY_INSPECTION = "BY_INSPECTION", _("Judged by inspection only")


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much longer a special case may take, and which facts make a case special (S2)."""

    extra: Limit
    when: Facts


@dataclass(frozen=True, slots=True)
class FollowedBy:
    """Event `trigger` is followed, for the same subject, by event `response` within the limit.

    `share` is the percentage of cases that must keep it, `tolerance` the percentage that may deviate; together 100.
    """

    trigger: str
    response: str
    within: Limit
    time: TimeKind
    share: Decimal = WHOLE
    tolerance: Decimal = Decimal(0)
    allowance: Allowance | None = None
    scope: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ByInspection:
    """Only a person's eye can judge it."""


Rule = FollowedBy | FieldRecorded | Never | Share | Average | ByInspection


def parse_rule(document: object) -> Rule:
    """Read a clause's rule; raises Invalid with the path to what is wrong."""
    rule = mapping_in(document, ())
    match rule.get("kind"):
        case RuleKind.FOLLOWED_BY:
            return _followed_by(rule)
        case RuleKind.FIELD_RECORDED:
            return field_recorded(rule)
        case RuleKind.NEVER:
            return never(rule)
        case RuleKind.SHARE:
            return share(rule)
        case RuleKind.AVERAGE:
            return average(rule)
        case RuleKind.BY_INSPECTION:
            only(rule, frozenset({"kind"}))
            return ByInspection()
    raise invalid("kind", _("one of %(kinds)s") % {"kinds": ", ".join(RuleKind.values)})


def kind_of(rule: Rule) -> RuleKind:
    """Return what sort of rule it is."""
    kinds: dict[type, RuleKind] = {
        FollowedBy: RuleKind.FOLLOWED_BY,
        FieldRecorded: RuleKind.FIELD_RECORDED,
        Never: RuleKind.NEVER,
        Share: RuleKind.SHARE,
        Average: RuleKind.AVERAGE,
        ByInspection: RuleKind.BY_INSPECTION,
    }
    return kinds[type(rule)]


def rule_document(rule: Rule) -> dict[str, Any]:
    """Write a rule as JSON; reading it again gives the same rule."""
    kind = {"kind": kind_of(rule).value}
    match rule:
        case FieldRecorded() | Never():
            return kind | deed_document(rule)
        case Share() | Average():
            return kind | window_document(rule)
        case ByInspection():
            return kind
    document: dict[str, Any] = kind | {
        "trigger": rule.trigger,
        "response": rule.response,
        "within": str(rule.within),
        "time": rule.time.value,
        "share": str(rule.share),
        "tolerance": str(rule.tolerance),
    }
    if rule.allowance:
        document["allowance"] = {"extra": str(rule.allowance.extra), "when": facts_document(rule.allowance.when)}
    if rule.scope:
        document["scope"] = facts_document(rule.scope)
    return document


def events_of(rule: Rule) -> Pair:
    """Return the event that sets a clause going, and the one that answers it or is counted, or nothing."""
    match rule:
        case FollowedBy():
            return rule.trigger, rule.response
        case FieldRecorded() | Never():
            return rule.event, ""
        case Share():
            return rule.among.event, rule.of.event
        case Average():
            return rule.what.event, ""
    return CLAUSE_INSPECTED, ""


def pairs_of(rule: Rule) -> frozenset[Pair]:
    """Return what has to be measured for a rule: from which event to which, or an event alone with no second one."""
    if isinstance(rule, FollowedBy):
        return frozenset({(rule.trigger, rule.response)})
    return frozenset((event, "") for event in events_of(rule) if event)


def share_asked(rule: Rule) -> Decimal:
    """Return the percentage of cases that have to keep a rule (S2)."""
    return rule.share if isinstance(rule, FollowedBy | FieldRecorded) else WHOLE


def _followed_by(rule: dict[str, Any]) -> FollowedBy:
    only(rule, _KEYS)
    trigger, response = event_in(rule, "trigger"), event_in(rule, "response")
    if trigger.kind == response.kind:
        raise invalid("response", _("an event that differs from the trigger"))
    within, (share_kept, tolerance) = _limit(rule, "within"), shares_in(rule)
    return FollowedBy(
        trigger=trigger.kind,
        response=response.kind,
        within=within,
        time=_time(rule),
        share=share_kept,
        tolerance=tolerance,
        allowance=_allowance(rule, trigger, within),
        scope=facts_in(rule.get("scope", {}), trigger, ("scope",)),
    )


def _limit(rule: dict[str, Any], *path: str) -> Limit:
    text = rule.get(path[-1])
    limit = parse_limit(text) if isinstance(text, str) else None
    if limit is None:
        raise invalid(*path, _("SAME_DAY, days such as P3D, or a time such as PT3M"))
    return limit


def _time(rule: dict[str, Any]) -> TimeKind:
    try:
        return TimeKind(rule.get("time", TimeKind.WALL))
    except ValueError:
        raise invalid("time", _("WALL or WORKING")) from None


def _allowance(rule: dict[str, Any], trigger: Event, within: Limit) -> Allowance | None:
    if "allowance" not in rule:
        return None
    allowance = mapping_in(rule["allowance"], ("allowance",))
    only(allowance, frozenset({"extra", "when"}), ("allowance",))
    extra = _limit(allowance, "allowance", "extra")
    try:
        extended(within, extra)
    except ValueError:
        raise invalid("allowance", "extra", _("days where the limit is in days, time where it is in time")) from None
    when = facts_in(allowance.get("when"), trigger, ("allowance", "when"))
    if not when:
        raise invalid("allowance", "when", _("the facts that make a case special"))
    return Allowance(extra=extra, when=when)
