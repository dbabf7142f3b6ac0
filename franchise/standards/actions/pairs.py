"""Which events are measured: those that some clause, in force or drafted, speaks of."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from chains.jobs import ChainCall
from chains.scope import current_chain
from standards.models.tallies import MeasuredPair
from standards.models.texts import Clause
from standards.rules.grammar import pairs_of, parse_rule

MEASURE_PAST = ChainCall(name="standards.measure_past", takes={})


@dataclass(frozen=True, slots=True)
class Asked:
    """What a kind of entry has to do with what is measured: the answers that it begins to wait for, if any.

    An empty answer means that the event is kept by itself. `answers` tells whether it may end a span.
    """

    begins: tuple[str, ...]
    answers: bool


def keep_pairs(clauses: Iterable[Clause], *, now: datetime) -> None:
    """Measure from now on what these clauses speak of, and soon what was before. A part of the deed that wrote them."""
    wanted = {pair for clause in clauses if clause.rule is not None for pair in pairs_of(parse_rule(clause.rule))}
    if not wanted:
        return
    asked = Q(pk=None)
    for trigger_kind, response_kind in wanted:
        asked |= Q(trigger_kind=trigger_kind, response_kind=response_kind)
    known = set(MeasuredPair.objects.filter(asked).values_list("trigger_kind", "response_kind"))
    fresh = [
        MeasuredPair(trigger_kind=trigger_kind, response_kind=response_kind, asked_at=now)
        for trigger_kind, response_kind in sorted(wanted - known)
    ]
    if fresh:
        MeasuredPair.objects.bulk_create(fresh, ignore_conflicts=True)
        MEASURE_PAST.defer(current_chain().id, key="past")


def asked_of(kind: str) -> Asked | None:
    """Return what a kind of entry is measured for, with one statement; None where no clause speaks of it."""
    pairs = MeasuredPair.objects.filter(Q(trigger_kind=kind) | Q(response_kind=kind))
    pairs = pairs.order_by("response_kind", "trigger_kind")
    rows = list(pairs.values_list("trigger_kind", "response_kind", "is_whole"))
    if not rows:
        return None
    if not all(is_whole for _trigger, _response, is_whole in rows):
        # Whoever measures the past at this moment is waited for: what it writes would not be seen here, nor this there.
        rows = list(pairs.select_for_update().values_list("trigger_kind", "response_kind", "is_whole"))
    found = [(trigger, response) for trigger, response, _is_whole in rows]
    begins = tuple(response for trigger, response in found if trigger == kind)
    return Asked(begins=begins, answers=any(response == kind for _trigger, response in found))


def measured_kinds() -> frozenset[str]:
    """Return the kinds of entries that begin or end what is measured."""
    pairs = MeasuredPair.objects.order_by().values_list("trigger_kind", "response_kind")
    return frozenset(kind for pair in pairs for kind in pair if kind)
