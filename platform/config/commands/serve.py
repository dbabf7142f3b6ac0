"""Serve the API and the web app."""

import os
import socket
import sys
from argparse import ArgumentParser, Namespace

from config import environment
from config.arguments import at_least_one, port_number
from config.commands.failure import CommandFailure
from config.texts import refuse_english_instead

DEFAULT_PORT = 8000
# Of each worker; a host may use so many and keep one of them busy (`config.fairness`).
THREADS = 16


def arguments(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=port_number, default=DEFAULT_PORT, help="port; 0 takes a free one")
    parser.add_argument(
        "--workers",
        type=at_least_one,
        default=min(4, os.cpu_count() or 1),
        help="processes, each with 16 threads",
    )
    parser.add_argument(
        "--boot-seconds",
        type=float,
        default=10.0,
        help="on SIGHUP an old worker is told to end so many seconds after the start of the new one",
    )
    # Longer than any request may take: a statement ends after 5 seconds.
    parser.add_argument("--grace", type=at_least_one, default=15, help="seconds that a worker may take to end")


def run(options: Namespace) -> int:
    """Become the web server; SIGTERM lets requests finish first, SIGHUP replaces the workers one by one."""
    refuse_english_instead(environment.checkout())
    port = options.port or free_port(options.host)
    refuse_busy_port(options.host, port)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # What serves requests is not given the way in that stands above the walls.
    os.environ["DATABASE_OWNER_URL"] = environment.read("DATABASE_LOGIN_URL")
    command = [sys.executable, "-m", "granian", "config.served:application", "--interface", "wsgi", "--no-ws"]
    command += ["--host", options.host, "--port", str(port), "--workers", str(options.workers)]
    command += ["--blocking-threads", str(THREADS), "--workers-kill-timeout", f"{options.grace}s"]
    command += ["--respawn-failed-workers", "--respawn-interval", str(options.boot_seconds)]
    os.environ["ONEBANNER_SERVER_PROCESS"] = str(os.getpid())
    sys.stdout.flush()
    os.execv(sys.executable, command)  # noqa: S606  # a fixed command, without a shell


def usual_workers() -> int:
    """Return how many processes serve when nobody says otherwise: one for each core, four at most."""
    return min(4, os.cpu_count() or 1)


def refuse_busy_port(host: str, port: int) -> None:
    """Raise `CommandFailure` when another program listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandFailure(
                f"Port {port} can not be used ({error.strerror}): stop what uses it, or choose another, "
                f"as in `make demo PORT={port + 1}` or `onebanner serve --port {port + 1}`."
            ) from None


def free_port(host: str) -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port
