"""Making a chain: by the blueprint against django-tenants' own migrations."""

from statistics import median

from django.core.management import call_command
from django.utils.timezone import now

from chains.actions import open_chain
from chains.catalogue import catalogue_of, differences
from chains.models import Chain
from chains.provisioning import new_schema_name, provision
from chains.walls import default_privileges
from tests.benchmarks.report import Report, timed
from tests.factories.chains import operator_actor
from tests.installation import run_as_owner

AT_LEAST_FASTER = 20
_MIGRATED = "migrated_by_django"


def measure_making(report: Report) -> str:
    """Compare both ways, object by object first and by time then; return the schema that Django has migrated."""
    counted = iter(range(10_000))

    def entered() -> Chain:
        host = f"made{next(counted)}.onebanner.localhost"
        return open_chain(actor=operator_actor(), name="Made", domain=host, now=now())

    run_as_owner(f'CREATE SCHEMA "{_MIGRATED}"', *default_privileges(_MIGRATED))
    call_command("migrate_schemas", schema_name=_MIGRATED, verbosity=0)
    chains = [entered() for _ in range(9)]
    queue = iter(chains)
    times: dict[str, list[float]] = {"blueprint": [], "django-tenants": []}
    migrated: list[str] = []
    # In turn, so that whatever else the machine does hits both alike.
    for _ in range(3):
        times["blueprint"] += [timed(lambda: provision(next(queue).id, now=now())) for _ in range(3)]
        # As django-tenants makes a chain's schema when its row is saved.
        chain = Chain(name="Migrated", schema_name=new_schema_name(), created_at=now())
        times["django-tenants"].append(timed(lambda c=chain: c.create_schema(verbosity=0)))
        migrated.append(chain.schema_name)
    run_as_owner(*(f'DROP SCHEMA "{schema}" CASCADE' for schema in migrated))
    by_blueprint, by_django = median(times["blueprint"]), median(times["django-tenants"])

    expected, found = catalogue_of(_MIGRATED), catalogue_of(chains[0].schema_name)
    only_noted = {name for name in expected.keys() - found.keys() if name.startswith("migration ")}
    lines = differences({name: text for name, text in expected.items() if name not in only_noted}, found)
    report.goal(f"a chain of the blueprint equals a migrated one in {len(found)} objects", met=lines == [])
    report.table(
        f"making one chain ({sum(name.startswith('relation ') for name in found)} relations,"
        f" {sum(name.startswith('policy ') for name in found)} policies)",
        {"blueprint": by_blueprint, "django-tenants, all migrations": by_django},
        base="blueprint",
    )
    report.goal(
        f"at least {AT_LEAST_FASTER} times faster than django-tenants: {by_django / by_blueprint:.0f} times",
        met=by_django / by_blueprint >= AT_LEAST_FASTER,
    )
    return _MIGRATED
