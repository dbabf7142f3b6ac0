"""Starts real worker processes for a test, and reads what became of their jobs."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.db import connections
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from chains.actor import system_actor
from chains.models import Chain
from chains.scope import scope
from config.rota import TURN_EVERY
from journal.actions import Subscription
from journal.models import Entry
from journal.tasks import relay
from tests.patience import PATIENCE_SECONDS

TREE = Path(__file__).resolve().parents[1]


def _command(role: str, silence: float, grace: float, turn_every: float = TURN_EVERY) -> list[str]:
    return [sys.executable, "-m", "tests.faults.work", role, str(silence), str(grace), str(turn_every)]


def _environment(folder: Path) -> dict[str, str]:
    path = os.pathsep.join([str(TREE), *filter(None, [os.environ.get("PYTHONPATH")])])
    return {**os.environ, "FAULTS_FOLDER": str(folder), "PYTHONPATH": path}


def drain(folder: Path) -> str:
    """Let one worker process run everything that is in the queue, in order; return what it logged."""
    done = _drained(_environment(folder))
    assert done.returncode == 0, done.stderr
    return done.stderr


def drain_until_killed_after(task: str, folder: Path) -> None:
    """Let one worker process run the queue until it dies: once this task's work is committed, before its job is."""
    done = _drained({**_environment(folder), "DIES_AFTER": task})
    assert done.returncode == -signal.SIGKILL, done.stderr


def _drained(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        _command("drain", 30, 30), env=environment, cwd=TREE, timeout=PATIENCE_SECONDS, capture_output=True, text=True
    )


@contextmanager
def process(
    folder: Path, role: str, *, silence: float = 30, grace: float = 15, turn_every: float = TURN_EVERY
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker, a relay, or a supervisor with both, while the block runs; all times are in seconds."""
    with (folder / f"{role}.log").open("wb") as log:
        running = subprocess.Popen(
            _command(role, silence, grace, turn_every),
            env=_environment(folder),
            cwd=TREE,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield running
        finally:
            if running.poll() is None:
                running.terminate()
                try:
                    running.wait(PATIENCE_SECONDS)
                except subprocess.TimeoutExpired:
                    running.kill()
                    running.wait()
            if running.stdin is not None:
                running.stdin.close()


def eventually(holds: Callable[[], bool], *, seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until it holds; fail when it never does."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"still not so after {seconds} s"
        time.sleep(0.05)


def traces(folder: Path, name: str) -> int:
    """Return how often a task left this trace."""
    file = folder / name
    return len(file.read_text().splitlines()) if file.exists() else 0


def noted(chain: Chain, kind: str = "NOTED") -> list[dict[str, object]]:
    """Return what the tasks under test wrote into a chain's journal."""
    with scope(chain, system_actor(), read_only=True):
        return [entry.after or {} for entry in Entry.objects.filter(kind=kind).in_order()]


def queue() -> dict[int, tuple[str, str, int]]:
    """Return the tests' jobs that are in the queue: task, status, attempts."""
    rows = (
        ProcrastinateJob.objects.filter(task_name__startswith="tests.")
        .order_by("id")
        .values_list("id", "task_name", "status", "attempts")
    )
    return {number: (task, status, attempts) for number, task, status, attempts in rows}


def hand_over_all(chain: Chain, subscriptions: Sequence[Subscription]) -> int:
    """Relay until nothing is left and return how many jobs were made.

    A writing transaction anywhere on the server holds entries back, also one of another test run.
    """
    jobs = 0
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        progress = relay(chain, subscriptions, now=timezone.now())
        jobs += progress.jobs
        if not progress.is_held_back and not progress.is_more_ready:
            return jobs
        time.sleep(0.1)
    raise AssertionError("entries are held back for ever")


def empty_queue() -> None:
    """Forget every job and worker."""
    with connections["public"].cursor() as cursor:
        for table in ("procrastinate_periodic_defers", "procrastinate_jobs", "procrastinate_workers"):
            cursor.execute(f"DELETE FROM {table}")
        cursor.execute("DELETE FROM chains_deadletter")
