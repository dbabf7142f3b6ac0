"""Scripts become single statements that fit every chain and every installation."""

import pytest

from chains.dump import DumpFailed, _as_declared, pg_dump_for
from chains.statements import fill_in, open_up, split

SCHEMA = "blueprint_of_a_chain"


@pytest.mark.parametrize(
    ("script", "statements"),
    [
        ("SELECT 1; SELECT 2", ["SELECT 1", "SELECT 2"]),
        ("-- a comment; with a semicolon\nSELECT 1;", ["SELECT 1"]),
        ("SELECT ';', 'it''s; so', E'\\\\;';SELECT 2", ["SELECT ';', 'it''s; so', E'\\\\;'", "SELECT 2"]),
        # With a backslash before the quote, the string still ends there.
        ("SELECT 'a\\'; SELECT 2", ["SELECT 'a\\'", "SELECT 2"]),
        ('SELECT 1 AS "a;""b"; SELECT 2', ['SELECT 1 AS "a;""b"', "SELECT 2"]),
        ("DO $body$ SELECT 1; $x$; $body$; SELECT 2", ["DO $body$ SELECT 1; $x$; $body$", "SELECT 2"]),
        ("SELECT 1 - 2; SELECT '--'; ;;", ["SELECT 1 - 2", "SELECT '--'"]),
        ("", []),
    ],
)
def test_a_script_is_split_where_statements_end(script: str, statements: list[str]) -> None:
    assert list(split(script)) == statements


@pytest.mark.parametrize(
    "statement",
    [
        f"CREATE TABLE {SCHEMA}.things (id uuid)",
        f"SELECT pg_catalog.setval('{SCHEMA}.things_id_seq', 7, true)",
        f"GRANT SELECT ON TABLE {SCHEMA}.things TO onebanner_store",
        f"CREATE POLICY hq_rows ON {SCHEMA}.things TO onebanner_hq USING (true)",
    ],
)
def test_a_statement_comes_back_for_another_chain(statement: str) -> None:
    opened = open_up(statement, schema=SCHEMA, owner="somebody")
    assert SCHEMA not in opened
    assert "onebanner" not in opened

    (filled,) = fill_in([opened], schema="c_1")

    assert filled.replace('"', "") == statement.replace(SCHEMA, "c_1")


def test_whoever_replays_becomes_the_owner() -> None:
    statement = f'ALTER DEFAULT PRIVILEGES FOR ROLE "some-body" IN SCHEMA {SCHEMA} GRANT SELECT ON TABLES TO x'

    assert "some-body" not in open_up(statement, schema=SCHEMA, owner="some-body")


def test_a_table_that_is_named_like_a_role_keeps_its_name() -> None:
    statement = f"CREATE TABLE {SCHEMA}.onebanner_store (id uuid)"

    assert open_up(statement, schema=SCHEMA, owner="x") == "CREATE TABLE @chain@.onebanner_store (id uuid)"


@pytest.mark.parametrize(
    ("told", "declared"),
    [
        (
            "CHECK (((state)::text = ANY ((ARRAY['A'::character varying, 'It''s'::character varying])::text[])))",
            "CHECK ((state IN ('A', 'It''s')))",
        ),
        (
            "CHECK (((\"order\")::text <> ALL ((ARRAY['A'::character varying])::text[])))",
            "CHECK ((\"order\" NOT IN ('A')))",
        ),
        ("CHECK ((n = ANY (ARRAY[1, 2])))", "CHECK ((n = ANY (ARRAY[1, 2])))"),
    ],
)
def test_a_list_of_texts_is_written_as_django_wrote_it(told: str, declared: str) -> None:
    assert _as_declared(told) == declared


def test_a_server_newer_than_every_pg_dump_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(DumpFailed, match="No pg_dump of PostgreSQL 99 or newer"):
        pg_dump_for(99)
