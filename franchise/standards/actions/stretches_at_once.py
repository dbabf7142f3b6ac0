"""Stretches of time at very many stores, counted and judged by the database as each of them would be."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.models import DateField, QuerySet, Value

from chains.scope import CHAINS_ALIAS
from standards.actions.judging_at_once import Tried, parts_of
from standards.models.texts import Clause
from standards.models.verdicts import ReasonCode, Span
from standards.queries.counting import totals_of
from standards.queries.places import pasts_of
from standards.queries.waiving import times_waived
from standards.rules.grammar import events_of
from standards.rules.past import Past, Period
from standards.rules.reading import WHOLE
from standards.rules.replays import Counted
from standards.rules.standing import outside_reach
from standards.rules.windows import Average, Share, Window, open_from, window_of
from stores.rules.calendar import DAY, Calendar

_MIDNIGHT = time(0)
# The comparison of `cases.judge_window`. What is known without any figure stands beside the days that it holds for.
_JUDGED = """
    SELECT figures.store_id, extract(isodow FROM begins_on)::int * 24 - 24 AS hour_of_week,
        CASE WHEN reason IS NOT NULL THEN reason WHEN number = 0 THEN 'NOTHING_HAPPENED'
            WHEN {holds} THEN 'BOUND_KEPT' ELSE 'BOUND_BROKEN' END AS reason
    FROM ({figures}) AS figures (store_id, begins_on, total, number)
    LEFT JOIN unnest(%s::uuid[], %s::date[], %s::date[], %s::text[]) AS known (store_id, since, before, reason)
        ON known.store_id = figures.store_id AND begins_on >= since AND begins_on < before
"""
_COUNTED = """
    SELECT store_id, hour_of_week, reason, count(*) FROM ({judged}) AS judged
    GROUP BY GROUPING SETS ((store_id, reason), (hour_of_week, reason))
"""

# At a store the stretches that begin from a day on and before another one stand in one way, whatever happened in them.
_Known = tuple[UUID, date, date, str]


def count_stretches(clause: Clause, rule: Share | Average, tried: Tried) -> list[Counted]:
    """Count how the stretches of time stand that begin in a period, by store and by their first hour of the week."""
    parts = [part.query.get_compiler(CHAINS_ALIAS).as_sql() for part in _figures(rule, tried)] if tried.stores else []
    if not parts:
        return []
    holds, bound = _holds(rule)
    judged = _JUDGED.format(holds=holds, figures=" UNION ALL ".join(part for part, _given in parts))
    columns = list(zip(*_known(clause, rule, tried), strict=True)) or [()] * 4
    with connections[CHAINS_ALIAS].cursor() as cursor:
        given = [bound, *(each for _part, given in parts for each in given), *map(list, columns)]
        cursor.execute(_COUNTED.format(judged=judged), given)
        rows = cursor.fetchall()
    return [Counted(store_id, hour, ReasonCode(found), number) for store_id, hour, found, number in rows]


def _figures(rule: Share | Average, tried: Tried) -> Iterator[QuerySet[Span, Any]]:
    """Return what each stretch comes to, part by part: so each process of the database counts what it has read.

    Weeks and months are parts of their own: what nobody has to ask of each event is when its stretch began.
    """
    events = _events(rule, tried)
    if rule.window is Window.DAY:
        for days in parts_of(tried.first_on, tried.last_on):
            yield events.filter(day__range=days).values_list("store_id", "day").annotate(**totals_of(rule))
        return
    first, end = window_of(rule.window, tried.first_on)
    while first <= tried.last_on:
        if first >= tried.first_on:
            within = events.filter(day__gte=first, day__lt=end)
            yield within.values_list("store_id", Value(first, DateField())).annotate(**totals_of(rule))
        first, end = window_of(rule.window, end)


def _events(rule: Share | Average, tried: Tried) -> QuerySet[Span]:
    """Return every event that begins a stretch by its being there, counted or not."""
    kinds = sorted({kind for kind in events_of(rule) if kind})
    events = Span.objects.filter(trigger_kind__in=kinds, response_kind="").order_by()
    return events if tried.are_all else events.filter(store_id__in=[store.id for store in tried.stores])


def _holds(rule: Share | Average) -> tuple[str, Any]:
    """Return the condition that figures keep a bound, without rounding, and the bound."""
    total = f"coalesce(total, 0) * {WHOLE}" if isinstance(rule, Share) else "coalesce(total, 0)"
    if rule.bound.at_least is not None:
        return f"{total} >= %s * number", rule.bound.at_least
    return f"{total} <= %s * number", rule.bound.at_most


def _known(clause: Clause, rule: Share | Average, tried: Tried) -> Iterator[_Known]:
    """Return what is known of stretches before they are counted: the clause does not bind there, or they still run."""
    waived = times_waived(lineage_id=clause.lineage_id, store_ids=[store.id for store in tried.stores])
    since = datetime.combine(tried.first_on, _MIDNIGHT, tzinfo=UTC) - DAY
    pasts = pasts_of(tried.stores, [clause.scope], since=since)
    # Where the days begin is told by the clock on the wall; when a store is open does not matter.
    clocks = {zone: Calendar(zone) for zone in {store.time_zone for store in tried.stores}}
    running = {zone: open_from(rule.window, clock, tried.now) for zone, clock in clocks.items()}
    end = tried.last_on + DAY
    for store in tried.stores:
        calendar, open_on = clocks[store.time_zone], running[store.time_zone]
        past, spells = pasts[store.id], waived.get(store.id, ())
        turns = {open_on, *(calendar.first_day_from(turn) for turn in _turns(past, spells))}
        within = sorted(on for on in turns if tried.first_on < on < end)
        for first, before in pairwise([tried.first_on, *within, end]):
            at = calendar.moment(first, _MIDNIGHT)
            is_waived = any(spell.holds_at(at) for spell in spells)
            outside = outside_reach(clause.scope, past.at(at), {}, is_waived=is_waived)
            if outside is not None:
                yield store.id, first, before, outside[1].value
            elif first >= open_on:
                yield store.id, first, before, ReasonCode.STILL_TIME.value


def _turns(past: Past, spells: Iterable[Period]) -> Iterator[datetime]:
    """Return the moments at which it may change whether a clause binds a store."""
    yield from (move.at for move in past.moves)
    for period in (*(period for _code, period in past.equipment), *spells):
        yield period.begins
        if period.ends is not None:
            yield period.ends
