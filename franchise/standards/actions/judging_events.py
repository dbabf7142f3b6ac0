"""Verdicts on single events, and on the stretches of time in which events are counted."""

from dataclasses import replace
from datetime import date, datetime, time
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db.models import Count, Q, QuerySet, Sum

from chains.actor import Actor
from standards.actions.recording import Tally, record
from standards.models.rollouts import StoreStandard
from standards.models.texts import Clause
from standards.models.verdicts import ReasonCode, Span, VerdictState
from standards.queries.counting import has_facts, number_of
from standards.queries.force import clauses_in_force
from standards.queries.places import place_of
from standards.rules.cases import Figures, judge_deed, judge_inspection, judge_window
from standards.rules.deeds import FieldRecorded, Never
from standards.rules.grammar import ByInspection, Rule, RuleKind, parse_rule
from standards.rules.judging import Judgement
from standards.rules.standing import Place, outside_reach
from standards.rules.windows import Average, Happens, Share, Window, window_of
from stores.rules.calendar import Calendar

# A verdict on a stretch of time names the first so many entries that were counted; all of them are found by its days.
MOST_ENTRIES = 100
_MIDNIGHT = time(0)


def judge_event(*, actor: Actor, span: Span, calendar: Calendar, now: datetime, tally: Tally) -> list[datetime]:
    """Judge an event alone, and the stretches of time in which it counts. Returns when there is more to judge."""
    clauses = clauses_in_force(store_id=span.store_id, event_kind=span.trigger_kind, at=span.started_at)
    place = place_of(span.store, span.started_at, [clause.scope for clause in clauses])
    for clause in clauses:
        judgement = _judged(span, clause, parse_rule(clause.rule), place)
        if judgement is not None:
            record(actor, span, clause, judgement, now, tally)
    due: list[datetime] = []
    for stretch in _stretches(span, calendar):
        due.extend(judge_stretch(actor=actor, span=stretch, calendar=calendar, now=now, tally=tally))
    return due


def judge_stretch(*, actor: Actor, span: Span, calendar: Calendar, now: datetime, tally: Tally) -> list[datetime]:
    """Judge a stretch of time at a store under the clauses in force when it began.

    Returns when it ends, if it is still open.
    """
    window = Window(span.response_kind)
    _first, end = window_of(window, span.day)
    ends_at, is_open = calendar.moment(end, _MIDNIGHT), False
    clauses = clauses_in_force(store_id=span.store_id, event_kind=span.trigger_kind, at=span.started_at)
    place = place_of(span.store, span.started_at, [clause.scope for clause in clauses])
    for clause in clauses:
        rule = parse_rule(clause.rule)
        if not isinstance(rule, Share | Average) or rule.window is not window:
            continue
        outside = outside_reach(clause.scope, place, {}, is_waived=clause.is_waived)
        if outside is not None:
            judgement = Judgement(*outside, due_at=None, entry_ids=())
        else:
            is_open = is_open or now < ends_at
            figures = Figures(0, 0) if now < ends_at else figures_of(rule, span.store_id, span.day, end)
            judgement = judge_window(rule, figures, ends_at=ends_at, now=now)
        record(actor, span, clause, judgement, now, tally)
    return [ends_at] if is_open else []


def figures_of(rule: Share | Average, store_id: UUID, first: date, end: date) -> Figures:
    """Count what a rule speaks of at a store from a day on and before another one."""
    if isinstance(rule, Share):
        counted = events_of_days(rule.of, first, end).filter(store_id=store_id)
        entry_ids = counted.order_by("started_at", "started_entry_id").values_list("started_entry_id", flat=True)
        among = events_of_days(rule.among, first, end).filter(store_id=store_id)
        return Figures(counted.count(), among.count(), tuple(entry_ids[:MOST_ENTRIES]))
    having = events_of_days(rule.what, first, end).filter(store_id=store_id, numbers__has_key=rule.number)
    found = having.aggregate(total=Sum(number_of(rule)), number=Count("id"))
    return Figures(found["total"] or 0, found["number"])


def events_of_days(what: Happens, first: date, end: date) -> QuerySet[Span]:
    """Return the events that count, from a day on and before another one; one whose facts are not known does not."""
    events = Span.objects.filter(trigger_kind=what.event, response_kind="", day__gte=first, day__lt=end)
    return events.filter(has_facts(what.scope))


def _judged(span: Span, clause: Clause, rule: Rule, place: Place) -> Judgement | None:
    if isinstance(rule, ByInspection):
        if span.facts.get("lineage_id") != str(clause.lineage_id):
            return None
        found = judge_inspection(entry_id=span.started_entry_id, facts=span.facts)
        if found is not None and clause.is_waived:
            return replace(found, state=VerdictState.NOT_APPLICABLE, reason=ReasonCode.WAIVED)
        return found
    if not isinstance(rule, FieldRecorded | Never):
        return None
    outside = outside_reach(clause.scope, place, span.facts, is_waived=clause.is_waived)
    if outside is not None:
        return Judgement(*outside, due_at=None, entry_ids=(span.started_entry_id,))
    return judge_deed(rule, entry_id=span.started_entry_id, facts=span.facts, recorded=span.recorded)


def _stretches(span: Span, calendar: Calendar) -> list[Span]:
    """Return the stretches of time in which an event counts under a clause that was in force when they began."""
    found: dict[tuple[str, Window], Span] = {}
    for clause in _counting(span.trigger_kind):
        rule = parse_rule(clause.rule)
        if not isinstance(rule, Share | Average):
            continue
        first, _end = window_of(rule.window, span.day)
        starts_at, key = calendar.moment(first, _MIDNIGHT), (clause.trigger_kind, rule.window)
        if key not in found and _was_in_force(clause, span.store_id, starts_at):
            found[key] = _stretch(span, clause.trigger_kind, rule.window, first, starts_at)
    return [found[key] for key in sorted(found)]


def _counting(kind: str) -> QuerySet[Clause]:
    """Return the clauses about a share or an average that count a kind of event."""
    speaking = Clause.objects.filter(Q(trigger_kind=kind) | Q(response_kind=kind))
    return speaking.filter(rule__kind__in=[RuleKind.SHARE, RuleKind.AVERAGE]).order_by("version_id", "position")


def _was_in_force(clause: Clause, store_id: UUID, at: datetime) -> bool:
    return StoreStandard.objects.filter(version=clause.version_id, store_id=store_id).in_force_at(at).exists()


def _stretch(event: Span, trigger_kind: str, window: Window, first: date, starts_at: datetime) -> Span:
    stretch, _is_new = Span.objects.select_related("store").get_or_create(
        store_id=event.store_id,
        # No entry begins a day: whichever event is measured first, the stretch has this name.
        started_entry_id=uuid5(NAMESPACE_OID, f"{trigger_kind}:{first}"),
        response_kind=window.value,
        defaults={
            "subject_type": "Store",
            "subject_id": event.store_id,
            "trigger_kind": trigger_kind,
            "facts": {},
            "calendar_id": event.calendar_id,
            "has_hours": True,
            "started_at": starts_at,
            "day": first,
            "hour_of_week": first.weekday() * 24,
        },
    )
    return Span.objects.select_related("store").select_for_update(of=("self",)).get(id=stretch.id)
