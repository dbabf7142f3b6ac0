"""Background jobs that carry their chain: how one is declared, put into the queue and run behind the one door."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from inspect import Parameter, signature
from pathlib import Path
from traceback import extract_tb
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from procrastinate import BaseRetryStrategy, JobContext, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from chains.actor import Actor, system_actor
from chains.models import Chain, ChainState, DeadLetter
from chains.queueing import enqueue, put_off
from chains.scope import scope

QUEUE = "chains"
# For what has to happen within seconds of its moment: one process works on it alone, so that it never waits behind a
# mail server that is slow; the others help.
PROMPT_QUEUE = "prompt"
_PROMPT_PRIORITY = 1
# For the few jobs that make or drop a schema: one process of its own, with the owner's address, works on them alone.
OWNERS_QUEUE = "owners"
# Ten seconds, a minute, six minutes, 36 minutes: long enough for most outages of somebody else.
MOST_ATTEMPTS = 5
FIRST_PAUSE = timedelta(seconds=10)
PAUSE_GROWS_BY = 6
# How long one attempt may take, unless its task says otherwise: many times what any of them needs.
CEILING = timedelta(minutes=5)
_OWN_CEILINGS: dict[str, timedelta] = {}
# A suspended or closing chain still finishes what it has begun; a closed one has nothing left to work on.
WORKED_ON = (ChainState.ACTIVE, ChainState.SUSPENDED, ChainState.CLOSING)
_CARRIED: dict[type, Callable[[Any], Any]] = {
    UUID: UUID,
    int: int,
    bool: bool,
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    NoneType: lambda value: value,
}
_BATCH = 500

Errand = Callable[[], None]

log = logging.getLogger("onebanner.jobs")
_declared: dict[str, "ChainTask"] = {}


class BadEnvelope(Exception):
    """A job that names no chain, or whose arguments its task does not take: trying again would not help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainCall:
    """How a chain's task is called: by its name, with ids, whole numbers, moments and days; for deeds that put it off.

    Nothing else is carried, since the queue lies outside the chain's walls: what the work is about is read inside them.
    """

    name: str
    takes: Mapping[str, Any]
    queue: str = QUEUE

    def job(self, chain_id: UUID, *, key: str | None = None, at: datetime | None = None, **arguments: Any) -> Job:
        """Return a job for a chain, not yet in the queue.

        Jobs of one `key` run one after the other, and `enqueue` adds none while one waits. `at` is the earliest moment
        to run. Refusals: TypeError for arguments that the task does not take.
        """
        return Job(
            queue=self.queue,
            priority=_PROMPT_PRIORITY if self.queue == PROMPT_QUEUE else 0,
            lock=f"{chain_id}:{self.name}:{key}" if key is not None else None,
            # Not used: a failed job could not go back into the queue while its twin waits, and would hang for ever.
            queueing_lock=None,
            task_name=self.name,
            task_kwargs={"chain": str(chain_id), "arguments": self._pack(arguments)},
            scheduled_at=at,
        )

    def defer(self, chain_id: UUID, *, key: str | None = None, at: datetime | None = None, **arguments: Any) -> None:
        """Put a job into the queue, after the open scope's commit if there is one.

        A crash right after that commit loses the job. What must not be lost is a consumer of the journal instead.
        """
        put_off([self.job(chain_id, key=key, at=at, **arguments)])

    def _pack(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        if arguments.keys() != self.takes.keys():
            raise TypeError(f"{self.name} takes {sorted(self.takes)}, was given {sorted(arguments)}.")
        for name, value in arguments.items():
            if type(value) not in _kinds(self.takes[name]):
                raise TypeError(f"{self.name} does not take {type(value).__name__} as {name}.")
        return {name: value if isinstance(value, int | None) else _text(value) for name, value in arguments.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainTask(ChainCall):
    """A function that runs inside a chain's scope, in the background.

    It takes `actor` and `now`, as far as it asks for them, and by name what the call carries. What must not happen
    inside a transaction, such as sending a mail, it returns as an errand, which is run once the scope is left and
    committed.
    """

    function: Callable[..., Errand | None]

    def run(self, envelope: Mapping[str, Any], *, now: datetime) -> None:
        """Open the envelope, enter its chain's scope and call the function.

        Refusals: BadEnvelope. A job of a chain that is gone or closed is dropped with a log row (corpus T16).
        """
        chain_id, arguments = self._unpack(envelope)
        chain = Chain.objects.filter(id=chain_id, state__in=WORKED_ON).first()
        if chain is None:
            log.warning("Job dropped: its chain is gone or closed.", extra={"task": self.name, "chain": str(chain_id)})
            return
        actor = system_actor()
        with scope(chain, actor):
            errand = call_with(self.function, actor=actor, now=now, **arguments)
        if errand is not None:
            errand()

    def run_in_scope(self, envelope: Mapping[str, Any], *, actor: Actor, now: datetime) -> None:
        """Do what a job would do in the chain whose scope is open, at a moment of the caller's; errands are not run."""
        _chain_id, arguments = self._unpack(envelope)
        call_with(self.function, actor=actor, now=now, **arguments)

    def _unpack(self, envelope: Mapping[str, Any]) -> tuple[UUID, dict[str, Any]]:
        try:
            chain_id = UUID(envelope["chain"])
            arguments = envelope["arguments"]
            if arguments.keys() != self.takes.keys():
                raise BadEnvelope(f"{self.name} takes {sorted(self.takes)}, was sent {sorted(arguments)}.")
            return chain_id, {name: _revive(self.takes[name], value) for name, value in arguments.items()}
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadEnvelope(f"The job names no chain, or its arguments can't be read: {error!r}.") from error


class Pauses(BaseRetryStrategy):
    """Try a failed job again after pauses that grow, a limited number of times; a bad envelope never."""

    def __init__(self, most_attempts: int) -> None:
        self.most_attempts = most_attempts

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Return when to try again, or None when the job is dead."""
        if self.is_last(exception, job):
            return None
        return RetryDecision(retry_at=datetime.now(UTC) + FIRST_PAUSE * PAUSE_GROWS_BY**job.attempts)

    def is_last(self, exception: BaseException, job: Job) -> bool:
        """Tell whether the attempt that raised this was the last one."""
        return isinstance(exception, BadEnvelope) or job.attempts + 1 >= self.most_attempts


def chain_task(
    *,
    name: str,
    attempts: int = MOST_ATTEMPTS,
    every: str | None = None,
    ceiling: timedelta = CEILING,
    queue: str = QUEUE,
) -> Callable[[Callable[..., Errand | None]], ChainTask]:
    """Declare a function `(*, actor, now, ... ids)` as a background task named `app.verb_noun`.

    `attempts` caps how often it is tried when it raises or takes longer than `ceiling`. `every` is a cron line: then it
    takes no further arguments and runs that often for each chain. On the PROMPT_QUEUE it runs within seconds.
    """

    def declare(function: Callable[..., Errand | None]) -> ChainTask:
        around = ("actor", "now", "return")
        takes = {name: kind for name, kind in get_type_hints(function).items() if name not in around}
        for parameter, kind in takes.items():
            if not _kinds(kind) <= _CARRIED.keys():
                raise TypeError(f"A job carries ids, whole numbers and moments: {name} can't take {parameter}: {kind}.")
        task = _declared[name] = ChainTask(name=name, function=function, takes=takes, queue=queue)
        give_time(name, ceiling)
        pauses = Pauses(attempts)

        @app.task(name=name, queue=queue, pass_context=True, retry=pauses)
        def run(context: JobContext, /, **envelope: Any) -> None:
            try:
                task.run(envelope, now=datetime.now(UTC))
            except Exception as error:
                if pauses.is_last(error, context.job):
                    bury(context.job, _reason(error), attempts=context.job.attempts + 1)
                raise

        if every is not None:
            _declare_rounds(task, every)
        return task

    return declare


def task_named(name: str) -> ChainTask:
    """Return a declared task; raises KeyError."""
    return _declared[name]


def give_time(task: str, ceiling: timedelta) -> None:
    """Say how long one attempt at a task may take before the worker ends it."""
    _OWN_CEILINGS[task] = ceiling


def ceiling_of(task: str) -> timedelta:
    """Return how long one attempt at a task may take."""
    return _OWN_CEILINGS.get(task, CEILING)


def bury(job: Job, reason: str, *, attempts: int) -> None:
    """Write a job that is not tried again into the dead letters, and raise the alarm in the log."""
    if job.id is None:
        raise ValueError("A job that is not in the queue can't be dead.")
    DeadLetter.objects.update_or_create(
        job_id=job.id,
        defaults={
            "chain_id": _chain_id(job),
            "task": job.task_name,
            "arguments": job.task_kwargs,
            "attempts": attempts,
            "reason": reason[:2_000],
            "died_at": datetime.now(UTC),
        },
    )
    log.error("Job is dead: %s", reason, extra={"job": job.id, "task": job.task_name, "attempts": attempts})


def call_with(function: Callable[..., Errand | None], **offered: Any) -> Errand | None:
    """Call a function with those of the offered arguments that it asks for."""
    parameters = signature(function).parameters.values()
    if any(parameter.kind is Parameter.VAR_KEYWORD for parameter in parameters):
        return function(**offered)
    return function(**{parameter.name: offered[parameter.name] for parameter in parameters})


def _reason(error: Exception) -> str:
    if isinstance(error, BadEnvelope):
        return str(error)
    # Not the error's text, which may quote a chain's row: the dead letters lie outside the chain's walls.
    last = extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {last.name}, {Path(last.filename).name}:{last.lineno}"


def _declare_rounds(task: ChainTask, every: str) -> None:
    @app.periodic(cron=every, periodic_id=task.name)
    @app.task(name=f"{task.name}.round", queue=QUEUE)
    def go_round(timestamp: int) -> None:
        log.debug("Round of %s for the minute %s.", task.name, timestamp)
        for chain_ids in _in_batches(Chain.objects.filter(state__in=WORKED_ON).values_list("id", flat=True)):
            enqueue([task.job(chain_id, key="round") for chain_id in chain_ids])


def _in_batches(ids: Iterable[UUID]) -> Iterator[list[UUID]]:
    every_one = list(ids)
    return (every_one[at : at + _BATCH] for at in range(0, len(every_one), _BATCH))


def _chain_id(job: Job) -> UUID | None:
    try:
        return UUID(str(job.task_kwargs.get("chain")))
    except ValueError:
        return None


def _kinds(annotation: Any) -> set[Any]:
    return set(get_args(annotation)) if get_origin(annotation) in (Union, UnionType) else {annotation}


def _text(value: UUID | datetime | date) -> str:
    return str(value) if isinstance(value, UUID) else value.isoformat()


def _revive(annotation: Any, value: Any) -> Any:
    if value is None and NoneType in _kinds(annotation):
        return None
    (kind,) = _kinds(annotation) - {NoneType}
    return _CARRIED[kind](value)
