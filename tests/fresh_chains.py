"""Chains of a test's own, really committed: the schema that an earlier test has left becomes that of a new chain.

Making a schema takes PostgreSQL a second and dropping it half of one; emptying takes a tenth. The chain itself, its id,
its host and the name of its schema are new each time.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db import connections, transaction
from django.utils import timezone

from chains.actions import close_chain, open_chain
from chains.blueprint import newest_blueprint
from chains.growth import owner_connection
from chains.models import Chain, ChainState, Domain
from chains.provisioning import provision
from chains.router import OWNER_ALIAS
from chains.statements import fill_in, send
from tests.factories.chains import FurnishedChain, furnish, operator_actor, read_furnished


class FreshChains:
    """Gives each test a chain as new; keeps the schemas that are left over, by their database."""

    def __init__(self) -> None:
        self._left: dict[str, list[str]] = {}

    @contextmanager
    def one(self) -> Iterator[FurnishedChain]:
        """Give a furnished chain, which is closed when the block ends."""
        host = f"t{uuid4().hex[:12]}.onebanner.localhost"
        furnish(self._opened(host))
        chain = read_furnished(host)
        yield chain
        self._take_back(chain.chain)

    @property
    def _here(self) -> list[str]:
        return self._left.setdefault(str(connections[OWNER_ALIAS].settings_dict["NAME"]), [])

    def _opened(self, host: str) -> Chain:
        now = timezone.now()
        chain = open_chain(actor=operator_actor(), name="Fresh", domain=host, now=now)
        if not self._here:
            return provision(chain.id, now=now)
        with transaction.atomic(using=OWNER_ALIAS):
            _rename(self._here.pop(), chain.schema_name)
            chain.migration_hash, chain.state = newest_blueprint().migration_hash, ChainState.ACTIVE
            chain.save(using=OWNER_ALIAS, update_fields=["migration_hash", "state"])
        return chain

    def _take_back(self, chain: Chain) -> None:
        if Chain.objects.using(OWNER_ALIAS).get(pk=chain.pk).state == ChainState.CLOSED:
            # The test itself has taken it away.
            return
        close_chain(actor=operator_actor(), chain_id=chain.id, now=timezone.now())
        left = f"left_{uuid4().hex}"
        with transaction.atomic(using=OWNER_ALIAS):
            _empty(chain.schema_name)
            _rename(chain.schema_name, left)
            Domain.objects.using(OWNER_ALIAS).filter(tenant=chain).delete()
            Chain.objects.using(OWNER_ALIAS).filter(pk=chain.pk).update(state=ChainState.CLOSED)
        shutil.rmtree(Path(settings.MEDIA_ROOT) / str(chain.id), ignore_errors=True)
        self._here.append(left)


def _rename(schema: str, other: str) -> None:
    with owner_connection().cursor() as cursor:
        cursor.execute(f'ALTER SCHEMA "{schema}" RENAME TO "{other}"')


def _empty(schema: str) -> None:
    """Leave the rows that a new chain begins with, and no others."""
    connection = owner_connection()
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = %s", [schema])
        tables = ", ".join(f'"{schema}".{name}' for (name,) in cursor.fetchall())
        cursor.execute(f"TRUNCATE {tables} RESTART IDENTITY")
    rows = [each for each in newest_blueprint().statements if each.startswith(("INSERT ", "SELECT pg_catalog.setval"))]
    send(connection.connection, fill_in(rows, schema=schema))
