"""The installation's databases: found or made, with the roles and the ground that chains stand on."""

import hashlib
import hmac
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg

from chains import roles
from config import environment
from kit.postgres import binaries
from kit.postgres.address import database_of, password_of, variant
from kit.postgres.server import Server

DEFAULT_DATABASE = "onebanner"
_ONE_SETUP_AT_A_TIME = 5_081_926_374


class DatabaseFailure(Exception):
    """The database can not be prepared; the text says why and what to do, in one line."""


@dataclass(frozen=True)
class Urls:
    """The two ways into a database, and what only a superuser of the server can still do for it, as SQL."""

    owner: str
    login: str
    left_to_superuser: tuple[str, ...] = ()


def embedded_server(*, durable: bool = True) -> Server:
    """Return the embedded server of this state folder, running or not."""
    chosen = environment.given("ONEBANNER_POSTGRES_BIN")
    given = binaries.look_at(Path(chosen)) if chosen else None
    if chosen and given is None:
        raise DatabaseFailure(f"ONEBANNER_POSTGRES_BIN={chosen} holds no programs of PostgreSQL that run here.")
    return Server(environment.state_folder() / "postgres", durable=durable, binaries=given)


def server_url(*, durable: bool = True) -> str:
    """Return the server to work on: DATABASE_URL if it is set, else the embedded server, started if need be."""
    return environment.given("DATABASE_URL") or embedded_server(durable=durable).start()


def prepare(*, durable: bool = True) -> Urls:
    """Make server, roles and database ready, and write down how to reach them; safe to repeat."""
    environment.write(SECRET_KEY=environment.read("SECRET_KEY", secrets.token_urlsafe(48)))
    server = server_url(durable=durable)
    given = environment.given("DATABASE_URL")
    urls = ensure_database(database_of(given) or DEFAULT_DATABASE, server=server)
    environment.write(DATABASE_OWNER_URL=urls.owner, DATABASE_LOGIN_URL=urls.login)
    return urls


def ensure_database(name: str, *, server: str | None = None) -> Urls:
    """Return the ways into a database with its roles and ground, all made if missing; safe to run at the same time.

    Refusals: `DatabaseFailure`.
    """
    server = server or server_url()
    prefix = environment.read("ONEBANNER_ROLE_PREFIX", "onebanner")
    try:
        with _maintenance(server) as connection:
            urls = _ensure_roles(connection, server=server, prefix=prefix, database=name)
            roles.ensure_database(connection, name=name, owner=unquote(urlsplit(urls.owner).username or ""))
            with psycopg.connect(urls.owner, autocommit=True, connect_timeout=10) as own:
                roles.ensure_ground(own, database=name, prefix=prefix)
    except roles.RolesMissing as missing:
        raise DatabaseFailure(f"This account may not make roles. Have a superuser run: {missing}") from missing
    except psycopg.Error as error:
        raise DatabaseFailure(f"The database {name!r} can not be prepared: {_first_line(error)}") from error
    return urls


def _ensure_roles(connection: psycopg.Connection, *, server: str, prefix: str, database: str) -> Urls:
    is_superuser = connection.info.parameter_status("is_superuser") == "on"
    owner = roles.role(prefix, "owner") if is_superuser else connection.info.user
    passwords = {name: _password(server, roles.role(prefix, name)) for name in ("owner", "login")}
    ways = {
        name: variant(server, user=roles.role(prefix, name), password=passwords[name], database=database)
        for name in passwords
    }
    if not is_superuser:
        del passwords["owner"]
        ways["owner"] = variant(server, database=database)
    given = "" if roles.may_create_roles(connection) else environment.given("DATABASE_LOGIN_URL")
    if given:
        del passwords["login"]
        ways["login"] = variant(given, database=database)
    changed = {name: secret for name, secret in passwords.items() if not _signs_in(ways[name], connection)}
    left = roles.ensure_roles(connection, prefix=prefix, owner=owner, passwords=changed)
    return Urls(owner=ways["owner"], login=ways["login"], left_to_superuser=tuple(left))


@contextmanager
def _maintenance(server: str) -> Iterator[psycopg.Connection]:
    """Connect to a database that is there before ours, one setup after the other."""
    try:
        connection = psycopg.connect(variant(server, database="postgres"), autocommit=True, connect_timeout=10)
    except psycopg.OperationalError:
        connection = psycopg.connect(server, autocommit=True, connect_timeout=10)
    with connection:
        # Advisory locks count within one database, so all setups of a server meet in this one.
        connection.execute("SELECT pg_advisory_lock(%s)", [_ONE_SETUP_AT_A_TIME])
        yield connection


def _signs_in(url: str, connection: psycopg.Connection) -> bool:
    try:
        psycopg.connect(variant(url, database=connection.info.dbname), connect_timeout=10).close()
    except psycopg.OperationalError:
        return False
    return True


def _password(server: str, role: str) -> str:
    """Derive a role's password, so that every machine that is given the same DATABASE_URL comes to the same one."""
    key = password_of(server) or environment.read("SECRET_KEY")
    return hmac.new(key.encode(), role.encode(), hashlib.sha256).hexdigest()[:48]


def _first_line(error: psycopg.Error) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
