"""Keep a few processes running, and stop them together."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from types import FrameType

_LOOK_EVERY = 0.1
_SHORTEST_PAUSE = 0.2
_LONGEST_PAUSE = 5.0
# A process that ran this long did not die of its start: the next one need not wait.
_SETTLED_AFTER = 10.0

log = logging.getLogger("onebanner.work")


class Supervisor:
    """Runs commands, starts each again when it ends, and on SIGTERM or SIGINT ends them all and itself.

    The commands are given a pipe as their standard input, which nobody writes to: it ends with the supervisor, however
    that goes, so that `stop_with_supervisor` lets no process outlive it. `grace` is in seconds; `own_environments` are
    those of commands, by name, that are not to have the common one.
    """

    def __init__(
        self,
        commands: Mapping[str, Sequence[str]],
        *,
        environment: Mapping[str, str],
        grace: float,
        own_environments: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        self._commands = commands
        self._environments = dict.fromkeys(commands, environment) | dict(own_environments or {})
        self._grace = grace
        self._stop = threading.Event()
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._started: dict[str, float] = {}
        self._pause: dict[str, float] = {}

    def run(self) -> None:
        """Stay until told to end; return when every process is gone."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._told_to_end)
        for name in self._commands:
            self._start(name)
        while not self._stop.wait(_LOOK_EVERY):
            for name in self._commands:
                self._look_after(name)
        self._end_all()

    def _told_to_end(self, _number: int, _frame: FrameType | None) -> None:
        self._stop.set()

    def _start(self, name: str) -> None:
        self._started[name] = time.monotonic()
        self._running[name] = subprocess.Popen(
            self._commands[name],
            env=dict(self._environments[name]),
            stdin=subprocess.PIPE,
            # Ctrl-C reaches the supervisor alone, which ends the others in its own way.
            start_new_session=True,
        )
        log.info("Started %s as process %s.", name, self._running[name].pid)

    def _look_after(self, name: str) -> None:
        process = self._running.get(name)
        if process is not None and process.poll() is None:
            return
        now = time.monotonic()
        if process is not None:
            lived = now - self._started[name]
            longer = min(_LONGEST_PAUSE, self._pause.get(name, 0.0) * 2 or _SHORTEST_PAUSE)
            self._pause[name] = _SHORTEST_PAUSE if lived > _SETTLED_AFTER else longer
            log.error("%s ended by itself with %s after %.1f s.", name, process.returncode, lived)
            self._let_go(name)
            self._started[name] = now + self._pause[name]
        elif now >= self._started[name]:
            self._start(name)

    def _end_all(self) -> None:
        for process in self._running.values():
            process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + self._grace
        for name, process in list(self._running.items()):
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                log.error("%s did not end in time and was killed.", name)
                process.kill()
                process.wait()
            self._let_go(name)

    def _let_go(self, name: str) -> None:
        process = self._running.pop(name)
        if process.stdin is not None:
            process.stdin.close()


def stop_with_supervisor() -> None:
    """Send this process SIGTERM once the supervisor that started it is gone."""
    supervisor = sys.stdin.fileno()

    def wait() -> None:
        # Not by Python's own reader: its lock would be held when the interpreter ends.
        while os.read(supervisor, 1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="supervisor-watch", daemon=True).start()
