"""The demo as a person runs it: started, used, stopped, started again, killed, cleaned up after."""

import os
import signal
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path

import pytest

from config.commands.serve import free_port
from kit import background
from kit.postgres.server import Server

_COMMAND = [sys.executable, "-m", "config.commands"]
_READY = "Ctrl-C stops everything."


def _environment(state: Path) -> dict[str, str]:
    others = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")}
    return {**others, "ONEBANNER_STATE": str(state), "PYTHONUNBUFFERED": "1"}


def _started(state: Path, port: int) -> subprocess.Popen[str]:
    command = [*_COMMAND, "demo", "--port", str(port)]
    with (state / "said.txt").open("w") as said:
        demo = subprocess.Popen(command, env=_environment(state), stdout=said, stderr=subprocess.STDOUT, text=True)
    deadline = time.monotonic() + 180
    while _READY not in (state / "said.txt").read_text():
        assert demo.poll() is None, (state / "said.txt").read_text()
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return demo


def _status_of(port: int, host: str) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/", headers={"Host": host})
    status = connection.getresponse().status
    connection.close()
    return status


def _what_runs(state: Path) -> list[str]:
    names = [name for name in ("demo", "serve", "work") if background.running(state, name)]
    return [*names, *(["database"] if Server(state / "postgres").running() else [])]


def test_a_demo_starts_serves_stops_and_cleans_up_after_a_kill(tmp_path: Path) -> None:
    port = free_port("127.0.0.1")
    demo = _started(tmp_path, port)
    try:
        assert _status_of(port, "onebanner.localhost") < 400
        assert _status_of(port, "nowhere.localhost") == 404
        assert _what_runs(tmp_path) == ["demo", "serve", "work", "database"]
        second = subprocess.run(
            [*_COMMAND, "demo"], env=_environment(tmp_path), capture_output=True, text=True, timeout=60
        )
        assert second.returncode == 1
        assert second.stderr.startswith(f"onebanner: It is already running as process {demo.pid}")
        demo.send_signal(signal.SIGINT)
        assert demo.wait(timeout=60) == 0
        assert _what_runs(tmp_path) == []
        demo = _started(tmp_path, port)
        demo.kill()
        demo.wait()
        stopped = subprocess.run([*_COMMAND, "stop"], env=_environment(tmp_path), capture_output=True, text=True)
        assert stopped.stdout == "Stopped: serve, work, database.\n"
        assert _what_runs(tmp_path) == []
    finally:
        demo.kill()
        demo.wait()
        subprocess.run([*_COMMAND, "stop"], env=_environment(tmp_path), capture_output=True)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_demo_that_is_ended_during_its_setup_leaves_nothing(tmp_path: Path, number: int) -> None:
    port = free_port("127.0.0.1")
    demo = subprocess.Popen(
        [*_COMMAND, "demo", "--port", str(port)], env=_environment(tmp_path), stdout=subprocess.PIPE, text=True
    )
    assert demo.stdout
    with demo:
        while "Compiling" not in demo.stdout.readline():
            pass
        demo.send_signal(number)
        said = demo.stdout.read()
    assert said.endswith("everything is stopped.\n")
    assert demo.returncode == 0
    assert _what_runs(tmp_path) == []
