"""S07 as this house has it: every table with a store has its policies, and nothing goes round the walls.

ENABLE, not FORCE: who runs owns nothing. Each rule is tried by a sin, in a transaction that is rolled back.
"""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connections, transaction

from chains.blueprint import TEMPLATE
from chains.growth import owner_connection
from chains.roles import role
from tests.conftest import Chains

SCHEMA = f"'{TEMPLATE}'::regnamespace"
# Tables of allauth, whose migrations fix their keys: a person has a handful of addresses, and nothing refers to them
# but allauth itself.
INT4_KEYS = ("account_emailaddress", "account_emailconfirmation")

# What a column of a secret is called. Whoever names one otherwise hides it from this test, and from its readers.
SECRET_NAMES = "pass(word|wd|phrase)|secret|hash|digest|token|(^|_)key|salt|seed|credential|(^|_)otp|session|private"
# Columns that are called so and hold no secret.
NO_SECRETS = {
    "api_keptanswer.key": "what a caller calls its own deed",
    "customers_customer.name_key": "a name as it is compared, as personal as the name beside it",
    "customers_customer.phone_key": "a number as it is compared, as personal as the number beside it",
    "journal_entry.token_id": "the id of a token, which opens nothing",
    "journal_seal.hash": "the journal's seal, which is made to be shown",
    "journal_seal.previous_hash": "the seal before it",
    "members_user.sessions_epoch": "a number that says how often sessions were ended",
    "training_attendance.session_id": "the meeting that somebody attended, which signs nobody in",
}

