from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction

from chains.actor import Actor
from chains.scope import scope
from clocks.actions.pausing import pause_clocks, resume_clocks
from clocks.actions.running import keep_calendar, keep_calendars, start_clock, stop_clock, stop_clocks
from clocks.models import CalendarSnapshot, Clock, ClockPause, PauseReason, TargetUnit
from clocks.queries import overdue_at, running_clocks
from clocks.rules.targets import (
    ClockRunning,
    ClockRunsForward,
    ClockStopped,
    Due,
    Target,
)
from kit.ids import new_id
from kit.refusals import Invalid, NotFound
from stores.actions.hours import set_opening_hours
from stores.models import Store
from stores.queries import calendar_of
from stores.rules.calendar import Calendar, Interval
from tests.conftest import Chains
from tests.factories.stores import newly_opened

AsRole = Callable[..., Actor]
FOUR_WORKING_HOURS = Target(TargetUnit.WORKING, 4 * 3600)
SUBJECT = new_id()


def at(day: int, hour: int) -> datetime:
    """A moment of March 2026 on the wall clock of Shanghai, where the furnished stores are open from 9 to 21."""
    return datetime(2026, 3, day, hour, tzinfo=UTC) - timedelta(hours=8)


def started(actor: Actor, store_id: UUID, now: datetime, **other: object) -> Clock:
    usual: dict[str, object] = {
        "subject_type": "Complaint",
        "subject_id": SUBJECT,
        "kind": "INVESTIGATION",
        "target": FOUR_WORKING_HOURS,
        "entry_id": new_id(),
    }
    return start_clock(actor=actor, store_id=store_id, now=now, **{**usual, **other})


def pause(actor: Actor, clock: Clock, now: datetime, **other: object) -> list[Clock]:
    usual: dict[str, object] = {"reason": PauseReason.WAITING_FOR_DEPARTMENT, "entry_id": new_id()}
    return pause_clocks(actor=actor, now=now, **{**_of(clock), **usual, **other})


def resume(actor: Actor, clock: Clock, now: datetime, entry_id: UUID | None = None) -> list[Clock]:
    return resume_clocks(actor=actor, **_of(clock), now=now, entry_id=entry_id or new_id())


def _of(clock: Clock) -> Any:
    return {"subject_type": clock.subject_type, "subject_id": clock.subject_id, "kinds": [clock.kind]}


def test_a_clock_is_due_by_the_stores_calendar_and_knows_by_which(chains: Chains, as_role: AsRole) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        clock = Clock.objects.get(pk=started(staff, chains.a.store, at(2, 19)).pk)
        assert clock.due_at == at(3, 11)
        assert (clock.target_unit, clock.target_seconds) == ("WORKING", 14400)
        assert clock.calendar.calendar["time_zone"] == "Asia/Shanghai"


def test_clocks_set_by_the_same_calendar_share_its_snapshot_and_new_hours_move_no_running_clock(
    chains: Chains, as_role: AsRole
) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        first = started(manager, chains.a.store, at(2, 19))
        second = started(manager, chains.a.store, at(2, 19), kind="ANSWER")
        assert first.calendar_id == second.calendar_id
        set_opening_hours(
            actor=manager,
            store_id=chains.a.store,
            valid_from=at(3, 12).date(),
            days=((Interval(time(20), time(21)),),) * 7,
            now=at(2, 20),
        )
        third = started(manager, chains.a.store, at(2, 20), kind="VISIT")
        assert CalendarSnapshot.objects.count() == 2
        assert third.due_at == at(5, 21)
        stopped = stop_clock(actor=manager, clock_id=first.id, entry_id=new_id(), now=at(3, 12))
        assert (stopped.due_at, stopped.working_seconds) == (at(3, 11), 5 * 3600)


def test_calendars_of_many_stores_are_kept_at_once_each_as_if_by_itself(chains: Chains, as_role: AsRole) -> None:
    hq = as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, hq):
        here, there = (Store.objects.get(id=key) for key in (chains.a.store, chains.a.other_store))
        usual, other = calendar_of(here), Calendar("Asia/Shanghai")
        alone = keep_calendar(calendar=usual, store=here, now=at(2, 9))
        wanted = [(there, usual), (here, other), (here, usual), (here, other)]
        kept = keep_calendars(wanted, now=at(2, 10))
        assert kept == keep_calendars(wanted, now=at(2, 11))
        assert kept == [keep_calendar(calendar=calendar, store=store, now=at(2, 12)) for store, calendar in wanted]
        assert kept[2] == alone
        assert CalendarSnapshot.objects.count() == 3


def test_a_snapshot_is_never_changed(chains: Chains, as_role: AsRole) -> None:
    hq = as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, hq):
        started(hq, chains.a.store, at(2, 19))
        with pytest.raises(DatabaseError), transaction.atomic():
            CalendarSnapshot.objects.update(fingerprint="0" * 64)
        with pytest.raises(DatabaseError), transaction.atomic():
            CalendarSnapshot.objects.all().delete()


