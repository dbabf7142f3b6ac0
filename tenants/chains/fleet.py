"""Bringing all chains to this release: many at once, each wholly or not at all, whatever happens to the others."""

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from traceback import extract_tb
from uuid import UUID

from django.core.management import call_command
from django.db import transaction
from django.db.migrations.loader import MigrationLoader
from django.utils.timezone import now
from psycopg import Connection, Error
from psycopg.errors import LockNotAvailable
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Identifier

from chains.blueprint import grown_blueprint, render_blueprint, way_from
from chains.growth import (
    ContractTooEarly,
    NotAtomic,
    Step,
    migrate_by_django,
    migrate_shared,
    owner_connection,
    refuse_unsafe,
)
from chains.models import Blueprint, Chain, ChainMigration, ChainMigrationState
from chains.provisioning import wait_for_makers
from chains.release import chain_labels, named, this_release
from chains.router import OWNER_ALIAS
from chains.rules import HAVE_SCHEMA

WORKERS = 4
CHAINS_A_CONNECTION = 25
LONGEST_ERROR = 500
# Longer waits would make the requests of the chain queue up behind the migration that itself waits for a long reader.
LOCK_TIMEOUT_MILLISECONDS = 1000
PAUSES_SECONDS = (0, 1, 2, 4, 8)
_SOMEBODY_HOLDS_IT = {"55P03", "40P01"}
_CLASS_OF_BAD_VALUES = "22"
_FLEET_IS_MIGRATED = 7_305_002
_KEEP = """
    INSERT INTO public.chains_chainmigration
        (id, chain_id, from_hash, to_hash, state, error, attempts, started_at, finished_at)
    VALUES (%(id)s, %(chain_id)s, %(from_hash)s, %(to_hash)s, %(state)s, %(error)s, %(attempts)s, %(started_at)s,
        %(finished_at)s)
    ON CONFLICT (chain_id, to_hash) DO UPDATE SET (from_hash, state, error, attempts, started_at, finished_at) =
        (excluded.from_hash, excluded.state, excluded.error, excluded.attempts, excluded.started_at,
        excluded.finished_at)"""

Clock = Callable[[], datetime]
Watcher = Callable[[ChainMigration], None]


class FleetBusy(Exception):
    """Another process is bringing this installation's chains to a release."""


@dataclass(slots=True)
class FleetResult:
    """What became of the chains that were behind."""

    done: list[ChainMigration] = field(default_factory=list)
    failed: list[ChainMigration] = field(default_factory=list)

    def add(self, result: ChainMigration) -> None:
        """Take in one chain's result."""
        (self.done if result.state == ChainMigrationState.DONE else self.failed).append(result)


@dataclass(frozen=True, slots=True)
class _Errand:
    """One chain to bring to one blueprint, by replaying steps or, without a record of them, by Django."""

    chain: Chain
    blueprint: Blueprint
    steps: list[Step] | None
    stopped: bool


def bring_to_release(*, clock: Clock = now, watch: Watcher | None = None, stopped: bool = False) -> FleetResult:
    """Migrate the shared tables, render the blueprint and bring every chain to this release.

    Arguments and what is raised: see `migrate_fleet`.
    """
    with _one_fleet_at_a_time():
        migrate_shared()
        # The cache's table has no migration of its own; made already, it is left as it is.
        call_command("createcachetable", database=OWNER_ALIAS, verbosity=0)
        return _migrate_fleet(clock, watch, stopped)


def migrate_fleet(*, clock: Clock = now, watch: Watcher | None = None, stopped: bool = False) -> FleetResult:
    """Bring every chain that has a schema to this release and return one result per chain that was behind.

    A failing chain stops only itself; a chain whose tables are in use is tried again later. `watch` is told each
    result. `stopped` says that no code is serving. Raises FleetBusy, ContractTooEarly and NotAtomic before any chain
    is touched, and DumpFailed when all have been: then there is no blueprint for new chains yet.
    """
    with _one_fleet_at_a_time():
        return _migrate_fleet(clock, watch, stopped)


