"""Prepare everything, serve, and stop everything again on Ctrl-C."""

import io
import os
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import FrameType

from config import environment
from config.arguments import at_least_one, port_number
from config.commands import call
from config.commands.failure import CommandFailure
from config.commands.serve import DEFAULT_PORT, free_port, refuse_busy_port
from config.database import embedded_server, prepare
from kit import background

_HOST = "127.0.0.1"
_SECONDS_TO_ANSWER = 60
_BACKGROUND = ("serve", "work")


def arguments(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("--port", type=port_number, default=DEFAULT_PORT, help="port; 0 takes a free one")
    parser.add_argument("--days", type=at_least_one, help="how many days of a past the chains get, 90 if not given")
    parser.add_argument("--after", type=int, default=0, help="steps that were done before this command")


def run(options: Namespace) -> int:
    """Stay in the foreground until Ctrl-C; running it again finds everything in place."""
    folder = environment.state_folder()
    with background.holding(folder, "demo"), _ending_politely():
        for name in _BACKGROUND:
            background.stop(folder, name)
        port = options.port or free_port(_HOST)
        refuse_busy_port(_HOST, port)
        os.environ.update({name: value for name, value in _settings_for(port).items() if name not in os.environ})
        try:
            steps = _Steps(done=options.after, total=options.after + 4)
            shown = _make_ready(port, steps, days=options.days)
            processes = {"serve": _start(folder, "serve", "--host", _HOST, "--port", str(port), "--grace", "5")}
            _wait_for_answer(processes, port)
            # Only now: the worker's start would take the processors from the server's.
            processes["work"] = _start(folder, "work")
            print(f"\n{shown}\nLogs are in {folder}. Ctrl-C stops everything.", flush=True)
            _watch(processes)
        except KeyboardInterrupt:
            return 0
        finally:
            _stop_everything(folder)
    return 0


class _Steps:
    """Says which step is being done and how long it took."""

    def __init__(self, done: int, total: int) -> None:
        self._done, self._total = done, total

    def take(self, title: str, deed: Callable[[], object]) -> str:
        """Do one step and return what it printed, which is shown at once when it fails."""
        self._done += 1
        print(f"[{self._done}/{self._total}] {title} ...", end=" ", flush=True)
        began, said = time.monotonic(), io.StringIO()
        with redirect_stdout(said):
            code = deed()
        if isinstance(code, int) and code:
            raise CommandFailure(f"{title} failed. {said.getvalue().strip()}")
        print(f"{time.monotonic() - began:.1f} s", flush=True)
        return said.getvalue()


def _make_ready(port: int, steps: _Steps, *, days: int | None) -> str:
    steps.take("Preparing the database", prepare)
    steps.take("Compiling the translations", lambda: call("messages"))
    steps.take("Bringing tables and chains to the newest schema", lambda: call("migrate"))
    words = ["seed", "--port", str(port), *(["--days", str(days)] if days else [])]
    return steps.take("Filling two chains to try things out with", lambda: call(*words))


def _settings_for(port: int) -> dict[str, str]:
    """Return what a demo sets unless it is given: cookies for plain http, and letters that are kept in files."""
    return {
        "ONEBANNER_DEBUG": "1",
        "ONEBANNER_LINK": f"http://{{host}}:{port}",
        "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
    }


def _start(folder: Path, name: str, *more: str) -> subprocess.Popen[bytes]:
    return background.start(folder, name, [sys.executable, "-m", "config.commands", name, *more], os.environ)


def _wait_for_answer(processes: dict[str, subprocess.Popen[bytes]], port: int) -> None:
    deadline = time.monotonic() + _SECONDS_TO_ANSWER
    while time.monotonic() < deadline:
        _refuse_ended(processes)
        connection = HTTPConnection(_HOST, port, timeout=10)
        try:
            connection.request("GET", "/")
            connection.getresponse()
        except (OSError, HTTPException):
            time.sleep(0.1)
        else:
            return
        finally:
            connection.close()
    raise CommandFailure(f"The server does not answer, see {environment.state_folder() / 'serve.log'}.")


def _watch(processes: dict[str, subprocess.Popen[bytes]]) -> None:
    while True:
        _refuse_ended(processes)
        time.sleep(0.5)


def _refuse_ended(processes: dict[str, subprocess.Popen[bytes]]) -> None:
    for name, process in processes.items():
        if process.poll() is not None:
            log = environment.state_folder() / f"{name}.log"
            raise CommandFailure(f"`onebanner {name}` ended by itself (exit code {process.returncode}), see {log}.")


def _stop_everything(folder: Path) -> None:
    # A second Ctrl-C must not leave half of it running.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    print("\nStopping ...", end=" ", flush=True)
    for name in _BACKGROUND:
        background.stop(folder, name)
    if not environment.given("DATABASE_URL"):
        embedded_server().stop()
    print("everything is stopped.", flush=True)


@contextmanager
def _ending_politely() -> Iterator[None]:
    """Treat being asked to end, and a closed terminal, like Ctrl-C, even if whoever started it ignores Ctrl-C."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
