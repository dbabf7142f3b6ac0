"""A clause tried on the past: the database judges as the judge does, and as the verdicts of the time were."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from chains.actor import Actor
from chains.scope import scope
from standards.actions.judging_at_once import Tried, judged_at_once
from standards.actions.judging_events import figures_of
from standards.actions.measuring import judge_due, measure_entry
from standards.actions.measuring_past import measure_past
from standards.actions.stretches_at_once import count_stretches
from standards.actions.waiving import end_waiver, waive_clause
from standards.models.tallies import MeasuredPair
from standards.models.texts import Clause, Version
from standards.models.verdicts import Span, Verdict
from standards.models.waivers import Waiver
from standards.queries.places import place_of
from standards.rules.cases import judge_window
from standards.rules.grammar import events_of, parse_rule
from standards.rules.standing import outside_reach
from standards.rules.windows import Average, Share, window_of
from stores.actions.business import move_store
from stores.actions.equipment import record_equipment, remove_equipment
from stores.actions.hours import set_opening_hours
from stores.models import Store
from stores.queries import calendar_of
from stores.rules.calendar import Calendar, Interval
from tests.conftest import Chains
from tests.factories.chains import FurnishedChain
from tests.factories.past import (
    A_DAY,
    AN_HOUR,
    MACHINE,
    MONDAY,
    RULES,
    TEN,
    asks,
    happened,
    replayed,
    spread,
)

AsRole = Callable[..., Actor]
GRILL: dict[str, list[str]] = {"equipment": ["GRILL", "OVEN"]}
# After how many hours something begins, and how long it lasts.
Spell = tuple[int, int] | None
SPELLS = st.one_of(st.none(), st.tuples(st.integers(0, 60), st.integers(1, 40)))
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "channel": st.sampled_from(["PHONE", "LETTER"]),
        "severity": st.sampled_from(["GRAVE", "SLIGHT"]),
        "owner_id": st.just("somebody"),
        "round": st.integers(1, 3),
        "result": st.sampled_from(["MET", "MISSED", "NOT_APPLICABLE", "SOMETHING"]),
    },
)
KINDS = ["COMPLAINT_FILED", "COMPLAINT_ESCALATED", "COMPLAINT_CLOSED", "CLAUSE_INSPECTED"]
# What happened, when, with which facts, and how many hours later the investigation was recorded, if it was.
NEWS = st.tuples(st.sampled_from(KINDS), st.integers(0, 100), FACTS, st.sampled_from([None, 1, 3, 11, 12, 30]))


def lives_through(
    chain: FurnishedChain, version: Version, until: datetime, *, waived: Spell, equipped: Spell, moved: Spell
) -> None:
    """Let a store off every second clause, give it a grill, and put it into another area, each for some hours."""
    store, clauses = {"actor": MACHINE, "store_id": chain.store}, version.clauses.order_by("position")[::2]
    for begins, ends in _moments(waived, until):
        for clause in clauses:
            waiver = waive_clause(
                **store, clause_id=clause.id, until=begins + 30 * AN_HOUR, reason="Flooded.", now=begins
            )
            if ends < waiver.until:
                end_waiver(actor=MACHINE, waiver_id=waiver.id, now=ends)
    for begins, ends in _moments(equipped, until):
        grill = record_equipment(**store, code="GRILL", now=begins)
        remove_equipment(actor=MACHINE, equipment_id=grill.id, now=ends)
    for begins, ends in _moments(moved, until):
        move_store(**store, area_id=None, now=begins)
        move_store(**store, area_id=chain.area, now=ends)


def _moments(spell: Spell, until: datetime) -> list[tuple[datetime, datetime]]:
    begins, ends = (TEN + hours * AN_HOUR for hours in (spell[0], sum(spell))) if spell else (until, until)
    return [(begins, ends)] if ends < until else []


def lived() -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for verdict in Verdict.objects.standing().select_related("clause"):
        found.setdefault(verdict.clause.number, Counter())[verdict.state] += 1
    return found


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    news=st.lists(NEWS, min_size=2, max_size=9),
    looked=st.integers(0, 140),
    waived=SPELLS,
    equipped=SPELLS,
    moved=SPELLS,
    arrival=st.randoms(use_true_random=False),
)
@example(
    news=[
        (kind, hours, {"channel": "PHONE", "severity": "GRAVE", "owner_id": "somebody", "round": 1, "result": "MET"}, 3)
        for kind in KINDS
        for hours in (1, 5, 16, 20, 50)
    ],
    looked=140,
    waived=(4, 20),
    equipped=(2, 16),
    moved=(6, 12),
    arrival=Random(4),
)
@example(
    news=[("COMPLAINT_FILED", 0, {}, None), ("CLAUSE_INSPECTED", 27, {}, None)],
    looked=131,
    waived=(19, 10),
    equipped=None,
    moved=None,
    arrival=Random(4),
)
def test_a_replay_of_the_version_in_force_is_what_the_verdicts_are(
    chains: Chains,
    as_role: AsRole,
    news: list[tuple[str, int, dict[str, Any], int | None]],
    looked: int,
    waived: Spell,
    equipped: Spell,
    moved: Spell,
    arrival: Random,
) -> None:
    """For any order in which news arrive, some of them twice, with rounds of judging between them."""
    with scope(chains.a.chain, MACHINE):
        version = Version.objects.filter(clauses__number="9").first()
    if version is None:
        area = {"area_ids": [str(chains.a.area)]}
        version = asks(chains.a, *RULES, scopes={3: {"channels": ["PHONE"]}, 10: GRILL, 11: area, 12: GRILL | area})
        manager, week = as_role(chains.a, "STORE_MANAGER"), ((Interval(time(12), time(14)),),) * 7
        with scope(chains.a.chain, manager):
            # Shorter hours were recorded on the second day.
            set_opening_hours(
                actor=manager, store_id=chains.a.store, valid_from=MONDAY + A_DAY, days=week, now=TEN + 30 * AN_HOUR
            )
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        before = transaction.savepoint("default")
        lineage = str(Clause.objects.get(version=version, number="9").lineage_id)
        until = TEN + looked * AN_HOUR
        lives_through(chains.a, version, until, waived=waived, equipped=equipped, moved=moved)
        entries = [
            entry
            for kind, hours, facts, answer in news
            for entry in happened(chains.a, kind, hours, facts | {"lineage_id": lineage}, answer, looked)
        ]
        for entry in arrival.sample([*entries, *entries[::3]], len(entries) + len(entries[::3])):
            measure_entry(actor=MACHINE, entry=entry, now=until)
            if arrival.random() < 0.2:
                judge_due(actor=MACHINE, now=until)
        judge_due(actor=MACHINE, now=until)
        outcomes = replayed(officer, version, until)
        numbers = dict(Clause.objects.filter(version=version).values_list("id", "number"))
        found = {numbers[each.clause_id]: Counter(map(str, spread(each))) for each in outcomes}
        assert {number: counts for number, counts in found.items() if counts} == lived()
        for each in outcomes:
            settled = (each.met, each.missed)
            for times in (each.weekdays, each.hours):
                assert tuple(map(sum, zip(*times, strict=True))) == settled
        tried = Tried(MONDAY, MONDAY + 20 * A_DAY, tuple(Store.objects.all()), until)
        for clause in Clause.objects.filter(version=version):
            if not isinstance(parse_rule(clause.rule), Share | Average):
                reasons: dict[UUID, str] = {}
                for judged in judged_at_once(clause, tried):
                    cases = judged.begun(tried.first_on, tried.last_on)
                    reasons |= {} if cases is None else dict(cases.values_list("id", judged.reason))
                standing = Verdict.objects.standing().filter(clause=clause)
                assert reasons == dict(standing.values_list("span_id", "reason"))
        transaction.savepoint_rollback(before, "default")


OF = {"event": "COMPLAINT_ESCALATED", "scope": {"severity": ["GRAVE"]}}
SHARE = {"kind": "SHARE", "of": OF, "among": {"event": "COMPLAINT_FILED"}}
AVERAGE = {"kind": "AVERAGE", "event": "COMPLAINT_CLOSED", "fact": "round"}
STRETCHES: list[dict[str, Any]] = [
    SHARE | {"window": "MONTH", "at_least": "33.3"},
    SHARE | {"window": "WEEK", "at_most": 50},
    AVERAGE | {"window": "MONTH", "at_most": "1.5", "scope": {"channel": ["PHONE"]}},
    AVERAGE | {"window": "WEEK", "at_least": 2},
    AVERAGE | {"window": "DAY", "at_least": 2},
    SHARE | {"window": "DAY", "at_most": 50},
]
# Its clocks are put on at midnight of 24 April 2026, and back at midnight of 30 October.
CAIRO = "Africa/Cairo"
WEEKS = st.one_of(st.none(), st.tuples(st.integers(0, 900), st.integers(1, 900)))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    news=st.lists(st.tuples(st.sampled_from(KINDS), st.integers(-1200, 1200), st.booleans(), FACTS), max_size=25),
    looked=st.integers(-600, 1500),
    waived=WEEKS,
    equipped=WEEKS,
    moved=WEEKS,
    period=st.tuples(st.integers(-60, 40), st.integers(0, 60)),
)
@example(
    news=[
        (kind, hours, is_here, {"severity": "GRAVE", "round": 1 + hours % 3, "channel": "PHONE"})
        for kind in KINDS
        for hours in range(-1200, 1200, 77)
        for is_here in (True, False)
    ],
    looked=1100,
    waived=(390, 300),
    equipped=(100, 800),
    moved=(500, 200),
    period=(-50, 100),
)
def test_stretches_counted_at_once_stand_as_each_of_them_does(
    chains: Chains,
    news: list[tuple[str, int, bool, dict[str, Any]]],
    looked: int,
    waived: Spell,
    equipped: Spell,
    moved: Spell,
    period: tuple[int, int],
) -> None:
    """Whatever their window, where clocks change, and while they still run."""
    with scope(chains.a.chain, MACHINE):
        version = Version.objects.filter(clauses__number=str(len(STRETCHES))).first()
    if version is None:
        area = {"area_ids": [str(chains.a.area)]}
        version = asks(chains.a, *STRETCHES, scopes={2: area, 5: GRILL, 6: area | GRILL})
    with scope(chains.a.chain, MACHINE):
        before = transaction.savepoint("default")
        Store.objects.filter(id=chains.a.other_store).update(time_zone=CAIRO)
        until = TEN + looked * AN_HOUR
        lives_through(chains.a, version, TEN + 2000 * AN_HOUR, waived=waived, equipped=equipped, moved=moved)
        for kind, hours, is_here, facts in news:
            happened(chains.a if is_here else replace(chains.a, store=chains.a.other_store), kind, hours, facts, None)
        MeasuredPair.objects.update(is_whole=False, reached_at=None)
        while measure_past(now=until):
            pass
        first_on = MONDAY + period[0] * A_DAY
        tried = Tried(first_on, first_on + period[1] * A_DAY, tuple(Store.objects.all()), until)
        for clause in Clause.objects.filter(version=version):
            rule = parse_rule(clause.rule)
            assert isinstance(rule, Share | Average)
            counted = count_stretches(clause, rule, tried)
            found = Counter({(each.store_id, each.hour_of_week, each.reason): each.number for each in counted})
            assert found == one_by_one(clause, rule, tried)
        transaction.savepoint_rollback(before, "default")


def one_by_one(clause: Clause, rule: Share | Average, tried: Tried) -> Counter[tuple[object, ...]]:
    found = Counter[tuple[object, ...]]()
    for store in tried.stores:
        calendar, spans = calendar_of(store), Span.objects.filter(store=store, response_kind="")
        days = spans.filter(trigger_kind__in=events_of(rule)).values_list("day", flat=True)
        for first, end in {window_of(rule.window, day) for day in days}:
            if tried.first_on <= first <= tried.last_on:
                reason = reason_of(clause, rule, store, calendar, (first, end), tried.now)
                found[store.id, None, reason] += 1
                found[None, first.weekday() * 24, reason] += 1
    return found


def reason_of(
    clause: Clause, rule: Share | Average, store: Store, calendar: Calendar, days: tuple[date, date], now: datetime
) -> str:
    began_at, ends_at = (calendar.moment(day, time(0)) for day in days)
    waivers = Waiver.objects.filter(lineage_id=clause.lineage_id, store=store).holding_at(began_at)
    place = place_of(store, began_at, [clause.scope])
    outside = outside_reach(clause.scope, place, {}, is_waived=waivers.exists())
    if outside is not None:
        return outside[1]
    return judge_window(rule, figures_of(rule, store.id, *days), ends_at=ends_at, now=now).reason


def test_a_day_begins_at_a_moment_or_after_it_even_where_clocks_skip_midnight_or_show_it_twice() -> None:
    calendar = Calendar(CAIRO)
    for day in (date(2026, 4, 24), date(2026, 10, 30)):
        midnight = calendar.moment(day, time(0))
        assert calendar.first_day_from(midnight) == day
        # In October that is still, or again, the evening before.
        for later in (timedelta(seconds=1), AN_HOUR):
            assert calendar.first_day_from(midnight + later) == day + A_DAY
        assert calendar.first_day_from(midnight - timedelta(seconds=1)) == day
