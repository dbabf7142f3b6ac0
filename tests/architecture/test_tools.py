"""ruff, mypy and the migrations' check are part of `make check`; here each is shown to find a deliberate sin."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TREE = Path(__file__).resolve().parents[2]
TOOLS = Path(sys.executable).parent

RUFF_SINS = {
    "a function-level import": 'def read() -> None:\n    """Read."""\n    import json\n\n    json.dumps(1)\n',
    "a relative import": 'from .models import Store\n\n__all__ = ["Store"]\n',
    "an import through the folder": "import franchise.stores.models\n\nprint(franchise)\n",
    "a public function without its promise": "def open_store() -> None:\n    return None\n",
    "a naive moment": "from datetime import datetime\n\nNOW = datetime.now()\n",
}


@pytest.mark.parametrize("sin", RUFF_SINS)
def test_ruff_finds(sin: str) -> None:
    command = [
        str(TOOLS / "ruff"),
        "check",
        "--stdin-filename",
        str(TREE / "franchise" / "stores" / "rules" / "sin.py"),
        "-",
    ]
    run = subprocess.run(command, input=RUFF_SINS[sin], cwd=TREE, capture_output=True, text=True)
    assert run.returncode == 1, run.stdout


def test_mypy_finds_an_untyped_function(tmp_path: Path) -> None:
    sinful = tmp_path / "sin.py"
    sinful.write_text("def add(one, two):\n    return one + two\n")
    config = tmp_path / "mypy.ini"
    config.write_text("[mypy]\nstrict = true\n")
    command = [str(TOOLS / "mypy"), "--config-file", str(config), "--cache-dir", str(tmp_path / "cache"), str(sinful)]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert run.returncode == 1
    assert "no-untyped-def" in run.stdout


def test_a_changed_model_without_a_migration_is_found(run_database: str) -> None:
    program = (
        "import django; django.setup()\n"
        "from django.db import models\n"
        "from stores.models import Store\n"
        "models.TextField(null=True).contribute_to_class(Store, 'sin')\n"
        "from django.core.management import call_command\n"
        "call_command('makemigrations', '--check', '--dry-run')\n"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
    run = subprocess.run([sys.executable, "-c", program], cwd=TREE, env=environment, capture_output=True, text=True)
    assert run.returncode == 1, run.stderr
    assert "Add field sin to store" in run.stdout
