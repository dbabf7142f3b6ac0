"""Run background jobs and the relay."""

import os
import sys
from argparse import ArgumentParser, Namespace
from datetime import timedelta

from chains.jobs import OWNERS_QUEUE, PROMPT_QUEUE
from chains.worker import Patience, work
from config import environment
from config.arguments import at_least_one
from config.relay import Relay
from config.subscriptions import SUBSCRIPTIONS
from config.texts import refuse_english_instead
from kit.supervision import Supervisor, stop_with_supervisor

_ROLES = ("worker", "prompt", "owner", "relay")
# So that a worker can put its job back before it is killed.
_LONGER_THAN_GRACE = 3.0


def arguments(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    default = Patience()
    parser.add_argument("--workers", type=at_least_one, default=2, help="worker processes, one job each")
    parser.add_argument("--only", choices=_ROLES, help="be one of the processes instead of starting them all")
    parser.add_argument(
        "--silence",
        type=float,
        default=default.silence.total_seconds(),
        help="seconds after which the job of a silent worker is given to another",
    )
    parser.add_argument(
        "--grace",
        type=float,
        default=default.grace.total_seconds(),
        help="seconds that a running job may take when the command is told to end; then it is put back",
    )
    parser.add_argument("--supervised", action="store_true", help="end together with the process that started this one")


def run(options: Namespace) -> int:
    """Work until SIGTERM or SIGINT; running jobs are finished or put back."""
    refuse_english_instead(environment.checkout())
    patience = Patience(silence=timedelta(seconds=options.silence), grace=timedelta(seconds=options.grace))
    if options.supervised:
        stop_with_supervisor()
    if options.only == "worker":
        work(patience)
    elif options.only == "owner":
        work(patience, queues=(OWNERS_QUEUE,))
    elif options.only == "prompt":
        work(patience, queues=(PROMPT_QUEUE,))
    elif options.only == "relay":
        Relay(SUBSCRIPTIONS, patience).run()
    else:
        _supervise(options)
    return 0


def _supervise(options: Namespace) -> None:
    command = [sys.executable, "-m", "config.commands", "work", "--supervised"]
    command += ["--silence", str(options.silence), "--grace", str(options.grace)]
    commands = {f"worker {number}": [*command, "--only", "worker"] for number in range(1, options.workers + 1)}
    commands |= {role: [*command, "--only", role] for role in ("prompt", "owner", "relay")}
    # Background work stays behind the walls, as requests do: it is not given the owner's address. One process is: the
    # one that makes the schemas of new chains and drops those of closed ones, and does nothing else.
    around = {**os.environ, "DATABASE_OWNER_URL": environment.read("DATABASE_LOGIN_URL")}
    owners = {**os.environ, "DATABASE_OWNER_URL": environment.read("DATABASE_OWNER_URL")}
    grace = options.grace + _LONGER_THAN_GRACE
    Supervisor(commands, environment=around, own_environments={"owner": owners}, grace=grace).run()
