"""F05 and F06: a job that kills its worker or never ends, and workers that are told to end."""

import signal
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.db import connections
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from chains.actor import system_actor
from chains.models import DeadLetter
from chains.scope import scope
from chains.worker import Patience, retry_dead, revive
from config.database import server_url
from kit.postgres.address import variant
from tests.faults import tasks
from tests.patience import PATIENCE_SECONDS
from tests.workers import drain, empty_queue, eventually, hand_over_all, noted, process, queue, traces

SILENCE = 1.5


@pytest.fixture(autouse=True)
def _nothing_waits(fresh_chain) -> None:
    empty_queue()


def test_a_job_that_kills_its_worker_dies_after_three_tries_and_its_neighbours_finish(
    fresh_chain, tmp_path: Path
) -> None:
    chain = fresh_chain.chain
    tasks.kill_worker.defer(chain.id)
    for number in range(10):
        tasks.note.defer(chain.id, number=number)
    (poison,) = [number for number, (task, _status, _attempts) in queue().items() if task == "tests.kill_worker"]
    with process(tmp_path, "supervise", silence=SILENCE) as supervisor:
        eventually(lambda: len(noted(chain)) == 10)
        eventually(lambda: DeadLetter.objects.filter(job_id=poison).exists())
        tasks.note.defer(chain.id, number=10)
        eventually(lambda: len(noted(chain)) == 11)
        supervisor.terminate()
        assert supervisor.wait(PATIENCE_SECONDS) == 0
    assert sorted(each["number"] for each in noted(chain)) == list(range(11))
    assert traces(tmp_path, "kills") == 3
    letter = DeadLetter.objects.get(job_id=poison)
    assert (letter.chain_id, letter.task, letter.reason) == (chain.id, "tests.kill_worker", "It has killed 3 workers.")
    assert queue() == {poison: ("tests.kill_worker", "failed", 3)}
    assert "Job is dead" in (tmp_path / "supervise.log").read_text()


def test_a_job_that_never_ends_is_ended_tried_again_and_dies_and_its_neighbours_finish(
    fresh_chain, tmp_path: Path
) -> None:
    chain = fresh_chain.chain
    tasks.never_end.defer(chain.id)
    (endless,) = queue()
    for number in range(10):
        tasks.note.defer(chain.id, number=number)
    with process(tmp_path, "supervise", silence=SILENCE):
        eventually(lambda: len(noted(chain)) == 10)
        eventually(lambda: queue() == {endless: ("tests.never_end", "todo", 1)})
        assert not DeadLetter.objects.exists()
        _bring_forward(endless)
        eventually(lambda: queue() == {endless: ("tests.never_end", "failed", 2)})
    assert sorted(each["number"] for each in noted(chain)) == list(range(10))
    assert traces(tmp_path, "endless") == 2
    letter = DeadLetter.objects.get()
    assert (letter.job_id, letter.attempts, letter.reason) == (endless, 2, "It took longer than 1 s.")
    assert "Job is dead" in (tmp_path / "supervise.log").read_text()


def test_a_job_that_lets_nothing_else_run_is_ended_from_outside_and_counted_as_a_kill(
    fresh_chain, tmp_path: Path
) -> None:
    tasks.hold_the_interpreter.defer(fresh_chain.chain.id)
    with process(tmp_path, "worker") as worker:
        eventually(lambda: worker.poll() is not None)
        assert worker.returncode == -signal.SIGALRM
    assert traces(tmp_path, "holds") == 1
    assert revive(Patience(silence=timedelta(0))) == 1
    (job,) = ProcrastinateJob.objects.filter(task_name="tests.hold_the_interpreter")
    assert (job.status, job.queue_name) == ("todo", "chains-killed-1")


def test_a_worker_told_to_end_finishes_its_job_first(fresh_chain, tmp_path: Path) -> None:
    chain = fresh_chain.chain
    tasks.note_slowly.defer(chain.id, number=1, seconds=2)
    tasks.note_slowly.defer(chain.id, number=2, seconds=2)
    with process(tmp_path, "worker") as worker:
        eventually(lambda: traces(tmp_path, "slow") == 1)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(PATIENCE_SECONDS) == 0
    assert [each["number"] for each in noted(chain)] == [1]
    assert [status for _task, status, _attempts in queue().values()] == ["todo"]


def test_a_job_that_takes_too_long_to_finish_is_put_back_and_leaves_nothing_behind(fresh_chain, tmp_path: Path) -> None:
    chain = fresh_chain.chain
    tasks.note_slowly.defer(chain.id, number=1, seconds=3_600)
    with process(tmp_path, "worker", grace=0.5) as worker:
        eventually(lambda: traces(tmp_path, "slow") == 1)
        worker.send_signal(signal.SIGTERM)
        # Long before the job would have been done.
        worker.wait(PATIENCE_SECONDS)
    assert noted(chain) == []
    assert [status for _task, status, _attempts in queue().values()] == ["todo"]


def test_no_worker_outlives_a_killed_supervisor(fresh_chain, tmp_path: Path) -> None:
    chain = fresh_chain.chain
    tasks.note.defer(chain.id, number=1)
    with process(tmp_path, "supervise") as supervisor:
        eventually(lambda: len(noted(chain)) == 1)
        children = _children_of(supervisor.pid)
        assert len(children) == 3
        supervisor.kill()
        supervisor.wait()
        eventually(lambda: not any(_lives(child) for child in children))


def test_f02_workers_and_relay_go_on_after_every_connection_was_cut(fresh_chain, tmp_path: Path) -> None:
    chain = fresh_chain.chain
    hand_over_all(chain, tasks.SUBSCRIPTIONS)
    empty_queue()
    with process(tmp_path, "supervise", silence=SILENCE):
        for asked in (1, 2):
            with scope(chain, system_actor()):
                tasks.record(system_actor(), "ASKED", timezone.now())
            eventually(lambda asked=asked: len(noted(chain, "ANSWERED")) == asked)
            _cut_every_connection()
    assert len(noted(chain, "ANSWERED")) == 2


def test_a_job_that_fails_is_tried_again_with_pauses_and_then_waits_for_somebody(fresh_chain, tmp_path: Path) -> None:
    chain = fresh_chain.chain
    tasks.fail.defer(chain.id)
    (number,) = queue()
    for attempt in (1, 2):
        drain(tmp_path)
        assert queue() == {number: ("tests.fail", "todo", attempt)}
        assert not DeadLetter.objects.exists()
        _bring_forward(number)
    drain(tmp_path)
    assert queue() == {number: ("tests.fail", "failed", 3)}
    letter = DeadLetter.objects.get()
    assert (letter.job_id, letter.attempts, letter.arguments) == (number, 3, {"chain": str(chain.id), "arguments": {}})
    assert letter.reason.startswith("ZeroDivisionError in fail, tasks.py:")
    assert noted(chain) == []

    assert retry_dead(number)
    assert not retry_dead(number + 1)
    assert not DeadLetter.objects.exists()
    drain(tmp_path)
    assert (traces(tmp_path, "failures"), DeadLetter.objects.count()) == (4, 1)


def _cut_every_connection() -> None:
    name = connections["public"].settings_dict["NAME"]
    connections.close_all()
    with psycopg.connect(variant(server_url(durable=False), database="postgres"), autocommit=True) as server:
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])


def _bring_forward(number: int) -> None:
    with connections["public"].cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET scheduled_at = now() WHERE id = %s RETURNING scheduled_at", [number]
        )


def _children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _lives(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False
