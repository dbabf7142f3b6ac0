"""What is kept of a span: when and where it began, by whom, and exactly how long the answer took."""

from datetime import datetime
from typing import Any
from uuid import UUID

from chains.actor import ActorKind
from journal.models import Entry
from standards.models.verdicts import Span
from standards.rules.events import happened_at
from standards.rules.judging import Occurrence, facts_of
from standards.rules.measures import known_from, measures_between, numbers_in, place_of, recorded_in
from stores.rules.calendar import Calendar

MEASURES = ("wall_seconds", "working_seconds", "wall_days", "working_days")
ANSWERED = ("ended_entry_id", "ended_at", "ended_by_id", "is_exact", *MEASURES)


def begun_span(entry: Entry, answer: str, calendar: Calendar) -> dict[str, Any]:
    """Return what a span says that an entry begins, by a calendar; of an event alone, also what was recorded of it."""
    began_at = moment_of(entry)
    day, hour_of_week = place_of(calendar, began_at)
    known = known_from(calendar, began_at)
    return {
        "subject_type": entry.subject_type,
        "subject_id": entry.subject_id,
        "trigger_kind": entry.kind,
        "facts": facts_of(entry.after),
        "has_hours": calendar.is_recorded_from(began_at),
        "started_at": began_at,
        "started_by_id": person_in(entry),
        "day": day,
        "hour_of_week": hour_of_week,
        "known_seconds": known.seconds,
        "known_days": known.days,
        "recorded": [] if answer else recorded_in(entry.after),
        "numbers": {} if answer else numbers_in(entry.after),
    }


def keep_answer(span: Span, response: Occurrence, calendar: Calendar) -> bool:
    """Write on a span what answers it and how long that took; tell whether it said anything else before."""
    before = [getattr(span, name) for name in ANSWERED]
    measures = measures_between(calendar, span.started_at, response.at)
    span.ended_entry_id, span.ended_at, span.ended_by_id = response.entry_id, response.at, response.user_id
    for name in MEASURES:
        setattr(span, name, getattr(measures, name))
    span.is_exact = True
    return before != [getattr(span, name) for name in ANSWERED]


def moment_of(entry: Entry) -> datetime:
    """Return when what an entry tells of really happened, which may be before it was written down."""
    return happened_at(entry.kind, entry.after, entry.at)


def occurrence_in(entry: Entry) -> Occurrence:
    """Return an entry as the judge reads it."""
    return Occurrence(
        entry.id, entry.kind, moment_of(entry), facts_of(entry.after), user_id=person_in(entry), told_at=entry.at
    )


def person_in(entry: Entry) -> UUID | None:
    """Return the person who did what an entry tells; None for a machine."""
    return entry.actor_id if entry.actor_kind == ActorKind.USER else None
