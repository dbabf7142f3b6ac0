"""Background processes are known by the lock they hold, not by a number that may belong to somebody else by now."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from kit import background
from tests.patience import PATIENCE_SECONDS

_PATIENT = [sys.executable, "-c", "import time; print('here', flush=True); time.sleep(600)"]
_DEAF = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print('x', flush=True); time.sleep(600)",
]


def _until_it_speaks(folder: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (folder / "job.log").read_bytes():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_process_is_started_found_and_stopped(tmp_path: Path) -> None:
    process = background.start(tmp_path, "job", _PATIENT, os.environ)
    _until_it_speaks(tmp_path)
    assert background.running(tmp_path, "job") == process.pid
    assert background.stop(tmp_path, "job")
    assert process.wait(timeout=PATIENCE_SECONDS) == -signal.SIGTERM
    assert background.running(tmp_path, "job") is None
    assert not background.stop(tmp_path, "job")


def test_a_second_one_of_the_same_name_is_refused(tmp_path: Path) -> None:
    process = background.start(tmp_path, "job", _PATIENT, os.environ)
    with pytest.raises(background.AlreadyRunning, match=f"process {process.pid}"):
        background.start(tmp_path, "job", _PATIENT, os.environ)
    background.stop(tmp_path, "job")
    process.wait(timeout=PATIENCE_SECONDS)


def test_a_killed_process_leaves_its_name_free_and_its_number_harmless(tmp_path: Path) -> None:
    process = background.start(tmp_path, "job", _PATIENT, os.environ)
    process.kill()
    process.wait(timeout=PATIENCE_SECONDS)
    # The number in the file now belongs to somebody else: to this very process.
    (tmp_path / "job.pid").write_text(str(os.getpid()))
    assert background.running(tmp_path, "job") is None
    assert not background.stop(tmp_path, "job")


def test_a_process_that_does_not_listen_is_ended(tmp_path: Path) -> None:
    process = background.start(tmp_path, "job", _DEAF, os.environ)
    _until_it_speaks(tmp_path)
    assert background.stop(tmp_path, "job", seconds=0.2)
    assert process.wait(timeout=PATIENCE_SECONDS) == -signal.SIGKILL


def test_a_name_is_held_while_the_block_runs(tmp_path: Path) -> None:
    with background.holding(tmp_path, "job"):
        assert background.running(tmp_path, "job") == os.getpid()
    assert background.running(tmp_path, "job") is None
