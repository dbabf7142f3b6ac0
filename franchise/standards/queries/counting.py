"""What happened at the stores, counted as far as a rule speaks of it."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, Sum
from django.db.models.fields import DecimalField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.db.models.lookups import In

from standards.models.tallies import MeasuredPair
from standards.models.verdicts import Span
from standards.rules.deeds import Never
from standards.rules.feasible import Counted
from standards.rules.grammar import pairs_of
from standards.rules.reading import WHOLE, Facts
from standards.rules.windows import Average, Share
from stores.models import Store

# The digits after the point that a rule's bound may have.
_DIGITS = 6


def has_facts(wanted: Facts) -> Q:
    """Return the condition that a span has facts among the values wanted."""
    condition = Q()
    for name, values in sorted(wanted.items()):
        # Facts are texts (`judging.facts_of`), which compare in half the time that JSON takes.
        condition &= Q(In(KT(f"facts__{name}"), sorted(values)))
    return condition


def number_of(rule: Average) -> Cast:
    """Return the number of an event that a rule takes the average of."""
    return Cast(KT(f"numbers__{rule.number}"), DecimalField(max_digits=30, decimal_places=_DIGITS))


def counted_by_store(rule: Share | Average | Never, *, first: date) -> list[Counted]:
    """Return what each open store came to from a day on under a rule with a bound; nothing while that is measured."""
    pairs = pairs_of(rule)
    whole = MeasuredPair.objects.filter(_any_of(pairs), is_whole=True).count()
    if whole < len(pairs):
        return []
    events = Span.objects.filter(trigger_kind__in=sorted(kind for kind, _ in pairs), response_kind="", day__gte=first)
    stores = list(Store.objects.doing_business().order_by("id").values_list("id", flat=True))
    by_store = events.order_by().values_list("store_id").annotate(**totals_of(rule))
    # A share is told in percent.
    scale = int(WHOLE) if isinstance(rule, Share) else 1
    found: dict[UUID, Counted] = {store_id: Counted((total or 0) * scale, among) for store_id, total, among in by_store}
    if isinstance(rule, Never):
        # Where it never happened, it happened no times.
        return [Counted(found[store_id].total if store_id in found else 0, 1) for store_id in stores]
    return [found[store_id] for store_id in stores if store_id in found]


def totals_of(rule: Share | Average | Never) -> dict[str, Any]:
    """Return what a rule counts of events: their `total`, and `among` how many."""
    if isinstance(rule, Share):
        of, among = (Q(trigger_kind=each.event) & has_facts(each.scope) for each in (rule.of, rule.among))
        return {"total": Count("id", filter=of), "among": Count("id", filter=among)}
    if isinstance(rule, Never):
        counted = Count("id", filter=has_facts(rule.scope))
        return {"total": counted, "among": counted}
    having = has_facts(rule.what.scope) & Q(numbers__has_key=rule.number)
    return {"total": Sum(number_of(rule), filter=having), "among": Count("id", filter=having)}


def _any_of(pairs: Iterable[tuple[str, str]]) -> Q:
    asked = Q(pk=None)
    for trigger_kind, response_kind in pairs:
        asked |= Q(trigger_kind=trigger_kind, response_kind=response_kind)
    return asked
