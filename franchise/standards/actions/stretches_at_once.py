"""Stretches of time at very many stores, counted by the database and judged as each of them would be."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import DateField, QuerySet
from django.db.models.functions import Trunc

from standards.actions.judging_at_once import Tried, parts_of
from standards.models.texts import Clause
from standards.models.verdicts import ReasonCode, Span, VerdictState
from standards.queries.counting import totals_of
from standards.queries.places import pasts_of
from standards.queries.waiving import times_waived
from standards.rules.cases import Figures, judge_window
from standards.rules.grammar import events_of
from standards.rules.replays import Counted
from standards.rules.standing import outside_reach
from standards.rules.windows import Average, Share, window_of
from stores.queries import calendars_of

_MIDNIGHT = time(0)


def count_stretches(clause: Clause, rule: Share | Average, tried: Tried) -> list[Counted]:
    """Count how the stretches of time stand that begin in a period, by store and by their first hour of the week."""
    stores = {store.id: store for store in tried.stores}
    calendars, reach = calendars_of(stores.values()), _reach(clause, tried)
    by_store, by_hour = Counter[tuple[UUID, ReasonCode]](), Counter[tuple[int, ReasonCode]]()
    for store_id, first, figures in _figures(rule, tried):
        calendar = calendars[store_id]
        outside = reach(store_id, calendar.moment(first, _MIDNIGHT))
        if outside is not None:
            reason = outside[1]
        else:
            _first, end = window_of(rule.window, first)
            ends_at = calendar.moment(end, _MIDNIGHT)
            reason = judge_window(rule, figures, ends_at=ends_at, now=tried.now).reason
        by_store[store_id, reason] += 1
        by_hour[first.weekday() * 24, reason] += 1
    at_stores = [Counted(store_id, None, reason, number) for (store_id, reason), number in by_store.items()]
    return at_stores + [Counted(None, hour, reason, number) for (hour, reason), number in by_hour.items()]


def _reach(clause: Clause, tried: Tried) -> Callable[[UUID, datetime], tuple[VerdictState, ReasonCode] | None]:
    """Return what tells how a stretch of time stands that a clause does not bind at a store, by when it began."""
    waived = times_waived(lineage_id=clause.lineage_id, store_ids=[store.id for store in tried.stores])
    since = datetime.combine(tried.first_on, _MIDNIGHT, tzinfo=UTC) - timedelta(days=1)
    pasts = pasts_of(tried.stores, [clause.scope], since=since)

    def reach(store_id: UUID, at: datetime) -> tuple[VerdictState, ReasonCode] | None:
        is_waived = any(period.holds_at(at) for period in waived.get(store_id, ()))
        return outside_reach(clause.scope, pasts[store_id].at(at), {}, is_waived=is_waived)

    return reach


def _figures(rule: Share | Average, tried: Tried) -> Iterator[tuple[UUID, date, Figures]]:
    """Return what each stretch came to, added up part by part: each process of the database counts what it has read."""
    first_day = Trunc("day", rule.window.lower(), output_field=DateField())
    _first, end = window_of(rule.window, tried.last_on)
    parts = [
        _events(rule, tried).filter(day__range=days).order_by().values_list("store_id", first_day)
        for days in parts_of(tried.first_on, end - timedelta(days=1))
    ]
    first, *rest = [part.annotate(**totals_of(rule)) for part in parts]
    added: dict[tuple[UUID, date], tuple[Any, int]] = {}
    for store_id, begins_on, total, number in first.union(*rest, all=True) if rest else first:
        before = added.get((store_id, begins_on), (0, 0))
        added[store_id, begins_on] = (before[0] + (total or 0), before[1] + number)
    for (store_id, begins_on), (total, number) in added.items():
        if tried.first_on <= begins_on <= tried.last_on:
            yield store_id, begins_on, Figures(total, number)


def _events(rule: Share | Average, tried: Tried) -> QuerySet[Span]:
    """Return every event that begins a stretch by its being there, counted or not."""
    events = Span.objects.filter(trigger_kind__in={kind for kind in events_of(rule) if kind}, response_kind="")
    return events if tried.are_all else events.filter(store_id__in=[store.id for store in tried.stores])
