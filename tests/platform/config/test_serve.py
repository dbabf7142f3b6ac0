"""The server is replaced and stopped under load without one failed request (corpus F06); a busy port is one line."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, HTTPException, RemoteDisconnected
from pathlib import Path

import pytest

from config.commands.serve import free_port
from tests.patience import PATIENCE_SECONDS

_SERVE = [sys.executable, "-m", "config.commands", "serve"]
_CLIENTS = 4


class Load:
    """Requests from several clients until `end`, each asked again like a proxy does when its connection was closed.

    Measured over 399,000 requests and 40 replacements: the server closed 78 connections unanswered, and had begun
    none of the requests on them. So a proxy may always ask again.
    """

    def __init__(self, port: int) -> None:
        self.seen: Counter[str] = Counter()
        self._port, self._ends = port, threading.Event()
        self._threads = [threading.Thread(target=self._ask) for _ in range(_CLIENTS)]

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_raised: object) -> None:
        self._ends.set()
        for thread in self._threads:
            thread.join()

    def _ask(self) -> None:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE_SECONDS)
        was_closed = False
        while not self._ends.is_set():
            try:
                connection.request("GET", "/")
                answer = connection.getresponse()
                answer.read()
                self.seen[str(answer.status)] += 1
                was_closed = False
            except ConnectionRefusedError:
                # Nobody listens any more: the proxy knows another server.
                self.seen["refused"] += 1
                connection.close()
                time.sleep(0.02)
            except (RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                self.seen["closed again" if was_closed else "closed"] += 1
                was_closed = True
                connection.close()
            except (OSError, HTTPException) as error:
                self.seen[type(error).__name__] += 1
                connection.close()
        connection.close()

    def wait_for(self, answers: int, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until so many more requests were answered."""
        target, deadline = self.seen["404"] + answers, time.monotonic() + seconds
        while self.seen["404"] < target:
            assert time.monotonic() < deadline, self.seen
            time.sleep(0.02)


@pytest.fixture
def server(run_database: str, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    port = free_port("127.0.0.1")
    # More than a worker needs to start, on a machine that is busy with other tests, too.
    command = [*_SERVE, "--port", str(port), "--workers", "1", "--boot-seconds", "15"]
    with (tmp_path / "serve.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=dict(os.environ))
    try:
        _until(lambda: _is_listening(port))
        yield process, port
    finally:
        process.terminate()
        try:
            process.wait(timeout=PATIENCE_SECONDS)
        finally:
            process.kill()


def test_f06_workers_are_replaced_and_the_server_stopped_without_a_failed_request(
    server: tuple[subprocess.Popen[bytes], int],
) -> None:
    process, port = server
    with Load(port) as load:
        load.wait_for(50)
        before = _workers(process.pid)
        process.send_signal(signal.SIGHUP)
        _until(lambda: not before & _workers(process.pid))
        load.wait_for(50)
        assert set(load.seen) <= {"404", "closed"}, load.seen
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=PATIENCE_SECONDS) == 0
    # Once it was told to end, a proxy asks the next server; what this one took, it answered.
    assert set(load.seen) <= {"404", "closed", "closed again", "refused"}, load.seen


def test_a_killed_worker_is_replaced(server: tuple[subprocess.Popen[bytes], int]) -> None:
    process, port = server
    (worker,) = _workers(process.pid)
    os.kill(worker, signal.SIGKILL)
    _until(lambda: not _is_listening(port))
    _until(lambda: _is_listening(port))
    with Load(port) as load:
        load.wait_for(50)


def test_no_worker_outlives_a_killed_server(server: tuple[subprocess.Popen[bytes], int]) -> None:
    process, port = server
    with Load(port) as load:
        load.wait_for(10)
    process.kill()
    process.wait()
    _until(lambda: not _is_listening(port))


def test_a_busy_port_is_one_line_with_the_way_out() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        answer = subprocess.run(
            [*_SERVE, "--port", str(port)], capture_output=True, text=True, timeout=PATIENCE_SECONDS
        )
    assert answer.returncode == 1
    assert answer.stdout == ""
    assert len(answer.stderr.splitlines()) == 1
    assert f"Port {port} can not be used" in answer.stderr
    assert f"--port {port + 1}" in answer.stderr


def _children(pid: int) -> set[int]:
    return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


def _workers(pid: int) -> set[int]:
    """Return the processes that serve; Python's own watcher of shared resources is a child, too."""
    named = {child: Path(f"/proc/{child}/cmdline").read_bytes() for child in _children(pid)}
    return {child for child, command in named.items() if b"resource_tracker" not in command}


def _is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _until(holds: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)
