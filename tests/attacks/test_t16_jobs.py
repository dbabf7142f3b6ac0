"""T16: jobs of several chains in one worker, a job without a chain, and a job whose chain is gone."""

import threading
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connections
from django.utils import timezone
from procrastinate.jobs import Job

from chains.actor import system_actor
from chains.jobs import BadEnvelope, ChainTask, chain_task
from chains.models import DeadLetter
from chains.queueing import enqueue
from chains.scope import scope
from journal.models import Entry
from tests.factories.chains import demolish, furnish, opened_chain
from tests.faults import tasks
from tests.workers import drain, empty_queue, noted, queue


@pytest.fixture(autouse=True)
def _nothing_waits(fresh_chain) -> None:
    empty_queue()


@pytest.fixture
def rival(fresh_chain):
    """A second committed chain."""
    chain = opened_chain("Rival", f"t{uuid4().hex[:12]}.onebanner.localhost")
    furnish(chain)
    yield chain
    if chain.state == "ACTIVE":
        demolish(chain)


def test_a_worker_that_has_just_run_one_chains_job_sees_only_the_next_ones(fresh_chain, rival, tmp_path) -> None:
    ours = fresh_chain.chain
    for number in range(6):
        tasks.note.defer((ours, rival)[number % 2].id, number=number)
    drain(tmp_path)
    for chain, numbers in ((ours, [0, 2, 4]), (rival, [1, 3, 5])):
        assert [note["number"] for note in noted(chain)] == numbers
        assert {note["chain"] for note in noted(chain)} == {str(chain.id)}


def test_a_job_without_a_chain_is_a_dead_letter_at_once(fresh_chain, tmp_path: Path) -> None:
    chain_id = str(fresh_chain.chain.id)
    envelopes = [
        {"arguments": {"number": 1}},
        {"chain": None, "arguments": {"number": 1}},
        {"chain": "public", "arguments": {"number": 1}},
        {"chain": chain_id},
        {"chain": chain_id, "arguments": {}},
        {"chain": chain_id, "arguments": {"number": "seven"}},
        {"chain": chain_id, "arguments": {"number": 1, "schema": "public"}},
    ]
    enqueue(
        [Job(queue="chains", lock=None, queueing_lock=None, task_name="tests.note", task_kwargs=e) for e in envelopes]
    )
    drain(tmp_path)
    assert {status for _task, status, _attempts in queue().values()} == {"failed"}
    assert DeadLetter.objects.filter(attempts=1).count() == len(envelopes)
    assert noted(fresh_chain.chain) == []


def test_a_job_of_a_closed_or_unknown_chain_is_dropped_with_a_log_row(fresh_chain, rival, tmp_path: Path) -> None:
    missing = uuid4()
    tasks.note.defer(rival.id, number=1)
    tasks.note.defer(missing, number=2)
    tasks.note.defer(fresh_chain.chain.id, number=3)
    demolish(rival)
    rival.refresh_from_db()
    logged = drain(tmp_path)
    assert logged.count("Job dropped") == 2
    assert str(missing) in logged
    assert queue() == {}
    assert not DeadLetter.objects.exists()
    assert [note["number"] for note in noted(fresh_chain.chain)] == [3]


def test_the_queue_carries_no_words_of_a_chain(fresh_chain) -> None:
    with pytest.raises(TypeError, match="can't take name"):

        @chain_task(name="tests.refused")
        def refused(*, name: str) -> None:
            """Would carry a name out of the chain."""

    with pytest.raises(TypeError, match="does not take str as number"):
        tasks.note.job(fresh_chain.chain.id, number="Mrs Wang")
    with pytest.raises(TypeError, match="takes"):
        tasks.note.job(fresh_chain.chain.id, number=1, name="Mrs Wang")


def test_a_job_put_off_in_a_deed_is_queued_only_if_the_deed_is_committed(fresh_chain) -> None:
    chain = fresh_chain.chain
    with scope(chain, system_actor()):
        tasks.note.defer(chain.id, number=1)
        assert queue() == {}
    assert len(queue()) == 1
    with pytest.raises(ZeroDivisionError), scope(chain, system_actor()):
        tasks.note.defer(chain.id, number=2)
        raise ZeroDivisionError
    assert len(queue()) == 1


def test_of_one_key_only_one_job_waits(fresh_chain) -> None:
    chain = fresh_chain.chain
    for _ in range(3):
        tasks.note.defer(chain.id, key="same", number=1)
    tasks.note.defer(chain.id, key="another", number=1)
    assert len(queue()) == 2


def test_c06_an_entry_handled_by_two_workers_at_once_has_one_effect(fresh_chain) -> None:
    chain = fresh_chain.chain
    with scope(chain, system_actor()):
        tasks.record(system_actor(), "ASKED", timezone.now())
    with scope(chain, system_actor()):
        entry = Entry.objects.get(kind="ASKED")
    envelope = tasks.answer.job(chain.id, entry_id=entry.id).task_kwargs
    start = threading.Barrier(4)

    def work(task: ChainTask) -> None:
        start.wait()
        task.run(envelope, now=timezone.now())
        connections.close_all()

    threads = [threading.Thread(target=work, args=[tasks.answer]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tasks.answer.run(envelope, now=timezone.now())
    assert noted(chain, "ANSWERED") == [{"question": str(entry.id)}]


def test_an_envelope_is_read_again_as_what_it_was(fresh_chain) -> None:
    entry_id = uuid4()
    envelope = tasks.answer.job(fresh_chain.chain.id, entry_id=entry_id).task_kwargs
    assert envelope == {"chain": str(fresh_chain.chain.id), "arguments": {"entry_id": str(entry_id)}}
    with pytest.raises(BadEnvelope):
        tasks.answer.run({"chain": "x", "arguments": {}}, now=timezone.now())
