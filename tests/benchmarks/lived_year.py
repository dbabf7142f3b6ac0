"""A chain of 1,000 stores that has lived under a standard for a year: 10,000,000 journal entries with what was measured
and judged of them, the same every time.

Each case is a copy of one of some hundred, which the rules themselves have measured and judged; so the rows are what
the deeds would have left, but for what comes after an investigation or a payment.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from random import Random
from typing import Any

import psycopg

from chains.models import Chain
from clocks.rules.snapshots import read_calendar, write_calendar
from kit.ids import new_id
from standards.models.texts import Clause
from standards.rules.grammar import FollowedBy, parse_rule
from standards.rules.judging import Judgement, Occurrence, facts_of, judge
from standards.rules.measures import measures_between, numbers_in, recorded_in
from stores.rules.calendar import Calendar, Interval, Week
from tests.benchmarks.crowded import Keys, Table, filling, finish
from tests.benchmarks.crowded_days import Stores, people_of, stores_of

DAYS = 365
_SHAPES = 499
_FAR = datetime(2024, 1, 8, tzinfo=UTC)
_DAY = timedelta(days=1)
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
    """INSERT INTO standards_monthtally (id, clause_id, month, shard, met, missed, open, not_known, not_applicable)
    SELECT gen_random_uuid(), clause_id, date_trunc('month', day)::date,
        ('x' || right(store_id::text, 1))::bit(4)::int & 7, {counts} GROUP BY 2, 3, 4""",
    # Clauses of which nothing has happened yet are counted as if as much had as of the first.
    """INSERT INTO standards_monthtally (id, clause_id, month, shard, met, missed, open, not_known, not_applicable)
    SELECT gen_random_uuid(), clause.id, month, shard, met, missed, open, not_known, not_applicable
    FROM standards_monthtally tally JOIN standards_clause clause ON clause.version_id = %(version)s
    WHERE tally.clause_id = %(first)s
      AND NOT EXISTS (SELECT FROM standards_monthtally counted WHERE counted.clause_id = clause.id)""",
)
_COUNTS = ", ".join(
    f"count(*) FILTER (WHERE state = '{state}')" for state in ("MET", "MISSED", "OPEN", "NOT_KNOWN", "NOT_APPLICABLE")
)


@dataclass(frozen=True)
class Sort:
    """What happens at a store so many times a year, and what an entry tells of it, beside when and by whom."""

    trigger: str
    response: str
    subject: str
    a_year: int
    told: dict[str, tuple[Any, ...]]
    hours: float
    moment: str
    later: str = ""


COMPLAINTS = Sort(
    "COMPLAINT_FILED",
    "INVESTIGATION_RECORDED",
    "Complaint",
    1_080,
    {"stage": ("FILED",), "severity": ("MINOR", "SERIOUS", "GRAVE"), "channel": ("PHONE", "ONLINE", "EMAIL", "VISIT")},
    1.5,
    "received_at",
    later="COMPLAINT_CLOSED",
)
ORDERS = Sort(
    "ORDER_PLACED",
    "PAYMENT_RECORDED",
    "Order",
    2_150,
    {"state": ("PLACED",), "source": ("STORE", "PHONE", "WEB_SHOP", "TILL"), "currency": ("CNY",),
     "total_minor": (12_900, 45_900, 89_900)},
    1.0,
    "placed_at",
)  # fmt: skip


@dataclass(frozen=True)
class Shape:
    """A case as it may happen on any day: every moment is so long after midnight at the store."""

    begin: timedelta
    answer: timedelta | None
    measures: dict[str, Any]
    told: dict[str, Any]
    found: Judgement
    unanswered: Judgement


class Life:
    """What a year leaves in the tables of a chain whose stores and standard are there."""

    def __init__(self, stores: Stores, clauses: dict[str, Clause], cluster: int, now: datetime) -> None:
        self.tables = {label: Table(label) for label in _TABLES}
        self.tables["journal.Entry"].defaults["cluster"] = cluster
        self._stores, self._now = stores.each, now
        self._keys = count(1)
        self._sorts = [(sort, _Patterns(self.tables, sort, clauses[sort.trigger])) for sort in (COMPLAINTS, ORDERS)]
        self._shapes = {
            (sort.trigger, is_slow): list(_shapes(sort, clauses[sort.trigger], is_slow=is_slow))
            for sort in (COMPLAINTS, ORDERS)
            for is_slow in (False, True)
        }

    def lines(self, midnight: datetime) -> Iterator[tuple[str, str]]:
        """Give what a day leaves, table by table."""
        on = midnight.astimezone(_ZONE).date()
        for sort, patterns in self._sorts:
            for store in self._stores:
                shapes = self._shapes[sort.trigger, store.number % 10 == 0]
                for _ in range(_number_of(sort.a_year, on, store.number)):
                    number = next(self._keys)
                    shape = shapes[number * 7_919 % _SHAPES]
                    yield from self._case(patterns, shape, store, number, midnight, on)

    def _case(
        self, patterns: "_Patterns", shape: Shape, store: Any, number: int, midnight: datetime, on: date
    ) -> Iterator[tuple[str, str]]:
        begin = midnight + shape.begin
        if begin >= self._now:
            return
        end = None if shape.answer is None else midnight + shape.answer
        found = shape.found
        if end is None or end >= self._now:
            found, end = shape.unanswered, None
        due = None if found.due_at is None else midnight + (found.due_at - _FAR)
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


class _Patterns:
    """The lines that cases of one sort leave, by whether they were answered and how they stand."""

    def __init__(self, tables: dict[str, Table], sort: Sort, clause: Clause) -> None:
        self._tables, self._sort, self._clause = tables, sort, clause
        self._kept: dict[tuple[bool, str], list[tuple[str, str]]] = {}

    def of(self, *, is_answered: bool, state: str) -> list[tuple[str, str]]:
        """Return the tables and what is written there."""
        key = is_answered, state
        if key not in self._kept:
            written = [
                ("journal.Entry", self._entries(is_answered=is_answered, state=state)),
                ("standards.Span", self._spans(is_answered=is_answered)),
                ("standards.Verdict", self._verdict(is_answered=is_answered, state=state)),
            ]
            if state == "OPEN":
                watch = {"store_id": "%(store)s", "verdict_id": _id("b", 6), "due_at": "%(due)s"}
                written.append(("standards.Watch", self._tables["standards.Watch"].pattern(**watch)))
            self._kept[key] = written
        return self._kept[key]

    def _after(self) -> dict[str, Any]:
        told = {name: f"%({name})s" for name in self._sort.told}
        return told | {"owner_id": "%(by)s", "customer_id": _id("b", 8), self._sort.moment: "%(begin)s"}

    def _entries(self, *, is_answered: bool, state: str) -> str:
        entry, sort = self._tables["journal.Entry"], self._sort
        usual = {"subject_type": sort.subject, "subject_id": _id("b", 7), "store_id": "%(store)s",
                 "customer_id": _id("b", 8), "request_id": _id("b", 9)}  # fmt: skip
        by = usual | {"actor_kind": "USER", "actor_id": "%(by)s"}
        lines = [entry.pattern(**by, id=_id("b", 0), kind=sort.trigger, at="%(begin)s", after=_json(self._after()))]
        if is_answered:
            after = _json({name: f"%({name})s" for name in sort.told})
            lines.append(entry.pattern(**by, id=_id("e", 1), kind=sort.response, at="%(end)s", after=after))
            if sort.later:
                lines.append(entry.pattern(**by, id=_id("e", 2), kind=sort.later, at="%(closed)s", after=after))
        if state in ("MET", "MISSED"):
            told = {"verdict_id": _id("b", 6), "clause_id": str(self._clause.id), "clause": self._clause.number,
                    "version_id": str(self._clause.version_id), "reason": "%(reason)s", "due_at": "%(due)s",
                    "entry_ids": [_id("b", 0)]}  # fmt: skip
            kind, after = f"CLAUSE_{state}", _json(told)
            lines.append(
                entry.pattern(**usual, id=_id("b", 3), kind=kind, actor_kind="SYSTEM", at="%(judged)s", after=after)
            )
        return "".join(lines)

    def _spans(self, *, is_answered: bool) -> str:
        span, after = self._tables["standards.Span"], self._after()
        usual = {
            "store_id": "%(store)s", "subject_type": self._sort.subject, "subject_id": _id("b", 7),
            "trigger_kind": self._sort.trigger, "calendar_id": "%(calendar)s", "has_hours": "t", "is_exact": "t",
            "started_entry_id": _id("b", 0), "started_at": "%(begin)s", "day": "%(day)s", "hour_of_week": "%(hour)s",
            "started_by_id": "%(by)s",
        }  # fmt: skip
        # What is a number is written as one and is no fact.
        numbers = {name for name, values in self._sort.told.items() if isinstance(values[0], int)}
        usual["facts"] = _json(facts_of({name: value for name, value in after.items() if name not in numbers}))
        measured = {"ended_entry_id": _id("e", 1), "ended_at": "%(end)s", "ended_by_id": "%(by)s"}
        measured |= {name: f"%({name})s" for name in _MEASURES}
        answered = measured if is_answered else {}
        recorded = "{" + ",".join(recorded_in(after)) + "}"
        told = _json(dict.fromkeys(numbers_in(dict.fromkeys(numbers, 0)), "%(total_minor)s"))
        pair = span.pattern(**usual, id=_id("b", 4), response_kind=self._sort.response, **answered)
        return pair + span.pattern(**usual, id=_id("b", 5), response_kind="", recorded=recorded, numbers=told)

    def _verdict(self, *, is_answered: bool, state: str) -> str:
        is_judged = is_answered and state != "NOT_APPLICABLE"
        entries = [_id("b", 0), *([_id("e", 1)] if is_judged else [])]
        given = {
            "id": _id("b", 6), "store_id": "%(store)s", "clause_id": str(self._clause.id), "span_id": _id("b", 4),
            "subject_type": self._sort.subject, "subject_id": _id("b", 7), "state": "%(state)s",
            "reason": "%(reason)s", "due_at": "%(due)s", "entry_ids": "{" + ",".join(entries) + "}",
            "day": "%(day)s", "judged_at": "%(judged)s",
        }  # fmt: skip
        return self._tables["standards.Verdict"].pattern(**given, **({"user_id": "%(by)s"} if is_judged else {}))


_MEASURES = ("wall_seconds", "working_seconds", "wall_days", "working_days")
_HOURS = Calendar("Asia/Shanghai", (Week(date(2020, 1, 6), ((Interval(time(9), time(21)),),) * 7),), ())
_ZONE = read_calendar(write_calendar(_HOURS)).zone


def live_a_year(chain: Chain, stores: Stores, clauses: dict[str, Clause], now: datetime) -> int:
    """Fill the tables of what was told, measured, judged and counted; return how many entries the journal has then."""
    first = datetime.combine(now.astimezone(_ZONE).date() - DAYS * _DAY, time(0), tzinfo=_ZONE)
    with filling(chain) as (connection, cluster):
        life = Life(Stores(stores.each[:_LIVED]), clauses, cluster, now)
        for week in range(0, DAYS + 1, _DAYS_AT_ONCE):
            lines: dict[str, list[str]] = {label: [] for label in _TABLES}
            for day in range(week, min(week + _DAYS_AT_ONCE, DAYS + 1)):
                for label, written in life.lines(first + day * _DAY):
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
        counted = [Table(label) for label in ("standards.DayTally", "standards.MonthTally")]
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


def _shapes(sort: Sort, clause: Clause, *, is_slow: bool) -> Iterator[Shape]:
    """Give cases that the rules have measured and judged, on a day like any other."""
    rule, random = parse_rule(clause.rule), Random(f"{sort.trigger}{is_slow}")
    assert isinstance(rule, FollowedBy)
    midnight, long_after = _FAR.replace(tzinfo=_ZONE), _FAR + 300 * _DAY
    for _ in range(_SHAPES):
        begin = timedelta(hours=9, seconds=random.randrange(12 * 3600))
        told = {name: random.choice(values) for name, values in sort.told.items()}
        facts = facts_of(told)
        trigger = Occurrence(new_id(), sort.trigger, midnight + begin, facts)
        unanswered = judge(rule, trigger=trigger, response=None, calendar=_HOURS, now=long_after)
        answer, measures, found = None, dict[str, Any](), unanswered
        if random.random() > 0.02:
            after = timedelta(hours=sort.hours * (3 if is_slow else 1) * random.expovariate(1))
            answer = begin + timedelta(seconds=1 + after // timedelta(seconds=1))
            response = Occurrence(new_id(), sort.response, midnight + answer, {})
            found = judge(rule, trigger=trigger, response=response, calendar=_HOURS, now=long_after)
            measured = measures_between(_HOURS, trigger.at, response.at)
            measures = {name: getattr(measured, name) for name in _MEASURES}
        yield Shape(
            begin, answer, measures, told, _from_midnight(found, midnight), _from_midnight(unanswered, midnight)
        )


def _from_midnight(judgement: Judgement, midnight: datetime) -> Judgement:
    due = None if judgement.due_at is None else _FAR + (judgement.due_at - midnight)
    return Judgement(judgement.state, judgement.reason, due, judgement.entry_ids)


def _number_of(a_year: int, on: date, store: int) -> int:
    """Return how many cases of a sort begin on a day at a store: as many in a year as wanted, spread evenly."""
    place = on.toordinal() % DAYS
    offset = store * 131 % DAYS
    place = (place + offset) % DAYS
    return (place + 1) * a_year // DAYS - place * a_year // DAYS


def _id(moment: str, part: int) -> str:
    """Return a key of version 7: the moment of its case's beginning (`b`) or end (`e`), what it is of, the number."""
    return f"%({moment})s7{part:03x}8000%(n)s"


def _json(told: dict[str, Any]) -> str:
    """Return JSON for a pattern; amounts are numbers."""
    return json.dumps(told).replace('"%(total_minor)s"', "%(total_minor)s")
