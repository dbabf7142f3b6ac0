"""A demo that is ended before it is ready; `tests/journeys/test_demo.py` has the whole life of one."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from config.commands.serve import free_port
from kit import background
from kit.postgres.server import Server


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_demo_that_is_ended_during_its_setup_leaves_nothing(tmp_path: Path, number: int) -> None:
    others = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")}
    command = [sys.executable, "-m", "config.commands", "demo", "--port", str(free_port("127.0.0.1"))]
    demo = subprocess.Popen(
        command,
        env={**others, "ONEBANNER_STATE": str(tmp_path), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert demo.stdout
    with demo:
        while line := demo.stdout.readline():
            if "Compiling" in line:
                break
        demo.send_signal(number)
        said = demo.stdout.read()
    assert said.endswith("everything is stopped.\n")
    assert demo.returncode == 0
    assert not any(background.running(tmp_path, name) for name in ("demo", "serve", "work"))
    assert not Server(tmp_path / "postgres").running()
