"""A clause tried on the past: the database judges as the judge does, and as the verdicts of the time were."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from types import MappingProxyType
from typing import Any

import pytest
from django.db import connections, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from chains.actor import Actor, system_actor
from chains.scope import scope
from journal.actions import append
from journal.models import Entry
from kit.ids import new_id
from kit.refusals import Invalid, NotFound, NotPermitted
from standards.actions import replaying
from standards.actions.drafting import draft_standard, revise_standard
from standards.actions.judging_at_once import Tried, count_at_once, judged_at_once
from standards.actions.measuring import judge_due, measure_entry
from standards.actions.measuring_past import measure_past
from standards.actions.replaying import replay_standard, work_out_replay
from standards.actions.waiving import end_waiver, waive_clause
from standards.models.replays import Replay, ReplayedClause, ReplayState
from standards.models.texts import Clause, Version
from standards.models.verdicts import Verdict, VerdictState
from standards.queries.replays import replayed_alarms
from standards.rules.grammar import parse_rule
from standards.rules.replays import Counted, NotMeasuredYet
from standards.rules.windows import Average, Share
from stores.actions.business import move_store
from stores.actions.equipment import record_equipment, remove_equipment
from stores.actions.hours import set_opening_hours
from stores.models import Store
from stores.rules.calendar import Interval
from tests.conftest import Chains
from tests.factories.chains import FurnishedChain
from tests.factories.standards import TITLES, approved, in_force, same_day_clause

AsRole = Callable[..., Actor]
# Ten in the morning in Shanghai, a Monday; the furnished stores are open from 9 to 21.
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
MONDAY = date(2026, 5, 4)
AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)
MACHINE = system_actor()

FOLLOWED: dict[str, Any] = {
    "kind": "FOLLOWED_BY",
    "trigger": "COMPLAINT_FILED",
    "response": "INVESTIGATION_RECORDED",
    "share": 96,
}
SPECIAL = {"when": {"severity": ["GRAVE"]}}
RULES: list[dict[str, Any]] = [
    FOLLOWED | {"within": "SAME_DAY"},
    FOLLOWED | {"within": "SAME_DAY", "time": "WORKING", "allowance": SPECIAL | {"extra": "P2D"}},
    FOLLOWED | {"within": "PT3H", "allowance": SPECIAL | {"extra": "PT20H"}, "scope": {"channel": ["PHONE"]}},
    FOLLOWED | {"within": "PT9H", "time": "WORKING", "allowance": SPECIAL | {"extra": "PT6H"}},
    {"kind": "FIELD_RECORDED", "event": "COMPLAINT_FILED", "fields": ["owner_id"], "scope": {"channel": ["PHONE"]}},
    {"kind": "NEVER", "event": "COMPLAINT_ESCALATED", "scope": {"severity": ["GRAVE"]}},
    {
        "kind": "SHARE",
        "of": {"event": "COMPLAINT_ESCALATED", "scope": {"severity": ["GRAVE"]}},
        "among": {"event": "COMPLAINT_FILED"},
        "window": "DAY",
        "at_most": 50,
    },
    {"kind": "AVERAGE", "event": "COMPLAINT_CLOSED", "fact": "round", "window": "WEEK", "at_most": 1.5},
    {"kind": "BY_INSPECTION"},
    FOLLOWED | {"within": "PT3H"},
    {"kind": "NEVER", "event": "COMPLAINT_ESCALATED"},
    {"kind": "AVERAGE", "event": "COMPLAINT_CLOSED", "fact": "round", "window": "DAY", "at_most": 2},
]
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


def asks(
    chain: FurnishedChain, *rules: dict[str, Any], scopes: Mapping[int, Mapping[str, list[str]]] = MappingProxyType({})
) -> Version:
    clauses = [
        replace(same_day_clause(str(number)), rule=rule, scope=scopes.get(number, {}))
        for number, rule in enumerate(rules, start=1)
    ]
    version = in_force(chain, TEN - 10 * A_DAY, *clauses)
    with scope(chain.chain, MACHINE):
        while measure_past(now=TEN - 10 * A_DAY):
            pass
    return version


def happened(
    chain: FurnishedChain, kind: str, hours: int, facts: dict[str, Any], answer: int | None, until: int = 10_000
) -> list[Entry]:
    subject, told = new_id(), [(kind, hours, facts)]
    if answer is not None:
        told.append(("INVESTIGATION_RECORDED", hours + answer, {}))
    return [
        append(
            actor=MACHINE,
            kind=each,
            subject_type="Complaint",
            subject_id=subject,
            store_id=chain.store,
            now=TEN + later * AN_HOUR,
            after=after,
        )
        for each, later, after in told
        if later <= until
    ]


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


def replayed(actor: Actor, version: Version, now: datetime, **asked: Any) -> list[ReplayedClause]:
    replay = replay_standard(
        actor=actor, version_id=version.id, first_on=MONDAY, last_on=MONDAY + 20 * A_DAY, now=now, **asked
    )
    assert replay.state == ReplayState.DONE
    return list(replay.clauses.order_by("clause__version_id", "clause__position"))


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
        found = {numbers[each.clause_id]: Counter(map(str, _spread(each))) for each in outcomes}
        assert {number: counts for number, counts in found.items() if counts} == lived()
        for each in outcomes:
            settled = (each.met, each.missed)
            for spread in (each.weekdays, each.hours):
                assert tuple(map(sum, zip(*spread, strict=True))) == settled
        tried = Tried(MONDAY, MONDAY + 20 * A_DAY, tuple(Store.objects.all()), until)
        for clause in Clause.objects.filter(version=version):
            if not isinstance(parse_rule(clause.rule), Share | Average):
                spans, reason = judged_at_once(clause, tried)
                reasons = dict(spans.values_list("id", reason))
                standing = Verdict.objects.standing().filter(clause=clause)
                assert reasons == dict(standing.values_list("span_id", "reason"))
        transaction.savepoint_rollback(before, "default")


def _spread(outcome: ReplayedClause) -> list[VerdictState]:
    return [state for state, number in outcome.by_state.items() for _case in range(number)]


def test_two_drafts_stand_side_by_side_with_their_alarms_and_the_stores_that_could_not_keep_them(
    chains: Chains, as_role: AsRole
) -> None:
    now, officer = TEN + 30 * A_DAY, as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, MACHINE):
        for day in range(4):
            happened(chains.a, "COMPLAINT_FILED", 24 * day, {"channel": "PHONE"}, 4)
    strict = approved(chains.a, now, same_day_clause("1", within="PT3H"))
    mild = approved(chains.a, now, same_day_clause("1", within="PT5H"))
    with scope(chains.a.chain, officer):
        with pytest.raises(NotMeasuredYet):
            replayed(officer, strict, now)
        while measure_past(now=now):
            pass
        found = {each.clause_id: each for each in replayed(officer, strict, now, against_id=mild.id)}
        (strict_clause, mild_clause) = (Clause.objects.get(version=version) for version in (strict, mild))
        assert _spread(found[strict_clause.id]) == [VerdictState.MISSED] * 4
        assert _spread(found[mild_clause.id]) == [VerdictState.MET] * 4
        assert found[strict_clause.id].stores.get().needs_waiver
        assert not found[mild_clause.id].stores.get().needs_waiver
        assert replayed_alarms([found[strict_clause.id]]) == {found[strict_clause.id].id: 4 / 21}
        assert found[strict_clause.id].weekdays[:5] == [[0, 1], [0, 1], [0, 1], [0, 1], [0, 0]]
        assert found[strict_clause.id].hours[10] == [0, 4]
        (elsewhere,) = replayed(officer, strict, now, store_ids=[chains.a.other_store])
        assert _spread(elsewhere) == []
        assert Entry.objects.filter(kind="STANDARD_REPLAYED", subject_id=strict.id).count() == 2


def test_much_is_worked_out_in_the_background(chains: Chains, as_role: AsRole) -> None:
    version, officer = asks(chains.a, RULES[0]), as_role(chains.a, "QUALITY_OFFICER")
    asked: dict[str, Any] = {"version_id": version.id, "first_on": MONDAY, "last_on": MONDAY, "now": TEN + A_DAY}
    with scope(chains.a.chain, officer):
        for entry in happened(chains.a, "COMPLAINT_FILED", 0, {}, 1):
            measure_entry(actor=MACHINE, entry=entry, now=TEN + A_DAY)
        replay = replay_standard(actor=officer, **asked, at_once=0)
        assert (replay.state, replay.clauses.count()) == (ReplayState.WAITING, 0)
        assert not work_out_replay(now=TEN + A_DAY)
        assert not work_out_replay(now=TEN + A_DAY)
        done = Replay.objects.get()
        assert (done.state, _spread(done.clauses.get())) == (ReplayState.DONE, [VerdictState.MET])


def test_a_waiting_replay_of_a_draft_written_anew_waits_until_that_is_measured(chains: Chains, as_role: AsRole) -> None:
    """And holds up nobody who waits behind it."""
    officer, closed = (
        as_role(chains.a, "QUALITY_OFFICER"),
        {"trigger": "COMPLAINT_FILED", "response": "COMPLAINT_CLOSED"},
    )
    known = asks(chains.a, RULES[0])
    asked: dict[str, Any] = {"first_on": MONDAY, "last_on": MONDAY, "now": TEN + A_DAY}
    with scope(chains.a.chain, officer):
        for entry in happened(chains.a, "COMPLAINT_FILED", 0, {}, 1):
            measure_entry(actor=MACHINE, entry=entry, now=TEN + A_DAY)
        draft = draft_standard(actor=officer, titles=TITLES, clauses=[same_day_clause()], now=TEN)
        first, second = (
            replay_standard(actor=officer, version_id=version.id, **asked, at_once=0) for version in (draft, known)
        )
        anew = [same_day_clause(**closed)]
        revise_standard(actor=officer, version_id=draft.id, titles=TITLES, clauses=anew, now=TEN + A_DAY)
        assert not work_out_replay(now=TEN + A_DAY)
        states = dict(Replay.objects.order_by("id").values_list("id", "state"))
        assert states == {first.id: ReplayState.WAITING, second.id: ReplayState.DONE}
        while measure_past(now=TEN + A_DAY):
            pass
        assert not work_out_replay(now=TEN + A_DAY)
        assert Replay.objects.get(id=first.id).state == ReplayState.DONE


def test_only_the_cases_of_the_stores_named_make_a_replay_too_much_to_wait_for(chains: Chains, as_role: AsRole) -> None:
    version, officer = asks(chains.a, RULES[0]), as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        for entry in happened(chains.a, "COMPLAINT_FILED", 0, {}, 1):
            measure_entry(actor=MACHINE, entry=entry, now=TEN + A_DAY)
        asked: dict[str, Any] = {"actor": officer, "version_id": version.id, "first_on": MONDAY, "last_on": MONDAY}
        states = [
            replay_standard(**asked, store_ids=[store], now=TEN + A_DAY, at_once=0).state
            for store in (chains.a.store, chains.a.other_store)
        ]
    assert states == [ReplayState.WAITING, ReplayState.DONE]


def test_a_replay_that_takes_the_database_too_long_holds_up_no_other_and_is_given_up(
    chains: Chains, as_role: AsRole, monkeypatch: pytest.MonkeyPatch
) -> None:
    version, officer = asks(chains.a, RULES[0]), as_role(chains.a, "QUALITY_OFFICER")
    asked: dict[str, Any] = {"version_id": version.id, "last_on": MONDAY, "at_once": 0}

    def slow_for_a_week(clause: Clause, tried: Tried) -> list[Counted]:
        if tried.first_on < MONDAY:
            with connections["default"].cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = '20ms'")
                cursor.execute("SELECT pg_sleep(1)")
        return count_at_once(clause, tried)

    monkeypatch.setattr(replaying, "count_at_once", slow_for_a_week)
    with scope(chains.a.chain, officer):
        for entry in happened(chains.a, "COMPLAINT_FILED", 0, {}, 1):
            measure_entry(actor=MACHINE, entry=entry, now=TEN + A_DAY)
        long = replay_standard(actor=officer, first_on=MONDAY - 6 * A_DAY, now=TEN, **asked)
        short = replay_standard(actor=officer, first_on=MONDAY, now=TEN + AN_HOUR, **asked)
        found = []
        for _time in range(4):
            is_more = work_out_replay(now=TEN + A_DAY)
            found.append((*(Replay.objects.get(id=each.id).state for each in (long, short)), is_more))
        assert found == [
            ("WAITING", "WAITING", True),
            ("WAITING", "DONE", True),
            ("WAITING", "DONE", True),
            ("FAILED", "DONE", False),
        ]
        assert not work_out_replay(now=TEN + A_DAY)


def test_what_nobody_waits_for_may_take_longer_and_only_that(
    chains: Chains, as_role: AsRole, monkeypatch: pytest.MonkeyPatch
) -> None:
    version, officer = asks(chains.a, RULES[0]), as_role(chains.a, "QUALITY_OFFICER")
    asked: dict[str, Any] = {"version_id": version.id, "first_on": MONDAY, "last_on": MONDAY, "now": TEN}
    allowed: list[str] = []

    def looking(clause: Clause, tried: Tried) -> list[Counted]:
        with connections["default"].cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            allowed.extend(cursor.fetchone())
        return count_at_once(clause, tried)

    monkeypatch.setattr(replaying, "count_at_once", looking)
    with scope(chains.a.chain, officer):
        replay_standard(actor=officer, **asked)
        replay_standard(actor=officer, **asked, at_once=-1)
        work_out_replay(now=TEN + A_DAY)
    assert allowed == ["5s", "2min"]


def test_a_replay_is_refused_for_whoever_may_not_and_for_what_is_not(chains: Chains, as_role: AsRole) -> None:
    version, officer, manager = (
        asks(chains.a, RULES[0]),
        *(as_role(chains.a, role) for role in ("QUALITY_OFFICER", "STORE_MANAGER")),
    )
    asked: dict[str, Any] = {"version_id": version.id, "first_on": MONDAY, "last_on": MONDAY, "now": TEN}
    with scope(chains.a.chain, manager), pytest.raises(NotPermitted):
        replay_standard(actor=manager, **asked)
    with scope(chains.a.chain, officer):
        for wrong in ({"version_id": new_id()}, {"against_id": new_id()}, {"store_ids": [new_id()]}):
            with pytest.raises(NotFound):
                replay_standard(actor=officer, **asked | wrong)
        for last_on in (MONDAY - A_DAY, MONDAY + 800 * A_DAY):
            with pytest.raises(Invalid):
                replay_standard(actor=officer, **asked | {"last_on": last_on})
        for end_of_time in (date.min, date.max):
            with pytest.raises(Invalid):
                replay_standard(actor=officer, **asked | {"first_on": end_of_time, "last_on": end_of_time})
