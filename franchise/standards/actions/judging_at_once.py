"""The judge for very many cases at once: the comparison of `rules/judging.py`, worked out by the database."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.models import BooleanField, Case, CharField, Exists, Max, OuterRef, Q, QuerySet, Value, When

from chains.scope import CHAINS_ALIAS
from clocks.models import CalendarSnapshot
from clocks.rules.snapshots import read_calendar
from standards.models.texts import Clause
from standards.models.verdicts import ReasonCode, Span
from standards.models.waivers import Waiver
from standards.queries.counting import has_facts
from standards.queries.places import pasts_of
from standards.rules.cases import FOUND
from standards.rules.deeds import FieldRecorded, Never
from standards.rules.grammar import ByInspection, FollowedBy, events_of, parse_rule
from standards.rules.limits import Days, Limit, TimeKind, end_of, extended
from standards.rules.reading import Facts
from standards.rules.replays import Counted
from standards.rules.standing import Scope, binds
from standards.rules.windows import Average, Share
from stores.models import Store, StoreEquipment
from stores.rules.calendar import HoursNotRecorded, NeverOpens

_SECOND, _A_DAY = timedelta(seconds=1), timedelta(days=1)
_PART = timedelta(days=31)

_Condition = tuple[Q, ReasonCode]
# The cases that still have time, by the day on which they began.
_Open = Mapping[date, Sequence[UUID]]


@dataclass(frozen=True, slots=True)
class Tried:
    """On which cases a clause is tried: those that begin from one date to another at some stores, looked at `now`.

    `are_all` tells that there are no stores but these.
    """

    first_on: date
    last_on: date
    stores: tuple[Store, ...]
    now: datetime
    are_all: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """Cases that still have time, or the rest of them, and what gives the reason of the verdict on each."""

    cases: QuerySet[Span]
    reason: Case
    still_open: _Open
    have_time: bool = False

    def begun(self, first: date, last: date) -> QuerySet[Span] | None:
        """Return those that began from one day to another; None where there can be none.

        Only what began then is named: the list would else be as long in each part of a period.
        """
        listed = [key for day, keys in self.still_open.items() if first <= day <= last for key in keys]
        begun = self.cases.filter(day__range=(first, last))
        if self.have_time:
            return begun.filter(id__in=listed) if listed else None
        return begun.exclude(id__in=listed) if listed else begun


def count_at_once(clause: Clause, tried: Tried) -> list[Counted]:
    """Count how cases stand under a clause about single cases, by store and by hour of the week.

    Refusals: ValueError for a clause about stretches of time.
    """
    if not tried.stores:
        return []
    parts = [
        _grouped(cases, judged.reason)
        for judged in judged_at_once(clause, tried)
        for days in parts_of(tried.first_on, tried.last_on)
        if (cases := judged.begun(*days)) is not None
    ]
    statement = f"""
        SELECT store_id, hour_of_week, reason, sum(number)::bigint
        FROM ({" UNION ALL ".join(part for part, _given in parts)}) AS counted
        GROUP BY store_id, hour_of_week, reason
    """  # noqa: S608  # the inner statements take their input as parameters
    with connections[CHAINS_ALIAS].cursor() as cursor:
        cursor.execute(statement, [each for _part, given in parts for each in given])
        rows = cursor.fetchall()
    return [Counted(store_id, hour, ReasonCode(found), number) for store_id, hour, found, number in rows]


def parts_of(first: date, last: date) -> Iterator[tuple[date, date]]:
    """Return a period part by part, each by its first and last day: so each process of the database has its own."""
    while first <= last:
        ends_on = min(first + _PART - _A_DAY, last)
        yield first, ends_on
        first = ends_on + _A_DAY


def _grouped(spans: QuerySet[Span], reason: Case) -> tuple[str, tuple[Any, ...]]:
    judged = spans.values_list("store_id", "hour_of_week", reason)
    inner, given = judged.query.get_compiler(CHAINS_ALIAS).as_sql()
    statement = f"""
        SELECT store_id, hour_of_week, reason, count(*) AS number
        FROM ({inner}) AS judged (store_id, hour_of_week, reason)
        GROUP BY GROUPING SETS ((store_id, reason), (hour_of_week, reason))
    """  # noqa: S608  # the inner statement takes its input as parameters
    return statement, given


def judged_at_once(clause: Clause, tried: Tried) -> list[Judged]:
    """Return the cases of a clause, and what gives the reason of the verdict on each of them.

    Those that still have time are apart: to look for each case among them would cost more than all the rest.
    """
    rule = parse_rule(clause.rule)
    if isinstance(rule, Share | Average):
        raise ValueError("A stretch of time is no single case.")
    spans = _cases(clause, rule, tried)
    known = list(_waived(clause, tried))
    if isinstance(rule, ByInspection):
        found = [(Q(facts__result=result), reason) for result, reason in sorted(FOUND.items())]
        return [Judged(spans, _first_of([*known, *found]), {})]
    known += [*_beyond_reach(clause, tried), *_beyond_scope(rule.scope)]
    if isinstance(rule, FollowedBy):
        known += _beyond_hours(rule)
        still_open = _open_cases(rule, spans.filter(ended_at=None), tried.now)
        settled = _first_of([*known, *_by_time(rule)], ReasonCode.TOO_LATE)
        running = _first_of(known, ReasonCode.STILL_TIME)
        return [Judged(spans, settled, still_open), Judged(spans, running, still_open, have_time=True)]
    if isinstance(rule, FieldRecorded):
        recorded = (Q(recorded__contains=list(rule.fields)), ReasonCode.RECORDED)
        return [Judged(spans, _first_of([*known, recorded], ReasonCode.NOT_RECORDED), {})]
    return [Judged(spans, _first_of(known, ReasonCode.HAPPENED), {})]


def _first_of(conditions: Iterable[_Condition], otherwise: ReasonCode | None = None) -> Case:
    whens = [When(condition, then=Value(reason)) for condition, reason in conditions]
    return Case(*whens, default=None if otherwise is None else Value(otherwise), output_field=CharField())


def _cases(clause: Clause, rule: FollowedBy | FieldRecorded | Never | ByInspection, tried: Tried) -> QuerySet[Span]:
    trigger_kind, response_kind = events_of(rule)
    spans = Span.objects.filter(
        trigger_kind=trigger_kind,
        response_kind=response_kind,
        day__range=(tried.first_on, tried.last_on),
    ).order_by()
    if not tried.are_all:
        spans = spans.filter(store_id__in=[store.id for store in tried.stores])
    if isinstance(rule, ByInspection):
        return spans.filter(facts__lineage_id=str(clause.lineage_id), facts__result__in=sorted(FOUND))
    return spans


def _waived(clause: Clause, tried: Tried) -> Iterator[_Condition]:
    waivers = Waiver.objects.filter(lineage_id=clause.lineage_id, store_id__in=[store.id for store in tried.stores])
    stores = set(waivers.values_list("store_id", flat=True))
    if stores:
        held = waivers.filter(store_id=OuterRef("store_id")).holding_at(OuterRef("started_at"))
        yield Q(store_id__in=stores) & Q(Exists(held)), ReasonCode.WAIVED


def _beyond_reach(clause: Clause, tried: Tried) -> Iterator[_Condition]:
    unbound = _elsewhere(clause.scope, tried)
    if clause.scope.get("equipment"):
        there = StoreEquipment.objects.filter(store_id=OuterRef("store_id"), code__in=clause.scope["equipment"])
        there = there.filter(installed_at__lte=OuterRef("started_at"))
        unbound |= ~Q(Exists(there.filter(Q(removed_at=None) | Q(removed_at__gt=OuterRef("started_at")))))
    yield unbound, ReasonCode.OUT_OF_SCOPE
    channels = clause.scope.get("channels")
    if channels:
        yield from _beyond_scope({"channel": frozenset(channels)})


def _elsewhere(scope: Scope, tried: Tried) -> Q:
    """Return the condition that a store was not where, or what, a scope asks for when a case began."""
    # Everywhere in the world the days of the period are within these moments.
    first, last = (
        datetime.combine(day, time(0), tzinfo=UTC) + margin
        for day, margin in ((tried.first_on, -_A_DAY), (tried.last_on, 2 * _A_DAY))
    )
    asked = {name: values for name, values in scope.items() if name != "equipment"}
    never, condition = [], Q()
    for store_id, past in pasts_of(tried.stores, [asked], since=first).items():
        stays = list(past.stays(first, last))
        unbound = [stay for stay in stays if not binds(asked, past.at(stay.begins))]
        if len(unbound) == len(stays):
            never.append(store_id)
        else:
            for stay in unbound:
                condition |= Q(store_id=store_id, started_at__gte=stay.begins, started_at__lt=stay.ends)
    return condition | Q(store_id__in=never)


def _beyond_scope(scope: Facts) -> Iterator[_Condition]:
    if scope:
        yield ~Q(facts__has_keys=sorted(scope)), ReasonCode.FACT_NOT_RECORDED
        yield ~has_facts(scope), ReasonCode.OUT_OF_SCOPE


def _beyond_hours(rule: FollowedBy) -> Iterator[_Condition]:
    special, longer = _special(rule)
    if rule.time is TimeKind.WORKING:
        yield _is_beyond_what_is_known(rule.within), ReasonCode.HOURS_NOT_RECORDED
        if special is not None:
            yield special & _is_beyond_what_is_known(longer), ReasonCode.HOURS_NOT_RECORDED


def _by_time(rule: FollowedBy) -> Iterator[_Condition]:
    special, longer = _special(rule)
    yield Q(ended_at=None), ReasonCode.NEVER_CAME
    yield _keeps(rule.within, rule.time), ReasonCode.IN_TIME
    if special is not None:
        yield special & _keeps(longer, rule.time), ReasonCode.IN_ALLOWANCE


def _special(rule: FollowedBy) -> tuple[Q | None, Limit]:
    if rule.allowance is None:
        return None, rule.within
    return has_facts(rule.allowance.when), extended(rule.within, rule.allowance.extra)


def _is_beyond_what_is_known(limit: Limit) -> Q:
    if isinstance(limit, Days):
        return Q(known_days__lt=limit.count)
    return Q(known_seconds__lt=limit.length // _SECOND)


def _keeps(limit: Limit, time: TimeKind) -> Q:
    kind = "working" if time is TimeKind.WORKING else "wall"
    if isinstance(limit, Days):
        return Q(**{f"{kind}_days__lte": limit.count})
    return Q(**{f"{kind}_seconds__lte": limit.length // _SECOND})


def _earliest_open(limit: Limit, now: datetime) -> date:
    """Return a day before which no case began that still has time now, wherever its store is."""
    length = limit.count * _A_DAY if isinstance(limit, Days) else limit.length
    # Days last longer than 24 hours where clocks are put back, and are a day off on the other side of the world.
    return (now - length - 3 * _A_DAY).date()


def _open_cases(rule: FollowedBy, unanswered: QuerySet[Span], now: datetime) -> _Open:
    """Return the unanswered cases whose limit has not passed.

    By one calendar and one limit, what began earlier is due earlier: where the latest case is overdue, all of them are.
    All time that passes leaves no case open that began longer ago than its limit, whatever the calendar.
    """
    special, longer = _special(rule)
    if rule.time is TimeKind.WALL:
        unanswered = unanswered.filter(day__gte=_earliest_open(longer, now))
    whens = [] if special is None else [When(special, then=Value(True))]
    cases = unanswered.annotate(is_special=Case(*whens, default=Value(False), output_field=BooleanField()))
    latest = list(cases.values_list("calendar_id", "is_special").annotate(at=Max("started_at")))
    kept = CalendarSnapshot.objects.in_bulk({calendar_id for calendar_id, _is_special, _at in latest})
    calendars = {key: read_calendar(snapshot.calendar) for key, snapshot in kept.items()}

    def is_overdue(calendar_id: UUID, is_special: bool, started_at: datetime) -> bool | None:
        limit, calendar = longer if is_special else rule.within, calendars[calendar_id]
        try:
            return end_of(limit, rule.time, calendar=calendar, started_at=started_at) < now
        except (HoursNotRecorded, NeverOpens):
            return None

    running = {(key, is_special) for key, is_special, at in latest if is_overdue(key, is_special, at) is not True}
    rows = cases.filter(calendar_id__in={key for key, _is_special in running})
    listed = rows.order_by("-started_at").values_list("calendar_id", "is_special", "started_at", "day", "id")
    found: dict[date, list[UUID]] = {}
    for key, is_special, started_at, day, span_id in listed:
        if (key, is_special) not in running:
            continue
        overdue = is_overdue(key, is_special, started_at)
        if overdue:
            running.discard((key, is_special))
            if not running:
                break
        elif overdue is False:
            found.setdefault(day, []).append(span_id)
    return found
