"""A worker process and what keeps it honest: jobs of killed workers come back, a few times, and nothing is lost."""

import asyncio
import logging
import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

from asgiref.sync import async_to_sync
from django.db import transaction
from procrastinate import PsycopgConnector
from procrastinate.contrib.django import app, connector_params
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.job_context import JobContext
from procrastinate.jobs import Job, Status
from procrastinate.middleware import AsyncCallNext
from procrastinate.worker import Worker

from chains.jobs import PROMPT_QUEUE, QUEUE, bury, ceiling_of
from chains.models import DeadLetter
from chains.router import PUBLIC_ALIAS

MOST_KILLS = 3
# The queue's name says how many workers a job has killed: the library has one counter only, and it is for failures.
_KILLED = "-killed-"
# How late a job may be that was put off to a moment: nothing tells a worker that the moment has come.
_LOOK_EVERY = timedelta(seconds=1)
# Long enough for the server to notice that the interrupted process is gone.
_AFTER_INTERRUPTION = timedelta(seconds=2)
INTERRUPTED = 75
OVERRAN = 76
# How long after its ceiling a job that lets nothing else run in its process is ended from outside.
_LAST_RESORT = timedelta(seconds=5)

log = logging.getLogger("onebanner.jobs")


class Overran(Exception):
    """An attempt took longer than its task may."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a worker may be silent before its job is given to another, and how long a stop waits for a job."""

    silence: timedelta = timedelta(seconds=30)
    grace: timedelta = timedelta(seconds=15)


def work(patience: Patience, *, queues: Sequence[str] = (PROMPT_QUEUE, QUEUE)) -> None:
    """Run the queues' jobs until SIGTERM or SIGINT; then finish the running one, or put it back when it takes too long.

    One job at a time per process, so that a job that kills its worker, or never ends, takes no other with it.
    """
    # One connection listens, the others fetch jobs and tell that the worker lives.
    connector = PsycopgConnector(kwargs=connector_params(PUBLIC_ALIAS), min_size=1, max_size=4)
    with app.replace_connector(connector):
        asyncio.run(_work(patience, queues))