RULES = {
    "a table with a store has row level security": f"""
        SELECT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attname = 'store_id'
        WHERE relnamespace = {SCHEMA} AND relkind IN ('r', 'p') AND NOT attisdropped AND NOT relrowsecurity""",
    "row level security is not forced": f"""
        SELECT relname FROM pg_class WHERE relnamespace = {SCHEMA} AND relforcerowsecurity""",
    "a walled table has one policy for each audience, for that role alone, for reads and writes": f"""
        SELECT relname, audience FROM pg_class, unnest(ARRAY['store', 'area', 'hq']) audience
        WHERE relnamespace = {SCHEMA} AND relrowsecurity AND 1 <> (
            SELECT count(*) FROM pg_policy WHERE polrelid = pg_class.oid AND polcmd = '*' AND polpermissive
            AND polqual IS NOT NULL
            AND polroles = ARRAY[%(prefix)s || audience]::regrole[]::oid[])""",
    "the gate reaches rows of a walled table exactly where something is granted to it": f"""
        SELECT relname FROM pg_class WHERE relnamespace = {SCHEMA} AND relrowsecurity AND EXISTS (
            SELECT FROM pg_policy WHERE polrelid = pg_class.oid
            AND polroles = ARRAY[%(prefix)s || 'gate']::regrole[]::oid[]
        ) <> EXISTS (
            SELECT FROM aclexplode(relacl) WHERE grantee = (%(prefix)s || 'gate')::regrole)""",
    "a policy of a store or an area looks at its setting": f"""
        SELECT relname, polname FROM pg_policy JOIN pg_class ON pg_class.oid = polrelid,
            unnest(ARRAY['store', 'area']) audience
        WHERE relnamespace = {SCHEMA} AND polroles = ARRAY[%(prefix)s || audience]::regrole[]::oid[]
        AND (pg_get_expr(polqual, polrelid) !~ ('current_setting\\(''app.store_id' || CASE audience WHEN 'area'
            THEN 's' ELSE '' END || '''') OR pg_get_expr(polwithcheck, polrelid) !~ 'current_setting')""",
    # A policy for everything without a WITH CHECK holds what is written to its USING.
    "only where a row without a store may be added does writing have a rule of its own": f"""
        SELECT relname, polname FROM pg_policy JOIN pg_class ON pg_class.oid = polrelid
        WHERE relnamespace = {SCHEMA} AND polwithcheck IS NOT NULL AND pg_get_expr(polwithcheck, polrelid)
        <> '((store_id IS NULL) OR ' || pg_get_expr(polqual, polrelid) || ')'""",
    "no policy is for everybody": f"""
        SELECT relname, polname FROM pg_policy JOIN pg_class ON pg_class.oid = polrelid
        WHERE relnamespace = {SCHEMA} AND (0 = ANY (polroles) OR cardinality(polroles) <> 1)""",
    # A store's own code is unique in its chain: only headquarters, which sees them all, gives codes.
    "a unique key of a store's rows begins with the store, or is an id": f"""
        SELECT table_.relname, index_.relname FROM pg_index
        JOIN pg_class table_ ON table_.oid = indrelid JOIN pg_class index_ ON index_.oid = indexrelid
        JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]
        WHERE table_.relnamespace = {SCHEMA} AND table_.relrowsecurity AND indisunique AND NOT indisprimary
        AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = table_.oid AND attname = 'store_id')
        AND attname <> 'store_id' AND format_type(atttypid, atttypmod) <> 'uuid'""",
    "functions run as their caller": f"""
        SELECT proname FROM pg_proc WHERE pronamespace = {SCHEMA} AND prosecdef""",
    "a view runs as its reader": f"""
        SELECT relname FROM pg_class WHERE relnamespace = {SCHEMA} AND relkind = 'v'
        AND NOT coalesce(reloptions @> ARRAY['security_invoker=true'], false)
        AND NOT coalesce(reloptions @> ARRAY['security_invoker=on'], false)""",
    "there are no materialised views": f"""
        SELECT relname FROM pg_class WHERE relnamespace = {SCHEMA} AND relkind = 'm'""",
    "there are no triggers and no rules": f"""
        SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
        WHERE relnamespace = {SCHEMA} AND NOT tgisinternal
        UNION ALL SELECT rulename FROM pg_rules WHERE schemaname = '{TEMPLATE}'""",
    "a key is a uuid or has 64 bits": f"""
        SELECT relname, attname FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
        JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY (conkey)
        WHERE relnamespace = {SCHEMA} AND contype IN ('p', 'f') AND atttypid IN ('int4'::regtype, 'int2'::regtype)
        AND relname NOT IN {INT4_KEYS}""",
    "a table has a key": f"""
        SELECT relname FROM pg_class WHERE relnamespace = {SCHEMA} AND relkind IN ('r', 'p')
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = pg_class.oid AND contype = 'p')""",
    "a foreign key is checked at once and can be deferred": f"""
        SELECT conname FROM pg_constraint WHERE connamespace = {SCHEMA} AND contype = 'f'
        AND (NOT condeferrable OR condeferred)""",
    "no foreign key leaves or enters the schema": f"""
        SELECT conname FROM pg_constraint JOIN pg_class one ON one.oid = conrelid
        JOIN pg_class other ON other.oid = confrelid WHERE contype = 'f'
        AND one.relnamespace <> other.relnamespace AND {SCHEMA} IN (one.relnamespace, other.relnamespace)""",
    "nothing is granted to everybody": f"""
        SELECT relname FROM pg_class, aclexplode(relacl) WHERE relnamespace = {SCHEMA} AND grantee = 0""",
    "a secret is read and changed by the gate alone": f"""
        SELECT relname || '.' || attname, audience FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid,
            unnest(ARRAY['store', 'area', 'hq']) audience
        WHERE relnamespace = {SCHEMA} AND relkind IN ('r', 'p', 'v', 'm') AND attnum > 0 AND NOT attisdropped
        AND attname ~ '{SECRET_NAMES}' AND NOT relname || '.' || attname = ANY (%(no_secrets)s)
        AND (has_column_privilege(%(prefix)s || audience, pg_class.oid, attnum, 'SELECT')
            OR has_column_privilege(%(prefix)s || audience, pg_class.oid, attnum, 'UPDATE'))""",
    "no default asks another table or a sequence of somebody else": f"""
        SELECT relname, pg_get_expr(adbin, adrelid) FROM pg_attrdef JOIN pg_class ON pg_class.oid = adrelid
        WHERE relnamespace = {SCHEMA} AND pg_get_expr(adbin, adrelid) LIKE '%%nextval%%'""",
}
T = f'"{TEMPLATE}"'
NEW = f"CREATE TABLE {T}.sins (id uuid PRIMARY KEY, store_id uuid NOT NULL)"
SINS = {
    "a table with a store has row level security": NEW,
    "row level security is not forced": f"ALTER TABLE {T}.complaints_complaint FORCE ROW LEVEL SECURITY",
    "a walled table has one policy for each audience, for that role alone, for reads and writes": (
        f"DROP POLICY area_rows ON {T}.complaints_complaint"
    ),
    "the gate reaches rows of a walled table exactly where something is granted to it": (
        f"GRANT SELECT ON {T}.complaints_complaint TO onebanner_gate"
    ),
    "a policy of a store or an area looks at its setting": (
        f"ALTER POLICY store_rows ON {T}.complaints_complaint USING (true)"
    ),
    "only where a row without a store may be added does writing have a rule of its own": (
        f"ALTER POLICY area_rows ON {T}.complaints_complaint WITH CHECK (current_setting('app.store_ids') = '')"
    ),
    "no policy is for everybody": f"CREATE POLICY more ON {T}.complaints_complaint USING (true)",
    "a unique key of a store's rows begins with the store, or is an id": (
        f"{NEW}; ALTER TABLE {T}.sins ENABLE ROW LEVEL SECURITY, ADD code text UNIQUE"
    ),
    "functions run as their caller": (
        f"CREATE FUNCTION {T}.sin() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'"
    ),
    "a view runs as its reader": f"CREATE VIEW {T}.sin AS SELECT 1 AS one",
    "there are no materialised views": f"CREATE MATERIALIZED VIEW {T}.sin AS SELECT 1 AS one",
    "there are no triggers and no rules": (
        f"CREATE TRIGGER sin BEFORE UPDATE ON {T}.complaints_complaint FOR EACH ROW"
        " EXECUTE FUNCTION suppress_redundant_updates_trigger()"
    ),
    "a key is a uuid or has 64 bits": f"CREATE TABLE {T}.sins (id int PRIMARY KEY)",
    "a table has a key": f"CREATE TABLE {T}.sins (name text)",
    "a foreign key is checked at once and can be deferred": (
        f"CREATE TABLE {T}.sins (id uuid PRIMARY KEY, other uuid REFERENCES {T}.sins)"
    ),
    "no foreign key leaves or enters the schema": (
        f"CREATE TABLE {T}.sins (id uuid PRIMARY KEY REFERENCES public.chains_chain)"
    ),
    "nothing is granted to everybody": f"GRANT SELECT ON {T}.complaints_complaint TO PUBLIC",
    "a secret is read and changed by the gate alone": (
        f"CREATE TABLE {T}.sins (id uuid PRIMARY KEY, survey_token_digest varchar(64))"
    ),
    "no default asks another table or a sequence of somebody else": (
        f"CREATE TABLE {T}.sins (id bigserial PRIMARY KEY)"
    ),
}


