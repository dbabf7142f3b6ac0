"""`onebanner schema`: print the GraphQL schemas and the list of codes from code into graphql/."""

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path

import api
from api.gate.codes import codes
from api.operators.schema import operator_schema
from api.printing import broken_by, text_of_schema
from api.schema import schema
from config import environment
from config.commands.failure import CommandFailure

_CHECKOUT = environment.checkout()
# A wheel has the printed files beside the modules that speak GraphQL.
FOLDER = _CHECKOUT / "graphql" if _CHECKOUT else Path(api.__file__).with_name("printed")
PUBLISHED = "published.graphql"


def arguments(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("--check", action="store_true", help="change nothing; fail when a printed file is stale")
    parser.add_argument("--publish", action="store_true", help="make today's schema the one that may not be broken")


def run(options: Namespace) -> int:
    """Print what is stale, or with --check tell it."""
    stale = {name: text for name, text in texts().items() if _read(FOLDER / name) != text}
    if _CHECKOUT is None and (stale or options.publish) and not options.check:
        raise CommandFailure("The schema is printed in a checkout of the source; this is an installed copy.")
    if options.check:
        for name in stale:
            print(f"stale: graphql/{name}; run `onebanner schema`")
        return 1 if stale else 0
    for name, text in stale.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        print(f"printed: graphql/{name}")
    if options.publish:
        _publish()
    return 0


def texts() -> dict[str, str]:
    """Return every printed file's name and what it has to hold."""
    return {
        "schema.graphql": text_of_schema(schema.graphql_schema),
        "operators.graphql": text_of_schema(operator_schema.graphql_schema),
        "codes.json": json.dumps(codes(), indent=2, ensure_ascii=False) + "\n",
    }


def _publish() -> None:
    published = FOLDER / PUBLISHED
    if published.exists():
        for change in broken_by(schema.graphql_schema, _read(published)):
            print(f"breaks: {change.description}")
    published.write_text(texts()["schema.graphql"], encoding="utf-8")


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