async def _work(patience: Patience, queues: Sequence[str]) -> None:
    running: dict[int, Job] = {}

    async def watch(call_next: AsyncCallNext, context: JobContext, _worker: Worker) -> Any:
        key = id(context)
        running[key] = context.job
        try:
            return await _in_time(call_next, context.job)
        finally:
            del running[key]

    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    silence = patience.silence.total_seconds()
    async with app.open_async():
        worker = asyncio.create_task(
            app.run_worker_async(
                queues=[*queues, *(f"{queue}{_KILLED}{kills}" for queue in queues for kills in range(1, MOST_KILLS))],
                concurrency=1,
                fetch_job_polling_interval=_LOOK_EVERY.total_seconds(),
                delete_jobs="successful",
                update_heartbeat_interval=silence / 3,
                stalled_worker_timeout=silence,
                install_signal_handlers=False,
                worker_middleware=[watch],
            )
        )
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({worker, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if worker.done():
            stopping.cancel()
            worker.result()
            return
        # The library takes this as the wish to finish the running job and to fetch no other.
        worker.cancel()
        finished, _unfinished = await asyncio.wait({worker}, timeout=patience.grace.total_seconds())
        if not finished:
            await _interrupt(list(running.values()))


async def _in_time(call_next: AsyncCallNext, job: Job) -> Any:
    ceiling = ceiling_of(job.task_name)
    # Nobody handles this signal, so the kernel ends the process even when the job holds the interpreter and this loop
    # stands still. The attempt then counts as a killed worker.
    signal.setitimer(signal.ITIMER_REAL, (ceiling + _LAST_RESORT).total_seconds())
    attempt = asyncio.ensure_future(call_next())
    try:
        done, _running = await asyncio.wait({attempt}, timeout=ceiling.total_seconds())
        if not done:
            await _end_overrun(job, ceiling)
        return attempt.result()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


async def _end_overrun(job: Job, ceiling: timedelta) -> NoReturn:
    """Count the attempt, put the job back or bury it, and end this process, which is started again."""
    try:
        retry = app.tasks[job.task_name].get_retry_exception(exception=Overran(), job=job)
        if retry is None:
            reason = f"It took longer than {ceiling.total_seconds():g} s."
            await asyncio.to_thread(bury, job, reason, attempts=job.attempts + 1)
            await app.job_manager.finish_job(job, Status.FAILED, delete_job=False)
        else:
            log.warning("Job ended: it took too long.", extra={"job": job.id, "task": job.task_name})
            await app.job_manager.retry_job(job, retry_at=retry.retry_decision.retry_at)
    finally:
        # As in _interrupt: nothing else stops the job's thread.
        os._exit(OVERRAN)


async def _interrupt(jobs: list[Job]) -> None:
    for job in jobs:
        log.warning("Job interrupted and put back.", extra={"job": job.id, "task": job.task_name})
        await app.job_manager.retry_job(job, retry_at=datetime.now(UTC) + _AFTER_INTERRUPTION)
    # The job runs in a thread, which can't be stopped otherwise; its transaction is rolled back with the connection.
    os._exit(INTERRUPTED)


def revive(patience: Patience) -> int:
    """Give jobs of workers that have gone silent to others; bury what has killed MOST_KILLS workers (corpus F05)."""
    silent = async_to_sync(app.job_manager.get_stalled_jobs)(seconds_since_heartbeat=patience.silence.total_seconds())
    # Read again: over Django's connection the library leaves the arguments unread.
    rows = ProcrastinateJob.objects.filter(id__in=[job.id for job in silent], status=Status.DOING.value).order_by("id")
    jobs = [row.procrastinate_job for row in rows]
    for job in jobs:
        kills = kills_of(job) + 1
        if kills >= MOST_KILLS:
            bury(job, f"It has killed {kills} workers.", attempts=job.attempts + 1)
            async_to_sync(app.job_manager.finish_job)(job, Status.FAILED, delete_job=False)
        else:
            log.warning("Job put back: its worker is gone.", extra={"job": job.id, "kills": kills})
            _put_back(job, queue=f"{_queue_of(job)}{_KILLED}{kills}")
    return len(jobs)


def bury_failed() -> int:
    """Bury failed jobs that nobody has buried yet: no worker that took them knew their task.

    A worker of the old release meets tasks of the new one; those are put back once, for a newer worker.
    """
    buried = DeadLetter.objects.values("job_id")
    failed = ProcrastinateJob.objects.filter(status=Status.FAILED.value).exclude(id__in=buried).order_by("id")
    jobs = [row.procrastinate_job for row in failed[:100]]
    for job in jobs:
        if job.task_name in app.tasks and job.attempts <= 1:
            _put_back(job, queue=None)
        else:
            bury(job, "No worker knows this task, or it failed without a word.", attempts=job.attempts)
    return len(jobs)


def retry_dead(job_id: int) -> bool:
    """Put a dead job back into the queue for one more attempt; tell whether there was such a job."""
    row = ProcrastinateJob.objects.filter(id=job_id, status=Status.FAILED.value).first()
    if row is None:
        return False
    job = row.procrastinate_job
    with transaction.atomic(using=PUBLIC_ALIAS):
        DeadLetter.objects.filter(job_id=job_id).delete()
        _put_back(job, queue=_queue_of(job))
    return True


def kills_of(job: Job) -> int:
    """Return how many workers a job has killed so far."""
    return int(job.queue.partition(_KILLED)[2] or 0)


def _queue_of(job: Job) -> str:
    return job.queue.partition(_KILLED)[0]


def _put_back(job: Job, *, queue: str | None) -> None:
    if job.id is None:
        raise ValueError("A job that is not in the queue can't be put back.")
    app.job_manager.retry_job_by_id(job.id, retry_at=datetime.now(UTC), queue=queue)
