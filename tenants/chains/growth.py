"""Django's migrations on one chain's schema, and a record of the SQL that they ran."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from threading import Lock
from typing import Any, cast

from django.db import connections, transaction
from django.db.backends.postgresql.schema import DatabaseSchemaEditor
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations import SeparateDatabaseAndState
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ModelState, ProjectState
from django_tenants.postgresql_backend.base import DatabaseWrapper

from chains.release import Key, chain_labels, shared_labels
from chains.router import OWNER_ALIAS
from chains.statements import split

# Django reads migrations by loading their modules again, under the feet of whoever is running them.
_ONE_THREAD = Lock()


class NotAtomic(Exception):
    """A migration of a chain's app runs outside a transaction, so that a killed run could leave half of it."""


class ContractTooEarly(Exception):
    """A migration takes something away that the code still serving needs; the text says what to do first."""


@dataclass(slots=True)
class Step:
    """What one migration did: its statements, or None when it ran Python and has to run again for each chain."""

    app: str
    name: str
    statements: list[str] | None = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return the form in which a blueprint keeps it."""
        return asdict(self)

    @property
    def key(self) -> Key:
        """The migration's app and name."""
        return self.app, self.name


def owner_connection() -> DatabaseWrapper:
    """Return this thread's connection as the owner of the schemas."""
    return cast(DatabaseWrapper, connections[OWNER_ALIAS])


@contextmanager
def standing_in(schema: str) -> Iterator[DatabaseWrapper]:
    """Let the owner's connection stand in one schema, and in `public` again afterwards."""
    connection = owner_connection()
    connection.set_schema(schema)
    try:
        yield connection
    finally:
        connection.set_schema_to_public()


def migrate_by_django(schema: str, *, stopped: bool = False) -> list[Step]:
    """Bring one schema to this release by Django, as a whole or not at all, and return what each migration did.

    `stopped` says that no code is serving, so that contracts may run at once. Raises NotAtomic and ContractTooEarly.
    """
    steps: list[Step] = []
    with _ONE_THREAD, transaction.atomic(using=OWNER_ALIAS), standing_in(schema) as connection:
        executor = MigrationExecutor(connection, lambda *event: _note(steps, *event))
        with _recorded(connection, steps):
            _migrate(executor, chain_labels(), lambda plan: refuse_unsafe(plan, stopped=stopped))
    return steps


def migrate_shared() -> None:
    """Bring the shared tables to this release by Django, each migration in a transaction of its own."""
    with _ONE_THREAD:
        _migrate(MigrationExecutor(owner_connection()), shared_labels())


def _migrate(
    executor: MigrationExecutor,
    labels: frozenset[str],
    look_at: Callable[[Iterable[Migration]], None] = lambda _coming: None,
) -> None:
    """Bring some apps' tables to this release, once somebody has looked at the migrations that are to come."""
    executor.loader.check_consistent_history(executor.connection)
    targets = [key for key in executor.loader.graph.leaf_nodes() if key[0] in labels]
    plan = executor.migration_plan(targets)
    look_at([migration for migration, _ in plan])
    if plan:
        executor.migrate(targets, plan=plan, state=_state_before(executor))


def _state_before(executor: MigrationExecutor) -> ProjectState:
    """Return the models as the migrations that were applied have left them."""
    loader = executor.loader
    state = _GrowingState(real_apps=loader.unmigrated_apps)
    for migration, _ in executor.migration_plan(loader.graph.leaf_nodes(), clean_start=True):
        if (migration.app_label, migration.name) in loader.applied_migrations:
            migration.mutate_state(state, preserve=False)
    return state


class _GrowingState(ProjectState):
    """A state of the models that makes a new one alone.

    Django makes again whatever the new one reaches by its relations, hence nearly all for each: no table differs by it.
    """

    def add_model(self, model_state: ModelState) -> None:
        """Add a model, and make it if the others have been made."""
        made = self.__dict__.get("apps")
        if made is None or model_state.name_lower in made.all_models[model_state.app_label]:
            super().add_model(model_state)
            return
        del self.apps
        super().add_model(model_state)
        self.apps = made
        made.render_multiple([model_state])


def refuse_unsafe(migrations: Iterable[Migration], *, stopped: bool) -> None:
    """Refuse migrations that must not run together, or not while code is serving.

    Raises NotAtomic, and ContractTooEarly for a contract whose expansion has not been a release of its own.
    """
    chosen = {(migration.app_label, migration.name): migration for migration in migrations}
    for key, migration in chosen.items():
        if not migration.atomic:
            raise NotAtomic(f"{'.'.join(key)} has atomic = False; a chain is migrated in one transaction.")
        expansion = getattr(migration, "contracts", None)
        if expansion in chosen and not stopped:
            raise ContractTooEarly(
                f"{'.'.join(key)} takes away what {'.'.join(expansion)} has just replaced. Release the expansion "
                f"alone first, or stop every server and worker and use --stopped."
            )


def runs_python(operations: Iterable[Operation]) -> bool:
    """Tell whether some operation can't be told as SQL."""
    for operation in operations:
        if isinstance(operation, SeparateDatabaseAndState):
            if runs_python(operation.database_operations):
                return True
        elif not operation.reduces_to_sql:
            return True
    return False


def _note(steps: list[Step], action: str, migration: Migration | None = None, *_is_fake: bool) -> None:
    if action == "apply_start" and migration is not None:
        step = Step(migration.app_label, migration.name)
        if runs_python(migration.operations):
            step.statements = None
        steps.append(step)


@contextmanager
def _recorded(connection: DatabaseWrapper, steps: list[Step]) -> Iterator[None]:
    class RecordingEditor(DatabaseSchemaEditor):
        """Writes down every statement under the migration that is being applied."""

        def execute(self, sql: Any, params: Any = ()) -> None:
            text = str(sql) if params is None else self.connection.ops.compose_sql(str(sql), params)
            if steps and steps[-1].statements is not None:
                steps[-1].statements.extend(split(text))
            super().execute(text, None)

    ordinary = connection.SchemaEditorClass
    connection.SchemaEditorClass = RecordingEditor
    try:
        yield
    finally:
        connection.SchemaEditorClass = ordinary