def test_a_thing_may_have_begun_before_it_was_recorded_but_not_after(chains: Chains, as_role: AsRole) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        earlier = started(staff, chains.a.store, at(2, 19), started_at=at(2, 10))
        assert (earlier.started_at, earlier.due_at) == (at(2, 10), at(2, 14))
        future = started(staff, chains.a.store, at(2, 19), started_at=at(9, 9), kind="ANSWER")
        assert future.started_at == at(2, 19)


def test_one_clock_of_a_kind_runs_for_a_subject_and_a_clause(chains: Chains, as_role: AsRole) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    clause = new_id()
    with scope(chains.a.chain, staff):
        first = started(staff, chains.a.store, at(2, 10))
        with pytest.raises(ClockRunning):
            started(staff, chains.a.store, at(2, 11))
        started(staff, chains.a.store, at(2, 11), clause_version_id=clause)
        with pytest.raises(ClockRunning):
            started(staff, chains.a.store, at(2, 11), clause_version_id=clause)
        stop_clock(actor=staff, clock_id=first.id, entry_id=new_id(), now=at(2, 12))
        again = started(staff, chains.a.store, at(2, 13))
        running = running_clocks(actor=staff, subject_type="Complaint", subject_ids=[SUBJECT])
        assert [clock.clause_version_id for clock in running] == [clause, None]
        everything = Clock.objects.of_subject("Complaint", SUBJECT).order_by("started_at", "id")
        assert [clock.id for clock in everything][::2] == [first.id, again.id]


def test_where_hours_are_not_recorded_no_due_time_is_known(chains: Chains, as_role: AsRole) -> None:
    hq = as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, hq):
        store = newly_opened(hq)
        clock = started(hq, store.id, at(2, 19))
        assert clock.due_at is None
        assert not overdue_at(actor=hq, moment=at(30, 9))
        stopped = stop_clock(actor=hq, clock_id=clock.id, entry_id=new_id(), now=at(3, 19))
        assert (stopped.wall_seconds, stopped.working_seconds) == (86400, None)


def test_another_stores_clocks_look_missing(chains: Chains, as_role: AsRole) -> None:
    staff, other = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "SERVICE_STAFF_2")
    with scope(chains.a.chain, staff):
        clock = started(staff, chains.a.store, at(2, 10))
    with scope(chains.a.chain, other):
        assert not running_clocks(actor=other, subject_type="Complaint", subject_ids=[SUBJECT])
        assert not overdue_at(actor=other, moment=at(30, 9))
        for store_id in (chains.a.store, chains.b.store):
            with pytest.raises(NotFound):
                started(other, store_id, at(2, 10))
        with pytest.raises(NotFound):
            stop_clock(actor=other, clock_id=clock.id, entry_id=new_id(), now=at(2, 11))
        assert pause(other, clock, at(2, 11)) == []
        assert stop_clocks(actor=other, **_of(clock), entry_id=new_id(), now=at(2, 11)) == []


def test_a_target_that_is_none_starts_no_clock(chains: Chains, as_role: AsRole) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        with pytest.raises(Invalid):
            started(staff, chains.a.store, at(2, 10), target=Target(TargetUnit.WALL, -1))
        assert not Clock.objects.exists()


def test_a_due_time_that_the_caller_reckoned_is_kept_as_it_is(chains: Chains, as_role: AsRole) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        assert started(staff, chains.a.store, at(2, 10), due=Due(at(9, 21)), kind="A").due_at == at(9, 21)
        assert started(staff, chains.a.store, at(2, 10), due=Due(None), kind="B").due_at is None
        with pytest.raises(Invalid):
            started(staff, chains.a.store, at(2, 10), due=Due(at(2, 9)), kind="C")


def test_a_pause_carries_the_due_time_that_follows_from_it(chains: Chains, as_role: AsRole) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    paused_by, resumed_by = new_id(), new_id()
    with scope(chains.a.chain, staff):
        clock = started(staff, chains.a.store, at(2, 10))
        (paused,) = pause(staff, clock, at(2, 11), entry_id=paused_by)
        assert (paused.is_paused, paused.current_due_at) == (True, None)
        resume(staff, clock, at(3, 10), entry_id=resumed_by)
        first = ClockPause.objects.get(clock=clock)
        assert (first.paused_by_id, first.resumed_by_id, first.due_at) == (paused_by, resumed_by, at(3, 13))
        (shown,) = running_clocks(actor=staff, subject_type="Complaint", subject_ids=[SUBJECT])
        assert (shown.due_at, shown.current_due_at, shown.is_paused) == (at(2, 14), at(3, 13), False)
        pause(staff, clock, at(3, 12))
        (second,) = resume(staff, clock, at(3, 20))
        assert second.current_due_at == at(3, 21)
        stopped = stop_clock(actor=staff, clock_id=clock.id, entry_id=new_id(), now=at(3, 21))
        assert (stopped.wall_seconds, stopped.working_seconds) == (4 * 3600, 4 * 3600)


