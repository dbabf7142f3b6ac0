"""Imports point one way and apps have the house's rooms: import-linter says so, and finds deliberate sins."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.house import SOURCE_ROOTS

TREE = Path(__file__).resolve().parents[2]


def lint(tree: Path) -> subprocess.CompletedProcess[str]:
    paths = os.pathsep.join(str(tree / root) for root in SOURCE_ROOTS)
    return subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--config", str(tree / "pyproject.toml")],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
    )


@pytest.fixture
def copied_tree(tmp_path: Path) -> Path:
    shutil.copy(TREE / "pyproject.toml", tmp_path)
    for root in SOURCE_ROOTS:
        shutil.copytree(TREE / root, tmp_path / root, ignore=shutil.ignore_patterns("__pycache__", "locale"))
    return tmp_path


def test_every_contract_is_kept() -> None:
    run = lint(TREE)
    assert run.returncode == 0, run.stdout


SINS = {
    "an upward import": ("tenants/chains/queries.py", "import stores.models\n"),
    "the composition root imported": ("franchise/journal/rules.py", "import config.settings\n"),
    "a room upside down": ("franchise/stores/models.py", "import stores.actions\n"),
    "a room of one's own": ("franchise/stores/wizards.py", "x = 1\n"),
    "graphene in the domain": ("franchise/complaints/queries.py", "import graphene\n"),
}


@pytest.mark.parametrize("sin", SINS)
def test_a_deliberate_sin_breaks_a_contract(copied_tree: Path, sin: str) -> None:
    where, text = SINS[sin]
    sinful = copied_tree / where
    sinful.write_text((sinful.read_text() if sinful.exists() else "") + "\n" + text)
    run = lint(copied_tree)
    assert run.returncode != 0
    assert "BROKEN" in run.stdout
