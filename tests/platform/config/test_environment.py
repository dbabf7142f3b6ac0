"""Where settings come from, and that what is written is for this account only."""

import stat
from pathlib import Path

import pytest

from config import environment


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ONEBANNER_STATE", str(tmp_path / "state"))
    return tmp_path / "state"


def test_the_process_wins_over_what_was_written_and_that_over_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment.read("COLOUR", "red") == "red"
    environment.write(COLOUR="green")
    assert environment.read("COLOUR", "red") == "green"
    monkeypatch.setenv("COLOUR", "blue")
    assert environment.read("COLOUR", "red") == "blue"
    assert environment.given("COLOUR") == "blue"


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLOUR", "")
    assert environment.read("COLOUR", "red") == "red"


def test_a_missing_setting_names_the_way_out() -> None:
    with pytest.raises(environment.MissingSetting, match="COLOUR is not set: run `onebanner setup`"):
        environment.read("COLOUR")


def test_what_was_written_before_stays_and_nobody_else_can_read_it(state: Path) -> None:
    environment.write(SECRET_KEY="s")
    environment.write(DATABASE_OWNER_URL="u")
    assert environment.written() == {"SECRET_KEY": "s", "DATABASE_OWNER_URL": "u"}
    assert stat.S_IMODE((state / "environment.json").stat().st_mode) == 0o600
    assert [file.name for file in state.iterdir()] == ["environment.json"]
