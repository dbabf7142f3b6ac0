"""A whole installation of a test's own: a database with chains to migrate, and releases to come."""

import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connections
from django.test import override_settings
from django.utils.timezone import now
from pytest_django.plugin import DjangoDbBlocker

from chains.actions import open_chain
from chains.growth import owner_connection
from chains.models import Chain
from chains.provisioning import provision
from tests import database
from tests.factories.chains import operator_actor

ADD_A_COLUMN = """
    from django.db import migrations, models

    class Migration(migrations.Migration):
        dependencies = [("stores", "{after}")]
        operations = [migrations.AddField("store", "fax", models.CharField(max_length=30, null=True))]
"""


@pytest.fixture
def installation(run_database: str, django_db_blocker: DjangoDbBlocker, tmp_path: Path) -> Iterator[str]:
    """A database of this test's own, with the chains A and B in it; everything is committed."""
    with django_db_blocker.unblock(), database.own_copy("_own") as name:
        yield name
        connections.close_all()


def open_chains(count: int) -> list[Chain]:
    """Open and provision some more chains."""
    made = []
    for number in range(count):
        host = f"x{uuid4().hex[:12]}.onebanner.localhost"
        chain = open_chain(actor=operator_actor(), name=f"Chain {number}", domain=host, now=now())
        made.append(provision(chain.id, now=now()))
    return made


def newest_migration(app: str) -> str:
    """Return the name of an app's newest migration."""
    return max(path.stem for path in _folder_of(app).glob("0*.py"))


@contextmanager
def release_with(folder: Path, app: str, **migrations: str) -> Iterator[None]:
    """Let the code be a release with more migrations of one app; `{after}` stands for the newest real one."""
    name = f"release_{uuid4().hex[:12]}"
    package = folder / name
    package.mkdir()
    package.joinpath("__init__.py").write_text(f"__path__.append({str(_folder_of(app))!r})\n")
    for migration, text in migrations.items():
        source = textwrap.dedent(text).replace("{after}", newest_migration(app))
        package.joinpath(f"{migration}.py").write_text(source)
    sys.path.insert(0, str(folder))
    try:
        with override_settings(MIGRATION_MODULES={**settings.MIGRATION_MODULES, app: name}):
            yield
    finally:
        sys.path.remove(str(folder))


def has_column(chain: Chain, table: str, column: str) -> bool:
    """Tell whether a chain's table has a column."""
    query = "SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = %s::regclass AND attname = %s)"
    with owner_connection().cursor() as cursor:
        cursor.execute(query, [f'"{chain.schema_name}"."{table}"', column])
        return bool(cursor.fetchone()[0])


def run_as_owner(*statements: str) -> None:
    """Run statements by hand, as nobody should, on the owner's connection."""
    with owner_connection().cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _folder_of(app: str) -> Path:
    return Path(apps.get_app_config(app).path) / "migrations"