def chains_behind(migration_hash: str) -> list[Chain]:
    """Return the chains with a schema that stand at another release; one query, however many chains there are."""
    chains = Chain.objects.using(OWNER_ALIAS).filter(state__in=HAVE_SCHEMA)
    return list(chains.exclude(migration_hash=migration_hash).order_by("created_at", "id"))


def _migrate_fleet(clock: Clock, watch: Watcher | None, stopped: bool) -> FleetResult:
    result = FleetResult()
    _refuse_unsafe_ways(stopped=stopped)
    blueprint = grown_blueprint(now=clock())
    tried: set[UUID] = set()
    _bring_those_behind(blueprint, tried, result, clock, watch, stopped)
    render_blueprint(now=clock())
    # Until here, code of the release before made its own chains; from now on it makes this release's.
    wait_for_makers()
    _bring_those_behind(blueprint, tried, result, clock, watch, stopped)
    return result


def _bring_those_behind(
    blueprint: Blueprint, tried: set[UUID], result: FleetResult, clock: Clock, watch: Watcher | None, stopped: bool
) -> None:
    while behind := [chain for chain in chains_behind(blueprint.migration_hash) if chain.id not in tried]:
        tried |= {chain.id for chain in behind}
        for outcome in _bring(list(_errands(behind, blueprint, stopped)), clock):
            if watch is not None:
                watch(outcome)
            result.add(outcome)


def _refuse_unsafe_ways(*, stopped: bool) -> None:
    release = this_release()
    standing_at = {chain.migration_hash for chain in chains_behind(release.hash)}
    if not standing_at:
        return
    disk = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    for kept in Blueprint.objects.using(OWNER_ALIAS).filter(pk__in=standing_at).order_by("rendered_at"):
        coming = release.migrations.keys() - kept.migrations.keys()
        refuse_unsafe((migration for key, migration in disk.items() if named(key) in coming), stopped=stopped)


def _errands(chains: Iterable[Chain], blueprint: Blueprint, stopped: bool) -> Iterator[_Errand]:
    ways: dict[str, list[Step] | None] = {}
    for chain in chains:
        if chain.migration_hash not in ways:
            ways[chain.migration_hash] = way_from(chain.migration_hash, to=blueprint)
        yield _Errand(chain, blueprint, ways[chain.migration_hash], stopped)


