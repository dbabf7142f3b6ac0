"""Spans measured from the journal, and verdicts drawn from them: the same whatever the order in which news arrives."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from clocks.actions.running import keep_calendar
from clocks.rules.snapshots import read_calendar
from journal.actions import append
from journal.models import Entry
from standards.models.texts import Clause
from standards.models.verdicts import ReasonCode, Span, Verdict, VerdictState, Watch
from standards.queries import clauses_in_force
from standards.rules.events import happened_at, has_moment
from standards.rules.grammar import FollowedBy, parse_rule
from standards.rules.happenings import Happening
from standards.rules.judging import (
    Judgement,
    Occurrence,
    calendar_for,
    facts_of,
    first_response,
    judge,
    seconds,
    working_seconds_between,
)
from stores.actions.locks import lock_store
from stores.models import Store
from stores.queries import calendars_of, calendars_since
from stores.rules.calendar import Calendar

_SETTLED = {VerdictState.MET: Happening.CLAUSE_MET, VerdictState.MISSED: Happening.CLAUSE_MISSED}


@dataclass(frozen=True, slots=True)
class Due:
    """A span that has to be looked at again when its limit has passed."""

    span_id: UUID
    at: datetime


@transaction.atomic(using=CHAINS_ALIAS)
def measure_entry(*, actor: Actor, entry: Entry, now: datetime) -> list[Due]:
    """Measure the spans that an entry begins or may end, and judge them under the clauses in force when they began.

    Doing it again, or in another order, changes nothing. Returns what has to be judged again later.
    """
    if entry.store_id is None:
        return []
    begun = _begin_spans(entry.store_id, entry, now)
    same_subject = Span.objects.filter(store_id=entry.store_id, subject_id=entry.subject_id)
    answered = same_subject.filter(response_kind=entry.kind, started_at__lte=_moment_of(entry))
    span_ids = {span.id for span in (*begun, *answered)}
    return [due for span_id in sorted(span_ids) for due in judge_span(actor=actor, span_id=span_id, now=now)]


@transaction.atomic(using=CHAINS_ALIAS)
def judge_span(*, actor: Actor, span_id: UUID, now: datetime, are_hours_new: bool = False) -> list[Due]:
    """Judge one span again, as when its limit has passed. Returns when it has to be judged once more.

    `are_hours_new` says that its calendar may be another one than was kept.
    """
    span = Span.objects.select_related("calendar").select_for_update(of=("self",)).get(id=span_id)
    calendar = _calendar_of(span, now, is_settled=span.has_hours and not are_hours_new)
    trigger, response = _measure(span, calendar)
    clauses = clauses_in_force(store_id=span.store_id, event_kind=span.trigger_kind, at=span.started_at)
    open_until: list[datetime] = []
    for clause in clauses:
        rule = parse_rule(clause.rule)
        if isinstance(rule, FollowedBy) and rule.response == span.response_kind:
            judgement = judge(rule, trigger=trigger, response=response, calendar=calendar, now=now)
            _record(actor, span, clause, judgement, now)
            if judgement.state is VerdictState.OPEN and judgement.due_at is not None:
                open_until.append(judgement.due_at)
    return [Due(span.id, at) for at in sorted(set(open_until))]


@transaction.atomic(using=CHAINS_ALIAS)
def judge_due(*, actor: Actor, now: datetime, at_most: int = 500) -> int:
    """Judge the open cases whose limit has passed, the longest overdue first; return how many cases there were."""
    overdue = Watch.objects.filter(due_at__lt=now).order_by("due_at", "verdict_id")
    span_ids = dict.fromkeys(overdue.values_list("verdict__span_id", flat=True)[:at_most])
    for span_id in span_ids:
        judge_span(actor=actor, span_id=span_id, now=now)
    return len(span_ids)


@transaction.atomic(using=CHAINS_ALIAS)
def judge_by_new_hours(*, actor: Actor, entry: Entry, now: datetime) -> list[Due]:
    """Judge the cases that began after a store's hours were changed, but were measured before that was known here.

    Returns what has to be judged again later.
    """
    begun_since = Span.objects.filter(store_id=entry.subject_id, started_at__gt=entry.at).order_by("started_at", "id")
    return [
        due
        for span_id in begun_since.values_list("id", flat=True)
        for due in judge_span(actor=actor, span_id=span_id, now=now, are_hours_new=True)
    ]


@transaction.atomic(using=CHAINS_ALIAS)
def judge_unknown(*, actor: Actor, now: datetime, at_most: int = 200) -> tuple[list[Due], bool]:
    """Judge the cases whose store's hours were not recorded and are now.

    Returns what has to be judged again later, and whether there may be more cases than were judged.
    """
    span_ids = list(_spans_that_got_hours().order_by("started_at", "id").values_list("id", flat=True)[:at_most])
    due = [each for span_id in span_ids for each in judge_span(actor=actor, span_id=span_id, now=now)]
    return due, len(span_ids) == at_most


def _spans_that_got_hours() -> QuerySet[Span]:
    lacking = Span.objects.filter(has_hours=False)
    stores = Store.objects.filter(id__in=lacking.values("store_id")).order_by("id")
    got = Q(pk=None)
    for store_id, calendar in calendars_of(stores).items():
        if calendar.recorded_since is not None:
            got |= Q(store_id=store_id, started_at__gte=calendar.recorded_since)
    return lacking.filter(got)


def _kinds_that_answer(store_id: UUID, entry: Entry) -> list[str]:
    clauses = clauses_in_force(store_id=store_id, event_kind=entry.kind, at=_moment_of(entry))
    return sorted({clause.response_kind for clause in clauses})


def _begin_spans(store_id: UUID, entry: Entry, now: datetime) -> list[Span]:
    kinds = _kinds_that_answer(store_id, entry)
    if not kinds:
        return []
    store, began_at = Store.objects.get(id=store_id), _moment_of(entry)
    calendar = calendar_for(calendars_since(store, began_at), began_at)
    if not calendar.is_recorded_from(began_at):
        # Whoever sets the hours at this moment is waited for, or waits and then finds the spans that lack them.
        store = lock_store(store.id)
        calendar = calendar_for(calendars_since(store, began_at), began_at)
    defaults = {
        "subject_type": entry.subject_type,
        "subject_id": entry.subject_id,
        "trigger_kind": entry.kind,
        "facts": facts_of(entry.after),
        "calendar": keep_calendar(calendar=calendar, store=store, now=now),
        "has_hours": calendar.is_recorded_from(began_at),
        "started_at": began_at,
    }
    begun = []
    for kind in kinds:
        span, _is_new = Span.objects.get_or_create(
            store=store, started_entry_id=entry.id, response_kind=kind, defaults=defaults
        )
        begun.append(span)
    return begun


def _calendar_of(span: Span, now: datetime, *, is_settled: bool) -> Calendar:
    """Return the calendar by which a span is judged, looked up anew unless it is settled, and kept with the span."""
    if is_settled:
        return read_calendar(span.calendar.calendar)
    calendar = calendar_for(calendars_since(span.store, span.started_at), span.started_at)
    span.calendar = keep_calendar(calendar=calendar, store=span.store, now=now)
    span.has_hours = calendar.is_recorded_from(span.started_at)
    span.save(update_fields=["calendar", "has_hours"])
    return calendar


def _measure(span: Span, calendar: Calendar) -> tuple[Occurrence, Occurrence | None]:
    """Find the first answer in the journal and write the span's length down as far as it is known."""
    trigger = Occurrence(span.started_entry_id, span.trigger_kind, span.started_at, span.facts)
    entries = Entry.objects.filter(subject_id=span.subject_id, kind=span.response_kind, at__gte=span.started_at)
    told = entries.order_by("at", "id")
    # Of what is told when it happens the first is the answer.
    told = told if has_moment(span.response_kind) else told[:1]
    response = first_response(trigger, span.response_kind, _occurrences(told))
    if response is not None:
        measured = (response.entry_id, working_seconds_between(calendar, span.started_at, response.at))
        if measured != (span.ended_entry_id, span.working_seconds):
            span.ended_entry_id, span.working_seconds = measured
            span.ended_at, span.wall_seconds = response.at, seconds(response.at - span.started_at)
            span.save(update_fields=["ended_entry_id", "ended_at", "wall_seconds", "working_seconds"])
    return trigger, response


def _occurrences(entries: Iterable[Entry]) -> list[Occurrence]:
    return [
        Occurrence(entry.id, entry.kind, _moment_of(entry), facts_of(entry.after), told_at=entry.at)
        for entry in entries
    ]


def _moment_of(entry: Entry) -> datetime:
    return happened_at(entry.kind, entry.after, entry.at)


def _record(actor: Actor, span: Span, clause: Clause, judgement: Judgement, now: datetime) -> None:
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
        judged_at=now,
        replaces=standing,
    )
    if standing is not None:
        Watch.objects.filter(verdict=standing).delete()
    if judgement.state is VerdictState.OPEN and judgement.due_at is not None:
        Watch.objects.create(store_id=span.store_id, verdict=verdict, due_at=judgement.due_at)
    kind = _SETTLED.get(judgement.state)
    if kind is not None and (standing is None or standing.state != judgement.state):
        _note(actor, kind, verdict, span, clause, now)


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
