"""The blueprint: a chain's schema as this release makes it, rendered once and replayed for every new chain."""

from datetime import datetime

from django.db import transaction

from chains.condense import condense
from chains.dump import dump_schema
from chains.growth import Step, migrate_by_django, owner_connection
from chains.models import Blueprint
from chains.release import Release, this_release
from chains.router import OWNER_ALIAS
from chains.statements import fill_in, open_up, send
from chains.walls import default_privileges

# No chain's schema can have this name, and no other text in a dump does.
TEMPLATE = "blueprint_of_a_chain"
# Nobody could help to build the index of an empty table, so PostgreSQL need not plan for it.
_ALONE = "SET LOCAL max_parallel_maintenance_workers = 0"


class BlueprintMissing(Exception):
    """The database has no blueprint of this release: `onebanner migrate` has not been run with this code."""


def this_blueprint() -> Blueprint:
    """Return this release's blueprint; raises BlueprintMissing."""
    found = _kept(this_release().hash)
    if found is None or not found.statements:
        raise BlueprintMissing("There is no blueprint of this release: run `onebanner migrate` first.")
    return found


def newest_blueprint() -> Blueprint:
    """Return the blueprint that new chains are made by; raises BlueprintMissing.

    It is this release's, or that of a later one which has grown from it: while a release is being replaced, workers of
    the old code still make chains, and these must be what the new code expects.
    """
    newest = this_blueprint()
    while later := Blueprint.objects.using(OWNER_ALIAS).filter(grown_from=newest.pk).exclude(statements=[]).first():
        newest = later
    return newest


def grown_blueprint(*, now: datetime) -> Blueprint:
    """Return this release's blueprint, as far as the chains of the release before need it: how the template grew.

    The template is migrated by Django, from the release before where that is possible.
    """
    release = this_release()
    return _kept(release.hash) or _grow_template(release, now)


def render_blueprint(*, now: datetime) -> Blueprint:
    """Return this release's blueprint with the statements for new chains, dumped from the template once.

    The dump takes the longer the more chains there are, since pg_dump reads every schema's catalogue.
    """
    blueprint = grown_blueprint(now=now)
    if not blueprint.statements:
        connection = owner_connection()
        owner = connection.settings_dict["USER"]
        dumped = condense(dump_schema(connection, TEMPLATE))
        blueprint.statements = [open_up(each, schema=TEMPLATE, owner=owner) for each in dumped]
        blueprint.save(using=OWNER_ALIAS, update_fields=["statements"])
    return blueprint


def replay(blueprint: Blueprint, *, schema: str) -> None:
    """Make a chain's schema by the blueprint, in the owner's transaction that is open."""
    connection = owner_connection()
    with connection.wrap_database_errors:
        send(connection.connection, [_ALONE, *fill_in(blueprint.statements, schema=schema)])


def way_from(from_hash: str, *, to: Blueprint) -> list[Step] | None:
    """Return the steps that lead from one release's schema to another's, or None when no record of them is kept."""
    steps: list[Step] = []
    release: Blueprint | None = to
    while release is not None and release.migration_hash != from_hash:
        if not release.grown_from:
            return None
        steps[:0] = [Step(**step) for step in release.growth]
        release = _kept(release.grown_from)
    return None if release is None else steps


def _grow_template(release: Release, now: datetime) -> Blueprint:
    """Migrate the template and, in the same transaction, write down how it grew: a killed run loses neither."""
    with transaction.atomic(using=OWNER_ALIAS):
        before = _template_can_grow(release)
        if before is None:
            _start_template()
        steps = migrate_by_django(TEMPLATE, stopped=True)
        connection = owner_connection()
        with connection.cursor() as cursor:
            cursor.execute(f"COMMENT ON SCHEMA \"{TEMPLATE}\" IS '{release.hash}'")
        return Blueprint.objects.using(OWNER_ALIAS).create(
            migration_hash=release.hash,
            migrations=release.migrations,
            statements=[],
            grown_from=before or "",
            growth=[step.as_json() for step in steps] if before else [],
            server_version=connection.connection.info.server_version,
            rendered_at=now,
        )


def _template_can_grow(release: Release) -> str | None:
    """Return the hash that the template stands at, when this release only adds migrations to it."""
    with owner_connection().cursor() as cursor:
        cursor.execute("SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = %s", [TEMPLATE])
        row = cursor.fetchone()
    standing_at = _kept(row[0]) if row and row[0] else None
    if standing_at is None or not standing_at.migrations.items() <= release.migrations.items():
        return None
    return standing_at.migration_hash


def _start_template() -> None:
    with owner_connection().cursor() as cursor:
        cursor.execute(f'DROP SCHEMA IF EXISTS "{TEMPLATE}" CASCADE')
        cursor.execute(f'CREATE SCHEMA "{TEMPLATE}"')
        for statement in default_privileges(TEMPLATE):
            cursor.execute(statement)


def _kept(migration_hash: str) -> Blueprint | None:
    return Blueprint.objects.using(OWNER_ALIAS).filter(pk=migration_hash).first()
