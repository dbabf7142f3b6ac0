"""Adding a column to every chain: the fleet migrator against migrate_schemas and against the raw floor."""

from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import psycopg
from django.core.management import call_command
from django.db import connections
from django.utils.timezone import now

from chains.blueprint import grown_blueprint, render_blueprint, this_blueprint
from chains.catalogue import strayed_chains
from chains.fleet import migrate_fleet
from chains.models import Blueprint, Chain
from chains.rules import HAVE_SCHEMA
from tests.benchmarks.report import Report, duration, timed
from tests.installation import ADD_A_COLUMN, open_chains, release_with

AT_LEAST_FASTER = 50
AT_MOST_FLOORS = 3
_ADD = "ALTER TABLE stores_store ADD COLUMN fax varchar(30) NULL"
_NOTE = "INSERT INTO django_migrations (app, name, applied) VALUES ('stores', 'm9001_fax', now())"


def measure_fleet(report: Report, *, chains: int, migrated: str) -> None:
    """Measure on so many chains; `migrated` is a schema that django-tenants has made."""
    open_chains(chains - Chain.objects.using("owner").filter(state__in=HAVE_SCHEMA).count())
    schemas = list(Chain.objects.using("owner").filter(state__in=HAVE_SCHEMA).values_list("schema_name", flat=True))
    before = this_blueprint()
    with TemporaryDirectory() as folder, release_with(Path(folder), "stores", m9001_fax=ADD_A_COLUMN):

        def take_back() -> None:
            _in_each(schemas, "ALTER TABLE stores_store DROP COLUMN IF EXISTS fax", _forget("m9001_fax"))
            Chain.objects.using("owner").update(migration_hash=before.migration_hash)

        grown = timed(lambda: grown_blueprint(now=now()))
        rendered = timed(lambda: render_blueprint(now=now()))
        times: dict[str, list[float]] = {"fleet": [], "floor": []}
        # In turn, so that whatever else the machine does hits both alike.
        for _ in range(5):
            take_back()
            times["floor"].append(timed(lambda: _in_each(schemas, _ADD, _NOTE)))
            take_back()
            times["fleet"].append(timed(migrate_fleet))
        ours, floor = median(times["fleet"]), median(times["floor"])
        report.goal("every chain equals the release's blueprint afterwards", met=strayed_chains() == {})
        nothing = median(timed(migrate_fleet) for _ in range(5))
        take_back()
        _note_shared_migrations(schemas, migrated)
        # Its executor's first run would also pay for what the others have warmed up.
        multiprocessing = _by_migrate_schemas("multiprocessing")
        take_back()
        standard = _by_migrate_schemas("standard")
        take_back()
        Blueprint.objects.using("owner").exclude(pk=before.pk).delete()

    report.table(
        f"a column added to {len(schemas)} chains",
        {
            "raw floor": floor,
            "fleet": ours,
            "fleet, with Django on the template": ours + grown,
            "migrate_schemas, multiprocessing": multiprocessing,
            "migrate_schemas, standard": standard,
        },
        base="raw floor",
    )
    report.say(
        f"\nNothing to do: {duration(nothing)}. The dump, once a release, after the chains: {duration(rendered)}.\n"
    )
    report.goal(
        f"at least {AT_LEAST_FASTER} times faster than multiprocessing: {multiprocessing / ours:.0f} times",
        met=multiprocessing / ours >= AT_LEAST_FASTER,
    )
    report.goal(
        f"at most {AT_MOST_FLOORS} times the raw floor: {ours / floor:.2f} times", met=ours / floor <= AT_MOST_FLOORS
    )


def _by_migrate_schemas(executor: str) -> float:
    connections.close_all()
    return timed(
        lambda: call_command("migrate_schemas", tenant=True, executor=executor, interactive=False, verbosity=0)
    )


def _in_each(schemas: list[str], *statements: str) -> None:
    """Run statements in every schema, a transaction each, as a loop by hand would."""
    owner = connections["owner"]
    connection: psycopg.Connection
    with owner.get_new_connection(owner.get_connection_params()) as connection:
        connection.autocommit = True
        for schema in schemas:
            with connection.transaction():
                connection.execute(f'SET LOCAL search_path = "{schema}", extensions'.encode())
                for statement in statements:
                    connection.execute(statement.encode())


def _note_shared_migrations(schemas: list[str], migrated: str) -> None:
    """Let every chain look to django-tenants as one that it has made, so that it does no more than it has to."""
    _in_each(
        schemas,
        "INSERT INTO django_migrations (app, name, applied)"
        f" SELECT app, name, applied FROM {migrated}.django_migrations one"
        " WHERE NOT EXISTS (SELECT FROM django_migrations two WHERE (two.app, two.name) = (one.app, one.name))",
    )


def _forget(name: str) -> str:
    return f"DELETE FROM django_migrations WHERE name = '{name}'"
