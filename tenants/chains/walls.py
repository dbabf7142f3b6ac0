"""The walls inside a chain's schema, written by one place: row-level security and grants, as migration operations.

ENABLE, not FORCE: the roles that run own nothing, so the policies bind them; FORCE would make a backup by the owner
come out empty.
"""

from django.conf import settings
from django.db.migrations.operations import RunSQL
from django.db.migrations.operations.base import Operation

_ONE_STORE = "nullif(current_setting('app.store_id', true), '')::uuid"
# The SELECT makes PostgreSQL parse the array once per statement instead of once per row.
_SOME_STORES = "ANY ((SELECT nullif(current_setting('app.store_ids', true), ''))::uuid[])"


def role(name: str) -> str:
    """Return the quoted name of one of the project's database roles."""
    return f'"{settings.ONEBANNER_ROLE_PREFIX}_{name}"'


class _Wall(RunSQL):
    """A RunSQL that is written down by its arguments, so that a migration stays readable."""

    # RunSQL would write its SQL down; the base class writes down what the constructor was given.
    deconstruct = Operation.deconstruct


class StoreWalls(_Wall):
    """Let each audience reach only its stores' rows of a table.

    `column` names the store's id. With `nullable`, a row without a store is a matter of the chain: stores and areas
    may add one but do not see it. With `gate`, what `GateMay` grants there reaches every row; else none.
    """

    def __init__(self, table: str, column: str = "store_id", nullable: bool = False, gate: bool = False) -> None:
        policies = {}
        for audience, reach in (("store", _ONE_STORE), ("area", _SOME_STORES)):
            own = f'"{column}" = {reach}'
            policies[audience] = own, f'"{column}" IS NULL OR {own}' if nullable else own
        for audience in ("hq", "gate") if gate else ("hq",):
            policies[audience] = "true", "true"
        make = [_policy(table, audience, using, adding) for audience, (using, adding) in policies.items()]
        drop = [f'DROP POLICY "{audience}_rows" ON "{table}"' for audience in policies]
        super().__init__(
            (*make, f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY'),
            (f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY', *drop),
        )


class AppendOnly(_Wall):
    """Let the audiences add and read rows of a table and nothing else."""

    def __init__(self, table: str) -> None:
        everybody = ", ".join(role(name) for name in ("store", "area", "hq", "gate"))
        super().__init__(
            [f'REVOKE UPDATE, DELETE ON "{table}" FROM {everybody}'],
            [f'GRANT UPDATE, DELETE ON "{table}" TO {everybody}'],
        )


class OnlyHqErases(_Wall):
    """Let the audiences add and read rows of a table, and HQ change them: it erases a person's texts on request."""

    def __init__(self, table: str) -> None:
        narrower, hq = ", ".join(role(name) for name in ("store", "area", "gate")), role("hq")
        super().__init__(
            [f'REVOKE UPDATE, DELETE ON "{table}" FROM {narrower}', f'REVOKE DELETE ON "{table}" FROM {hq}'],
            [f'GRANT UPDATE, DELETE ON "{table}" TO {narrower}', f'GRANT DELETE ON "{table}" TO {hq}'],
        )


class GateMay(_Wall):
    """Give the gate, which has nothing of its own, some privileges on a table."""

    def __init__(self, table: str, privileges: str) -> None:
        super().__init__(
            [f'GRANT {privileges} ON "{table}" TO {role("gate")}'],
            [f'REVOKE {privileges} ON "{table}" FROM {role("gate")}'],
        )


class OnlyGate(_Wall):
    """Keep a table, such as sessions or second factors, to the gate alone.

    With `adding` the audiences may add rows, which they then can neither read nor change.
    """

    def __init__(self, table: str, adding: bool = False) -> None:
        audiences = ", ".join(role(name) for name in ("store", "area", "hq"))
        super().__init__(
            [
                f'REVOKE ALL ON "{table}" FROM {audiences}',
                *([f'GRANT INSERT ON "{table}" TO {audiences}'] if adding else []),
                f'GRANT SELECT, INSERT, UPDATE, DELETE ON "{table}" TO {role("gate")}',
            ],
            [
                f'GRANT SELECT, INSERT, UPDATE, DELETE ON "{table}" TO {audiences}',
                f'REVOKE ALL ON "{table}" FROM {role("gate")}',
            ],
        )


class OnlyHq(_Wall):
    """Keep a table, such as the journal's seals, to those who see the whole chain."""

    def __init__(self, table: str) -> None:
        narrower = ", ".join(role(name) for name in ("store", "area"))
        super().__init__(
            [f'REVOKE ALL ON "{table}" FROM {narrower}'],
            [f'GRANT SELECT, INSERT, UPDATE, DELETE ON "{table}" TO {narrower}'],
        )


class HqWrites(_Wall):
    """Let everybody read a table of the whole chain, such as the clauses of a standard, and only HQ write it."""

    def __init__(self, table: str) -> None:
        narrower = ", ".join(role(name) for name in ("store", "area"))
        super().__init__(
            [f'REVOKE INSERT, UPDATE, DELETE ON "{table}" FROM {narrower}'],
            [f'GRANT INSERT, UPDATE, DELETE ON "{table}" TO {narrower}'],
        )


def default_privileges(schema: str) -> list[str]:
    """Return the statements that give a new chain's schema, and every table made in it, to the roles that run."""
    running = ", ".join(role(name) for name in ("store", "area", "hq"))
    everybody = f"{running}, {role('gate')}, {role('backup')}"
    return [
        f'GRANT USAGE ON SCHEMA "{schema}" TO {everybody}',
        f'ALTER DEFAULT PRIVILEGES IN SCHEMA "{schema}" GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {running}',
        f'ALTER DEFAULT PRIVILEGES IN SCHEMA "{schema}" GRANT SELECT ON TABLES TO {role("backup")}',
        f'ALTER DEFAULT PRIVILEGES IN SCHEMA "{schema}" GRANT USAGE ON SEQUENCES TO {running}, {role("gate")}',
    ]


def _policy(table: str, audience: str, using: str, adding: str) -> str:
    # Without a rule of their own, PostgreSQL holds written rows to USING as well.
    check = f" WITH CHECK ({adding})" if adding != using else ""
    return f'CREATE POLICY "{audience}_rows" ON "{table}" FOR ALL TO {role(audience)} USING ({using}){check}'
