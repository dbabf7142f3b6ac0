"""The past of a pair of events that a clause newly speaks of, measured from the journal in batches."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from chains.scope import CHAINS_ALIAS
from clocks.actions.running import keep_calendar
from clocks.models import CalendarSnapshot
from journal.models import Entry
from standards.actions.spans import ANSWERED, begun_span, keep_answer, moment_of, occurrence_in
from standards.models.tallies import MeasuredPair
from standards.models.verdicts import Span
from standards.rules.judging import Occurrence, calendar_for, first_response
from stores.models import Store
from stores.queries import calendars_since
from stores.rules.calendar import Calendar
from stores.rules.history import CALENDAR_CHANGES

_AT_MOST = 2_000


@transaction.atomic(using=CHAINS_ALIAS)
def measure_past(*, now: datetime, at_most: int = _AT_MOST) -> bool:
    """Measure the next entries of a pair that is not whole, the oldest first; tell whether more is left.

    Whatever happens to the pair meanwhile waits until they are written, and finds them.
    """
    pairs = MeasuredPair.objects.filter(is_whole=False).order_by("asked_at", "id")
    pair = pairs.select_for_update().first()
    if pair is None:
        return False
    entries = _not_measured(pair, at_most)
    _write(pair, entries, now)
    if len(entries) < at_most:
        pair.is_whole, pair.reached_at = True, now
    else:
        pair.reached_at = entries[-1].at
    pair.save(update_fields=["is_whole", "reached_at"])
    return pairs.exists()


def _not_measured(pair: MeasuredPair, at_most: int) -> list[Entry]:
    exact = Span.objects.filter(
        store_id=OuterRef("store_id"),
        started_entry_id=OuterRef("pk"),
        response_kind=pair.response_kind,
        is_exact=True,
    )
    entries = Entry.objects.filter(kind=pair.trigger_kind, store_id__isnull=False).filter(~Exists(exact))
    if pair.reached_at is not None:
        entries = entries.filter(at__gte=pair.reached_at)
    return list(entries.order_by("at", "id")[:at_most])


def _write(pair: MeasuredPair, entries: Sequence[Entry], now: datetime) -> None:
    answers = _answers(pair, entries)
    calendars = _Calendars(entries, now)
    inexact = _inexact(pair, entries)
    fresh = []
    for entry in entries:
        calendar, kept = calendars.of(entry)
        span = inexact.get(entry.id)
        if span is None:
            span = Span(
                store_id=kept.store_id,
                started_entry_id=entry.id,
                response_kind=pair.response_kind,
                **begun_span(entry, pair.response_kind, calendar, kept),
            )
            fresh.append(span)
        else:
            for name, value in begun_span(entry, pair.response_kind, calendar, kept).items():
                setattr(span, name, value)
            span.is_exact = True
        answer = first_response(occurrence_in(entry), pair.response_kind, answers[entry.subject_id])
        if answer is not None:
            keep_answer(span, answer, calendar)
    Span.objects.bulk_create(fresh, ignore_conflicts=True)
    known = ("started_at", "day", "hour_of_week", "calendar", "has_hours", "known_seconds", "known_days")
    Span.objects.bulk_update(inexact.values(), [*known, *ANSWERED])


def _answers(pair: MeasuredPair, entries: Sequence[Entry]) -> dict[UUID, list[Occurrence]]:
    """Return what may answer these entries, by subject; nothing answers an event alone."""
    answers: dict[UUID, list[Occurrence]] = defaultdict(list)
    if pair.response_kind and entries:
        told = Entry.objects.filter(subject_id__in={entry.subject_id for entry in entries}, kind=pair.response_kind)
        since = min(moment_of(entry) for entry in entries)
        for answer in told.filter(at__gte=since).order_by("at", "id"):
            answers[answer.subject_id].append(occurrence_in(answer))
    return answers


def _inexact(pair: MeasuredPair, entries: Iterable[Entry]) -> dict[UUID, Span]:
    """Return what was measured of these entries before there were exact measures."""
    spans = Span.objects.filter(started_entry_id__in=[entry.id for entry in entries], is_exact=False)
    same = spans.filter(response_kind=pair.response_kind, store_id__in={entry.store_id for entry in entries})
    return {span.started_entry_id: span for span in same.select_for_update().order_by("id")}


class _Calendars:
    """The calendars of stores as they were recorded at each moment of their past, read once for each store."""

    def __init__(self, entries: Sequence[Entry], now: datetime) -> None:
        self._now = now
        since: dict[UUID, datetime] = {}
        for entry in entries:
            if entry.store_id is not None:
                began_at = moment_of(entry)
                since[entry.store_id] = min(began_at, since.get(entry.store_id, began_at))
        self._stores = Store.objects.in_bulk(since)
        self._known = {key: calendars_since(self._stores[key], at) for key, at in since.items()}
        changes = Entry.objects.filter(subject_type="Store", subject_id__in=since, kind__in=CALENDAR_CHANGES)
        self._changed: dict[UUID, list[datetime]] = {key: [] for key in since}
        for key, at in changes.order_by("at", "id").values_list("subject_id", "at"):
            if at >= since[key]:
                self._changed[key].append(at)
        self._kept: dict[tuple[UUID, int], tuple[Calendar, CalendarSnapshot]] = {}

    def of(self, entry: Entry) -> tuple[Calendar, CalendarSnapshot]:
        """Return by which calendar a case is judged that an entry begins, and what is kept of it."""
        store_id, began_at = entry.store_id, moment_of(entry)
        if store_id is None:
            raise ValueError("What happened at no store is judged by no calendar.")
        # A change of the same moment came after the entry, as for whoever measures it at once.
        later = self._known[store_id][bisect_left(self._changed[store_id], began_at) :]
        calendar = calendar_for(later, began_at)
        place = (store_id, self._known[store_id].index(calendar))
        if place not in self._kept:
            kept = keep_calendar(calendar=calendar, store=self._stores[store_id], now=self._now)
            self._kept[place] = (calendar, kept)
        return self._kept[place]
