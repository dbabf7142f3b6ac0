"""S06: the roles that run own nothing, pass no policy, truncate nothing and become nobody they should not be."""

from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from psycopg.errors import InsufficientPrivilege

from chains.roles import TAKEN_BY_LOGIN, role
from chains.walls import default_privileges
from tests.conftest import Chains

RUNNING = ("login", *TAKEN_BY_LOGIN)
AUDIENCES = ("store", "area", "hq")
NEVER_TAKEN = ("owner", "backup")
# Test S07 finds columns that are missing here by their names.
SECRETS = (
    "members_password.hash",
    "members_secretdigest.digest",
    "feedback_surveylink.digest",
    "django_session.session_key",
    "django_session.session_data",
    "mfa_authenticator.data",
    "account_emailconfirmation.key",
)


def named(name: str) -> str:
    return role(settings.ONEBANNER_ROLE_PREFIX, name)


@pytest.fixture
def login(chains: Chains) -> psycopg.Connection:
    """A connection by the very address that the web process is given."""
    given = connections["default"].settings_dict
    address = {"host": given["HOST"], "port": given["PORT"], "user": given["USER"], "password": given["PASSWORD"]}
    with psycopg.connect(dbname=given["NAME"], autocommit=True, **address) as connection:
        yield connection


def test_the_address_of_the_web_process_is_the_login_roles(login: psycopg.Connection) -> None:
    assert login.info.user == named("login")
    assert urlsplit(str(settings.DATABASES["default"]["USER"])).path == named("login")


@pytest.mark.parametrize("name", RUNNING)
def test_a_role_that_runs_has_no_attribute_of_power(login: psycopg.Connection, name: str) -> None:
    powers = login.execute(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication FROM pg_roles WHERE rolname = %s",
        [named(name)],
    ).fetchone()

    assert powers == (False,) * 5


@pytest.mark.parametrize("name", RUNNING)
def test_a_role_that_runs_owns_nothing(login: psycopg.Connection, name: str) -> None:
    owned = login.execute(
        "SELECT count(*) FROM pg_shdepend WHERE refobjid = (SELECT oid FROM pg_roles WHERE rolname = %s)"
        " AND deptype = 'o'",
        [named(name)],
    ).fetchone()

    assert owned == (0,)


@pytest.mark.parametrize("name", RUNNING)
def test_a_role_that_runs_can_not_truncate_refer_or_put_triggers(login: psycopg.Connection, name: str) -> None:
    found = login.execute(
        "SELECT oid::regclass::text, privilege FROM pg_class, unnest(ARRAY['TRUNCATE', 'TRIGGER', 'REFERENCES'])"
        " privilege WHERE relkind IN ('r', 'p') AND relnamespace::regnamespace::text !~ '^(pg_|information_schema)'"
        " AND has_table_privilege(%s, oid, privilege)",
        [named(name)],
    ).fetchall()

    assert found == []


@pytest.mark.parametrize("name", RUNNING)
def test_a_role_that_runs_can_not_make_objects(login: psycopg.Connection, name: str) -> None:
    found = login.execute(
        "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND has_schema_privilege(%s, oid, 'CREATE')",
        [named(name)],
    ).fetchall()
    database = login.execute(
        "SELECT has_database_privilege(%s, current_database(), 'CREATE, TEMPORARY')", [named(name)]
    ).fetchone()

    assert found == []
    assert database == (False,)


def test_the_login_role_inherits_nothing_and_alone_sees_nothing(login: psycopg.Connection, chains: Chains) -> None:
    schema = chains.a.chain.schema_name
    for statement in (f'SELECT * FROM "{schema}".stores_store', "SELECT * FROM public.chains_chain"):
        with pytest.raises(InsufficientPrivilege):
            login.execute(statement.encode())


@pytest.mark.parametrize("name", NEVER_TAKEN)
def test_the_login_role_can_not_become_those_above_the_walls(login: psycopg.Connection, name: str) -> None:
    with pytest.raises(InsufficientPrivilege):
        login.execute(f'SET ROLE "{named(name)}"'.encode())


@pytest.mark.parametrize("name", TAKEN_BY_LOGIN)
def test_no_role_is_a_member_of_another(login: psycopg.Connection, name: str) -> None:
    above = login.execute(
        "SELECT granted.rolname FROM pg_auth_members JOIN pg_roles granted ON granted.oid = roleid"
        " JOIN pg_roles member ON member.oid = pg_auth_members.member WHERE member.rolname = %s",
        [named(name)],
    ).fetchall()

    assert above == []


def test_the_public_role_reaches_no_chain_and_the_audiences_not_the_shared_tables(
    login: psycopg.Connection, chains: Chains
) -> None:
    login.execute(f'SET ROLE "{named("public")}"'.encode())
    with pytest.raises(InsufficientPrivilege):
        login.execute(f'SELECT * FROM "{chains.a.chain.schema_name}".stores_store'.encode())
    for audience in (*AUDIENCES, "gate"):
        login.execute(f'SET ROLE "{named(audience)}"'.encode())
        with pytest.raises(InsufficientPrivilege):
            login.execute("SELECT * FROM public.chains_chain")


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize("column", SECRETS)
def test_an_audience_neither_reads_nor_changes_a_secret_and_the_gate_does(
    login: psycopg.Connection, chains: Chains, column: str, audience: str
) -> None:
    table, _dot, name = column.partition(".")
    place = f'"{chains.a.chain.schema_name}".{table}'
    for statement in (f"SELECT {name} FROM {place}", f"UPDATE {place} SET {name} = {name}", f"DELETE FROM {place}"):
        login.execute(f'SET ROLE "{named(audience)}"'.encode())
        with pytest.raises(InsufficientPrivilege):
            login.execute(statement.encode())
        login.execute(f'SET ROLE "{named("gate")}"'.encode())
        login.execute(f"EXPLAIN {statement}".encode())


def test_an_audience_that_makes_a_token_may_add_its_digest_and_no_more(
    login: psycopg.Connection, chains: Chains
) -> None:
    may = login.execute(
        "SELECT array_agg(privilege ORDER BY privilege) FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE'])"
        " privilege, pg_class WHERE relname = 'members_secretdigest' AND relnamespace = %s::regnamespace"
        " AND has_table_privilege(%s, pg_class.oid, privilege)",
        [chains.a.chain.schema_name, named("store")],
    ).fetchone()

    assert may == (["INSERT"],)


def test_the_public_role_can_not_delete_a_chains_row(login: psycopg.Connection) -> None:
    login.execute(f'SET ROLE "{named("public")}"'.encode())
    with pytest.raises(InsufficientPrivilege):
        login.execute("DELETE FROM public.chains_chain")


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO public.chains_blueprint (migration_hash) VALUES ('x')",
        "UPDATE public.chains_blueprint SET statements = '[]'",
        "DELETE FROM public.chains_blueprint",
        "UPDATE public.chains_chainmigration SET state = 'DONE'",
        "UPDATE public.chains_chain SET schema_name = schema_name",
        "UPDATE public.chains_chain SET migration_hash = ''",
    ],
)
def test_the_public_role_can_not_change_what_the_owner_will_run(login: psycopg.Connection, statement: str) -> None:
    login.execute(f'SET ROLE "{named("public")}"'.encode())
    with pytest.raises(InsufficientPrivilege):
        login.execute(statement.encode())


def test_the_default_privileges_of_a_schema_name_no_power() -> None:
    granted = " ".join(default_privileges("c_0"))

    assert "TRUNCATE" not in granted
    assert "ALL" not in granted.replace("ALTER", "")
