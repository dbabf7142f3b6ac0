"""Spans measured from the journal, and verdicts drawn from them: the same whatever the order in which news arrives."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from clocks.actions.running import keep_calendar
from clocks.rules.snapshots import read_calendar
from journal.models import Entry
from standards.actions.judging_events import judge_event, judge_stretch
from standards.actions.pairs import asked_of
from standards.actions.recording import Tally, record
from standards.actions.spans import ANSWERED, begun_span, keep_answer, moment_of, occurrence_in
from standards.models.verdicts import Span, VerdictState, Watch
from standards.queries.force import clauses_in_force
from standards.queries.places import place_of
from standards.rules.events import has_moment
from standards.rules.grammar import FollowedBy, parse_rule
from standards.rules.judging import Judgement, Occurrence, calendar_for, first_response, judge
from standards.rules.measures import known_from
from standards.rules.standing import outside_reach
from standards.rules.windows import Window
from stores.actions.locks import lock_store
from stores.models import Store
from stores.queries import calendars_of, calendars_since
from stores.rules.calendar import Calendar


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
    asked = asked_of(entry.kind) if entry.store_id else None
    if entry.store_id is None or asked is None:
        return []
    spans = _begin_spans(entry.store_id, entry, asked.begins, now) if asked.begins else []
    if asked.answers:
        same_subject = Span.objects.filter(store_id=entry.store_id, subject_id=entry.subject_id)
        spans.extend(same_subject.filter(response_kind=entry.kind, started_at__lte=moment_of(entry)))
    return _judge_spans({span.id for span in spans}, actor=actor, now=now)


@transaction.atomic(using=CHAINS_ALIAS)
def judge_span(
    *, actor: Actor, span_id: UUID, now: datetime, are_hours_new: bool = False, tally: Tally | None = None
) -> list[Due]:
    """Judge one span again, as when its limit has passed. Returns when it has to be judged once more.

    `are_hours_new` says that its calendar may be another one than was kept. What is judged is counted in `tally`, which
    the caller writes; without one it is counted at once.
    """
    counted = Tally() if tally is None else tally
    spans = Span.objects.select_related("calendar", "store").select_for_update(of=("self",))
    span = spans.get(id=span_id)
    if span.response_kind in Window.values:
        calendar = read_calendar(span.calendar.calendar)
        open_until = judge_stretch(actor=actor, span=span, calendar=calendar, now=now, tally=counted)
    else:
        calendar = _calendar_of(span, now, is_settled=span.has_hours and not are_hours_new)
        judge_one = _judge_answer if span.response_kind else judge_event
        open_until = judge_one(actor=actor, span=span, calendar=calendar, now=now, tally=counted)
    if tally is None:
        counted.write()
    return [Due(span.id, at) for at in sorted(set(open_until))]


def _judge_answer(*, actor: Actor, span: Span, calendar: Calendar, now: datetime, tally: Tally) -> list[datetime]:
    trigger, response = _measure(span, calendar)
    clauses = clauses_in_force(store_id=span.store_id, event_kind=span.trigger_kind, at=span.started_at)
    place = place_of(span.store, span.started_at, [clause.scope for clause in clauses])
    open_until: list[datetime] = []
    for clause in clauses:
        rule = parse_rule(clause.rule)
        if not isinstance(rule, FollowedBy) or rule.response != span.response_kind:
            continue
        outside = outside_reach(clause.scope, place, trigger.facts, is_waived=clause.is_waived)
        if outside is None:
            judgement = judge(rule, trigger=trigger, response=response, calendar=calendar, now=now)
        else:
            judgement = Judgement(*outside, due_at=None, entry_ids=(trigger.entry_id,))
        record(actor, span, clause, judgement, now, tally)
        if judgement.state is VerdictState.OPEN and judgement.due_at is not None:
            open_until.append(judgement.due_at)
    return open_until


@transaction.atomic(using=CHAINS_ALIAS)
def judge_due(*, actor: Actor, now: datetime, at_most: int = 500) -> int:
    """Judge the open cases whose limit has passed, the longest overdue first; return how many cases there were."""
    overdue = Watch.objects.filter(due_at__lt=now).order_by("due_at", "verdict_id")
    span_ids = set(overdue.values_list("verdict__span_id", flat=True)[:at_most])
    _judge_spans(span_ids, actor=actor, now=now)
    return len(span_ids)


@transaction.atomic(using=CHAINS_ALIAS)
def judge_by_new_hours(*, actor: Actor, entry: Entry, now: datetime) -> list[Due]:
    """Judge the cases that began after a store's hours were changed, but were measured before that was known here.

    Returns what has to be judged again later.
    """
    begun_since = Span.objects.filter(store_id=entry.subject_id, started_at__gt=entry.at).order_by()
    span_ids = begun_since.exclude(response_kind__in=Window.values).values_list("id", flat=True)
    return _judge_spans(span_ids, actor=actor, now=now, are_hours_new=True)


@transaction.atomic(using=CHAINS_ALIAS)
def judge_unknown(*, actor: Actor, now: datetime, at_most: int = 200) -> tuple[list[Due], bool]:
    """Judge the cases whose store's hours were not recorded and are now.

    Returns what has to be judged again later, and whether there may be more cases than were judged.
    """
    span_ids = list(_spans_that_got_hours().order_by("started_at", "id").values_list("id", flat=True)[:at_most])
    return _judge_spans(span_ids, actor=actor, now=now), len(span_ids) == at_most


def _judge_spans(span_ids: Iterable[UUID], *, actor: Actor, now: datetime, are_hours_new: bool = False) -> list[Due]:
    """Judge some spans, in the one order in which everybody locks them, whichever of them is the most urgent."""
    tally = Tally()
    due = [
        each
        for span_id in sorted(span_ids)
        for each in judge_span(actor=actor, span_id=span_id, now=now, are_hours_new=are_hours_new, tally=tally)
    ]
    tally.write()
    return due


def _spans_that_got_hours() -> QuerySet[Span]:
    lacking = Span.objects.filter(has_hours=False)
    stores = Store.objects.filter(id__in=lacking.values("store_id")).order_by("id")
    got = Q(pk=None)
    for store_id, calendar in calendars_of(stores).items():
        if calendar.recorded_since is not None:
            got |= Q(store_id=store_id, started_at__gte=calendar.recorded_since)
    return lacking.filter(got)


def _begin_spans(store_id: UUID, entry: Entry, answers: Sequence[str], now: datetime) -> list[Span]:
    store, began_at = Store.objects.get(id=store_id), moment_of(entry)
    calendar = calendar_for(calendars_since(store, began_at), began_at)
    if not calendar.is_recorded_from(began_at):
        # Whoever sets the hours at this moment is waited for, or waits and then finds the spans that lack them.
        store = lock_store(store.id)
        calendar = calendar_for(calendars_since(store, began_at), began_at)
    kept = keep_calendar(calendar=calendar, store=store, now=now)
    begun = []
    for kind in answers:
        new = begun_span(entry, kind, calendar) | {"calendar": kept}
        span, _is_new = Span.objects.get_or_create(
            store=store, started_entry_id=entry.id, response_kind=kind, defaults=new
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
    known = known_from(calendar, span.started_at)
    span.known_seconds, span.known_days = known.seconds, known.days
    span.save(update_fields=["calendar", "has_hours", "known_seconds", "known_days"])
    return calendar


def _measure(span: Span, calendar: Calendar) -> tuple[Occurrence, Occurrence | None]:
    """Find the first answer in the journal and write the span's length down as far as it is known."""
    trigger = Occurrence(span.started_entry_id, span.trigger_kind, span.started_at, span.facts)
    entries = Entry.objects.filter(subject_id=span.subject_id, kind=span.response_kind, at__gte=span.started_at)
    told = entries.order_by("at", "id")
    # Of what is told when it happens the first is the answer.
    told = told if has_moment(span.response_kind) else told[:1]
    response = first_response(trigger, span.response_kind, map(occurrence_in, told))
    if response is not None and keep_answer(span, response, calendar):
        span.save(update_fields=ANSWERED)
    return trigger, response
