"""F08: one chain's migration fails; the others go on, the report names it, the exit code is not 0."""

from pathlib import Path

import pytest

from chains.catalogue import strayed_chains
from chains.fleet import migrate_fleet
from chains.models import Chain, ChainMigration
from config.commands import main
from tests.installation import has_column, open_chains, release_with, run_as_owner

SECRET = "Mrs Secret"
NO_TWO_FAXES = """
    from django.db import migrations, models

    class Migration(migrations.Migration):
        dependencies = [("stores", "{after}")]
        operations = [
            migrations.AddField("store", "fax", models.CharField(max_length=30, null=True)),
            migrations.AddConstraint(
                "store", models.CheckConstraint(condition=~models.Q(name="Mrs Secret"), name="nobody_is_called_so")
            ),
        ]
"""


def test_the_others_go_on_and_the_report_names_the_one(
    installation: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    open_chains(4)
    broken, *sound = Chain.objects.using("owner").order_by("created_at", "id")
    run_as_owner(f"UPDATE \"{broken.schema_name}\".stores_store SET name = '{SECRET}' WHERE code = 'S1'")

    with release_with(tmp_path, "stores", m9001_fax=NO_TWO_FAXES):
        code = main(["migrate"])

        said = capsys.readouterr()
        assert code == 1
        assert f"{len(sound)} chains brought to this release, 1 failed." in said.out
        assert broken.name in said.out + said.err
        assert all(has_column(chain, "stores_store", "fax") for chain in sound)
        # Neither half of the migration is there: a chain is migrated wholly or not at all.
        assert not has_column(broken, "stores_store", "fax")
        result = ChainMigration.objects.using("owner").get(state="FAILED")
        assert result.chain == broken
        assert result.error.startswith("23514: ")
        assert SECRET not in result.error + said.out + said.err

        assert main(["migrate"]) == 1
        run_as_owner(f"UPDATE \"{broken.schema_name}\".stores_store SET name = 'Mended' WHERE code = 'S1'")
        assert [outcome.chain for outcome in migrate_fleet().done] == [broken]
        assert ChainMigration.objects.using("owner").filter(state="FAILED").count() == 0
        assert main(["migrate"]) == 0
        assert strayed_chains() == {}
