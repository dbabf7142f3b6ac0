"""Which migrations a release carries is noted, and from then on the next ones may only add to them."""

import json
from pathlib import Path

import pytest
from django.db.migrations.loader import MigrationLoader

from config.commands import main
from config.commands.release import newest_migrations
from tests.architecture import expansion
from tests.architecture.expansion import released, too_early
from tests.installation import newest_migration, release_with

TREE = Path(__file__).resolve().parents[3]
TAKES_AWAY = """
    from django.db import migrations

    class Migration(migrations.Migration):
        dependencies = [("stores", "{after}")]
        operations = [migrations.RemoveField("store", "time_zone")]
"""


@pytest.fixture
def noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A note of this test's own, in which nothing was released."""
    note = tmp_path / "infra" / "released.json"
    note.parent.mkdir()
    note.write_text("{}\n")
    monkeypatch.setattr("config.commands.release._NOTED", note)
    monkeypatch.setattr(expansion, "NOTED", note)
    return note


def test_a_release_is_noted_by_the_newest_migration_of_each_app_of_ours(
    noted: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["release", "--check"]) == 1
    assert main(["release"]) == 0

    carried = json.loads(noted.read_text())
    assert carried == newest_migrations(TREE)
    assert carried["stores"] == newest_migration("stores")
    # Migrations of libraries are theirs to keep.
    assert {"chains", "members", "api"} <= carried.keys()
    assert not {"account", "mfa", "sessions", "procrastinate"} & carried.keys()
    assert f"stores: nothing -> {carried['stores']}" in capsys.readouterr().out
    assert main(["release", "--check"]) == 0


def test_from_then_on_a_migration_that_takes_something_away_is_found(noted: Path, tmp_path: Path) -> None:
    with release_with(tmp_path, "stores", m9001_sin=TAKES_AWAY):
        assert too_early(MigrationLoader(None, ignore_no_migrations=True), released()) == []
    main(["release"])

    with release_with(tmp_path, "stores", m9001_sin=TAKES_AWAY):
        found = too_early(MigrationLoader(None, ignore_no_migrations=True), released())

    assert len(found) == 1
    assert found[0].startswith("stores.m9001_sin: RemoveField")
