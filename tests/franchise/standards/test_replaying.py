"""Trying a version on the past: what comes out, in whose turn, and what is refused."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from chains.actor import Actor
from chains.scope import scope
from journal.models import Entry
from kit.ids import new_id
from kit.refusals import Invalid, NotFound, NotPermitted
from standards.actions import replaying
from standards.actions.drafting import draft_standard, revise_standard
from standards.actions.judging_at_once import Tried, count_at_once
from standards.actions.measuring import measure_entry
from standards.actions.measuring_past import measure_past
from standards.actions.replaying import replay_standard, work_out_replay
from standards.models.replays import Replay, ReplayState
from standards.models.texts import Clause
from standards.models.verdicts import ReasonCode, Span, VerdictState
from standards.queries.replays import replayed_alarms
from standards.rules.replays import Counted, NotMeasuredYet
from stores.models import Store
from tests.conftest import Chains
from tests.factories.chains import FurnishedChain
from tests.factories.past import A_DAY, AN_HOUR, MACHINE, MONDAY, RULES, TEN, asks, happened, replayed, spread
from tests.factories.people import actor_of_role
from tests.factories.standards import TITLES, approved, same_day_clause

AsRole = Callable[..., Actor]


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
        assert spread(found[strict_clause.id]) == [VerdictState.MISSED] * 4
        assert spread(found[mild_clause.id]) == [VerdictState.MET] * 4
        assert found[strict_clause.id].stores.get().needs_waiver
        assert not found[mild_clause.id].stores.get().needs_waiver
        assert replayed_alarms([found[strict_clause.id]]) == {found[strict_clause.id].id: 4 / 21}
        assert found[strict_clause.id].weekdays[:5] == [[0, 1], [0, 1], [0, 1], [0, 1], [0, 0]]
        assert found[strict_clause.id].hours[10] == [0, 4]
        (elsewhere,) = replayed(officer, strict, now, store_ids=[chains.a.other_store])
        assert spread(elsewhere) == []
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
        assert (done.state, spread(done.clauses.get())) == (ReplayState.DONE, [VerdictState.MET])


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


def test_while_cases_are_counted_nothing_is_written_that_would_hold_up_everybodys_news(
    fresh_chain: FurnishedChain, monkeypatch: pytest.MonkeyPatch
) -> None:
    version, officer = asks(fresh_chain, RULES[0]), actor_of_role(fresh_chain, "QUALITY_OFFICER")
    asked: dict[str, Any] = {"version_id": version.id, "first_on": MONDAY, "last_on": MONDAY, "now": TEN}
    writing: list[object] = []

    def looking(clause: Clause, tried: Tried) -> list[Counted]:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id_if_assigned()")
            writing.extend(cursor.fetchone())
        return count_at_once(clause, tried)

    monkeypatch.setattr(replaying, "count_at_once", looking)
    for at_once in (100, -1):
        with scope(fresh_chain.chain, officer):
            replay_standard(actor=officer, **asked, at_once=at_once)
    with scope(fresh_chain.chain, MACHINE):
        work_out_replay(now=TEN + A_DAY)
    with scope(fresh_chain.chain, MACHINE):
        assert set(Replay.objects.values_list("state", flat=True)) == {ReplayState.DONE}
    assert writing == [None, None]


def test_a_case_that_still_has_time_is_named_where_it_began_and_not_in_each_part_of_the_period(chains: Chains) -> None:
    version = asks(chains.a, RULES[0] | {"within": "P30D"})
    now, first_on = TEN + A_DAY, MONDAY - 360 * A_DAY
    with scope(chains.a.chain, MACHINE):
        for entry in happened(chains.a, "COMPLAINT_FILED", 0, {}, None):
            measure_entry(actor=MACHINE, entry=entry, now=now)
        clause, open_case = Clause.objects.get(version=version), Span.objects.get()
        tried = Tried(first_on, MONDAY, tuple(Store.objects.all()), now, are_all=True)
        with CaptureQueriesContext(connections["default"]) as asked:
            counted = count_at_once(clause, tried)
        assert {(each.reason, each.number) for each in counted} == {(ReasonCode.STILL_TIME, 1)}
        # Once among those that are apart, once among those that are left out of the others.
        assert sum(each["sql"].count(open_case.id.hex) for each in asked) == 2


def test_a_draft_that_is_written_anew_while_its_cases_are_counted_is_counted_again(
    fresh_chain: FurnishedChain, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = actor_of_role(fresh_chain, "QUALITY_OFFICER")
    with scope(fresh_chain.chain, officer):
        draft = draft_standard(actor=officer, titles=TITLES, clauses=[same_day_clause()], now=TEN)
    with scope(fresh_chain.chain, MACHINE):
        while measure_past(now=TEN):
            pass
    texts = iter(("96", "97", "98"))

    def written_anew(clause: Clause, tried: Tried) -> list[Counted]:
        share = next(texts, None)
        if share:
            with ThreadPoolExecutor(1) as other:
                other.submit(write_anew, int(share)).result()
        return count_at_once(clause, tried)

    def write_anew(share: int) -> None:
        with scope(fresh_chain.chain, officer):
            anew = [same_day_clause(share=share)]
            revise_standard(actor=officer, version_id=draft.id, titles=TITLES, clauses=anew, now=TEN)
        connections.close_all()

    monkeypatch.setattr(replaying, "count_at_once", written_anew)
    asked: dict[str, Any] = {"version_id": draft.id, "first_on": MONDAY, "last_on": MONDAY, "now": TEN}
    with scope(fresh_chain.chain, officer):
        replay = replay_standard(actor=officer, **asked)
    assert replay.state == ReplayState.WAITING
    rounds = []
    for _time in range(3):
        with scope(fresh_chain.chain, MACHINE):
            rounds.append(work_out_replay(now=TEN + A_DAY))
    assert rounds == [True, True, False]
    with scope(fresh_chain.chain, MACHINE):
        done = Replay.objects.get()
        assert (done.state, done.tries) == (ReplayState.DONE, 0)
        assert done.clauses.get().clause.rule["share"] == "98"


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
