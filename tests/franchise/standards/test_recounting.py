"""Tallies are counted again by the verdicts that they are the sum of, and mended: also while verdicts are written."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from threading import Event, Timer
from time import sleep
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from chains.actor import system_actor
from chains.jobs import task_named
from chains.queueing import holding_jobs
from chains.scope import scope
from journal.models import Entry
from standards import tasks
from standards.actions import recounting
from standards.actions.measuring import judge_due, measure_entry
from standards.actions.recounting import _lacking, months_to_recount, recount_chain, recount_stores
from standards.models.tallies import COUNTS, DayTally, MonthTally, StoreMonthTally
from standards.models.verdicts import Verdict
from standards.rules.recounting import months_in_turn
from tests.factories.chains import FurnishedChain
from tests.factories.complaints import filed, settled
from tests.factories.people import actor_of_role
from tests.factories.standards import in_force

MACHINE = system_actor()
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW = TEN + 40 * DAY
MAY, NOBODY = date(2026, 5, 1), UUID(int=0)
STORES = ("STORE_MANAGER", "STORE_MANAGER_2")


@pytest.fixture
def lived(fresh_chain: FurnishedChain) -> FurnishedChain:
    """A chain with verdicts that are met, missed and open, at two stores, in May and June."""
    in_force(fresh_chain, TEN - HOUR)
    for role in STORES:
        manager = actor_of_role(fresh_chain, role)
        (store,) = manager.store_ids
        with scope(fresh_chain.chain, manager):
            settled(manager, store, TEN)
            filed(manager, store, TEN + 2 * DAY)
            filed(manager, store, TEN + 35 * DAY)
    with scope(fresh_chain.chain, MACHINE):
        for entry in Entry.objects.filter(subject_type="Complaint").in_order():
            measure_entry(actor=MACHINE, entry=entry, now=entry.at)
        judge_due(actor=MACHINE, now=TEN + 4 * DAY)
    assert tallies(fresh_chain) == verdicts(fresh_chain)
    return fresh_chain


def tallies(chain: FurnishedChain) -> list[Counter[tuple[object, ...]]]:
    """Return what days, months of stores and months of the chain say, state by state."""
    found = []
    for model, key in (
        (DayTally, ("store_id", "clause_id", "day", "user_id")),
        (StoreMonthTally, ("store_id", "clause_id", "month")),
        (MonthTally, ("clause_id", "month")),
    ):
        said = Counter[tuple[object, ...]]()
        with scope(chain.chain, MACHINE):
            for row in model._default_manager.values():
                said.update({(*(row[name] for name in key), state): row[state] for state in COUNTS})
        found.append(Counter({place: number for place, number in said.items() if number}))
    return found


def verdicts(chain: FurnishedChain) -> list[Counter[tuple[object, ...]]]:
    """Return what stands, counted as tallies count it."""
    days, at_stores, months = (Counter[tuple[object, ...]]() for _each in range(3))
    with scope(chain.chain, MACHINE):
        for verdict in Verdict.objects.standing():
            state, month = verdict.state.lower(), verdict.day.replace(day=1)
            days[verdict.store_id, verdict.clause_id, verdict.day, verdict.user_id, state] += 1
            at_stores[verdict.store_id, verdict.clause_id, month, state] += 1
            months[verdict.clause_id, month, state] += 1
    return [days, at_stores, months]


def recounted(chain: FurnishedChain, now: datetime = NOW) -> int:
    """Let a round go by with all its jobs; return how many jobs there were."""
    with holding_jobs() as jobs:
        tasks.recount_tallies.run({"chain": str(chain.chain.id), "arguments": {}}, now=now)
        # Grows while it is gone through.
        for job in jobs:
            if job.task_name.startswith("standards.recount"):
                task_named(job.task_name).run(job.task_kwargs, now=now)
    return sum(job.task_name.startswith("standards.recount") for job in jobs)


def mended(chain: FurnishedChain) -> list[tuple[str, UUID | None]]:
    with scope(chain.chain, MACHINE):
        entries = Entry.objects.filter(kind="TALLIES_MENDED").in_order()
        return list(entries.values_list("subject_type", "store_id"))


def spoil(chain: FurnishedChain) -> None:
    """Leave tallies as those do who do not know of them, or of a verdict."""
    with scope(chain.chain, MACHINE):
        StoreMonthTally.objects.filter(store_id=chain.store, month=MAY).delete()
        DayTally.objects.filter(store_id=chain.store, met=1).delete()
        DayTally.objects.filter(store_id=chain.store, missed=1).update(missed=5, not_known=-1)
        MonthTally.objects.filter(month=MAY).update(met=7)


def test_what_is_right_is_left_alone_and_nothing_is_written(
    lived: FurnishedChain, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing: list[object] = []

    def looking(statement: str, given: Any) -> Any:
        found = _lacking(statement, given)
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id_if_assigned()")
            writing.extend(cursor.fetchone())
        return found

    monkeypatch.setattr(recounting, "_lacking", looking)
    before = tallies(lived)
    # May and June: the stores of each, then the chain.
    assert recounted(lived) == 4
    assert writing == [None] * 6
    assert (tallies(lived), mended(lived)) == (before, [])


def test_what_tallies_lack_is_added_once_and_told_to_the_journal(lived: FurnishedChain) -> None:
    spoil(lived)
    assert tallies(lived) != verdicts(lived)
    recounted(lived)
    assert tallies(lived) == verdicts(lived)
    assert mended(lived) == [("Store", lived.store), ("Clause", None)]
    with scope(lived.chain, MACHINE):
        told = Entry.objects.get(kind="TALLIES_MENDED", store_id=lived.store).after or {}
    assert (told["month"], told["days"]) == ("2026-05-01", 2)
    assert list(told["clauses"].values()) == [{"met": 1, "missed": 1}]
    recounted(lived)
    assert len(mended(lived)) == 2


def test_stores_are_counted_part_by_part(lived: FurnishedChain, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recounting, "MOST_AT_ONCE", 1)
    spoil(lived)
    # For each month two stores, that there is no third one, and the chain.
    assert recounted(lived) == 8
    assert tallies(lived) == verdicts(lived)


@pytest.mark.parametrize("is_written_first", [True, False])
def test_a_verdict_that_is_written_at_the_same_moment_is_counted_once(
    lived: FurnishedChain, monkeypatch: pytest.MonkeyPatch, is_written_first: bool
) -> None:
    """Whether it is committed while the tallies are looked at, or waits to be while they are mended."""
    spoil(lived)
    counted, may_commit = Event(), Event()
    manager = actor_of_role(lived, "STORE_MANAGER")
    with scope(lived.chain, manager):
        complaint = settled(manager, lived.store, TEN + 2 * HOUR)

    def judge_another() -> None:
        try:
            with scope(lived.chain, MACHINE):
                for entry in Entry.objects.filter(subject_id=complaint.id).in_order():
                    measure_entry(actor=MACHINE, entry=entry, now=entry.at)
                counted.set()
                assert may_commit.wait(20)
        finally:
            connections.close_all()

    with ExitStack() as stack:
        other = stack.enter_context(ThreadPoolExecutor(1))
        stack.callback(may_commit.set)
        writer = other.submit(judge_another)
        assert counted.wait(20)

        def looking(statement: str, given: Any) -> Any:
            found = _lacking(statement, given)
            if is_written_first:
                may_commit.set()
                writer.result()
            elif not may_commit.is_set():
                # By then the round has come to the rows that the other one holds.
                Timer(0.5, may_commit.set).start()
            return found

        monkeypatch.setattr(recounting, "_lacking", looking)
        recounted(lived)
        writer.result()
    assert tallies(lived) == verdicts(lived)


def test_two_who_find_the_same_lacking_mend_it_once(lived: FurnishedChain, monkeypatch: pytest.MonkeyPatch) -> None:
    spoil(lived)
    deeds: list[Callable[[], object]] = [
        lambda: recount_stores(actor=MACHINE, month=MAY, after=NOBODY, now=NOW),
        lambda: recount_chain(actor=MACHINE, month=MAY, now=NOW),
    ]
    for deed in deeds:
        meanwhile = [deed]

        def looking(statement: str, given: Any, meanwhile: list[Callable[[], object]] = meanwhile) -> Any:
            found = _lacking(statement, given)
            if meanwhile and statement != recounting._DAYS_LACK:
                with ThreadPoolExecutor(1) as other:
                    other.submit(in_another_transaction, lived, meanwhile.pop()).result()
            return found

        monkeypatch.setattr(recounting, "_lacking", looking)
        with scope(lived.chain, MACHINE):
            deed()
    assert tallies(lived) == verdicts(lived)
    assert mended(lived) == [("Store", lived.store), ("Clause", None)]


def test_whoever_mends_what_another_one_is_mending_waits_for_them(lived: FurnishedChain) -> None:
    spoil(lived)
    deeds: list[Callable[[], object]] = [
        lambda: recount_stores(actor=MACHINE, month=MAY, after=NOBODY, now=NOW),
        lambda: recount_chain(actor=MACHINE, month=MAY, now=NOW),
    ]
    for deed in deeds:
        mended_by_one = Event()

        def mend_slowly(deed: Callable[[], object] = deed, mended_by_one: Event = mended_by_one) -> None:
            deed()
            mended_by_one.set()
            sleep(0.5)

        with ThreadPoolExecutor(1) as other:
            first = other.submit(in_another_transaction, lived, mend_slowly)
            assert mended_by_one.wait(20)
            with scope(lived.chain, MACHINE):
                deed()
            first.result()
    assert tallies(lived) == verdicts(lived)
    assert mended(lived) == [("Store", lived.store), ("Clause", None)]


def in_another_transaction(chain: FurnishedChain, deed: Callable[[], object]) -> None:
    try:
        with scope(chain.chain, MACHINE):
            deed()
    finally:
        connections.close_all()


def test_every_month_has_its_turn_and_the_latest_two_have_it_every_night() -> None:
    first = date(2025, 1, 17)
    nights = [date(2026, 5, 31) + n * DAY for n in range(25)]
    found = [months_in_turn(night, first) for night in nights]
    assert found[0][:2] == [MAY, date(2026, 4, 1)]
    assert found[1][:2] == [date(2026, 6, 1), MAY]
    assert {each.strftime("%Y-%m") for months in found for each in months} == {
        f"{year}-{month:02}" for year, last in ((2025, 12), (2026, 6)) for month in range(1, last + 1)
    }
    assert all(len(months) == 3 for months in found)
    assert months_in_turn(date(2026, 5, 31), MAY) == [MAY, date(2026, 4, 1)]


def test_where_no_standard_ever_came_to_a_store_there_is_nothing_to_count(fresh_chain: FurnishedChain) -> None:
    with scope(fresh_chain.chain, MACHINE):
        assert months_to_recount(now=NOW) == []
