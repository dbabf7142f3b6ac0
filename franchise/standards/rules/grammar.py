"""The machine-readable part of a clause: read from JSON, refused with a reason, written back in one form (S1, S2)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from kit.refusals import Invalid, Refusal
from standards.rules.events import Event, event_of
from standards.rules.limits import Limit, TimeKind, extended, parse_limit

WHOLE = Decimal(100)
_PERCENTAGE = re.compile(r"[0-9]{1,3}(\.[0-9]{1,2})?")
_KEYS = frozenset({"kind", "trigger", "response", "within", "time", "share", "tolerance", "allowance", "scope"})

Facts = Mapping[str, frozenset[str]]


class RuleKind(TextChoices):
    """What sort of thing a clause's rule asks for."""

    FOLLOWED_BY = "FOLLOWED_BY", _("One event is followed by another within a limit")
    SHARE = "SHARE", _("A share over a window (not measured yet)")
    AVERAGE = "AVERAGE", _("An average over a window (not measured yet)")
    FIELD_RECORDED = "FIELD_RECORDED", _("A field is recorded (not measured yet)")
    NEVER = "NEVER", _("Something never occurs (not measured yet)")
    BY_INSPECTION = "BY_INSPECTION", _("Judged by inspection only")


LATER_KINDS = frozenset({RuleKind.SHARE, RuleKind.AVERAGE, RuleKind.FIELD_RECORDED, RuleKind.NEVER})


class NotYetMeasurable(Refusal):
    """The rule is of a sort that the system knows but can't measure yet."""

    message = _("A rule of the kind %(kind)s can't be measured yet. Until then write the clause ‘by inspection only’.")


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


Rule = FollowedBy | ByInspection


def parse_rule(document: object) -> Rule:
    """Read a clause's rule; raises Invalid with the path to what is wrong, or NotYetMeasurable."""
    rule = _mapping(document, ())
    kind = rule.get("kind")
    if kind == RuleKind.BY_INSPECTION:
        _only(rule, frozenset({"kind"}), ())
        return ByInspection()
    if isinstance(kind, str) and kind in LATER_KINDS:
        raise NotYetMeasurable(field=("rule", "kind"), kind=str(kind))
    if kind != RuleKind.FOLLOWED_BY:
        raise _invalid("kind", _("one of FOLLOWED_BY and BY_INSPECTION"))
    return _followed_by(rule)


def rule_document(rule: Rule) -> dict[str, Any]:
    """Write a rule as JSON; reading it again gives the same rule."""
    if isinstance(rule, ByInspection):
        return {"kind": RuleKind.BY_INSPECTION.value}
    document: dict[str, Any] = {
        "kind": RuleKind.FOLLOWED_BY.value,
        "trigger": rule.trigger,
        "response": rule.response,
        "within": str(rule.within),
        "time": rule.time.value,
        "share": str(rule.share),
        "tolerance": str(rule.tolerance),
    }
    if rule.allowance:
        document["allowance"] = {"extra": str(rule.allowance.extra), "when": _facts_document(rule.allowance.when)}
    if rule.scope:
        document["scope"] = _facts_document(rule.scope)
    return document


def _followed_by(rule: dict[str, Any]) -> FollowedBy:
    _only(rule, _KEYS, ())
    trigger, response = _event(rule, "trigger"), _event(rule, "response")
    if trigger.kind == response.kind:
        raise _invalid("response", _("an event that differs from the trigger"))
    within, (share, tolerance) = _limit(rule, "within"), _shares(rule)
    return FollowedBy(
        trigger=trigger.kind,
        response=response.kind,
        within=within,
        time=_time(rule),
        share=share,
        tolerance=tolerance,
        allowance=_allowance(rule, trigger, within),
        scope=_facts(rule.get("scope", {}), trigger, ("scope",)),
    )


def _event(rule: dict[str, Any], name: str) -> Event:
    kind = rule.get(name)
    event = event_of(kind) if isinstance(kind, str) else None
    if event is None:
        raise _invalid(name, _("an event that the system records and can measure"))
    return event


def _limit(rule: dict[str, Any], *path: str) -> Limit:
    text = rule.get(path[-1])
    limit = parse_limit(text) if isinstance(text, str) else None
    if limit is None:
        raise _invalid(*path, _("SAME_DAY, days such as P3D, or a time such as PT3M"))
    return limit


def _time(rule: dict[str, Any]) -> TimeKind:
    try:
        return TimeKind(rule.get("time", TimeKind.WALL))
    except ValueError:
        raise _invalid("time", _("WALL or WORKING")) from None


def _shares(rule: dict[str, Any]) -> tuple[Decimal, Decimal]:
    share = _percentage(rule, "share")
    tolerance = _percentage(rule, "tolerance")
    if share is None:
        share = WHOLE - (tolerance or 0)
    if tolerance is None:
        tolerance = WHOLE - share
    if share + tolerance != WHOLE:
        raise _invalid("tolerance", _("what the share leaves of 100"))
    if share <= 0:
        raise _invalid("share", _("a percentage above 0 and up to 100"))
    return share, tolerance


def _percentage(rule: dict[str, Any], name: str) -> Decimal | None:
    value = rule.get(name)
    if value is None:
        return None
    # Numbers arrive as JSON numbers or as text; text keeps decimals exact.
    text = value if isinstance(value, str) else "" if isinstance(value, bool) else str(value)
    number = Decimal(text) if _PERCENTAGE.fullmatch(text) else WHOLE + 1
    if number > WHOLE:
        raise _invalid(name, _("a percentage from 0 to 100 with at most two decimals"))
    return number.normalize() + 0


def _allowance(rule: dict[str, Any], trigger: Event, within: Limit) -> Allowance | None:
    if "allowance" not in rule:
        return None
    allowance = _mapping(rule["allowance"], ("allowance",))
    _only(allowance, frozenset({"extra", "when"}), ("allowance",))
    extra = _limit(allowance, "allowance", "extra")
    try:
        extended(within, extra)
    except ValueError:
        raise _invalid("allowance", "extra", _("days where the limit is in days, time where it is in time")) from None
    when = _facts(allowance.get("when"), trigger, ("allowance", "when"))
    if not when:
        raise _invalid("allowance", "when", _("the facts that make a case special"))
    return Allowance(extra=extra, when=when)


def _facts(value: object, trigger: Event, path: tuple[str, ...]) -> Facts:
    facts: dict[str, frozenset[str]] = {}
    for name, wanted in _mapping(value, path).items():
        known = trigger.facts.get(name)
        if known is None:
            raise _invalid(*path, str(name), _("a fact that the trigger records"))
        if not isinstance(wanted, list) or not wanted or not all(isinstance(each, str) for each in wanted):
            raise _invalid(*path, name, _("a list of values"))
        if not known.issuperset(wanted):
            raise _invalid(*path, name, _("values among %(known)s") % {"known": ", ".join(sorted(known))})
        facts[name] = frozenset(wanted)
    return facts


def _facts_document(facts: Facts) -> dict[str, list[str]]:
    return {name: sorted(values) for name, values in sorted(facts.items())}


def _mapping(value: object, path: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _invalid(*path, _("an object"))
    return value


def _only(value: dict[str, Any], known: frozenset[str], path: tuple[str, ...]) -> None:
    for name in value:
        if name not in known:
            raise _invalid(*path, str(name), _("nothing: the rule has no such part"))


def _invalid(*path_and_why: Any) -> Invalid:
    *path, why = path_and_why
    return Invalid(field=("rule", *path), why=why)
