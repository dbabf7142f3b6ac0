"""Rules about single deeds: what must be recorded with them, and what must never be done."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from standards.rules.reading import WHOLE, Facts, event_in, facts_document, facts_in, invalid, only, shares_in


@dataclass(frozen=True, slots=True)
class FieldRecorded:
    """Whenever `event` happens, each of `fields` is recorded with it; in `share` percent of all cases."""

    event: str
    fields: tuple[str, ...]
    share: Decimal = WHOLE
    tolerance: Decimal = Decimal(0)
    scope: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Never:
    """`event` must not happen: each time that it does is a deviation."""

    event: str
    scope: Facts = field(default_factory=dict)


def field_recorded(rule: dict[str, Any]) -> FieldRecorded:
    """Read a rule of the kind FIELD_RECORDED; raises Invalid."""
    only(rule, frozenset({"kind", "event", "fields", "share", "tolerance", "scope"}))
    event = event_in(rule, "event")
    fields = rule.get("fields")
    if not isinstance(fields, list) or not fields or not all(isinstance(name, str) for name in fields):
        raise invalid("fields", _("a list of what has to be recorded"))
    for name in fields:
        if name not in event.fields:
            raise invalid("fields", _("among %(known)s") % {"known": ", ".join(sorted(event.fields))})
    share, tolerance = shares_in(rule)
    scope = facts_in(rule.get("scope", {}), event, ("scope",))
    return FieldRecorded(event.kind, tuple(sorted(set(fields))), share, tolerance, scope)


def never(rule: dict[str, Any]) -> Never:
    """Read a rule of the kind NEVER; raises Invalid."""
    only(rule, frozenset({"kind", "event", "scope"}))
    event = event_in(rule, "event")
    return Never(event.kind, facts_in(rule.get("scope", {}), event, ("scope",)))


def deed_document(rule: FieldRecorded | Never) -> dict[str, Any]:
    """Write the parts of such a rule as JSON."""
    document: dict[str, Any] = {"event": rule.event}
    if isinstance(rule, FieldRecorded):
        document |= {"fields": list(rule.fields), "share": str(rule.share), "tolerance": str(rule.tolerance)}
    return document | ({"scope": facts_document(rule.scope)} if rule.scope else {})
