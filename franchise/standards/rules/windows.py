"""Rules about a stretch of time at a store: a share of what happens there, or an average of a number (S2)."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from standards.rules.reading import (
    Facts,
    event_in,
    facts_document,
    facts_in,
    invalid,
    mapping_in,
    number_in,
    only,
    percentage_in,
)
from stores.rules.calendar import Calendar

_DAY = timedelta(days=1)


class Window(TextChoices):
    """How long each stretch is that is judged as one case, by the store's own dates."""

    DAY = "DAY", _("A day")
    WEEK = "WEEK", _("A week, from Monday")
    MONTH = "MONTH", _("A month")


@dataclass(frozen=True, slots=True)
class Happens:
    """An event that is counted, as far as its facts are in the scope."""

    event: str
    scope: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Bound:
    """What a figure has to reach, or must not go beyond; one of the two."""

    at_least: Decimal | None = None
    at_most: Decimal | None = None

    def holds(self, total: Decimal | int, number: int) -> bool:
        """Tell whether `total` divided by a positive `number` keeps the bound, without rounding."""
        if self.at_least is not None:
            return total >= self.at_least * number
        return self.at_most is None or total <= self.at_most * number


@dataclass(frozen=True, slots=True)
class Share:
    """In each window, `of` happens to so many percent of `among`: complaints to at most 1 % of orders."""

    of: Happens
    among: Happens
    window: Window
    bound: Bound


@dataclass(frozen=True, slots=True)
class Average:
    """In each window, the average of a number that `what` records keeps the bound."""

    what: Happens
    number: str
    window: Window
    bound: Bound


def share(rule: dict[str, Any]) -> Share:
    """Read a rule of the kind SHARE; raises Invalid."""
    only(rule, frozenset({"kind", "of", "among", "window", "at_least", "at_most"}))
    of, among = _happens(rule, "of"), _happens(rule, "among")
    if of == among:
        raise invalid("of", _("something other than what it is a share of"))
    bound = _bound(percentage_in(rule, "at_least"), percentage_in(rule, "at_most"))
    return Share(of, among, _window(rule), bound)


def average(rule: dict[str, Any]) -> Average:
    """Read a rule of the kind AVERAGE; raises Invalid."""
    only(rule, frozenset({"kind", "event", "fact", "window", "at_least", "at_most", "scope"}))
    event = event_in(rule, "event")
    number = rule.get("fact")
    if not isinstance(number, str) or number not in event.numbers:
        known = ", ".join(sorted(event.numbers))
        raise invalid("fact", _("a number that the event records, among %(known)s") % {"known": known or "-"})
    bound = _bound(number_in(rule, "at_least"), number_in(rule, "at_most"))
    what = Happens(event.kind, facts_in(rule.get("scope", {}), event, ("scope",)))
    return Average(what, number, _window(rule), bound)


def window_document(rule: Share | Average) -> dict[str, Any]:
    """Write the parts of such a rule as JSON."""
    document: dict[str, Any] = {"window": rule.window.value}
    if rule.bound.at_least is not None:
        document["at_least"] = str(rule.bound.at_least)
    if rule.bound.at_most is not None:
        document["at_most"] = str(rule.bound.at_most)
    if isinstance(rule, Share):
        return document | {"of": _happens_document(rule.of), "among": _happens_document(rule.among)}
    return document | {"fact": rule.number} | _happens_document(rule.what)


def window_of(window: Window, on: date) -> tuple[date, date]:
    """Return the first day of the window that a date lies in, and the first day of the next one."""
    if window is Window.DAY:
        return on, on + _DAY
    if window is Window.WEEK:
        monday = on - _DAY * on.weekday()
        return monday, monday + 7 * _DAY
    first = on.replace(day=1)
    return first, (first + 31 * _DAY).replace(day=1)


def open_from(window: Window, calendar: Calendar, now: datetime) -> date:
    """Return the first day of the first window that is not over by now at a store."""
    first, end = window_of(window, calendar.day_of(now) - _DAY)
    while calendar.moment(end, time(0)) <= now:
        first, end = window_of(window, end)
    return first


def _happens(rule: dict[str, Any], name: str) -> Happens:
    part = mapping_in(rule.get(name), (name,))
    only(part, frozenset({"event", "scope"}), (name,))
    event = event_in(part, "event", (name,))
    return Happens(event.kind, facts_in(part.get("scope", {}), event, (name, "scope")))


def _happens_document(happens: Happens) -> dict[str, Any]:
    return {"event": happens.event} | ({"scope": facts_document(happens.scope)} if happens.scope else {})


def _window(rule: dict[str, Any]) -> Window:
    try:
        return Window(str(rule.get("window")))
    except ValueError:
        raise invalid("window", _("DAY, WEEK or MONTH")) from None


def _bound(at_least: Decimal | None, at_most: Decimal | None) -> Bound:
    if (at_least is None) == (at_most is None):
        raise invalid("at_least", _("either at least or at most, and not both"))
    return Bound(at_least, at_most)
