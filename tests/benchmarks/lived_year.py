"""A chain of 1,000 stores that has lived under a standard for a year: 10,000,000 journal entries with what was measured
and judged of them, the same every time.

Each case is a copy of one of some hundred, which the rules themselves have measured and judged; so the rows are what
the deeds would have left, but for what comes after an investigation or a payment.
"""

import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import count

import psycopg

from chains.models import Chain
from standards.models.texts import Clause
from tests.benchmarks.crowded import Keys, Table, filling, finish
from tests.benchmarks.crowded_days import StoreOf, Stores, people_of, stores_of
from tests.benchmarks.lived_cases import COMPLAINTS, DAY, FAR, ORDERS, SHAPES, ZONE, Patterns, Shape, shapes

DAYS = 365
_DAYS_AT_ONCE = 7
# So many stores live for themselves; the others as one of them.
_LIVED = 10
# What differs from store to store.
_KEYS = {
    "journal.Entry": ("id", "subject_id", "customer_id", "request_id"),
    "standards.Span": ("id", "subject_id", "started_entry_id", "ended_entry_id"),
    "standards.Verdict": ("id", "span_id", "subject_id"),
    "standards.Watch": ("verdict_id",),
}
_INDEXES = """
    SELECT indexrelid::regclass, pg_get_indexdef(indexrelid) FROM pg_index
    WHERE indrelid = %(table)s::regclass AND NOT indisunique
"""
_TABLES = ("journal.Entry", "standards.Span", "standards.Verdict", "standards.Watch")
_TALLIES = (
    """INSERT INTO standards_daytally
        (id, store_id, clause_id, day, user_id, met, missed, open, not_known, not_applicable)
    SELECT gen_random_uuid(), store_id, clause_id, day, user_id, {counts} GROUP BY 2, 3, 4, 5""",
    """INSERT INTO standards_storemonthtally
        (id, store_id, clause_id, month, met, missed, open, not_known, not_applicable)
    SELECT gen_random_uuid(), store_id, clause_id, date_trunc('month', day)::date, {counts} GROUP BY 2, 3, 4""",
    """INSERT INTO standards_monthtally (id, clause_id, month, shard, met, missed, open, not_known, not_applicable)
    SELECT gen_random_uuid(), clause_id, date_trunc('month', day)::date,
        ('x' || right(store_id::text, 1))::bit(4)::int & 7, {counts} GROUP BY 2, 3, 4""",
    # Clauses of which nothing has happened yet are counted as if as much had as of the first.
    """INSERT INTO standards_monthtally (id, clause_id, month, shard, met, missed, open, not_known, not_applicable)
    SELECT gen_random_uuid(), clause.id, month, shard, met, missed, open, not_known, not_applicable
    FROM standards_monthtally tally JOIN standards_clause clause ON clause.version_id = %(version)s
    WHERE tally.clause_id = %(first)s
      AND NOT EXISTS (SELECT FROM standards_monthtally counted WHERE counted.clause_id = clause.id)""",
    """INSERT INTO standards_storemonthtally
        (id, store_id, clause_id, month, met, missed, open, not_known, not_applicable)
    SELECT gen_random_uuid(), store_id, clause.id, month, met, missed, open, not_known, not_applicable
    FROM standards_storemonthtally tally JOIN standards_clause clause ON clause.version_id = %(version)s
    WHERE tally.clause_id = %(first)s
      AND NOT EXISTS (SELECT FROM standards_storemonthtally counted WHERE counted.clause_id = clause.id)""",
)
_COUNTS = ", ".join(
    f"count(*) FILTER (WHERE state = '{state}')" for state in ("MET", "MISSED", "OPEN", "NOT_KNOWN", "NOT_APPLICABLE")
)


class Life:
    """What a year leaves in the tables of a chain whose stores and standard are there."""

    def __init__(self, stores: Stores, clauses: dict[str, Clause], cluster: int, now: datetime) -> None:
        self.tables = {label: Table(label) for label in _TABLES}
        self.tables["journal.Entry"].defaults["cluster"] = cluster
        self._stores, self._now = stores.each, now
        self._keys = count(1)
        self._sorts = [(sort, Patterns(self.tables, sort, clauses[sort.trigger])) for sort in (COMPLAINTS, ORDERS)]
        self._shapes = {
            (sort.trigger, is_slow): list(shapes(sort, clauses[sort.trigger], is_slow=is_slow))
            for sort in (COMPLAINTS, ORDERS)
            for is_slow in (False, True)
        }

    def lines(self, midnight: datetime) -> Iterator[tuple[str, str]]:
        """Give what a day leaves, table by table."""
        on = midnight.astimezone(ZONE).date()
        for sort, patterns in self._sorts:
            for store in self._stores:
                shapes = self._shapes[sort.trigger, store.number % 10 == 0]
                for _ in range(_number_of(sort.a_year, on, store.number)):
                    number = next(self._keys)
                    shape = shapes[number * 7_919 % SHAPES]
                    yield from self._case(patterns, shape, store, number, midnight, on)

    def _case(
        self, patterns: "Patterns", shape: Shape, store: StoreOf, number: int, midnight: datetime, on: date
    ) -> Iterator[tuple[str, str]]:
        begin = midnight + shape.begin
        if begin >= self._now:
            return
        end = None if shape.answer is None else midnight + shape.answer
        found = shape.found
        if end is None or end >= self._now:
            found, end = shape.unanswered, None
        due = None if found.due_at is None else midnight + (found.due_at - FAR)
        state = found.state.value
        if end is None and state == "MISSED" and due is not None and due >= self._now:
            state = "OPEN"
        case = {
            "n": f"{number:012x}", "b": f"{int(begin.timestamp() * 1000):012x}", "begin": begin.isoformat(), "day": on,
            "hour": on.weekday() * 24 + shape.begin // timedelta(hours=1), "store": store.id,
            "calendar": store.calendar_id, "by": store.staff[number % 5], "due": "\\N" if due is None else due,
            **shape.told,
        }  # fmt: skip
        if end is not None:
            case |= {"e": f"{int(end.timestamp() * 1000):012x}", "end": end, **shape.measures}
            case["closed"] = end + timedelta(hours=20)
        case |= {"state": state, "reason": "STILL_TIME" if state == "OPEN" else found.reason.value}
        case["judged"] = begin if state == "OPEN" or due is None else end or due
        for label, pattern in patterns.of(is_answered=end is not None, state=state):
            yield label, pattern % case


