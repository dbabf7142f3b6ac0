"""A schema as SQL, by PostgreSQL's own pg_dump."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.conninfo import make_conninfo

from chains.statements import split
from kit.postgres import binaries
from kit.postgres.failure import PostgresFailure

_NEWEST_MAJOR = 25
# Settings of the session that reads the script, and the schema's comment: a replay has its own.
_LEFT_OUT = ("SET ", "SELECT pg_catalog.set_config", "COMMENT ON SCHEMA ")

# A list of texts, as PostgreSQL tells it. Read back, it would become another expression for the same thing, and a
# chain of the blueprint would differ from a migrated one.
_LIST = re.compile(
    r"""\((?P<column>"[^"]+"|\w+)\)::text (?P<operator>= ANY|<> ALL) """
    r"""\(\(ARRAY\[(?P<values>(?:'(?:[^']|'')*'::character varying(?:, )?)+)\]\)::text\[\]\)"""
)


class DumpFailed(Exception):
    """pg_dump could not be had or did not succeed; the text says why."""


def dump_schema(connection: BaseDatabaseWrapper, schema: str) -> list[str]:
    """Return the statements that make this schema and its rows again, in order.

    Raises DumpFailed when there is no pg_dump at least as new as the server.
    """
    connection.ensure_connection()
    major = connection.connection.info.server_version // 10000
    parameters = connection.settings_dict
    target = make_conninfo(
        host=parameters["HOST"], port=parameters["PORT"], user=parameters["USER"], dbname=parameters["NAME"]
    )
    command = [
        str(pg_dump_for(major)), f"--dbname={target}", f"--schema={schema}", "--no-owner", "--no-tablespaces",
        "--column-inserts", "--rows-per-insert=500", "--encoding=UTF8",
    ]  # fmt: skip
    environment = os.environ | {"PGPASSWORD": parameters["PASSWORD"] or ""}
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        raise DumpFailed(answer.stderr.strip())
    # Lines such as \restrict are for psql alone.
    script = "\n".join(line for line in answer.stdout.splitlines() if not line.startswith("\\"))
    return [_as_declared(statement) for statement in split(script) if not statement.startswith(_LEFT_OUT)]


def pg_dump_for(major: int) -> Path:
    """Return the oldest pg_dump that is not older than the server; raises DumpFailed when there is none."""
    for program in _programs(major):
        if program.is_file():
            return program
    raise DumpFailed(f"No pg_dump of PostgreSQL {major} or newer was found: install the package postgresql-client.")


def _as_declared(statement: str) -> str:
    def as_list(found: re.Match[str]) -> str:
        operator = "IN" if found["operator"] == "= ANY" else "NOT IN"
        values = found["values"].replace("'::character varying", "'")
        return f"{found['column']} {operator} ({values})"

    return _LIST.sub(as_list, statement)


def _programs(major: int) -> Iterator[Path]:
    for candidate in range(major, _NEWEST_MAJOR):
        try:
            yield binaries.find(major=candidate).program("pg_dump")
        except PostgresFailure:
            continue
    on_path = shutil.which("pg_dump")
    if on_path:
        yield Path(on_path)
