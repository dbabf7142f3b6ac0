"""The fleet migrator: every chain to the release, each wholly or not at all."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import psycopg
import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from chains.actions import close_chain
from chains.catalogue import strayed_chains
from chains.fleet import FleetBusy, _one_fleet_at_a_time, bring_to_release, chains_behind, migrate_fleet
from chains.growth import ContractTooEarly, NotAtomic, owner_connection
from chains.models import Blueprint, Chain, ChainMigration
from chains.provisioning import remove
from chains.release import this_release
from config.commands import main
from tests.factories.chains import operator_actor
from tests.installation import ADD_A_COLUMN, has_column, open_chains, release_with, run_as_owner
from tests.patience import PATIENCE_SECONDS

FILL_IT = """
    from django.db import migrations

    def fill(apps, schema_editor):
        Store = apps.get_model("stores", "Store")
        Store.objects.using(schema_editor.connection.alias).update(fax="as " + Store._meta.label)

    class Migration(migrations.Migration):
        dependencies = [("stores", "m9001_fax")]
        operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
"""
TAKE_IT_AWAY = """
    from django.db import migrations

    class Migration(migrations.Migration):
        dependencies = [("stores", "m9001_fax")]
        contracts = ("stores", "m9001_fax")
        operations = [migrations.RemoveField("store", "fax")]