def live_a_year(chain: Chain, stores: Stores, clauses: dict[str, Clause], now: datetime) -> int:
    """Fill the tables of what was told, measured, judged and counted; return how many entries the journal has then."""
    first = datetime.combine(now.astimezone(ZONE).date() - DAYS * DAY, time(0), tzinfo=ZONE)
    with filling(chain) as (connection, cluster):
        life = Life(Stores(stores.each[:_LIVED]), clauses, cluster, now)
        for week in range(0, DAYS + 1, _DAYS_AT_ONCE):
            lines: dict[str, list[str]] = {label: [] for label in _TABLES}
            for day in range(week, min(week + _DAYS_AT_ONCE, DAYS + 1)):
                for label, written in life.lines(first + day * DAY):
                    lines[label].append(written)
            for label, table in life.tables.items():
                table.write(connection, "".join(lines[label]))
            connection.commit()
            sys.stderr.write(f"\r{week} days")
        sys.stderr.write("\n")
        _copy(connection, stores)
        clause = clauses[COMPLAINTS.trigger]
        for statement in _TALLIES:
            given = {"version": clause.version_id, "first": clause.id}
            text = statement.replace("{counts}", f"{_COUNTS} FROM standards_verdict")
            connection.execute(text.encode(), given if "%(" in text else None)
        counted = [
            Table(label) for label in ("standards.DayTally", "standards.StoreMonthTally", "standards.MonthTally")
        ]
        finish(connection, [*life.tables.values(), *counted])
        (number,) = connection.execute("SELECT count(*) FROM journal_entry").fetchone() or (0,)
        return int(number)


def _copy(connection: psycopg.Connection, stores: Stores) -> None:
    """Let every other store have lived the year of one of the first, at the same moments, with keys of its own.

    What texts and arrays name, and who did it, stays as it was: it has its weight.
    """
    connection.execute("CREATE TEMP TABLE twin (of uuid, tag text, store uuid, calendar uuid)")
    with connection.cursor() as cursor, cursor.copy("COPY twin FROM STDIN") as copy:
        for store in stores.each[_LIVED:]:
            tag, place = divmod(store.number, _LIVED)
            copy.write_row((stores.each[place].id, f"{tag:03x}", store.id, store.calendar_id))
    connection.execute("ANALYZE twin")
    connection.execute("SET maintenance_work_mem = '512MB'")
    for label, keys in _KEYS.items():
        table = Table(label).model._meta
        anew = {name: f"overlay(lived.{name}::text PLACING tag FROM 25 FOR 3)::uuid" for name in keys}
        anew |= {"store_id": "twin.store", "calendar_id": "twin.calendar"}
        names = [field.column for field in table.concrete_fields]
        values = ", ".join(anew.get(name, f"lived.{name}") for name in names)
        # Made at once in the end, an index takes a part of the time.
        indexes = connection.execute(_INDEXES, {"table": f'"{table.db_table}"'}).fetchall()
        for name, _definition in indexes:
            connection.execute(f"DROP INDEX {name}".encode())
        statement = f"""
            INSERT INTO {table.db_table} ({", ".join(names)})
            SELECT {values} FROM {table.db_table} lived JOIN twin ON twin.of = lived.store_id
        """  # names no input
        connection.execute(statement.encode())
        for _name, definition in indexes:
            connection.execute(definition.encode())
        connection.commit()
        sys.stderr.write(f"{label} copied\n")


def stores_and_people(chain: Chain, number: int, begun: datetime) -> Stores:
    """Fill a chain with stores, their hours and their people."""
    keys = Keys()
    stores = stores_of(number, keys, begun)
    with filling(chain) as (connection, _cluster):
        tables = []
        for label, rows in {**stores.rows, **people_of(stores, keys, begun)}.items():
            tables.append(Table(label))
            tables[-1].copy(connection, rows)
        finish(connection, tables)
    return stores


def _number_of(a_year: int, on: date, store: int) -> int:
    """Return how many cases of a sort begin on a day at a store: as many in a year as wanted, spread evenly."""
    place = on.toordinal() % DAYS
    offset = store * 131 % DAYS
    place = (place + offset) % DAYS
    return (place + 1) * a_year // DAYS - place * a_year // DAYS
