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


@pytest.mark.parametrize(
    ("where", "sin"),
    [
        ("tenants/chains/queries.py", "import stores.models\n"),
        ("franchise/journal/rules.py", "import config.settings\n"),
        ("franchise/stores/models.py", "import stores.actions\n"),
        ("franchise/stores/wizards.py", "x = 1\n"),
        ("franchise/complaints/queries.py", "import graphene\n"),
        ("franchise/clocks/rules/hours.py", "import django.http\n"),
    ],
    ids=["upward", "config imported", "room upside down", "a room of one's own", "graphene in the domain", "impure rules"],
)
def test_a_deliberate_sin_breaks_a_contract(copied_tree: Path, where: str, sin: str) -> None:
    sinful = copied_tree / where
    sinful.write_text((sinful.read_text() if sinful.exists() else "") + "\n" + sin)
    run = lint(copied_tree)
    assert run.returncode != 0
    assert "BROKEN" in run.stdout
