"""A chain made by the blueprint is, object by object, the chain that Django's migrations make."""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils.timezone import now

from chains.blueprint import TEMPLATE, BlueprintMissing, render_blueprint, this_blueprint, way_from
from chains.catalogue import catalogue_of, catalogue_of_blueprint, differences
from chains.growth import owner_connection
from chains.models import Blueprint, Chain
from chains.provisioning import provision
from chains.statements import split
from chains.walls import default_privileges
from tests.installation import ADD_A_COLUMN, has_column, open_chains, release_with, run_as_owner

MIGRATED = "migrated_by_django"
SINS = (
    "ALTER TABLE {chain}.stores_store ADD COLUMN more text",
    "ALTER TABLE {chain}.stores_store ALTER COLUMN name SET DEFAULT 'x'",
    "ALTER TABLE {chain}.stores_store ALTER COLUMN name DROP NOT NULL",
    "ALTER TABLE {chain}.stores_store DISABLE ROW LEVEL SECURITY",
    "ALTER POLICY hq_rows ON {chain}.stores_openinghours USING (false)",
    "DROP POLICY store_rows ON {chain}.stores_openinghours",
    "GRANT TRUNCATE ON {chain}.stores_store TO onebanner_hq",
    "GRANT SELECT (name) ON {chain}.stores_store TO onebanner_login",
    "REVOKE USAGE ON SCHEMA {chain} FROM onebanner_area",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA {chain} GRANT TRUNCATE ON TABLES TO onebanner_hq",
    "CREATE INDEX more ON {chain}.stores_store (name)",
    "CREATE SEQUENCE {chain}.more",
    "CREATE FUNCTION {chain}.more() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE RULE more AS ON DELETE TO {chain}.stores_store DO INSTEAD NOTHING",
    "CREATE TRIGGER more BEFORE UPDATE ON {chain}.stores_store FOR EACH ROW"
    " EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "ALTER TABLE {chain}.stores_store ADD CONSTRAINT more CHECK (name <> 'x') NOT VALID",
    "DELETE FROM {chain}.django_migrations WHERE app = 'stores'",
)


def test_a_chain_of_the_blueprint_equals_a_schema_migrated_by_django_tenants(installation: str) -> None:
    (chain,) = open_chains(1)
    run_as_owner(f'CREATE SCHEMA "{MIGRATED}"', *default_privileges(MIGRATED))

    call_command("migrate_schemas", schema_name=MIGRATED, interactive=False, verbosity=0)

    expected, found = catalogue_of(MIGRATED), catalogue_of(chain.schema_name)
    # django-tenants notes the shared apps' migrations in every schema as well, though they make nothing there.
    shared = {name for name in expected.keys() - found.keys() if name.startswith("migration ")}
    assert not any(name.split()[1].startswith(("members.", "stores.", "journal.")) for name in shared)
    assert differences({name: text for name, text in expected.items() if name not in shared}, found) == []
    kinds = {name.split()[0] for name in found}
    assert {"schema", "relation", "column", "constraint", "index", "policy", "sequence", "default"} <= kinds
    assert len(found) > 500


def test_whatever_differs_in_one_chain_is_told(installation: str) -> None:
    expected = catalogue_of_blueprint()
    (chain,) = open_chains(1)
    assert differences(expected, catalogue_of(chain.schema_name)) == []
    for sin in SINS:
        with transaction.atomic(using="owner"):
            run_as_owner(sin.format(chain=chain.schema_name))
            assert differences(expected, catalogue_of(chain.schema_name)), sin
            transaction.set_rollback(True, using="owner")


def test_the_template_is_what_its_blueprint_makes(installation: str) -> None:
    assert differences(catalogue_of(TEMPLATE), catalogue_of_blueprint()) == []


def test_no_index_says_again_what_a_longer_one_says(installation: str) -> None:
    """Each index is paid for with every row and every new chain; those that allauth makes are out of our reach."""
    assert _said_again() == []
    run_as_owner(f'CREATE INDEX more ON "{TEMPLATE}".complaints_complaint (store_id)')
    assert len(_said_again()) == 1


def test_a_blueprint_names_neither_its_schema_nor_its_roles_and_each_statement_stands_alone(installation: str) -> None:
    statements = this_blueprint().statements

    assert statements[0] == "CREATE SCHEMA @chain@"
    assert not any(TEMPLATE in statement or "onebanner_" in statement for statement in statements)
    assert all(list(split(statement)) == [statement] for statement in statements)


def test_a_blueprint_is_rendered_once_for_a_release(installation: str) -> None:
    first = render_blueprint(now=now())

    assert render_blueprint(now=now()).rendered_at == first.rendered_at
    assert Blueprint.objects.using("owner").count() == 1


def test_the_next_release_grows_from_this_one_and_its_statements_are_kept(installation: str, tmp_path: Path) -> None:
    before = this_blueprint()
    with release_with(tmp_path, "stores", m9001_fax=ADD_A_COLUMN):
        with pytest.raises(BlueprintMissing):
            this_blueprint()
        after = render_blueprint(now=now())
        steps = way_from(before.migration_hash, to=after)
        chain = provision(_entered().id, now=now())

    assert after.grown_from == before.migration_hash
    assert steps is not None
    assert [step.statements for step in steps] == [['ALTER TABLE "stores_store" ADD COLUMN "fax" varchar(30) NULL']]
    assert has_column(chain, "stores_store", "fax")


def test_an_edited_migration_makes_a_new_template_from_the_beginning(installation: str, tmp_path: Path) -> None:
    with release_with(tmp_path, "stores", m9001_fax=ADD_A_COLUMN):
        edited_away = render_blueprint(now=now())
    with release_with(tmp_path, "stores", m9001_fax=ADD_A_COLUMN.replace("max_length=30", "max_length=40")):
        again = render_blueprint(now=now())
        assert again.grown_from == ""
        assert way_from(edited_away.migration_hash, to=again) is None
        chain = provision(_entered().id, now=now())
        assert "varying(40)" in catalogue_of(chain.schema_name)["column stores_store.fax"]


def _entered() -> Chain:
    (chain,) = open_chains(1)
    run_as_owner(
        f'DROP SCHEMA "{chain.schema_name}" CASCADE',
        f"UPDATE public.chains_chain SET state = 'PROVISIONING' WHERE id = '{chain.id}'",
    )
    return chain


def _said_again() -> list[tuple[str]]:
    with owner_connection().cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT short.indexrelid::regclass::text FROM pg_index short JOIN pg_index long USING (indrelid)
            JOIN pg_class ON pg_class.oid = indrelid WHERE relnamespace = %s::regnamespace
            AND short.indexrelid <> long.indexrelid AND short.indpred IS NULL AND long.indpred IS NULL
            AND NOT short.indisunique AND (long.indkey::text || ' ') LIKE (short.indkey::text || ' %%')
            AND (long.indclass::text || ' ') LIKE (short.indclass::text || ' %%')
            AND relname NOT LIKE 'account\\_%%' AND relname NOT LIKE 'mfa\\_%%'""",
            [TEMPLATE],
        )
        return cursor.fetchall()
