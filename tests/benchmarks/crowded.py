"""One chain of 500 stores with 200,000 customers, 1,000,000 orders and 200,000 complaints, the same every time.

Rows are written as the deeds write them, journal entries included, but by COPY: `python -m tests.benchmarks desk` makes
them in minutes. Foreign keys are looked at once, in the end, instead of row by row.
"""

import json
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

import psycopg
from django.apps import apps
from django.db import connections
from django.db.models import Field, ForeignKey, JSONField, Model
from django.utils import timezone
from psycopg.sql import SQL, Identifier

from chains.models import Chain
from config.database import server_url
from kit.postgres.address import variant
from tests.benchmarks.crowded_days import Customers, StoreDays, people_of, products, stores_of

STORES = 500
CUSTOMERS_A_STORE = 400
ORDERS_A_STORE = 2_000
COMPLAINTS_A_STORE = 400
_STORES_AT_ONCE = 10
_DAYS = 365
# Filled in by the database, which is asked once: for each row it would read the server's control file.
_FILLED_IN = ("transaction_id",)
_CLUSTER = "SELECT system_identifier FROM pg_control_system()"


@dataclass(frozen=True)
class Size:
    """How much is made: each number but the first is for one store."""

    stores: int = STORES
    customers: int = CUSTOMERS_A_STORE
    orders: int = ORDERS_A_STORE
    complaints: int = COMPLAINTS_A_STORE


class Keys:
    """Keys of version 7 that are the same every time: by their moment, numbered through."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def at(self, moment: datetime) -> str:
        """Return the next key, of a moment."""
        return f"{int(moment.timestamp() * 1000):012x}70008000{next(self._numbers):012x}"


class Table:
    """A model's table, filled by COPY; what a row does not say is as the model has it by default."""

    def __init__(self, label: str) -> None:
        self.model: type[Model] = apps.get_model(label)
        self.columns = [field for field in self.model._meta.concrete_fields if field.name not in _FILLED_IN]
        self.defaults = {field.attname: _default(field) for field in self.columns}

    def copy(self, connection: psycopg.Connection, rows: Sequence[dict[str, Any]]) -> None:
        """Write rows, given by the names of their columns."""
        unknown = set().union(*rows) - self.defaults.keys()
        if unknown:
            raise TypeError(f"{self.model.__name__} has no {sorted(unknown)}.")
        self.write(connection, "".join(map(self._line, rows)))

    def write(self, connection: psycopg.Connection, lines: str) -> None:
        """Write lines that are ready for COPY."""
        names = SQL(", ").join(Identifier(field.column) for field in self.columns)
        into = SQL("COPY {} ({}) FROM STDIN").format(Identifier(self.model._meta.db_table), names)
        with connection.cursor() as cursor, cursor.copy(into) as copy:
            copy.write(lines)

    def pattern(self, **given: str) -> str:
        """Return a line in which `%(name)s` stands for what differs from row to row."""
        if unknown := given.keys() - self.defaults.keys():
            raise TypeError(f"{self.model.__name__} has no {sorted(unknown)}.")
        fixed = {name: str(value).replace("%", "%%") for name, value in self.defaults.items() if value is not None}
        return "\t".join({**dict.fromkeys(self.defaults, "\\N"), **fixed, **given}.values()) + "\n"

    def _line(self, row: dict[str, Any]) -> str:
        values = [row.get(name, default) for name, default in self.defaults.items()]
        # The texts hold line breaks, and nothing else that COPY would take for something of its own.
        line = "\t".join(["\\N" if value is None else str(value) for value in values])
        return (line.replace("\n", "\\n") if "\n" in line else line) + "\n"


def fill(chain: Chain, size: Size | None = None, *, now: datetime | None = None) -> None:
    """Fill a furnished chain; who asks is in its first new store, `B000`."""
    size, now = size or Size(), now or timezone.now()
    now = now.replace(minute=0, second=0, microsecond=0)
    load(chain, _batches(size, now, Keys()))


def load(chain: Chain, batches: Iterable[dict[str, list[dict[str, Any]]]]) -> None:
    """Write rows into a chain's tables by COPY, and look at their foreign keys in the end."""
    tables = dict[str, Table]()
    with filling(chain) as (connection, cluster):
        made = 0
        for batch in batches:
            for label, rows in batch.items():
                if label not in tables:
                    tables[label] = Table(label)
                if label == "journal.Entry":
                    tables[label].defaults["cluster"] = cluster
                tables[label].copy(connection, rows)
            connection.commit()
            made += sum(map(len, batch.values()))
            sys.stderr.write(f"\r{made:,} rows")
        sys.stderr.write("\n")
        finish(connection, tables.values())


@contextmanager
def filling(chain: Chain) -> Iterator[tuple[psycopg.Connection, int]]:
    """Give a connection into a chain's tables that looks at no foreign key, and the server's identity."""
    database = connections["owner"].settings_dict["NAME"]
    # Only a superuser may leave foreign keys unchecked for a while.
    with psycopg.connect(variant(server_url(durable=False), database=database)) as connection:
        connection.execute(SQL("SET search_path = {}, extensions").format(Identifier(chain.schema_name)))
        connection.execute("SET session_replication_role = replica")
        (cluster,) = connection.execute(_CLUSTER).fetchone() or (0,)
        yield connection, cluster


def finish(connection: psycopg.Connection, tables: Collection[Table]) -> None:
    """Look at the foreign keys of tables that were filled, and let the database count what is in them."""
    connection.execute("SET session_replication_role = origin")
    for table in tables:
        _check_references(connection, table.model)
    connection.commit()
    connection.autocommit = True
    for table in tables:
        connection.execute(SQL("VACUUM (ANALYZE) {}").format(Identifier(table.model._meta.db_table)))


def _batches(size: Size, now: datetime, keys: Keys) -> Iterator[dict[str, list[dict[str, Any]]]]:
    begun = now - timedelta(days=_DAYS)
    goods, stores = products(keys, begun), stores_of(size.stores, keys, begun)
    yield {"orders.Product": goods, **stores.rows, **people_of(stores, keys, begun)}
    for first in range(0, size.stores, _STORES_AT_ONCE):
        batch: dict[str, list[dict[str, Any]]] = {}
        for store in stores.each[first : first + _STORES_AT_ONCE]:
            random = Random(store.number)
            customers = Customers(store, size.customers, random, keys, begun)
            days = StoreDays(store, customers, goods, random, keys, begun, now)
            for part in (customers.rows, days.orders(size.orders), days.complaints(size.complaints)):
                for label, rows in part.items():
                    batch.setdefault(label, []).extend(rows)
        yield batch


def _default(field: "Field[Any, Any]") -> Any:
    value = field.get_default() if not isinstance(field, ForeignKey) else None
    if value is not None and isinstance(field, JSONField):
        return json.dumps(value)
    return "{}" if value == [] else value


def _check_references(connection: psycopg.Connection, model: type[Model]) -> None:
    """Raise an error where a foreign key leads nowhere."""
    for field in model._meta.concrete_fields:
        if isinstance(field, ForeignKey):
            found = connection.execute(
                SQL(
                    "SELECT count(*) FROM {rows} a LEFT JOIN {others} b ON a.{column} = b.{key}"
                    " WHERE a.{column} IS NOT NULL AND b.{key} IS NULL"
                ).format(
                    rows=Identifier(model._meta.db_table),
                    others=Identifier(field.related_model._meta.db_table),
                    column=Identifier(field.column),
                    key=Identifier(field.target_field.column),
                )
            ).fetchone()
            if found != (0,):
                raise ValueError(f"{found} rows of {model.__name__} lead nowhere by {field.name}.")
