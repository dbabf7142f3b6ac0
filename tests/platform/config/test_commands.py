"""The `onebanner` command as a person meets it."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from config import commands
from config.commands import COMMANDS, main
from tests.patience import PATIENCE_SECONDS


def test_help_names_every_command_with_its_purpose(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    text = " ".join(capsys.readouterr().out.split())
    for name, command in COMMANDS.items():
        assert f"{name} {command.purpose}" in text


def test_every_command_is_a_module_and_every_module_a_command() -> None:
    assert commands.__file__
    modules = {path.stem for path in Path(commands.__file__).parent.glob("*.py") if not path.stem.startswith("_")}
    assert modules - {"failure"} == set(COMMANDS)
    assert all(find_spec(f"config.commands.{name}") for name in COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_help_of_its_own(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert COMMANDS[name].purpose.capitalize() in " ".join(capsys.readouterr().out.split())


def test_an_unknown_command_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["conquer"])
    assert ended.value.code == 2
    assert "invalid choice: 'conquer'" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["serve", "--port", "65536"],
        ["demo", "--port", "-1"],
        ["seed", "--port", "x"],
        ["serve", "--workers", "0"],
        ["work", "--workers", "0"],
        ["jobs", "dead", "--limit", "-5"],
    ],
    ids=" ".join,
)
def test_a_number_that_can_not_be_is_refused_in_one_line(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert f"'{words[-1]}' is not a number from" in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize(
    "words", [["migrate"], ["fleet", "list"], ["jobs", "dead"], ["journal", "verify"]], ids=" ".join
)
def test_a_database_that_does_not_answer_is_one_line(words: list[str]) -> None:
    nobody = "postgresql://nobody@127.0.0.1:1/none"
    command = [sys.executable, "-m", "config.commands", *words]
    around = {**os.environ, "DATABASE_LOGIN_URL": nobody, "DATABASE_OWNER_URL": nobody}
    answer = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, env=around)
    assert answer.returncode == 1
    [line] = answer.stderr.splitlines()
    assert line.startswith("onebanner: The database does not answer (connection failed")


def test_django_commands_are_passed_on() -> None:
    command = [sys.executable, "-m", "config.commands", "django", "check", "--help"]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS)
    assert answer.returncode == 0
    assert answer.stdout.startswith("usage: onebanner django check")


def test_before_setup_a_command_says_so_in_one_line(tmp_path: Path) -> None:
    around = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")}
    command = [sys.executable, "-m", "config.commands", "migrate"]
    around["ONEBANNER_STATE"] = str(tmp_path)
    answer = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, env=around)
    assert answer.returncode == 1
    assert answer.stderr.splitlines() == [
        "onebanner: DATABASE_LOGIN_URL is not set: run `onebanner setup`, or put it into the environment."
    ]


def test_stop_without_anything_running_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ONEBANNER_STATE", str(tmp_path / "nothing"))
    assert main(["stop"]) == 0
    assert capsys.readouterr().out == "Nothing was running.\n"
    assert not (tmp_path / "nothing").exists()
