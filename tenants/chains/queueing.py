"""The way of jobs into the queue: after the commit of the deed that puts them off, and once for each key."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial

from django.db import connections, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Job, Status

from chains.scope import CHAINS_ALIAS

_held: ContextVar[list[Job] | None] = ContextVar("held_jobs", default=None)


def put_off(jobs: Sequence[Job]) -> None:
    """Put jobs into the queue, after the open scope's commit if there is one."""
    held = _held.get()
    if held is not None:
        held.extend(jobs)
    elif connections[CHAINS_ALIAS].in_atomic_block:
        transaction.on_commit(partial(enqueue, jobs), using=CHAINS_ALIAS, robust=True)
    else:
        enqueue(jobs)


@contextmanager
def holding_jobs() -> Iterator[list[Job]]:
    """Put what is put off in the block into a list instead of the queue: for whoever tells a past, at its moments."""
    held: list[Job] = []
    before = _held.set(held)
    try:
        yield held
    finally:
        _held.reset(before)


def enqueue(jobs: Sequence[Job]) -> int:
    """Put jobs into the queue, leaving out those whose key is waiting already; return how many were put.

    Two callers at the same moment can both put one: a job may run twice and has to bear it (corpus C06).
    """
    keys = [job.lock for job in jobs if job.lock]
    todo = ProcrastinateJob.objects.filter(status=Status.TODO.value, lock__in=keys)
    waiting = set(todo.values_list("lock", flat=True)) if keys else set()
    fresh = [job for job in jobs if job.lock not in waiting]
    if fresh:
        app.job_manager.batch_defer_jobs(fresh)
    return len(fresh)