"""


def everybody() -> list[Chain]:
    return list(Chain.objects.using("owner").order_by("created_at", "id"))


def test_every_chain_gets_the_new_column_and_one_result(installation: str, tmp_path: Path) -> None:
    open_chains(3)
    with release_with(tmp_path, "stores", m9001_fax=ADD_A_COLUMN):
        result = migrate_fleet()

        assert len(result.done) == len(everybody()) == 5
        assert result.failed == []
        assert all(has_column(chain, "stores_store", "fax") for chain in everybody())
        assert {chain.migration_hash for chain in everybody()} == {this_release().hash}
        assert ChainMigration.objects.using("owner").filter(state="DONE").count() == 5
        assert strayed_chains() == {}


def test_nothing_to_do_costs_the_same_however_many_chains_there_are(installation: str) -> None:
    def questions() -> int:
        with CaptureQueriesContext(connections["owner"]) as asked:
            assert migrate_fleet().done == []
        return len(asked)

    before = questions()
    open_chains(4)

    assert questions() == before


def test_a_migration_in_python_runs_in_every_chain(installation: str, tmp_path: Path) -> None:
    with release_with(tmp_path, "stores", m9001_fax=ADD_A_COLUMN, m9002_fill=FILL_IT):
        result = migrate_fleet()

        assert len(result.done) == 2
        for chain in everybody():
            with connections["owner"].cursor() as cursor:
                cursor.execute(f'SELECT DISTINCT fax FROM "{chain.schema_name}".stores_store')
                assert cursor.fetchall() == [("as stores.Store",)]
        assert strayed_chains() == {}


def test_a_chain_two_releases_behind_catches_up_in_one_go(installation: str, tmp_path: Path) -> None:
    more = ADD_A_COLUMN.replace("fax", "telex").replace("{after}", "m9001_fax")
    with release_with(tmp_path, "stores", m9001_fax=ADD_A_COLUMN):
        bring_to_release()
    straggler = everybody()[0]
    oldest = Blueprint.objects.using("owner").order_by("rendered_at")[0]
    run_as_owner(
        f'ALTER TABLE "{straggler.schema_name}".stores_store DROP COLUMN fax',
        f"DELETE FROM \"{straggler.schema_name}\".django_migrations WHERE name = 'm9001_fax'",
        f"UPDATE public.chains_chain SET migration_hash = '{oldest.pk}' WHERE id = '{straggler.id}'",
    )
    with release_with(tmp_path, "stores", m9001_fax=ADD_A_COLUMN, m9002_telex=more):
        assert len(migrate_fleet().done) == 2
        assert strayed_chains() == {}


def test_a_chain_of_unknown_origin_is_migrated_by_django(installation: str, tmp_path: Path) -> None:
    run_as_owner("UPDATE public.chains_chain SET migration_hash = 'somebody restored it'")
    with release_with(tmp_path, "stores", m9001_fax=ADD_A_COLUMN):
        assert len(migrate_fleet().done) == 2
        assert strayed_chains() == {}


def test_a_schema_that_is_ahead_of_its_row_is_only_noted(installation: str, tmp_path: Path) -> None:
    with release_with(tmp_path, "stores", m9001_fax=ADD_A_COLUMN):
        migrate_fleet()
        run_as_owner(
            "UPDATE public.chains_chain SET migration_hash ="
            " (SELECT migration_hash FROM public.chains_blueprint ORDER BY rendered_at LIMIT 1)"
        )
        assert len(migrate_fleet().done) == 2
        assert strayed_chains() == {}


def test_closed_chains_and_those_being_made_are_left_alone(installation: str, tmp_path: Path) -> None:
    gone, half_made = open_chains(2)
    close_chain(actor=operator_actor(), chain_id=gone.id, now=now())
    remove(gone.id, now=now())
    run_as_owner(f"UPDATE public.chains_chain SET state = 'PROVISIONING' WHERE id = '{half_made.id}'")
    with release_with(tmp_path, "stores", m9001_fax=ADD_A_COLUMN):
        assert len(migrate_fleet().done) == 2


def test_a_long_reader_holds_up_its_own_chain_only_and_nobody_queues_behind(installation: str, tmp_path: Path) -> None:
    busy, *others = everybody()
    with _reading(busy) as release, release_with(tmp_path, "stores", m9001_fax=ADD_A_COLUMN):
        fleet = Thread(target=_migrate_and_close)
        fleet.start()
        _until(lambda: all(has_column(chain, "stores_store", "fax") for chain in others))
        assert not has_column(busy, "stores_store", "fax")
        _until(lambda: _is_waited_for(busy))
        # Answered while the long reader still holds the table: the migration has let go of its place in the queue.
        run_as_owner(
            "SET statement_timeout = '120s'",
            f'SELECT count(*) FROM "{busy.schema_name}".stores_store',
            "RESET statement_timeout",
        )
        release()
        fleet.join(timeout=PATIENCE_SECONDS)
        assert has_column(busy, "stores_store", "fax")

    done = ChainMigration.objects.using("owner").get(chain=busy)
    assert (done.state, done.error) == ("DONE", "")
    assert done.attempts > 1


def test_two_migrators_do_not_meet(installation: str) -> None:
    with _one_fleet_at_a_time(), pytest.raises(FleetBusy):
        migrate_fleet()


def test_a_contract_is_refused_together_with_its_expansion(installation: str, tmp_path: Path) -> None:
    with release_with(tmp_path, "stores", m9001_fax=ADD_A_COLUMN, m9002_no_fax=TAKE_IT_AWAY):
        with pytest.raises(ContractTooEarly):
            migrate_fleet()
        assert not any(has_column(chain, "stores_store", "fax") for chain in everybody())
        assert Blueprint.objects.using("owner").count() == 1

        migrate_fleet(stopped=True)
        assert strayed_chains() == {}


def test_a_contract_follows_in_a_release_of_its_own(installation: str, tmp_path: Path) -> None:
    with release_with(tmp_path, "stores", m9001_fax=ADD_A_COLUMN):
        migrate_fleet()
    with release_with(tmp_path, "stores", m9001_fax=ADD_A_COLUMN, m9002_no_fax=TAKE_IT_AWAY):
        assert len(migrate_fleet().done) == 2
        assert not any(has_column(chain, "stores_store", "fax") for chain in everybody())


def test_a_migration_outside_a_transaction_is_refused(installation: str, tmp_path: Path) -> None:
    text = ADD_A_COLUMN.replace("operations", "atomic = False\n        operations")
    with release_with(tmp_path, "stores", m9001_fax=text), pytest.raises(NotAtomic):
        migrate_fleet()


def test_the_command_says_how_it_went(installation: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with release_with(tmp_path, "stores", m9001_fax=ADD_A_COLUMN):
        assert main(["migrate"]) == 0
        assert "2 chains brought to this release, 0 failed." in capsys.readouterr().out
        assert main(["fleet", "verify"]) == 0
        assert chains_behind(this_release().hash) == []


def _migrate_and_close() -> None:
    try:
        migrate_fleet()
    finally:
        connections.close_all()


@contextmanager
def _reading(chain: Chain) -> Iterator[Callable[[], None]]:
    """Hold a reader's lock on a chain's table, as a long export does; yields how to let go."""
    owner = connections["owner"]
    reader: psycopg.Connection = owner.get_new_connection(owner.get_connection_params())
    reader.autocommit = False
    reader.execute(f'SELECT * FROM "{chain.schema_name}".stores_store'.encode())
    try:
        yield reader.rollback
    finally:
        reader.close()


def _is_waited_for(chain: Chain) -> bool:
    """Tell whether somebody waits to change a chain's table."""
    query = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = %s::regclass)"
    with owner_connection().cursor() as cursor:
        cursor.execute(query, [f'"{chain.schema_name}".stores_store'])
        return bool(cursor.fetchone()[0])


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
