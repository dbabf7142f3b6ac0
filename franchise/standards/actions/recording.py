"""Verdicts written down, told to the journal and counted, in one transaction."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.models import Model

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from journal.actions import append
from kit.ids import new_id
from standards.models.tallies import COUNTS, SHARDS, DayTally, MonthTally, StoreMonthTally
from standards.models.texts import Clause
from standards.models.verdicts import ReasonCode, Span, Verdict, VerdictState, Watch
from standards.rules.grammar import CLAUSE_INSPECTED
from standards.rules.happenings import Happening
from standards.rules.judging import Judgement
from standards.rules.windows import Window

_SETTLED = {VerdictState.MET: Happening.CLAUSE_MET, VerdictState.MISSED: Happening.CLAUSE_MISSED}

Day = tuple[UUID, UUID, date, UUID | None]


@dataclass(slots=True)
class Tally:
    """What a transaction changes about the tallies, written at its end and in one order, so that nobody waits twice."""

    days: dict[Day, Counter[str]] = field(default_factory=dict)

    def count(self, verdict: Verdict, by: int) -> None:
        """Count a verdict in (1) or out (-1)."""
        day: Day = (verdict.store_id, verdict.clause_id, verdict.day, verdict.user_id)
        self.days.setdefault(day, Counter())[verdict.state.lower()] += by

    def write(self) -> None:
        """Bring the tallies of days and months in step, with one statement each."""
        at_stores: dict[tuple[UUID, date, UUID], Counter[str]] = {}
        for (store_id, clause_id, day, _user_id), counts in self.days.items():
            at_stores.setdefault((store_id, day.replace(day=1), clause_id), Counter()).update(counts)
        months: dict[tuple[date, UUID, int], Counter[str]] = {}
        for (store_id, month, clause_id), counts in at_stores.items():
            months.setdefault((month, clause_id, store_id.int % SHARDS), Counter()).update(counts)
        add_counts(DayTally, ("store_id", "clause_id", "day", "user_id"), self.days)
        add_counts(StoreMonthTally, ("store_id", "month", "clause_id"), at_stores)
        add_counts(MonthTally, ("month", "clause_id", "shard"), months)
        self.days.clear()


def record(actor: Actor, span: Span, clause: Clause, judgement: Judgement, now: datetime, tally: Tally) -> None:
    """Write a verdict beside the one that stood, if it says anything new."""
    standing = Verdict.objects.standing().filter(store_id=span.store_id, span=span, clause=clause).first()
    if standing is not None and _judgement_in(standing) == judgement:
        return
    verdict = Verdict.objects.create(
        store_id=span.store_id,
        clause=clause,
        span=span,
        subject_type=span.subject_type,
        subject_id=span.subject_id,
        state=judgement.state,
        reason=judgement.reason,
        due_at=judgement.due_at,
        entry_ids=list(judgement.entry_ids),
        day=span.day,
        user_id=person_of(span, judgement),
        judged_at=now,
        replaces=standing,
    )
    tally.count(verdict, 1)
    if standing is not None:
        tally.count(standing, -1)
        Watch.objects.filter(verdict=standing).delete()
    if judgement.state is VerdictState.OPEN and judgement.due_at is not None:
        Watch.objects.create(store_id=span.store_id, verdict=verdict, due_at=judgement.due_at)
    kind = _SETTLED.get(judgement.state)
    if kind is not None and (standing is None or standing.state != judgement.state):
        _note(actor, kind, verdict, span, clause, now)


def person_of(span: Span, judgement: Judgement) -> UUID | None:
    """Return whom a verdict is about: who answered, acted, or had to and did not; None where nobody is known."""
    if span.response_kind in Window.values or judgement.state is VerdictState.OPEN:
        return None
    if span.trigger_kind == CLAUSE_INSPECTED:
        return _id_in(span.facts.get("member_id"))
    if not span.response_kind:
        return span.started_by_id
    if judgement.reason is ReasonCode.NEVER_CAME:
        return _id_in(span.facts.get("owner_id"))
    return span.ended_by_id if span.ended_entry_id in judgement.entry_ids else None


def _id_in(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _judgement_in(verdict: Verdict) -> Judgement:
    return Judgement(
        state=VerdictState(verdict.state),
        reason=ReasonCode(verdict.reason),
        due_at=verdict.due_at,
        entry_ids=tuple(verdict.entry_ids),
    )


def _note(actor: Actor, kind: Happening, verdict: Verdict, span: Span, clause: Clause, now: datetime) -> None:
    append(
        actor=actor,
        kind=kind,
        subject_type=span.subject_type,
        subject_id=span.subject_id,
        store_id=span.store_id,
        now=now,
        after={
            "verdict_id": verdict.id,
            "clause_id": clause.id,
            "clause": clause.number,
            "version_id": clause.version_id,
            "reason": verdict.reason,
            "due_at": verdict.due_at,
            "entry_ids": verdict.entry_ids,
        },
    )


def _by_key(change: tuple[Any, Counter[str]]) -> str:
    return str(change[0])


def add_counts(model: type[Model], key: tuple[str, ...], changes: Mapping[Any, Counter[str]]) -> None:
    """Add to tallies, by their keys, with one statement and in one order."""
    # A count that moves from one person to another changes a day, and not its month.
    rows = sorted(((key, counts) for key, counts in changes.items() if any(counts.values())), key=_by_key)
    if not rows:
        return
    columns = ("id", *key, *COUNTS)
    table = f'"{model._meta.db_table}"'
    added = ", ".join(f"{name} = {table}.{name} + EXCLUDED.{name}" for name in (f'"{each}"' for each in COUNTS))
    values = [value for row, counts in rows for value in (new_id(), *row, *(counts[name] for name in COUNTS))]
    quoted = ", ".join(f'"{name}"' for name in columns)
    row_of = f"({', '.join(['%s'] * len(columns))})"
    # Django can replace what a conflicting row says, and not add to it.
    statement = f"""
        INSERT INTO {table} ({quoted}) VALUES {", ".join([row_of] * len(rows))}
        ON CONFLICT ({", ".join(f'"{name}"' for name in key)}) DO UPDATE SET {added}
    """  # noqa: S608  # names no input
    with connections[CHAINS_ALIAS].cursor() as cursor:
        cursor.execute(statement, values)
