"""`onebanner release`: note which migrations a release carries, so that the next ones may only add to them."""

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path

from django.apps import apps
from django.db.migrations.loader import MigrationLoader

from config import environment
from config.commands.failure import CommandFailure

_NOTED = Path("infra", "released.json")


def arguments(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("--check", action="store_true", help="change nothing; fail when the note is of another state")


def run(options: Namespace) -> int:
    """Write the newest migration of each app of ours into infra/released.json; with --check only compare."""
    checkout = environment.checkout()
    if checkout is None:
        raise CommandFailure("A release is noted in a checkout of the source; this is an installed copy.")
    noted, carried = checkout / _NOTED, newest_migrations(checkout)
    before: dict[str, str] = json.loads(noted.read_text(encoding="utf-8"))
    for app, name in carried.items():
        if before.get(app) != name:
            print(f"{app}: {before.get(app, 'nothing')} -> {name}")
    if options.check:
        return 1 if before != carried else 0
    noted.write_text(json.dumps(carried, indent=2) + "\n", encoding="utf-8")
    return 0


def newest_migrations(checkout: Path) -> dict[str, str]:
    """Return the name of the last migration of each app whose source lies in the checkout's own folders."""
    graph = MigrationLoader(None, ignore_no_migrations=True).graph
    installed = checkout / ".venv"
    return {
        app: name
        for app, name in sorted(graph.leaf_nodes())
        for folder in [Path(apps.get_app_config(app).path)]
        if folder.is_relative_to(checkout) and not folder.is_relative_to(installed)
    }