@pytest.fixture
def owner(chains: Chains) -> Iterator[None]:
    """The template, as its owner sees it; whatever is done to it is rolled back."""
    with transaction.atomic(using="owner"):
        yield
        transaction.set_rollback(True, using="owner")
    connections["owner"].close()


def broken(rule: str) -> list[tuple[str, ...]]:
    with owner_connection().cursor() as cursor:
        given = {"prefix": role(settings.ONEBANNER_ROLE_PREFIX, ""), "no_secrets": list(NO_SECRETS)}
        cursor.execute(RULES[rule], given)
        return cursor.fetchall()


@pytest.mark.parametrize("rule", RULES)
def test_every_object_of_a_chain_keeps_the_rule(owner: None, rule: str) -> None:
    assert broken(rule) == []


@pytest.mark.parametrize("rule", RULES)
def test_the_rule_sees_a_sin(owner: None, rule: str) -> None:
    with owner_connection().cursor() as cursor:
        cursor.execute(SINS[rule])

    assert broken(rule) != []


def test_a_new_table_that_holds_stores_is_seen_before_it_has_walls(owner: None) -> None:
    with owner_connection().cursor() as cursor:
        cursor.execute(NEW)

    assert broken("a table with a store has row level security") == [("sins",)]


def test_what_is_said_to_be_no_secret_is_there_and_called_like_one(owner: None) -> None:
    query = f"""
        SELECT relname || '.' || attname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
        WHERE relnamespace = {SCHEMA} AND relkind = 'r' AND attname ~ '{SECRET_NAMES}'"""
    with owner_connection().cursor() as cursor:
        cursor.execute(query)
        called_so = {name for (name,) in cursor.fetchall()}

    assert NO_SECRETS.keys() <= called_so
    assert {"members_password.hash", "members_secretdigest.digest", "django_session.session_key"} <= called_so
