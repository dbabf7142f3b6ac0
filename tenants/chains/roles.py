"""The database roles of an installation, and what each may do before any chain exists.

owner   makes and changes every object; only commands use it
login   what the web and the worker sign in as; inherits nothing, so it sees nothing until it takes another role
public  reads and writes the tables of the schema `public`; no chain's schema
gate    finds out who is asking; has single privileges in a chain's schema
store, area, hq   the audiences: what somebody of one store, of several, of headquarters may see
backup  reads everything past every policy; nobody else can become it
"""

from psycopg import Connection, sql
from psycopg.sql import Composable, Identifier

TAKEN_BY_LOGIN = ("public", "gate", "store", "area", "hq")
EXTENSIONS_SCHEMA = "extensions"
_NEVER_SIGN_IN = (*TAKEN_BY_LOGIN, "backup")
_FIRST_VERSION_WITH_GRANT_OPTIONS = 160000


class RolesMissing(Exception):
    """The account of DATABASE_URL may not make roles and some are not there; the text is the SQL that helps."""


def role(prefix: str, name: str) -> str:
    """Return the full name of a role, such as `onebanner_store`."""
    return f"{prefix}_{name}"


def may_create_roles(connection: Connection) -> bool:
    """Tell whether the connected account can make the roles that are missing."""
    row = connection.execute("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user").fetchone()
    return bool(row and row[0])


def ensure_roles(connection: Connection, *, prefix: str, owner: str, passwords: dict[str, str]) -> list[str]:
    """Make the missing roles and put their rights right; return what only a superuser can still do, as SQL.

    `owner` is a role of its own, or the account that is connected; `passwords` are those that must be set, by `login`
    and `owner`. Refusals: `RolesMissing`.
    """
    present = _present(connection, prefix)
    needed = ["login", *_NEVER_SIGN_IN, *(["owner"] if owner == role(prefix, "owner") else [])]
    missing = [name for name in needed if role(prefix, name) not in present]
    verifiers = {name: _verifier(connection, role(prefix, name), secret) for name, secret in passwords.items()}
    if not may_create_roles(connection) and (missing or verifiers):
        raise RolesMissing(_by_hand(prefix, missing, verifiers))
    for name in missing:
        _run(connection, "CREATE ROLE {} " + _attributes(name), Identifier(role(prefix, name)))
    for name, verifier in verifiers.items():
        _run(connection, "ALTER ROLE {} PASSWORD {}", Identifier(role(prefix, name)), sql.Literal(verifier))
    members = _members(connection, prefix)
    for name in TAKEN_BY_LOGIN:
        if role(prefix, name) not in members:
            _grant_to_login(connection, prefix, name)
    return _let_backup_read_past_policies(connection, prefix)


def ensure_database(connection: Connection, *, name: str, owner: str) -> None:
    """Make a database in UTF-8 that sorts by code point alike on every machine; an existing one stays as it is."""
    row = connection.execute("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s", [name]).fetchone()
    if row is None:
        _run(
            connection,
            "CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' " + _locale(connection),
            Identifier(name),
            Identifier(owner),
        )
    elif row[0] != owner and _is_superuser(connection):
        _run(connection, "ALTER DATABASE {} OWNER TO {}", Identifier(name), Identifier(owner))