def _bring(errands: list[_Errand], clock: Clock) -> Iterator[ChainMigration]:
    """Yield each chain's result; chains that somebody else's lock holds up come again in a later round."""
    with ThreadPoolExecutor(max_workers=WORKERS, thread_name_prefix="fleet") as workers:
        for attempt, pause in enumerate(PAUSES_SECONDS, start=1):
            if not errands:
                return
            time.sleep(pause)
            size = min(CHAINS_A_CONNECTION, -(-len(errands) // WORKERS))
            shares = [errands[start : start + size] for start in range(0, len(errands), size)]
            errands = []
            for outcomes in workers.map(partial(_run_share, clock=clock, attempt=attempt), shares):
                for errand, outcome, is_held_up in outcomes:
                    if is_held_up and attempt < len(PAUSES_SECONDS):
                        errands.append(errand)
                    else:
                        yield outcome


def _run_share(errands: list[_Errand], *, clock: Clock, attempt: int) -> list[tuple[_Errand, ChainMigration, bool]]:
    """Work through some chains on one connection, which grows with every schema that it has seen."""
    try:
        return [(errand, *_run(errand, clock=clock, attempt=attempt)) for errand in errands]
    finally:
        owner_connection().close()


def _run(errand: _Errand, *, clock: Clock, attempt: int) -> tuple[ChainMigration, bool]:
    """Bring one chain there; return its result, and whether a lock was in the way."""
    result = ChainMigration(
        chain=errand.chain,
        from_hash=errand.chain.migration_hash,
        to_hash=errand.blueprint.migration_hash,
        state=ChainMigrationState.DONE,
        attempts=attempt,
        started_at=clock(),
    )
    connection = owner_connection()
    try:
        with transaction.atomic(using=OWNER_ALIAS):
            _bring_one(errand, connection.connection)
            result.finished_at = clock()
            _keep(result, connection.connection)
    except Exception as error:
        # Whatever is wrong with this chain must not keep the others from their migration: the result tells it.
        result.state, result.error = ChainMigrationState.FAILED, _text_of(error)
        result.finished_at = clock()
        connection.close_if_unusable_or_obsolete()
        connection.ensure_connection()
        _keep(result, connection.connection)
        return result, _sqlstate(error) in _SOMEBODY_HOLDS_IT
    return result, False


def _bring_one(errand: _Errand, raw: Connection[TupleRow]) -> None:
    chain, target = errand.chain, errand.blueprint.migrations
    schema = Identifier(chain.schema_name)
    with raw.pipeline():
        raw.execute(SQL("SET LOCAL lock_timeout = {}").format(f"{LOCK_TIMEOUT_MILLISECONDS}ms"))
        raw.execute("SELECT 1 FROM public.chains_chain WHERE id = %s FOR UPDATE", [chain.id])
        rows = raw.execute(SQL("SELECT app, name FROM {}.django_migrations").format(schema)).fetchall()
    labels = chain_labels()
    applied = {f"{app}.{name}" for app, name in rows if app in labels}
    steps = errand.steps
    # A crash between two nodes of a cluster can leave the schema ahead of the chain's row.
    if not target.keys() <= applied:
        if steps is not None and _can_replay(steps, applied, target):
            _replay(raw, steps, schema)
        else:
            migrate_by_django(chain.schema_name, stopped=errand.stopped)


def _can_replay(steps: list[Step], applied: set[str], target: dict[str, str]) -> bool:
    """Tell whether the steps are all SQL and begin exactly where the schema stands."""
    coming = {named(step.key) for step in steps}
    is_sql = all(step.statements is not None for step in steps)
    return is_sql and not coming & applied and target.keys() - coming <= applied


def _replay(raw: Connection[TupleRow], steps: list[Step], schema: Identifier) -> None:
    with raw.pipeline():
        raw.execute(SQL("SET LOCAL search_path = {}, extensions").format(schema))
        for step in steps:
            for statement in step.statements or ():
                raw.execute(statement.encode(), prepare=False)
            raw.execute(
                SQL("INSERT INTO {}.django_migrations (app, name, applied) VALUES (%s, %s, now())").format(schema),
                step.key,
            )


def _keep(result: ChainMigration, raw: Connection[TupleRow]) -> None:
    with raw.pipeline():
        if result.state == ChainMigrationState.DONE:
            raw.execute(
                "UPDATE public.chains_chain SET migration_hash = %s WHERE id = %s", [result.to_hash, result.chain_id]
            )
        raw.execute(_KEEP, {field.attname: getattr(result, field.attname) for field in result._meta.concrete_fields})


def _sqlstate(error: BaseException) -> str | None:
    cause = error if isinstance(error, Error) else error.__cause__
    return cause.sqlstate if isinstance(cause, Error) else None


def _text_of(error: BaseException) -> str:
    # Not the whole message, which may quote a chain's row: rows have no place in `public`.
    cause = error if isinstance(error, Error) else error.__cause__
    if isinstance(cause, Error) and cause.sqlstate:
        quotes_a_value = cause.sqlstate.startswith(_CLASS_OF_BAD_VALUES)
        return f"{cause.sqlstate}: {'' if quotes_a_value else cause.diag.message_primary}"[:LONGEST_ERROR]
    if isinstance(error, ContractTooEarly | NotAtomic):
        return str(error)[:LONGEST_ERROR]
    last = extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {last.name}, {Path(last.filename).name}:{last.lineno}"


@contextmanager
def _one_fleet_at_a_time() -> Iterator[None]:
    """Hold the installation's fleet lock on a connection of its own; it goes with the process, however that ends."""
    connection = owner_connection()
    with closing(connection.get_new_connection(connection.get_connection_params())) as guard:
        guard.autocommit = True
        # Long enough for the server to see that the process before this one was killed.
        guard.execute("SET lock_timeout = '5s'")
        try:
            guard.execute("SELECT pg_advisory_lock(%s)", [_FLEET_IS_MIGRATED])
        except LockNotAvailable as error:
            raise FleetBusy("Another process is migrating the chains.") from error
        yield
