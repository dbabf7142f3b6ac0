"""Roles and databases on a server of each version that this machine has, whatever the given account may do there."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import InsufficientPrivilege

from chains.roles import TAKEN_BY_LOGIN
from config import environment
from config.database import DatabaseFailure, Urls, ensure_database, prepare
from kit.postgres import binaries
from kit.postgres.address import database_of, variant
from kit.postgres.server import Server
from tests.platform.versions import usable_majors


@pytest.fixture(scope="module", params=usable_majors())
def server(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[str]:
    made = Server(tmp_path_factory.mktemp("server"), durable=False, binaries=binaries.find(major=request.param))
    yield made.start()
    made.stop()


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEBANNER_STATE", str(tmp_path))
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_LOGIN_URL"):
        monkeypatch.delenv(name, raising=False)
    environment.write(SECRET_KEY="a key of this test")


def _all(url: str, question: str, *values: object) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(sql.SQL(question), values).fetchall()


def _do(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(sql.SQL(statement))


@pytest.fixture
def account(server: str) -> Iterator[str]:
    """An account of the server that is no superuser and may make nothing."""
    _do(server, "CREATE ROLE dba LOGIN PASSWORD 'p@ss/word'")
    yield variant(server, user="dba", password="p@ss/word", database="theirs")
    _do(server, "DROP DATABASE IF EXISTS theirs WITH (FORCE)")
    with psycopg.connect(server, autocommit=True) as connection:
        rows = connection.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE 'theirs\\_%'").fetchall()
        for (name,) in [*rows, ("dba",)]:
            for verb in ("DROP OWNED BY {}", "DROP ROLE {}"):
                connection.execute(sql.SQL(verb).format(sql.Identifier(name)))


@pytest.fixture
def urls(server: str) -> Urls:
    return ensure_database("onebanner", server=server)


def test_s06_the_login_role_is_nobody_until_it_takes_a_role(urls: Urls) -> None:
    ((is_super, bypasses, inherits, creates_role, creates_db),) = _all(
        urls.login,
        "SELECT rolsuper, rolbypassrls, rolinherit, rolcreaterole, rolcreatedb FROM pg_roles"
        " WHERE rolname = current_user",
    )
    assert not any((is_super, bypasses, inherits, creates_role, creates_db))
    _do(urls.owner, "CREATE TABLE IF NOT EXISTS public.s06 (n int)")
    with pytest.raises(InsufficientPrivilege):
        _all(urls.login, "SELECT * FROM public.s06")
    for schema in ("public", "extensions"):
        with pytest.raises(InsufficientPrivilege):
            _do(urls.login, f"CREATE TABLE {schema}.mine (n int)")
    with pytest.raises(InsufficientPrivilege):
        _do(urls.login, "CREATE TEMPORARY TABLE mine (n int)")


def test_s06_the_login_role_takes_the_running_roles_and_no_other(urls: Urls) -> None:
    for name in TAKEN_BY_LOGIN:
        _do(urls.login, f"SET ROLE onebanner_{name}")
    for name in ("onebanner_owner", "onebanner_backup", "postgres"):
        with pytest.raises(InsufficientPrivilege):
            _do(urls.login, f"SET ROLE {name}")


def test_s06_no_running_role_owns_anything_or_stands_above_the_policies(urls: Urls) -> None:
    names = [f"onebanner_{name}" for name in ("login", *TAKEN_BY_LOGIN)]
    rows = _all(
        urls.owner,
        "SELECT rolname FROM pg_roles WHERE rolname = ANY (%s) AND (rolsuper OR rolbypassrls OR rolcreaterole"
        " OR rolcreatedb OR rolreplication)",
        names,
    )
    assert rows == []
    owned = "SELECT count(*) FROM pg_class JOIN pg_roles r ON r.oid = relowner WHERE r.rolname = ANY (%s)"
    assert _all(urls.owner, owned, names) == [(0,)]
    assert _all(urls.owner, "SELECT rolbypassrls, rolcanlogin FROM pg_roles WHERE rolname = 'onebanner_backup'") == [
        (True, False)
    ]
    assert _all(urls.owner, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == [(False,)]


def test_public_tables_are_for_the_public_role_without_truncate(urls: Urls) -> None:
    _do(urls.owner, "CREATE TABLE IF NOT EXISTS public.counted (n int)")
    held = "SELECT has_table_privilege('onebanner_public', 'public.counted', %s)"
    for privilege, expected in (("SELECT", True), ("INSERT", True), ("DELETE", True), ("TRUNCATE", False)):
        assert _all(urls.owner, held, privilege) == [(expected,)]
    _do(urls.login, "SET ROLE onebanner_public", "INSERT INTO public.counted VALUES (1)")
    for name in ("gate", "store", "area", "hq"):
        with pytest.raises(InsufficientPrivilege):
            _do(urls.login, f"SET ROLE onebanner_{name}", "SELECT * FROM public.counted")


def test_trigrams_are_there_for_every_role(urls: Urls) -> None:
    for name in ("public", "gate", "store", "area", "hq"):
        _do(urls.login, f"SET ROLE onebanner_{name}", "SELECT extensions.similarity('shop', 'shops')")


def test_other_accounts_of_the_server_may_not_even_connect(urls: Urls, account: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        _all(variant(account, database="onebanner"), "SELECT 1")


def test_setups_at_the_same_time_end_in_the_same_place(server: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(lambda _: ensure_database("busy", server=server), range(8)))
    (urls,) = found
    assert _all(urls.login, "SELECT current_user") == [("onebanner_login",)]
    _do(server, "DROP DATABASE busy WITH (FORCE)")


def test_two_machines_with_one_address_come_to_the_same_passwords(
    server: str, urls: Urls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONEBANNER_STATE", str(tmp_path / "another machine"))
    assert ensure_database("onebanner", server=server) == urls
    assert _all(urls.login, "SELECT 1") == [(1,)]


def test_an_account_that_may_make_roles_owns_the_database_itself(
    server: str, account: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _do(server, "ALTER ROLE dba CREATEROLE CREATEDB")
    monkeypatch.setenv("DATABASE_URL", account)
    monkeypatch.setenv("ONEBANNER_ROLE_PREFIX", "theirs")
    urls = prepare()
    assert prepare() == urls
    assert urls.owner == account == environment.read("DATABASE_OWNER_URL")
    assert database_of(environment.read("DATABASE_LOGIN_URL")) == "theirs"
    assert urls.left_to_superuser == ('ALTER ROLE "theirs_backup" BYPASSRLS',)
    _do(urls.login, "SET ROLE theirs_store")
    with pytest.raises(InsufficientPrivilege):
        _do(urls.login, "SET ROLE theirs_backup")


def test_an_account_that_may_make_nothing_is_told_the_sql_that_helps(
    server: str, account: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", account)
    monkeypatch.setenv("ONEBANNER_ROLE_PREFIX", "theirs")
    _do(server, "CREATE DATABASE theirs OWNER dba")
    with pytest.raises(DatabaseFailure, match="Have a superuser run: CREATE ROLE") as told:
        prepare()
    assert "\n" not in str(told.value)
    _do(server, str(told.value).partition("run: ")[2])
    urls = prepare()
    assert urls.left_to_superuser == ()
    _do(urls.login, "SET ROLE theirs_hq")


def test_a_server_that_is_not_there_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://somebody@127.0.0.1:1/onebanner")
    with pytest.raises(DatabaseFailure, match="Connection refused") as told:
        prepare()
    assert "\n" not in str(told.value)
