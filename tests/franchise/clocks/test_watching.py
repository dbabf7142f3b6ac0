"""Reminders and lateness are noted by themselves, once, and tell the journal (L2)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from chains.actor import Actor, system_actor
from chains.jobs import PROMPT_QUEUE
from chains.scope import scope
from clocks import tasks
from clocks.actions.pausing import customer_wrote, pause_clocks, resume_clocks
from clocks.actions.running import start_clock, stop_clock
from clocks.actions.watching import WATCH_MOMENT, watch_due, watch_moment
from clocks.models import Clock, Overdue, PauseReason, Reminder, TargetUnit
from clocks.rules.targets import Target
from journal.actions import append
from journal.models import Entry
from kit.ids import new_id
from tests.conftest import Chains
from tests.factories.chains import FurnishedChain
from tests.faults import tasks as faults
from tests.workers import empty_queue, eventually, process, queue

AsRole = Callable[..., Actor]
SUBJECT_TYPE, SUBJECT, CUSTOMER = "Complaint", new_id(), new_id()
A_MOMENT = timedelta(milliseconds=200)
MACHINE = system_actor()


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, 2, hour, minute, tzinfo=UTC)


def started(store_id: UUID, now: datetime, seconds: int = 4 * 3600, subject: UUID = SUBJECT, **other: Any) -> Clock:
    entry = append(
        actor=MACHINE,
        kind="COMPLAINT_FILED",
        subject_type=SUBJECT_TYPE,
        subject_id=SUBJECT,
        store_id=store_id,
        customer_id=CUSTOMER,
        now=now,
    )
    return start_clock(
        actor=MACHINE,
        store_id=store_id,
        subject_type=SUBJECT_TYPE,
        subject_id=subject,
        kind="ANSWER",
        target=Target(TargetUnit.WALL, seconds),
        entry_id=entry.id,
        now=now,
        **other,
    )


def paused(now: datetime) -> None:
    reason, of = PauseReason.WAITING_FOR_CUSTOMER, {"subject_type": SUBJECT_TYPE, "subject_id": SUBJECT}
    pause_clocks(actor=MACHINE, **of, reason=reason, entry_id=new_id(), now=now)


def looked_at(*moments: datetime) -> None:
    for moment in moments:
        watch_moment(actor=MACHINE, moment=moment, now=moment + A_MOMENT)


def told() -> list[tuple[str, Any]]:
    entries = Entry.objects.filter(kind__startswith="CLOCK_").in_order()
    return [(entry.kind, (entry.after or {}).get("share")) for entry in entries]


def test_a_clock_reminds_twice_and_then_is_overdue_once(chains: Chains) -> None:
    with scope(chains.a.chain, MACHINE):
        clock = started(chains.a.store, at(12))
        assert clock.watch_at == at(14)
        looked_at(at(13), at(14), at(14), at(15), at(15, 12), at(15, 30), at(16), at(16), at(20))
        assert told() == [("CLOCK_REMINDED", 50), ("CLOCK_REMINDED", 80), ("CLOCK_OVERDUE", None)]
        assert list(Reminder.objects.order_by("share").values_list("reached_at", flat=True)) == [at(14), at(15, 12)]
        overdue = Overdue.objects.get()
        assert (overdue.due_at, overdue.noted_at) == (at(16), at(16) + A_MOMENT)
        assert Clock.objects.get().watch_at is None


def test_the_entry_stands_in_the_timelines_of_the_thing_and_of_its_customer_and_of_nobody_else(chains: Chains) -> None:
    with scope(chains.a.chain, MACHINE):
        clock = started(chains.a.store, at(12))
        looked_at(at(16))
        entry = Entry.objects.get(kind="CLOCK_OVERDUE")
        assert (entry.subject_type, entry.subject_id, entry.store_id) == (SUBJECT_TYPE, SUBJECT, chains.a.store)
        assert (entry.customer_id, entry.actor_kind, entry.part_of_id) == (CUSTOMER, "SYSTEM", None)
        assert entry.after == {
            "clock_id": str(clock.id),
            "kind": "ANSWER",
            "clause_version_id": None,
            "due_at": "2026-03-02T16:00:00.000000+00:00",
        }
        assert Overdue.objects.get().entry_id == entry.id


def test_a_reminder_that_comes_too_late_is_left_out(chains: Chains) -> None:
    with scope(chains.a.chain, MACHINE):
        first = started(chains.a.store, at(12))
        looked_at(at(15, 30))
        stop_clock(actor=MACHINE, clock_id=first.id, entry_id=new_id(), now=at(15, 45))
        started(chains.a.other_store, at(12))
        looked_at(at(18))
        assert told() == [("CLOCK_REMINDED", 80), ("CLOCK_OVERDUE", None)]


def test_what_is_stopped_in_time_reminds_no_more_and_what_is_late_is_known_at_the_latest_when_it_is_stopped(
    chains: Chains,
) -> None:
    with scope(chains.a.chain, MACHINE):
        in_time, late = started(chains.a.store, at(12)), started(chains.a.other_store, at(12))
        stop_clock(actor=MACHINE, clock_id=in_time.id, entry_id=new_id(), now=at(13))
        answer = new_id()
        stop_clock(actor=MACHINE, clock_id=late.id, entry_id=answer, now=at(17))
        looked_at(at(14), at(16), at(18))
        assert told() == [("CLOCK_OVERDUE", None)]
        assert Entry.objects.get(kind="CLOCK_OVERDUE").part_of_id == answer
        assert Overdue.objects.get().clock_id == late.id


def test_a_clock_that_stands_still_in_time_is_not_overdue_and_one_that_was_late_is(chains: Chains) -> None:
    with scope(chains.a.chain, MACHINE):
        started(chains.a.store, at(12))
        looked_at(at(14))
        paused(at(15))
        looked_at(at(15, 12), at(16), at(20))
        assert told() == [("CLOCK_REMINDED", 50)]
        resume_clocks(actor=MACHINE, subject_type=SUBJECT_TYPE, subject_id=SUBJECT, entry_id=new_id(), now=at(20))
        assert Clock.objects.get().watch_at == at(20, 12)
        paused(at(21, 30))
        looked_at(at(22))
        assert told()[1:] == [("CLOCK_OVERDUE", None)]


def test_a_wait_in_vain_makes_a_clock_late_at_once(chains: Chains) -> None:
    with scope(chains.a.chain, MACHINE):
        started(chains.a.store, at(12))
        paused(at(13))
        about = {"subject_type": SUBJECT_TYPE, "subject_id": SUBJECT}
        customer_wrote(actor=MACHINE, **about, written_at=at(14), entry_id=new_id(), now=at(19))
        assert Clock.objects.get().current_due_at == at(17)
        looked_at(at(19))
        assert Overdue.objects.get().due_at == at(17)


def test_the_round_finds_what_lost_jobs_have_left(chains: Chains) -> None:
    with scope(chains.a.chain, MACHINE):
        started(chains.a.store, at(12))
        started(chains.a.other_store, at(14))
        assert not watch_due(actor=MACHINE, now=at(17))
        assert told() == [("CLOCK_OVERDUE", None), ("CLOCK_REMINDED", 50)]
        watch_due(actor=MACHINE, now=at(17))
        assert len(told()) == 2


def burst(store_id: UUID, now: datetime, seconds: int, count: int) -> None:
    for _ in range(count):
        started(store_id, now, seconds=seconds, subject=new_id())


def test_many_that_are_due_at_once_cost_as_many_statements_as_one(chains: Chains) -> None:
    costs = []
    with scope(chains.a.chain, MACHINE):
        for hours, count in enumerate((1, 30), start=1):
            burst(chains.a.store, at(12), hours * 4 * 3600, count)
            spent = []
            for moment in (at(12) + hours * share * timedelta(hours=4) for share in (0.5, 0.8, 1)):
                with CaptureQueriesContext(connections["default"]) as captured:
                    looked_at(moment)
                spent.append(len(captured))
            costs.append(spent)
        assert costs[0] == costs[1]
        assert Overdue.objects.count() == 31
        assert (Reminder.objects.count(), Entry.objects.filter(kind="CLOCK_OVERDUE").count()) == (62, 31)


def test_what_is_more_than_one_job_does_at_once_is_left_to_the_next(chains: Chains, monkeypatch: Any) -> None:
    monkeypatch.setattr("clocks.actions.watching._AT_ONCE", 2)
    with scope(chains.a.chain, MACHINE):
        burst(chains.a.store, at(12), 3600, 3)
        assert watch_moment(actor=MACHINE, moment=at(14), now=at(14))
        assert Overdue.objects.count() == 2
        assert not watch_moment(actor=MACHINE, moment=at(14), now=at(14))
        assert Overdue.objects.count() == 3


def test_nobody_changes_what_was_noted(chains: Chains, as_role: AsRole) -> None:
    with scope(chains.a.chain, MACHINE):
        started(chains.a.store, at(12))
        looked_at(at(14), at(16))
    with scope(chains.a.chain, as_role(chains.a, "HQ_ADMINISTRATOR")):
        for notices in (Overdue, Reminder):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                notices.objects.all().delete()
    with scope(chains.a.chain, as_role(chains.a, "SERVICE_STAFF_2")):
        assert not Overdue.objects.exists() and not Reminder.objects.exists()


def waiting(chain: FurnishedChain) -> list[ProcrastinateJob]:
    jobs = ProcrastinateJob.objects.filter(task_name=WATCH_MOMENT.name, args__chain=str(chain.chain.id))
    return list(jobs.order_by("id"))


def test_a_job_waits_for_each_moment_and_for_the_postponed_one_after_a_pause(fresh_chain: FurnishedChain) -> None:
    chain = fresh_chain.chain
    now, minute = timezone.now(), timedelta(minutes=1)
    with scope(chain, MACHINE):
        clock = started(fresh_chain.store, now, seconds=600, reminders=())
    (first,) = waiting(fresh_chain)
    assert first.queue_name == PROMPT_QUEUE
    # A tenth of a second after the moment, and then the next whole second.
    assert now + 10 * minute < first.scheduled_at < now + 10 * minute + timedelta(seconds=1.1)
    of = {"subject_type": SUBJECT_TYPE, "subject_id": SUBJECT}
    with scope(chain, MACHINE):
        paused(now + minute)
        resume_clocks(actor=MACHINE, **of, entry_id=new_id(), now=now + 3 * minute)
    _first, second = waiting(fresh_chain)
    assert second.scheduled_at - first.scheduled_at == 2 * minute
    tasks.watch_moment.run(first.args, now=first.scheduled_at)
    with scope(chain, MACHINE):
        assert not Overdue.objects.exists()
    tasks.watch_moment.run(second.args, now=second.scheduled_at)
    with scope(chain, MACHINE):
        assert Overdue.objects.get().clock_id == clock.id


def test_what_is_far_away_waits_in_its_row_until_a_round_puts_it_off_once(fresh_chain: FurnishedChain) -> None:
    now = timezone.now()
    with scope(fresh_chain.chain, MACHINE):
        started(fresh_chain.store, now, seconds=3600, reminders=())
    assert waiting(fresh_chain) == []
    envelope = {"chain": str(fresh_chain.chain.id), "arguments": {}}
    for minutes in (40, 50, 55):
        tasks.watch_due.run(envelope, now=now + timedelta(minutes=minutes))
    (job,) = waiting(fresh_chain)
    tasks.watch_moment.run(job.args, now=job.scheduled_at)
    with scope(fresh_chain.chain, MACHINE):
        assert Overdue.objects.count() == 1


def test_many_that_are_due_in_the_same_second_wait_for_one_job(fresh_chain: FurnishedChain) -> None:
    now = timezone.now().replace(microsecond=0)
    with scope(fresh_chain.chain, MACHINE):
        for number in range(5):
            burst(fresh_chain.store, now + timedelta(milliseconds=number * 150), 30, 2)
    (job,) = waiting(fresh_chain)
    assert job.scheduled_at == now + timedelta(seconds=31)
    tasks.watch_moment.run(job.args, now=job.scheduled_at)
    with scope(fresh_chain.chain, MACHINE):
        assert Overdue.objects.count() == 10


def test_a_job_whose_worker_runs_fast_comes_back_at_its_moment(fresh_chain: FurnishedChain) -> None:
    with scope(fresh_chain.chain, MACHINE):
        burst(fresh_chain.store, timezone.now(), 30, 1)
    (job,) = waiting(fresh_chain)
    ProcrastinateJob.objects.filter(id=job.id).delete()
    tasks.watch_moment.run(job.args, now=job.scheduled_at - A_MOMENT)
    (again,) = waiting(fresh_chain)
    assert (again.scheduled_at, again.args) == (job.scheduled_at, job.args)


def test_a_clock_that_is_taken_back_with_its_deed_leaves_no_job(fresh_chain: FurnishedChain) -> None:
    with pytest.raises(KeyboardInterrupt), scope(fresh_chain.chain, MACHINE):
        started(fresh_chain.store, timezone.now())
        raise KeyboardInterrupt
    assert waiting(fresh_chain) == []


def test_the_deeds_call_the_door_by_its_name_and_with_what_it_takes() -> None:
    assert (tasks.watch_moment.name, tasks.watch_moment.takes) == (WATCH_MOMENT.name, WATCH_MOMENT.takes)
    assert tasks.watch_moment.queue == WATCH_MOMENT.queue


@pytest.mark.parametrize("role", ["worker", "prompt"])
def test_a_real_worker_notes_that_a_clock_is_overdue_with_nobody_looking(
    fresh_chain: FurnishedChain, tmp_path: Path, role: str
) -> None:
    empty_queue()
    faults.note.defer(fresh_chain.chain.id, number=1)

    def is_noted() -> bool:
        with scope(fresh_chain.chain, MACHINE, read_only=True):
            return Overdue.objects.exists()

    with process(tmp_path, role):
        with scope(fresh_chain.chain, MACHINE):
            started(fresh_chain.store, timezone.now(), seconds=2)
        eventually(is_noted)
        # The process for what is measured in seconds does nothing else, and the others do both.
        eventually(lambda: len(queue()) == (role == "prompt"))
    with scope(fresh_chain.chain, MACHINE):
        overdue, clock = Overdue.objects.get(), Clock.objects.get()
        assert overdue.noted_at > overdue.due_at == clock.due_at
        assert clock.stopped_at is None
        assert told() == [("CLOCK_OVERDUE", None)]
