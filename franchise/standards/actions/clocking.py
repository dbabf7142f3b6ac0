"""What a deed sets going: the clocks of the clauses in force that it triggers, and those that it answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from chains.actor import Actor
from clocks.actions.running import hours_at, start_clock, stop_clock
from clocks.models import Clock, TargetUnit
from clocks.rules.targets import Due, Target
from journal.models import Entry
from standards.models.texts import Clause
from standards.queries import clauses_in_force
from standards.rules.grammar import FollowedBy, parse_rule
from standards.rules.judging import applies, due_moments, facts_of, limit_for, seconds, spends_working_time
from standards.rules.limits import Time
from stores.models import Store
from stores.rules.calendar import Calendar, HoursNotRecorded, NeverOpens


class Effect(StrEnum):
    """What a deed did to a clause's clock."""

    STARTED = "STARTED"
    STOPPED = "STOPPED"


@dataclass(frozen=True, slots=True)
class Applied:
    """A clause that a deed started or stopped a clock of, and until when it is, or was, to be met."""

    clause: Clause
    effect: Effect
    due_at: datetime | None


def apply_standards(*, actor: Actor, entry: Entry) -> list[Applied]:
    """Stop the clocks that a journalled deed answers and start those it triggers; what is running is not run twice.

    A part of the deed that wrote the entry, which has checked its own permission.
    """
    store_id = entry.store_id
    if store_id is None:
        return []
    return [*_stopped(actor, entry), *_started(actor, store_id, entry)]


def _stopped(actor: Actor, entry: Entry) -> list[Applied]:
    running = Clock.objects.of_subject(entry.subject_type, entry.subject_id).filter(kind=entry.kind).running()
    clauses = Clause.objects.in_bulk([clock.clause_version_id for clock in running if clock.clause_version_id])
    applied = []
    for clock in sorted(running, key=lambda clock: clock.id):
        if clock.clause_version_id in clauses:
            stopped = stop_clock(actor=actor, clock_id=clock.id, entry_id=entry.id, now=entry.at)
            applied.append(Applied(clauses[clock.clause_version_id], Effect.STOPPED, stopped.due_at))
    return applied


def _started(actor: Actor, store_id: UUID, entry: Entry) -> list[Applied]:
    clauses = clauses_in_force(store_id=store_id, event_kind=entry.kind, at=entry.at)
    if not clauses:
        return []
    store = Store.objects.get(id=store_id)
    running = Clock.objects.of_subject(entry.subject_type, entry.subject_id).running()
    measured = set(running.values_list("clause_version_id", flat=True))
    hours, facts = hours_at(store), facts_of(entry.after)
    applied = []
    for clause in clauses:
        rule = parse_rule(clause.rule)
        if clause.id not in measured and isinstance(rule, FollowedBy) and applies(rule, facts):
            clock = start_clock(
                actor=actor,
                store_id=store.id,
                subject_type=entry.subject_type,
                subject_id=entry.subject_id,
                kind=rule.response,
                target=_target(rule, facts),
                due=_due(rule, facts, hours.calendar, entry.at),
                entry_id=entry.id,
                clause_version_id=clause.id,
                now=entry.at,
                hours=hours,
            )
            applied.append(Applied(clause, Effect.STARTED, clock.due_at))
    return applied


def _due(rule: FollowedBy, facts: Mapping[str, str], calendar: Calendar, started_at: datetime) -> Due:
    try:
        _usual, last = due_moments(rule, facts=facts, calendar=calendar, started_at=started_at)
    except (HoursNotRecorded, NeverOpens):
        return Due(None)
    return Due(last)


def _target(rule: FollowedBy, facts: Mapping[str, str]) -> Target:
    limit = limit_for(rule, facts)
    if isinstance(limit, Time):
        return Target(TargetUnit.WORKING if spends_working_time(rule) else TargetUnit.WALL, seconds(limit.length))
    return Target(TargetUnit.WALL, seconds(timedelta(days=limit.count))) if limit.count else Target(TargetUnit.SAME_DAY)
