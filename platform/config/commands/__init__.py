"""The `onebanner` command: the project's own commands, a module each."""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

import django
from config.database import DatabaseFailure
from config.environment import MissingSetting
from django.core.management import execute_from_command_line
from kit.postgres.failure import PostgresFailure


@dataclass(frozen=True)
class Command:
    """What a command is for; `needs_settings` is false for those that must run before there are any."""

    purpose: str
    needs_settings: bool = True


# A module of the same name has `arguments(parser)` and `run(options) -> exit code`.
COMMANDS = {
    "setup": Command("prepare the database server, its roles and the database", needs_settings=False),
    "migrate": Command("bring the shared tables and every chain to the newest schema"),
    "seed": Command("fill two chains to try things out with"),
    "serve": Command("serve the API and the web app"),
    "work": Command("run background jobs and the relay"),
    "demo": Command("do all of the above and serve, until Ctrl-C", needs_settings=False),
    "stop": Command("stop what runs in the background: server, worker, database", needs_settings=False),
    "messages": Command("collect and compile the translations", needs_settings=False),
    "schema": Command("print the GraphQL schema"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; what a person can mend is told in one line."""
    words = list(sys.argv[1:] if argv is None else argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        if words[:1] == ["django"]:
            execute_from_command_line(["onebanner django", *words[1:]])
            return 0
        return _run(words)
    except (DatabaseFailure, PostgresFailure, MissingSetting) as failure:
        print(f"onebanner: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _run(words: list[str]) -> int:
    parser = ArgumentParser(
        prog="onebanner",
        description="OneBanner's own commands.",
        epilog="`onebanner django ...` passes on to Django's management commands.",
    )
    choice = parser.add_subparsers(dest="command", metavar="command", required=True)
    chosen = words[0] if words and words[0] in COMMANDS else None
    for name, command in COMMANDS.items():
        own = choice.add_parser(name, help=command.purpose, description=command.purpose.capitalize() + ".")
        if name == chosen:
            if command.needs_settings:
                django.setup()
            # Only the chosen command is imported: the others may need settings that are not there yet.
            module = import_module(f"{__name__}.{name}")
            module.arguments(own)
            own.set_defaults(run=module.run)
    options = parser.parse_args(words)
    code: int = options.run(options)
    return code
