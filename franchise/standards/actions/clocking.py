"""What a deed sets going: the clocks of the clauses in force that it triggers, and those that it answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import Max

from chains.actor import Actor
from clocks.actions.running import Ended, Hours, hours_at, start_clock, stop_clock
from clocks.models import Clock, TargetUnit
from clocks.rules.targets import Due, Target
from journal.models import Entry
from standards.models.texts import Clause
from standards.queries.force import clauses_in_force
from standards.queries.places import place_of
from standards.rules.events import happened_at
from standards.rules.grammar import FollowedBy, parse_rule
from standards.rules.judging import (
    applies,
    calendar_for,
    due_moments,
    facts_of,
    limit_for,
    seconds,
    spends_working_time,
)
from standards.rules.limits import Time
from standards.rules.standing import outside_reach
from stores.models import Store
from stores.queries import calendars_since
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


def apply_standards(*, actor: Actor, entry: Entry, answer: Entry | None = None, is_new: bool = False) -> list[Applied]:
    """Stop the clocks that a journalled deed answers and start those it triggers; what is running is not run twice.

    They start and stop when the thing happened, not when it was written down, and by the clauses in force then.
    `answer` is a part of the same deed which tells that what it triggers has been answered already; `is_new` says that
    the entry's subject came to be with the deed, so that no clock of it can run. A part of the deed that wrote the
    entry, which has checked its own permission.
    """
    store_id = entry.store_id
    if store_id is None:
        return []
    stopped = [] if is_new else _stopped(actor, entry)
    return [*stopped, *_started(actor, store_id, entry, answer, is_new=is_new)]


def _stopped(actor: Actor, entry: Entry) -> list[Applied]:
    at = _moment_of(entry)
    running = Clock.objects.of_subject(entry.subject_type, entry.subject_id).filter(kind=entry.kind).running()
    # What was said before the customer asked answers nothing.
    running = running.filter(started_at__lte=at)
    clauses = Clause.objects.in_bulk([clock.clause_version_id for clock in running if clock.clause_version_id])
    applied = []
    for clock in sorted(running, key=lambda clock: clock.id):
        if clock.clause_version_id in clauses:
            # A pause may have been recorded since.
            paused_until = clock.pauses.aggregate(last=Max("resumed_at"))["last"] if at < entry.at else None
            stopped = stop_clock(actor=actor, clock_id=clock.id, entry_id=entry.id, now=max(at, paused_until or at))
            applied.append(Applied(clauses[clock.clause_version_id], Effect.STOPPED, stopped.due_at))
    return applied


def _started(actor: Actor, store_id: UUID, entry: Entry, answer: Entry | None, *, is_new: bool) -> list[Applied]:
    began_at = _moment_of(entry)
    clauses = clauses_in_force(store_id=store_id, event_kind=entry.kind, at=began_at)
    if not clauses:
        return []
    store = Store.objects.get(id=store_id)
    running = Clock.objects.of_subject(entry.subject_type, entry.subject_id).running()
    measured = set() if is_new else set(running.values_list("clause_version_id", flat=True))
    hours, facts = _hours(store, began_at, entry.at), facts_of(entry.after)
    place = place_of(store, began_at, [clause.scope for clause in clauses])
    applied: list[Applied] = []
    for clause in clauses:
        rule = parse_rule(clause.rule)
        outside = outside_reach(clause.scope, place, facts, is_waived=clause.is_waived)
        if outside is not None or clause.id in measured:
            continue
        if isinstance(rule, FollowedBy) and applies(rule, facts):
            is_answered = answer is not None and answer.kind == rule.response
            clock = start_clock(
                actor=actor,
                store_id=store.id,
                subject_type=entry.subject_type,
                subject_id=entry.subject_id,
                kind=rule.response,
                target=_target(rule, facts),
                due=_due(rule, facts, hours.calendar, began_at),
                entry_id=entry.id,
                clause_version_id=clause.id,
                now=entry.at,
                started_at=began_at,
                ended=Ended(_moment_of(answer), answer.id) if answer is not None and is_answered else None,
                hours=hours,
            )
            effects = (Effect.STARTED, Effect.STOPPED) if is_answered else (Effect.STARTED,)
            applied.extend(Applied(clause, effect, clock.due_at) for effect in effects)
    return applied


def _hours(store: Store, began_at: datetime, now: datetime) -> Hours:
    """Return the hours by which a case is judged that began at a moment: those recorded then, as the verdict's are."""
    if began_at == now:
        return hours_at(store)
    return Hours(store, calendar_for(calendars_since(store, began_at), began_at))


def _moment_of(entry: Entry) -> datetime:
    return happened_at(entry.kind, entry.after, entry.at)


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
