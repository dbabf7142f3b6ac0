"""`onebanner schema`: print the GraphQL schemas and the list of codes from code into graphql/."""

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path

from api.gate.codes import codes
from api.operators.schema import operator_schema
from api.printing import broken_by, text_of_schema
from api.schema import schema
from config.settings import ROOT

_FOLDER = ROOT / "graphql"
PUBLISHED = "published.graphql"


def arguments(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("--check", action="store_true", help="change nothing; fail when a printed file is stale")
    parser.add_argument("--publish", action="store_true", help="make today's schema the one that may not be broken")


def run(options: Namespace) -> int:
    """Print what is stale, or with --check tell it."""
    stale = {name: text for name, text in texts().items() if _read(_FOLDER / name) != text}
    if options.check:
        for name in stale:
            print(f"stale: graphql/{name}; run `onebanner schema`")
        return 1 if stale else 0
    for name, text in stale.items():
        (_FOLDER / name).write_text(text, encoding="utf-8")
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
    published = _FOLDER / PUBLISHED
    if published.exists():
        for change in broken_by(schema.graphql_schema, _read(published)):
            print(f"breaks: {change.description}")
    published.write_text(texts()["schema.graphql"], encoding="utf-8")


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
