"""Expand first, contract later: what a migration may do while the release before is still serving."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from django.apps import apps
from django.db import migrations
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import NOT_PROVIDED, CharField, Field, ManyToManyField

from chains.walls import AppendOnly, OnlyGate

TREE = Path(__file__).resolve().parents[2]
NOTED = TREE / "infra" / "released.json"
Key = tuple[str, str]
_ALWAYS = (
    migrations.RemoveField,
    migrations.DeleteModel,
    migrations.RenameField,
    migrations.RenameModel,
    migrations.AlterModelTable,
    migrations.AddConstraint,
    migrations.AlterUniqueTogether,
)


def released() -> set[Key]:
    """Return the migrations that some release has carried, as infra/released.json says."""
    newest: Mapping[str, str] = json.loads(NOTED.read_text())
    graph = MigrationLoader(None, ignore_no_migrations=True).graph
    return {key for app, name in newest.items() for key in graph.forwards_plan((app, name))}


def too_early(loader: MigrationLoader, carried: set[Key]) -> list[str]:
    """Return one line for every operation of a coming migration that takes something away from serving code.

    A migration that means to do so says `contracts = (app, name)`, the expansion that made the old thing unneeded; and
    that one has to have been in a release already. Apps and tables that no release has carried yet serve nobody.
    """
    serving = {app for app, _ in carried}
    state = ProjectState(real_apps=loader.unmigrated_apps)
    new_models: set[Key] = set()
    found: list[str] = []
    for key in loader.graph._generate_plan(loader.graph.leaf_nodes(), at_end=True):
        migration = loader.graph.nodes[key]
        is_checked = key not in carried and key[0] in serving and _is_ours(key[0])
        for operation in migration.operations:
            if is_checked and isinstance(operation, migrations.CreateModel):
                new_models.add((key[0], operation.name_lower))
            if is_checked and not _is_marked(migration, carried):
                found += _taken_away(key, operation, state, new_models)
            operation.state_forwards(key[0], state)
        if is_checked and (expansion := getattr(migration, "contracts", None)) and expansion not in carried:
            found.append(f"{'.'.join(key)}: {'.'.join(expansion)} has not been in a release yet")
    return found


def _is_marked(migration: Migration, carried: set[Key]) -> bool:
    return getattr(migration, "contracts", None) in carried


def _is_ours(label: str) -> bool:
    return apps.is_installed(label) and Path(apps.get_app_config(label).path).is_relative_to(TREE)


def _taken_away(key: Key, operation: Operation, state: ProjectState, new_models: set[Key]) -> Iterator[str]:
    model = (key[0], str(getattr(operation, "model_name", None) or getattr(operation, "name", "")).lower())
    if model in new_models or _table_of(operation) in {"_".join(new) for new in new_models}:
        return
    where = f"{'.'.join(key)}: {type(operation).__name__}"
    if isinstance(operation, _ALWAYS):
        yield f"{where} {operation.describe()}"
    elif isinstance(operation, migrations.AddField) and _old_code_cannot_insert(operation.field):
        yield f"{where} {operation.name} needs null=True or db_default: old code leaves it out"
    elif isinstance(operation, migrations.AlterField):
        before = state.models[model].fields[operation.name]
        if not _is_wider(before, operation.field):
            yield f"{where} {operation.name} takes less than before"
    elif isinstance(operation, AppendOnly | OnlyGate):
        yield f"{where} takes privileges away"
    elif isinstance(operation, migrations.RunSQL) and _drops(operation):
        yield f"{where} drops, renames or revokes"


def _table_of(operation: Operation) -> str:
    arguments = operation.deconstruct()[1]
    return str(arguments[0]) if arguments and isinstance(arguments[0], str) else ""


def _old_code_cannot_insert(field: Field) -> bool:
    return not (isinstance(field, ManyToManyField) or field.null or field.db_default is not NOT_PROVIDED)


def _is_wider(before: Field, after: Field) -> bool:
    if (before.null and not after.null) or (after.unique and not before.unique):
        return False
    if isinstance(before, CharField) and isinstance(after, CharField):
        return after.max_length is None or (before.max_length is not None and after.max_length >= before.max_length)
    return before.get_internal_type() == after.get_internal_type() and before.column == after.column


def _drops(operation: migrations.RunSQL) -> bool:
    text = " ".join(str(part) for part in (operation.sql if isinstance(operation.sql, list) else [operation.sql]))
    return any(word in text.upper() for word in ("DROP ", "RENAME ", "SET NOT NULL", "REVOKE "))
