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
# What may not be broken, by the file of the schema that it once was.
PUBLISHED = {"schema.graphql": "published.graphql", "operators.graphql": "published_operators.graphql"}
_SCHEMAS = {"schema.graphql": schema.graphql_schema, "operators.graphql": operator_schema.graphql_schema}


def arguments(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("--check", action="store_true", help="change nothing; fail when a printed file is stale")
    parser.add_argument("--publish", action="store_true", help="make today's schemas those that may not be broken")


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
        **{name: text_of_schema(printed) for name, printed in _SCHEMAS.items()},
        "codes.json": json.dumps(codes(), indent=2, ensure_ascii=False) + "\n",
    }


def broken(name: str) -> list[str]:
    """Return what consumers of a published schema would lose by today's."""
    published = _read(FOLDER / PUBLISHED[name])
    return [change.description for change in broken_by(_SCHEMAS[name], published)]


def _publish() -> None:
    for name, published in PUBLISHED.items():
        if (FOLDER / published).exists():
            for change in broken(name):
                print(f"breaks: {change}")
        (FOLDER / published).write_text(texts()[name], encoding="utf-8")


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