def test_overdue_is_what_runs_past_its_current_due_time_longest_first(chains: Chains, as_role: AsRole) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        late = started(staff, chains.a.store, at(2, 10), kind="A")
        later = started(staff, chains.a.store, at(2, 11), kind="B")
        done = started(staff, chains.a.store, at(2, 10), kind="C")
        paused = started(staff, chains.a.store, at(2, 10), kind="D")
        postponed = started(staff, chains.a.store, at(2, 10), kind="E")
        stop_clock(actor=staff, clock_id=done.id, entry_id=new_id(), now=at(2, 11))
        for clock in (paused, postponed):
            pause(staff, clock, at(2, 11))
        resume(staff, postponed, at(2, 18))
        assert [clock.id for clock in overdue_at(actor=staff, moment=at(2, 20))] == [late.id, later.id]
        # Up to its last moment it is in time.
        assert not overdue_at(actor=staff, moment=at(2, 14))
        just_after = timedelta(microseconds=1)
        assert [clock.id for clock in overdue_at(actor=staff, moment=at(2, 14) + just_after)] == [late.id]
        assert postponed.id in {clock.id for clock in overdue_at(actor=staff, moment=at(2, 21) + just_after)}
        assert not overdue_at(actor=staff, moment=at(2, 20), store_id=chains.a.other_store)


def test_a_clock_stands_still_once_and_runs_on_once(chains: Chains, as_role: AsRole) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        clock = started(staff, chains.a.store, at(2, 10))
        assert resume(staff, clock, at(2, 11)) == []
        assert pause(staff, clock, at(2, 11)) == [clock]
        assert pause(staff, clock, at(2, 12)) == []
        with pytest.raises(ClockRunsForward):
            resume(staff, clock, at(2, 10))
        assert resume(staff, clock, at(2, 12)) == [clock]
        assert resume(staff, clock, at(2, 13)) == []
        with pytest.raises(ClockRunsForward):
            pause(staff, clock, at(2, 11))
        assert ClockPause.objects.count() == 1


def test_all_clocks_of_a_subject_stand_still_together_but_for_those_of_other_kinds(
    chains: Chains, as_role: AsRole
) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        first, second = (started(staff, chains.a.store, at(2, 10), kind=kind) for kind in ("A", "B"))
        other = started(staff, chains.a.store, at(2, 10), subject_id=new_id())
        assert pause(staff, first, at(2, 11)) == [first]
        assert pause(staff, first, at(2, 12), kinds=None) == [second]
        assert [each.id for each in Clock.objects.filter(is_paused=False)] == [other.id]
        stopped = stop_clocks(
            actor=staff, subject_type="Complaint", subject_id=SUBJECT, entry_id=new_id(), now=at(2, 14)
        )
        assert [(each.kind, each.wall_seconds, each.is_paused) for each in stopped] == [
            ("A", 3600, False),
            ("B", 7200, False),
        ]


def test_another_reason_is_told_in_words(chains: Chains, as_role: AsRole) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        clock = started(staff, chains.a.store, at(2, 10))
        with pytest.raises(Invalid) as refused:
            pause(staff, clock, at(2, 11), reason=PauseReason.OTHER, note=" ")
        assert refused.value.field == ("note",)
        pause(staff, clock, at(2, 11), reason=PauseReason.OTHER, note="The lift is broken.")
        assert ClockPause.objects.get().note == "The lift is broken."


def test_a_stopped_clock_shows_what_it_showed_for_ever(chains: Chains, as_role: AsRole) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    stopped_by = new_id()
    with scope(chains.a.chain, staff):
        clock = started(staff, chains.a.store, at(2, 10))
        pause(staff, clock, at(2, 11))
        stopped = stop_clock(actor=staff, clock_id=clock.id, entry_id=stopped_by, now=at(2, 15))
        assert (stopped.stopped_by_id, stopped.wall_seconds, stopped.working_seconds) == (stopped_by, 3600, 3600)
        with pytest.raises(ClockStopped):
            stop_clock(actor=staff, clock_id=clock.id, entry_id=new_id(), now=at(2, 16))
        assert pause(staff, clock, at(2, 16)) == resume(staff, clock, at(2, 16)) == []
        with pytest.raises(ClockRunsForward):
            stop_clock(
                actor=staff,
                clock_id=started(staff, chains.a.store, at(2, 17)).id,
                entry_id=new_id(),
                now=at(2, 16),
            )
