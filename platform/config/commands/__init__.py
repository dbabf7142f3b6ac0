"""The `onebanner` command: the project's own commands, a module each."""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType

import django
import psycopg
from django.apps import apps
from django.core.management import execute_from_command_line
from django.db import OperationalError

from config import environment
from config.commands.failure import CommandFailure
from config.database import DatabaseFailure
from config.environment import MissingSetting
from config.texts import TranslationsNotCompiled
from kit.background import AlreadyRunning
from kit.postgres.failure import PostgresFailure

_MENDABLE = (
    AlreadyRunning,
    CommandFailure,
    DatabaseFailure,
    MissingSetting,
    PostgresFailure,
    TranslationsNotCompiled,
)


@dataclass(frozen=True)
class Command:
    """What a command is for; `needs_settings` is false for those that must run before there are any."""

    purpose: str
    needs_settings: bool = True


# A module of the same name has `arguments(parser)` and `run(options) -> exit code`.
COMMANDS = {
    "setup": Command("prepare the database server, its roles and the database", needs_settings=False),
    "migrate": Command("bring the shared tables and every chain to the newest schema"),
    "fleet": Command("look after the chains: open, close, clear up, compare"),
    "operators": Command("make somebody an operator of this installation"),
    "seed": Command("fill two chains to try things out with"),
    "serve": Command("serve the API and the web app", needs_settings=False),
    "work": Command("run background jobs and the relay"),
    "jobs": Command("look at dead jobs and try one again"),
    "journal": Command("examine chains' journals"),
    "demo": Command("do all of the above and serve, until Ctrl-C", needs_settings=False),
    "stop": Command("stop what runs in the background: server, worker, database", needs_settings=False),
    "messages": Command("collect and compile the translations", needs_settings=False),
    "schema": Command("print the GraphQL schema"),
    "release": Command("note which migrations a release carries"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; what a person can mend is told in one line."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        if words[:1] == ["django"]:
            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
            execute_from_command_line(["onebanner django", *words[1:]])
            return 0
        return call(*words)
    except _MENDABLE as failure:
        print(f"onebanner: {failure}", file=sys.stderr)
        return 1
    except (OperationalError, psycopg.OperationalError) as failure:
        if not (told := _why_no_connection(failure)):
            raise
        print(f"onebanner: The database does not answer ({told}). `onebanner setup` starts ours.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def call(*words: str) -> int:
    """Run one command inside this process and return its exit code."""
    parser = ArgumentParser(
        prog="onebanner",
        description="OneBanner's own commands.",
        epilog="`onebanner django ...` passes on to Django's management commands.",
    )
    choice = parser.add_subparsers(dest="command", metavar="command", required=True)
    chosen = words[0] if words and words[0] in COMMANDS else None
    for name, command in COMMANDS.items():
        own = choice.add_parser(name, help=command.purpose, description=f"{command.purpose.capitalize()}.")
        if name == chosen:
            # Only the chosen command is imported: the others may need settings that are not there yet.
            module = _load(name)
            module.arguments(own)
            own.set_defaults(run=module.run)
    options = parser.parse_args(words)
    code: int = options.run(options)
    return code


def _why_no_connection(failure: Exception) -> str:
    """Return the driver's first line when there was no connection, and nothing when a statement failed."""
    driver = failure if isinstance(failure, psycopg.Error) else failure.__cause__
    if not isinstance(driver, psycopg.Error) or driver.sqlstate:
        return ""
    return str(driver).partition("\n")[0]


def _load(name: str) -> ModuleType:
    if COMMANDS[name].needs_settings:
        environment.read("DATABASE_LOGIN_URL")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        # Again, it would bind the log of a process that runs already to another stream.
        if not apps.ready:
            django.setup()
    return import_module(f"{__name__}.{name}")
