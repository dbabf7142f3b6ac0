"""What happens in the lived year, and the lines that it leaves: cases that the rules have measured and judged."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from clocks.rules.snapshots import read_calendar, write_calendar
from kit.ids import new_id
from standards.models.texts import Clause
from standards.rules.grammar import FollowedBy, parse_rule
from standards.rules.judging import Judgement, Occurrence, facts_of, judge
from standards.rules.measures import measures_between, numbers_in, recorded_in
from stores.rules.calendar import Calendar, Interval, Week
from tests.benchmarks.crowded import Table

SHAPES = 499
# The midnight from which the moments of a shape are counted.
FAR = datetime(2024, 1, 8, tzinfo=UTC)
DAY = timedelta(days=1)
_MEASURES = ("wall_seconds", "working_seconds", "wall_days", "working_days")
_HOURS = Calendar("Asia/Shanghai", (Week(date(2020, 1, 6), ((Interval(time(9), time(21)),),) * 7),), ())
ZONE = read_calendar(write_calendar(_HOURS)).zone


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


class Patterns:
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


def shapes(sort: Sort, clause: Clause, *, is_slow: bool) -> Iterator[Shape]:
    """Give cases that the rules have measured and judged, on a day like any other."""
    rule, random = parse_rule(clause.rule), Random(f"{sort.trigger}{is_slow}")
    assert isinstance(rule, FollowedBy)
    midnight, long_after = FAR.replace(tzinfo=ZONE), FAR + 300 * DAY
    for _ in range(SHAPES):
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
    due = None if judgement.due_at is None else FAR + (judgement.due_at - midnight)
    return Judgement(judgement.state, judgement.reason, due, judgement.entry_ids)


def _id(moment: str, part: int) -> str:
    """Return a key of version 7: the moment of its case's beginning (`b`) or end (`e`), what it is of, the number."""
    return f"%({moment})s7{part:03x}8000%(n)s"


def _json(told: dict[str, Any]) -> str:
    """Return JSON for a pattern; amounts are numbers."""
    return json.dumps(told).replace('"%(total_minor)s"', "%(total_minor)s")
