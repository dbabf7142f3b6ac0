"""The test database: made once per state of the migrations, copied for every run.

The template holds two ready chains, A and B, furnished alike; a copy takes a fraction of a second.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connections
from psycopg.sql import SQL, Identifier, Literal

from chains.fleet import bring_to_release
from config.database import ensure_database, server_url
from kit.postgres.address import variant
from tests.factories.chains import furnish_chains
from tests.passwords import cheap_passwords

TREE = Path(__file__).resolve().parents[1]
# What the template's tables, walls and furniture depend on.
_DECIDES = (
    "tenants/chains/*.py",
    "tenants/members/models.py",
    "tenants/members/rules/*.py",
    "tests/factories/*.py",
    "tests/passwords.py",
    "platform/**/migrations/*.py",
    "tenants/**/migrations/*.py",
    "franchise/**/migrations/*.py",
    "graphql/**/migrations/*.py",
)
_ONE_TEMPLATE_AT_A_TIME = 5_081_926_375
READY = "ready"


def template() -> str:
    """Return the name of the template database for the tree as it is, made if missing."""
    name = f"onebanner_template_{_fingerprint()}"
    with _maintenance() as server:
        server.execute("SELECT pg_advisory_lock(%s)", [_ONE_TEMPLATE_AT_A_TIME])
        if _comment(server, name) != READY:
            _drop(server, name)
            ensure_database(name)
            with pointed_at(name), cheap_passwords():
                bring_to_release()
                furnish_chains()
            server.execute(SQL("COMMENT ON DATABASE {} IS {}").format(Identifier(name), Literal(READY)))
        _forget_older(server, keep=name)
        _forget_killed_runs(server)
    return name


@contextmanager
def copy_of(source: str, suffix: str = "") -> Iterator[str]:
    """Make a database from the template for this run, and drop it afterwards."""
    name = f"onebanner_run_{os.getpid()}{suffix}"
    with _maintenance() as server:
        server.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(source)))
        _grant_connect(server, name)
    try:
        yield name
    finally:
        with _maintenance() as server:
            _drop(server, name)


@contextmanager
def own_copy(suffix: str) -> Iterator[str]:
    """Let everything use a new copy of the template while the block runs: what is committed there is nobody else's."""
    connections.close_all()
    with copy_of(template(), suffix) as name, pointed_at(name):
        yield name


@contextmanager
def pointed_at(name: str) -> Iterator[None]:
    """Let every alias, and every process started meanwhile, use this database."""
    before = {alias: connections[alias].settings_dict["NAME"] for alias in settings.DATABASES}
    urls = {key: os.environ.get(key) for key in ("DATABASE_OWNER_URL", "DATABASE_LOGIN_URL")}
    ways = ensure_database(name)
    os.environ.update(DATABASE_OWNER_URL=ways.owner, DATABASE_LOGIN_URL=ways.login)
    _point(dict.fromkeys(before, name))
    try:
        yield
    finally:
        _point(before)
        for key, value in urls.items():
            os.environ.pop(key) if value is None else os.environ.update({key: value})


def _point(names: dict[str, str]) -> None:
    for alias, name in names.items():
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name
        settings.DATABASES[alias]["NAME"] = name


def _fingerprint() -> str:
    files = sorted({path for pattern in _DECIDES for path in TREE.glob(pattern)})
    digest = hashlib.sha256()
    for path in files:
        digest.update(str(path.relative_to(TREE)).encode() + path.read_bytes())
    return digest.hexdigest()[:12]


@contextmanager
def _maintenance() -> Iterator[psycopg.Connection]:
    with psycopg.connect(variant(server_url(durable=False), database="postgres"), autocommit=True) as connection:
        yield connection


def _comment(server: psycopg.Connection, name: str) -> str | None:
    row = server.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
    ).fetchone()
    return row[0] if row else None


def _grant_connect(server: psycopg.Connection, name: str) -> None:
    # A copy has the template's objects and their grants, but not the grants on the database itself.
    for role in ("login", "backup"):
        full = f"{settings.ONEBANNER_ROLE_PREFIX}_{role}"
        server.execute(SQL("GRANT CONNECT ON DATABASE {} TO {}").format(Identifier(name), Identifier(full)))


def _forget_older(server: psycopg.Connection, *, keep: str) -> None:
    rows = server.execute("SELECT datname FROM pg_database WHERE datname LIKE 'onebanner\\_template\\_%'").fetchall()
    for (name,) in rows:
        if name != keep:
            _drop(server, name)


def _forget_killed_runs(server: psycopg.Connection) -> None:
    """Drop the copies of runs that were killed before they could do it."""
    rows = server.execute(
        "SELECT datname FROM pg_database WHERE datname LIKE 'onebanner\\_run\\_%'"
        " AND datname NOT IN (SELECT datname FROM pg_stat_activity WHERE datname IS NOT NULL)"
    ).fetchall()
    for (name,) in rows:
        if not _lives(int(name.split("_")[2])):
            _drop(server, name)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _drop(server: psycopg.Connection, name: str) -> None:
    server.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))