def ensure_ground(connection: Connection, *, database: str, prefix: str) -> None:
    """Close a database to everybody, then open to each role what it needs before any table; run by the owner."""
    public, login, backup = (Identifier(role(prefix, name)) for name in ("public", "login", "backup"))
    every = sql.SQL(", ").join(Identifier(role(prefix, name)) for name in _NEVER_SIGN_IN)
    extensions = Identifier(EXTENSIONS_SCHEMA)
    _run(connection, "REVOKE ALL ON DATABASE {} FROM PUBLIC", Identifier(database))
    _run(connection, "GRANT CONNECT ON DATABASE {} TO {}, {}", Identifier(database), login, backup)
    _run(connection, "REVOKE ALL ON SCHEMA public FROM PUBLIC")
    _run(connection, "GRANT USAGE ON SCHEMA public TO {}, {}", public, backup)
    for privileges, role_name in (("SELECT, INSERT, UPDATE, DELETE", public), ("SELECT", backup)):
        statement = f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {privileges} ON TABLES TO {{}}"
        _run(connection, statement, role_name)
    _run(connection, "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO {}", public)
    _run(connection, "CREATE SCHEMA IF NOT EXISTS {}", extensions)
    _run(connection, "CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA {}", extensions)
    _run(connection, "GRANT USAGE ON SCHEMA {} TO {}", extensions, every)


def _attributes(name: str) -> str:
    if name == "owner":
        return "LOGIN CREATEDB NOSUPERUSER NOCREATEROLE"
    return "LOGIN NOINHERIT NOSUPERUSER" if name == "login" else "NOLOGIN NOSUPERUSER"


def _grant_to_login(connection: Connection, prefix: str, name: str) -> None:
    # Since version 16 inheriting is decided by each grant and no longer by the role alone.
    options = " WITH INHERIT FALSE, SET TRUE" if _version(connection) >= _FIRST_VERSION_WITH_GRANT_OPTIONS else ""
    _run(connection, "GRANT {} TO {}" + options, Identifier(role(prefix, name)), Identifier(role(prefix, "login")))


def _let_backup_read_past_policies(connection: Connection, prefix: str) -> list[str]:
    backup = role(prefix, "backup")
    row = connection.execute("SELECT rolbypassrls FROM pg_roles WHERE rolname = %s", [backup]).fetchone()
    if row is not None and row[0]:
        return []
    statement = f'ALTER ROLE "{backup}" BYPASSRLS'
    if not _is_superuser(connection):
        return [statement]
    _run(connection, "ALTER ROLE {} BYPASSRLS", Identifier(backup))
    return []


def _by_hand(prefix: str, missing: list[str], verifiers: dict[str, str]) -> str:
    statements = [f'CREATE ROLE "{role(prefix, name)}" {_attributes(name)}' for name in missing]
    statements += [f"""ALTER ROLE "{role(prefix, name)}" PASSWORD '{text}'""" for name, text in verifiers.items()]
    if missing:
        statements += [f'GRANT "{role(prefix, name)}" TO "{role(prefix, "login")}"' for name in TAKEN_BY_LOGIN]
        statements.append(f'ALTER ROLE "{role(prefix, "backup")}" BYPASSRLS')
    return "; ".join(statements) + ";"


def _verifier(connection: Connection, name: str, password: str) -> str:
    """Return what the server keeps of a password, so that the password itself is in no server's log."""
    return connection.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()


def _locale(connection: Connection) -> str:
    if _version(connection) >= 170000:
        return "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'"
    known = connection.execute("SELECT 1 FROM pg_collation WHERE collname IN ('C.utf8', 'C.UTF-8')").fetchone()
    return "LOCALE 'C.UTF-8'" if known else "LOCALE 'C'"


def _present(connection: Connection, prefix: str) -> set[str]:
    rows = connection.execute("SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s)", [f"{prefix}_"])
    return {name for (name,) in rows}


def _members(connection: Connection, prefix: str) -> set[str]:
    rows = connection.execute(
        "SELECT granted.rolname FROM pg_auth_members"
        " JOIN pg_roles granted ON granted.oid = roleid JOIN pg_roles member ON member.oid = pg_auth_members.member"
        " WHERE member.rolname = %s",
        [role(prefix, "login")],
    )
    return {name for (name,) in rows}


def _is_superuser(connection: Connection) -> bool:
    return connection.info.parameter_status("is_superuser") == "on"


def _version(connection: Connection) -> int:
    return connection.info.server_version


def _run(connection: Connection, statement: str, *parts: Composable) -> None:
    connection.execute(sql.SQL(statement).format(*parts))
