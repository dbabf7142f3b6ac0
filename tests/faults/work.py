"""`onebanner work`, with the tasks of these tests.

`python -m tests.faults.work supervise|drain|worker|prompt|relay SILENCE GRACE TURN_EVERY`, all three in seconds.
`DIES_AFTER` names a task that takes its process down once its work is committed, before the queue is told.
"""

import asyncio
import os
import signal
import sys
from datetime import timedelta

import django

django.setup()

from procrastinate import PsycopgConnector  # noqa: E402
from procrastinate.contrib.django import app, connector_params  # noqa: E402

from chains.jobs import PROMPT_QUEUE  # noqa: E402  # the apps have to be ready
from chains.router import PUBLIC_ALIAS  # noqa: E402
from chains.worker import Patience, work  # noqa: E402
from config import rota  # noqa: E402
from config.relay import Relay  # noqa: E402
from kit.supervision import Supervisor, stop_with_supervisor  # noqa: E402
from tests.faults.tasks import SUBSCRIPTIONS  # noqa: E402


def drain() -> None:
    """Run what is in the queue, one job after the other, and end."""

    async def run() -> None:
        async with app.open_async():
            await app.run_worker_async(wait=False, concurrency=1, delete_jobs="successful", listen_notify=False)

    with app.replace_connector(PsycopgConnector(kwargs=connector_params(PUBLIC_ALIAS), min_size=1, max_size=3)):
        asyncio.run(run())


def die_after(name: str) -> None:
    """Kill this process as soon as the task has done its work."""
    task = app.tasks[name]
    work_of_task = task.func

    def last_deed(*args: object, **given: object) -> None:
        work_of_task(*args, **given)
        os.kill(os.getpid(), signal.SIGKILL)

    task.func = last_deed


def main(role: str, silence: float, grace: float, turn_every: float) -> None:
    """Be one of the processes of `onebanner work`, or all of them."""
    if "DIES_AFTER" in os.environ:
        die_after(os.environ["DIES_AFTER"])
    patience = Patience(silence=timedelta(seconds=silence), grace=timedelta(seconds=grace))
    times = [str(silence), str(grace), str(turn_every)]
    rota.TURN_EVERY = turn_every
    if role == "drain":
        drain()
    elif role == "supervise":
        command = [sys.executable, "-m", "tests.faults.work"]
        commands = {name: [*command, name.split()[0], *times] for name in ("worker 1", "worker 2")}
        commands["relay"] = [*command, "relay", *times]
        Supervisor(commands, environment=os.environ, grace=grace + 3).run()
    else:
        if not sys.stdin.isatty():
            stop_with_supervisor()
        if role == "relay":
            Relay(SUBSCRIPTIONS, patience).run()
        elif role == "prompt":
            work(patience, queues=(PROMPT_QUEUE,))
        else:
            work(patience)


if __name__ == "__main__":
    main(sys.argv[1], *(float(seconds) for seconds in sys.argv[2:]))
