"""`infra/prepare.py` on machines that lack something: one line with the way out."""

import os
import subprocess
import sys
from pathlib import Path

from tests.patience import PATIENCE_SECONDS

TREE = Path(__file__).resolve().parents[3]


def _prepare(path: Path) -> subprocess.CompletedProcess[str]:
    around = {**os.environ, "PATH": str(path)}
    command = [sys.executable, str(TREE / "infra" / "prepare.py")]
    return subprocess.run(command, env=around, capture_output=True, text=True, timeout=PATIENCE_SECONDS)


def _program(folder: Path, name: str, answer: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\necho {answer}\n")
    (folder / name).chmod(0o755)


def test_a_machine_without_node_is_told_so_in_one_line(tmp_path: Path) -> None:
    answer = _prepare(tmp_path)
    assert answer.returncode == 1
    assert answer.stdout == ""
    assert answer.stderr.startswith("`node` is missing: install Node.js")
    assert len(answer.stderr.splitlines()) == 1


def test_an_old_node_is_told_so_in_one_line(tmp_path: Path) -> None:
    _program(tmp_path, "node", "v18.20.4")
    _program(tmp_path, "npm", "9")
    answer = _prepare(tmp_path)
    assert answer.returncode == 1
    assert "this is v18.20.4: install a newer one." in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


def test_make_without_python_is_one_line(tmp_path: Path) -> None:
    command = ["make", "-s", "demo", "PYTHON=python-that-is-not-there"]
    answer = subprocess.run(command, cwd=TREE, capture_output=True, text=True, timeout=PATIENCE_SECONDS)
    assert answer.returncode == 2
    first, *_rest = answer.stderr.splitlines()
    assert first.startswith("Python 3.11 or newer is missing: install it")
