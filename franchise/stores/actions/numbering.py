"""The numbers that a store gives to its documents: one after the other, without gaps."""

from typing import Any

from django.db import connections
from django.db.models import Model

from chains.scope import CHAINS_ALIAS


def next_numbers(counter: type[Model], many: int = 1, **of: Any) -> range:
    """Return the next numbers of what a counter's row counts, which is named by its unique key and begins with 1.

    The row is locked until the end of the transaction, so that a number not used is given again. One statement also
    where nothing was counted before; Django has none that tells what an update has made of a row.
    """
    connection = connections[CHAINS_ALIAS]
    row, fields, quote = counter(**of, last_number=many), counter._meta.concrete_fields, connection.ops.quote_name
    table = quote(counter._meta.db_table)
    columns = {field.attname: quote(str(field.column)) for field in fields}
    key = ", ".join(columns[name] for name in of)
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns.values())}) VALUES ({', '.join(['%s'] * len(columns))})"  # noqa: S608  # names no input
            f" ON CONFLICT ({key}) DO UPDATE SET last_number = {table}.last_number + EXCLUDED.last_number"
            " RETURNING last_number",
            values,
        )
        last: int = cursor.fetchone()[0]
    return range(last - many + 1, last + 1)
