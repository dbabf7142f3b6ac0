"""Processes that run in the background of one folder, each known by a lock file that it holds as long as it lives.

A number alone does not tell whether a process is still the one that was started. A lock does, and nobody has to clean
up after a kill.
"""

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO


class AlreadyRunning(Exception):
    """Somebody holds the lock of this name; the text says which process."""


def start(folder: Path, name: str, command: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a command in a session of its own, its output going to `<name>.log`.

    Refusals: `AlreadyRunning`.
    """
    with _claim(folder, name) as lock, (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            # The child keeps the lock: it is free again when the child is gone, however it went.
            pass_fds=[lock.fileno()],
        )
        _write(lock, process.pid)
    return process


@contextmanager
def holding(folder: Path, name: str) -> Iterator[None]:
    """Be the one process of this name while the block runs.

    Refusals: `AlreadyRunning`.
    """
    with _claim(folder, name) as lock:
        _write(lock, os.getpid())
        yield


def running(folder: Path, name: str) -> int | None:
    """Return the process that holds the lock of this name."""
    try:
        with (folder / f"{name}.pid").open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except BlockingIOError:
        text = (folder / f"{name}.pid").read_text()
        return int(text) if text else None
    return None


def stop(folder: Path, name: str, *, seconds: float = 20) -> bool:
    """Ask a process to end, end it when it has not done so in time, and tell whether there was one."""
    pid = running(folder, name)
    if pid is None:
        return False
    for number, patience in ((signal.SIGTERM, seconds), (signal.SIGKILL, 5.0)):
        _send(pid, number)
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if running(folder, name) != pid:
                return True
            time.sleep(0.05)
    return True


def _send(pid: int, number: signal.Signals) -> None:
    try:
        # A server's own children would outlive it when it can not say good-bye.
        if number is signal.SIGKILL and os.getpgid(pid) == pid:
            os.killpg(pid, number)
        else:
            os.kill(pid, number)
    except ProcessLookupError:
        return


def _claim(folder: Path, name: str) -> IO[str]:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.pid"
    lock = file.open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise AlreadyRunning(
            f"`onebanner {name}` is already running as process {file.read_text()}: `onebanner stop` ends it."
        ) from None
    return lock


def _write(lock: IO[str], pid: int) -> None:
    lock.truncate(0)
    lock.write(str(pid))
    lock.flush()
