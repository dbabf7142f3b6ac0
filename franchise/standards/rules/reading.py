"""Reading the JSON of a clause's rule part by part; whatever is wrong is refused with the path to it."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from kit.refusals import Invalid
from standards.rules.events import Event, event_of

WHOLE = Decimal(100)
_PERCENTAGE = re.compile(r"[0-9]{1,3}(\.[0-9]{1,2})?")
_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")

Facts = Mapping[str, frozenset[str]]


def mapping_in(value: object, path: tuple[str, ...]) -> dict[str, Any]:
    """Return an object; raises Invalid."""
    if not isinstance(value, dict):
        raise invalid(*path, _("an object"))
    return value


def only(value: dict[str, Any], known: frozenset[str], path: tuple[str, ...] = ()) -> None:
    """Refuse with Invalid when an object has a part that it should not have."""
    for name in value:
        if name not in known:
            raise invalid(*path, str(name), _("nothing: the rule has no such part"))


def event_in(value: dict[str, Any], name: str, path: tuple[str, ...] = ()) -> Event:
    """Return the event that a part names; raises Invalid."""
    kind = value.get(name)
    event = event_of(kind) if isinstance(kind, str) else None
    if event is None:
        raise invalid(*path, name, _("an event that the system records and can measure"))
    return event


def shares_in(rule: dict[str, Any]) -> tuple[Decimal, Decimal]:
    """Return the percentage of cases that must keep a rule, and the one that may deviate; raises Invalid (S2)."""
    share = percentage_in(rule, "share")
    tolerance = percentage_in(rule, "tolerance")
    if share is None:
        share = WHOLE - (tolerance or 0)
    if tolerance is None:
        tolerance = WHOLE - share
    if share + tolerance != WHOLE:
        raise invalid("tolerance", _("what the share leaves of 100"))
    if share <= 0:
        raise invalid("share", _("a percentage above 0 and up to 100"))
    return share, tolerance


def percentage_in(rule: dict[str, Any], name: str) -> Decimal | None:
    """Return a percentage if it is given; raises Invalid."""
    number = _decimal(rule.get(name), _PERCENTAGE)
    if number is None and rule.get(name) is None:
        return None
    if number is None or number > WHOLE:
        raise invalid(name, _("a percentage from 0 to 100 with at most two decimals"))
    return number


def number_in(rule: dict[str, Any], name: str) -> Decimal | None:
    """Return a number if it is given; raises Invalid."""
    number = _decimal(rule.get(name), _NUMBER)
    if number is None and rule.get(name) is not None:
        raise invalid(name, _("a number with at most six decimals"))
    return number


def facts_in(value: object, event: Event, path: tuple[str, ...]) -> Facts:
    """Return which values facts of an event may have, by name; raises Invalid."""
    facts: dict[str, frozenset[str]] = {}
    for name, wanted in mapping_in(value, path).items():
        known = event.facts.get(name)
        if known is None:
            raise invalid(*path, str(name), _("a fact that the trigger records"))
        if not isinstance(wanted, list) or not wanted or not all(isinstance(each, str) for each in wanted):
            raise invalid(*path, name, _("a list of values"))
        if not known.issuperset(wanted):
            raise invalid(*path, name, _("values among %(known)s") % {"known": ", ".join(sorted(known))})
        facts[name] = frozenset(wanted)
    return facts


def facts_document(facts: Facts) -> dict[str, list[str]]:
    """Write facts as JSON."""
    return {name: sorted(values) for name, values in sorted(facts.items())}


def invalid(*path_and_why: Any) -> Invalid:
    """Return the refusal of a part of a rule: its path, then what it should be."""
    *path, why = path_and_why
    return Invalid(field=("rule", *path), why=why)


def _decimal(value: object, form: re.Pattern[str]) -> Decimal | None:
    # Numbers arrive as JSON numbers or as text; text keeps decimals exact.
    text = value if isinstance(value, str) else "" if value is None or isinstance(value, bool) else str(value)
    return Decimal(text).normalize() + 0 if form.fullmatch(text) else None
