"""What a schema really consists of, object by object, as PostgreSQL's catalogues tell it."""

from django.db import transaction

from chains.blueprint import replay, this_blueprint
from chains.growth import owner_connection
from chains.models import Chain
from chains.router import OWNER_ALIAS
from chains.rules import HAVE_SCHEMA
from chains.statements import CHAIN

# No chain can have this name, and the schema never outlives the transaction that makes it.
_MEASURE = "measure_of_chains"

# Each query gives rows of (object, description). Privileges are sorted, because their order says nothing; columns are
# counted, because the numbers of dropped ones are not used again.
_QUERIES = {
    "schema": """
        SELECT '', concat_ws(' ', pg_get_userbyid(nspowner),
            ARRAY(SELECT item::text FROM unnest(coalesce(nspacl, acldefault('n', nspowner))) item ORDER BY 1))
        FROM pg_namespace WHERE nspname = %(schema)s""",
    "relation": """
        SELECT relname, concat_ws(' ', relkind, relpersistence, relreplident, pg_get_userbyid(relowner),
            'rls', relrowsecurity, 'forced', relforcerowsecurity, reloptions, obj_description(oid, 'pg_class'),
            CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(oid) END,
            CASE WHEN relkind IN ('r', 'p', 'v', 'm', 'S') THEN ARRAY(SELECT item::text FROM unnest(
                coalesce(relacl, acldefault((CASE relkind WHEN 'S' THEN 's' ELSE 'r' END)::"char", relowner))
            ) item ORDER BY 1) END)
        FROM pg_class WHERE relnamespace = %(schema)s::regnamespace""",
    "column": """
        SELECT relname || '.' || attname, concat_ws(' ', row_number() OVER (PARTITION BY attrelid ORDER BY attnum),
            format_type(atttypid, atttypmod), attnotnull, 'identity', attidentity, 'generated', attgenerated,
            attcollation::regcollation, attstorage, attacl, pg_get_expr(adbin, adrelid),
            col_description(attrelid, attnum))
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE relnamespace = %(schema)s::regnamespace AND attnum > 0 AND NOT attisdropped AND relkind <> 'i'""",
    "constraint": """
        SELECT coalesce(nullif(conrelid, 0)::regclass::text, contypid::regtype::text) || '.' || conname,
            concat_ws(' ', contype, pg_get_constraintdef(oid), 'deferrable', condeferrable, 'deferred', condeferred,
            'validated', convalidated)
        FROM pg_constraint WHERE connamespace = %(schema)s::regnamespace""",
    "index": """
        SELECT relname, concat_ws(' ', pg_get_indexdef(indexrelid), 'valid', indisvalid, 'clustered', indisclustered)
        FROM pg_index JOIN pg_class ON oid = indexrelid WHERE relnamespace = %(schema)s::regnamespace""",
    "policy": """
        SELECT polrelid::regclass::text || '.' || polname, concat_ws(' ', polcmd, 'permissive', polpermissive,
            ARRAY(SELECT rolname FROM pg_roles WHERE oid = ANY (polroles) ORDER BY 1),
            'using', pg_get_expr(polqual, polrelid), 'check', pg_get_expr(polwithcheck, polrelid))
        FROM pg_policy JOIN pg_class ON pg_class.oid = polrelid WHERE relnamespace = %(schema)s::regnamespace""",
    "trigger": """
        SELECT tgrelid::regclass::text || '.' || tgname, pg_get_triggerdef(pg_trigger.oid)
        FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
        WHERE relnamespace = %(schema)s::regnamespace AND NOT tgisinternal""",
    "rule": """
        SELECT tablename || '.' || rulename, definition FROM pg_rules WHERE schemaname = %(schema)s""",
    "sequence": """
        SELECT relname, concat_ws(' ', seqtypid::regtype, seqstart, seqincrement, seqmin, seqmax, seqcache, seqcycle,
            (SELECT concat_ws(' ', refobjid::regclass, attname, deptype) FROM pg_depend
             JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
             WHERE objid = seqrelid AND deptype IN ('a', 'i') AND classid = 'pg_class'::regclass))
        FROM pg_sequence JOIN pg_class ON oid = seqrelid WHERE relnamespace = %(schema)s::regnamespace""",
    "function": """
        SELECT oid::regprocedure::text, concat_ws(' ', pg_get_functiondef(oid), ARRAY(SELECT item::text
            FROM unnest(coalesce(proacl, acldefault('f', proowner))) item ORDER BY 1))
        FROM pg_proc WHERE pronamespace = %(schema)s::regnamespace AND prokind <> 'a'""",
    "type": """
        SELECT typname, concat_ws(' ', typtype, typcategory, typbasetype::regtype, typdefault)
        FROM pg_type WHERE typnamespace = %(schema)s::regnamespace""",
    "statistics": """
        SELECT stxname, pg_get_statisticsobjdef(oid) FROM pg_statistic_ext
        WHERE stxnamespace = %(schema)s::regnamespace""",
    "default privileges": """
        SELECT defaclobjtype::text || pg_get_userbyid(defaclrole),
            ARRAY(SELECT item::text FROM unnest(defaclacl) item ORDER BY 1)
        FROM pg_default_acl WHERE defaclnamespace = %(schema)s::regnamespace""",
    "migration": "SELECT app || '.' || name, 'applied' FROM {schema}.django_migrations",
}


def catalogue_of(schema: str) -> dict[str, str]:
    """Return every object of a schema with its description, the schema's own name left open."""
    found: dict[str, str] = {}
    with owner_connection().cursor() as cursor:
        for kind, query in _QUERIES.items():
            cursor.execute(query.replace("{schema}", f'"{schema}"'), {"schema": schema})
            for name, description in cursor.fetchall():
                found[f"{kind} {name}".replace(schema, CHAIN)] = str(description).replace(schema, CHAIN)
    return found


def differences(expected: dict[str, str], found: dict[str, str]) -> list[str]:
    """Return one line for every object that is missing, too many, or other than expected."""
    lines = [f"missing: {name}" for name in sorted(expected.keys() - found.keys())]
    lines += [f"too many: {name}" for name in sorted(found.keys() - expected.keys())]
    for name in sorted(expected.keys() & found.keys()):
        if expected[name] != found[name]:
            lines.append(f"differs: {name}: expected {expected[name]!r}, found {found[name]!r}")
    return lines


def catalogue_of_blueprint() -> dict[str, str]:
    """Return the catalogue that this release's blueprint makes; raises BlueprintMissing."""
    with transaction.atomic(using=OWNER_ALIAS):
        replay(this_blueprint(), schema=_MEASURE)
        measured = catalogue_of(_MEASURE)
        transaction.set_rollback(True, using=OWNER_ALIAS)
    return measured


def strayed_chains() -> dict[Chain, list[str]]:
    """Return the chains whose schema is not what the blueprint makes, with the differences."""
    expected = catalogue_of_blueprint()
    chains = Chain.objects.using(OWNER_ALIAS).filter(state__in=HAVE_SCHEMA).order_by("created_at", "id")
    found = {chain: differences(expected, catalogue_of(chain.schema_name)) for chain in chains}
    return {chain: lines for chain, lines in found.items() if lines}
