"""Migrations expand first and contract in a later release; each way of breaking that is found."""

from pathlib import Path

import pytest
from django.db.migrations.loader import MigrationLoader

from tests.architecture.expansion import released, too_early
from tests.installation import newest_migration, release_with

FIELD = 'migrations.AddField("store", "fax", models.CharField(max_length=30, {}))'
SINS = {
    "a removed field": 'migrations.RemoveField("store", "time_zone")',
    "a removed table": 'migrations.DeleteModel("Holiday")',
    "a renamed field": 'migrations.RenameField("store", "name", "title")',
    "a renamed table": 'migrations.RenameModel("Store", "Shop")',
    "a new field that old code would leave empty": FIELD.format('default=""'),
    "a field that must be filled from now on": 'migrations.AlterField("store", "area", models.UUIDField())',
    "a shorter field": 'migrations.AlterField("store", "name", models.CharField(max_length=1))',
    "a field of another type": 'migrations.AlterField("store", "code", models.TextField())',
    "a new rule for old code": (
        'migrations.AddConstraint("store", models.CheckConstraint(condition=models.Q(name="x"), name="x"))'
    ),
    "SQL that drops": 'migrations.RunSQL("ALTER TABLE stores_store DROP COLUMN name")',
    "SQL that revokes": 'migrations.RunSQL("REVOKE SELECT ON stores_store FROM onebanner_hq")',
    "privileges taken away": 'AppendOnly("stores_store")',
}
HARMLESS = {
    "a field that may be empty": FIELD.format("null=True"),
    "a field that the database fills": FIELD.format('db_default=""'),
    "a longer field": 'migrations.AlterField("store", "name", models.CharField(max_length=500))',
    "an index": 'migrations.AddIndex("store", models.Index(fields=["name"], name="x"))',
    "a table": 'migrations.CreateModel("Fax", [("id", models.UUIDField(primary_key=True))])',
    "a table with a rule of its own": (
        'migrations.CreateModel("Fax", [("id", models.UUIDField(primary_key=True))]), '
        'migrations.AddConstraint("fax", models.CheckConstraint(condition=models.Q(id=None), name="x")), '
        'AppendOnly("stores_fax")'
    ),
}


def migration(operations: str, more: str = "") -> str:
    return (
        "from django.db import migrations, models\nfrom chains.walls import AppendOnly\n"
        "class Migration(migrations.Migration):\n"
        f'    dependencies = [("stores", "{{after}}")]\n    operations = [{operations}]\n    {more}\n'
    )


def found(folder: Path, **coming: str) -> list[str]:
    """Check a release with these migrations behind a release that has carried everything there is now."""
    carried = set(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)
    with release_with(folder, "stores", **coming):
        return too_early(MigrationLoader(None, ignore_no_migrations=True), carried)


def test_no_coming_migration_takes_anything_from_the_release_that_serves() -> None:
    assert too_early(MigrationLoader(None, ignore_no_migrations=True), released()) == []


@pytest.mark.parametrize("sin", SINS)
def test_a_contraction_is_found(tmp_path: Path, sin: str) -> None:
    assert len(found(tmp_path, m9001_sin=migration(SINS[sin]))) == 1


@pytest.mark.parametrize("expansion", HARMLESS)
def test_an_expansion_passes(tmp_path: Path, expansion: str) -> None:
    assert found(tmp_path, m9001_more=migration(HARMLESS[expansion])) == []


def test_a_contract_passes_when_its_expansion_was_a_release(tmp_path: Path) -> None:
    marked = migration(SINS["a removed field"], f'contracts = ("stores", "{newest_migration("stores")}")')

    assert found(tmp_path, m9001_contract=marked) == []


def test_a_contract_in_the_release_of_its_expansion_is_found(tmp_path: Path) -> None:
    expansion = migration(HARMLESS["a field that may be empty"])
    contract = migration(SINS["a removed field"], 'contracts = ("stores", "m9001_more")').replace(
        "{after}", "m9001_more"
    )

    lines = found(tmp_path, m9001_more=expansion, m9002_contract=contract)

    assert "stores.m9002_contract: stores.m9001_more has not been in a release yet" in lines
