"""The past of a pair of events that a clause newly speaks of, measured from the journal in batches."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from chains.scope import CHAINS_ALIAS
from clocks.actions.running import keep_calendars
from clocks.models import CalendarSnapshot
from journal.models import Entry, OldestRunning
from standards.actions.spans import ANSWERED, begun_span, keep_answer, moment_of, occurrence_in
from standards.models.tallies import MeasuredPair
from standards.models.verdicts import Span
from standards.rules.judging import Occurrence, calendar_for, first_response
from stores.models import Store
from stores.queries import calendars_since
from stores.rules.calendar import Calendar
from stores.rules.history import CALENDAR_CHANGES

_AT_MOST = 2_000
_BEGUN = ("started_at", "day", "hour_of_week", "calendar", "has_hours", "known_seconds", "known_days")

# One of the calendars that a store has had.
_Place = tuple[UUID, int]


@transaction.atomic(using=CHAINS_ALIAS)
def measure_past(*, now: datetime, at_most: int = _AT_MOST) -> bool:
    """Measure the next entries of a pair that is not whole, the oldest first; tell whether more is left.

    Nothing is locked or written before all is measured: while a transaction that writes is open, nobody's news are
    handed over. Where another round measured the same, or more was told of these entries, it is left to the next one;
    what happens to the pair from then on waits until they are written, and finds them.
    """
    pairs = MeasuredPair.objects.filter(is_whole=False).order_by("asked_at", "id")
    pair = pairs.annotate(oldest=OldestRunning()).first()
    if pair is None:
        return False
    read = _read(pair, pair.oldest, at_most)
    spans = _measured(pair, read)
    if not _lock_as_read(pair) or _is_more_told(pair, read):
        return True
    _write(spans, read, now)
    if len(read.entries) < at_most:
        pair.is_whole, pair.reached_at = True, now
    else:
        pair.reached_at = read.entries[-1].at
    pair.save(update_fields=["is_whole", "reached_at"])
    return pairs.exists()


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read of a pair: entries, what may answer them, by subject, and what was measured of them inexactly.

    `since` is the oldest transaction that was running before: what could not be read yet is of this or of a later one.
    """

    since: int
    entries: Sequence[Entry]
    answers: dict[UUID, list[Occurrence]]
    calendars: "_Calendars"
    inexact: dict[UUID, Span]


def _read(pair: MeasuredPair, since: int, at_most: int) -> _Read:
    entries = _not_measured(pair, at_most)
    return _Read(since, entries, _answers(pair, entries), _Calendars(entries), _inexact(pair, entries))


def _lock_as_read(pair: MeasuredPair) -> bool:
    """Lock a pair that is not whole; tell whether nobody has measured of it since it was read."""
    as_read = MeasuredPair.objects.filter(id=pair.id, is_whole=False, reached_at=pair.reached_at)
    return as_read.select_for_update().first() is not None


def _is_more_told(pair: MeasuredPair, read: _Read) -> bool:
    """Tell whether an answer or a change of hours was committed since these were read."""
    known = {answer.entry_id for found in read.answers.values() for answer in found} | read.calendars.change_ids
    told = _telling(pair, read.entries) | _changing(read.calendars.store_ids)
    later = Entry.objects.filter(told, transaction_id__gte=read.since).order_by()
    return any(key not in known for key in later.values_list("id", flat=True))


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


def _measured(pair: MeasuredPair, read: _Read) -> list[tuple[Span, _Place]]:
    """Return the span that each entry begins, with the calendar by which it was measured; nothing is written."""
    spans = []
    for entry in read.entries:
        calendar, place = read.calendars.of(entry)
        begun = begun_span(entry, pair.response_kind, calendar)
        span = read.inexact.get(entry.id)
        if span is None:
            span = Span(store_id=place[0], started_entry_id=entry.id, response_kind=pair.response_kind, **begun)
        else:
            for name, value in begun.items():
                setattr(span, name, value)
            span.is_exact = True
        answer = first_response(occurrence_in(entry), pair.response_kind, read.answers[entry.subject_id])
        if answer is not None:
            keep_answer(span, answer, calendar)
        spans.append((span, place))
    return spans


def _write(spans: Sequence[tuple[Span, _Place]], read: _Read, now: datetime) -> None:
    kept = read.calendars.keep(now)
    for span, place in spans:
        span.calendar = kept[place]
    again = {span.id for span in read.inexact.values()}
    Span.objects.bulk_create((span for span, _place in spans if span.id not in again), ignore_conflicts=True)
    # Whoever has measured one of these meanwhile has found the same: nothing else was told of them.
    Span.objects.bulk_update((span for span, _place in spans if span.id in again), [*_BEGUN, *ANSWERED])


def _answers(pair: MeasuredPair, entries: Sequence[Entry]) -> dict[UUID, list[Occurrence]]:
    """Return what may answer these entries, by subject; nothing answers an event alone."""
    answers: dict[UUID, list[Occurrence]] = defaultdict(list)
    for answer in Entry.objects.filter(_telling(pair, entries)).order_by("at", "id"):
        answers[answer.subject_id].append(occurrence_in(answer))
    return answers


def _telling(pair: MeasuredPair, entries: Sequence[Entry]) -> Q:
    """Return the condition that an entry may answer one of these."""
    if not pair.response_kind or not entries:
        return Q(pk__in=())
    since = min(moment_of(entry) for entry in entries)
    return Q(subject_id__in={entry.subject_id for entry in entries}, kind=pair.response_kind, at__gte=since)


def _changing(store_ids: Iterable[UUID]) -> Q:
    """Return the condition that an entry tells of other hours at one of these stores."""
    return Q(subject_type="Store", subject_id__in=list(store_ids), kind__in=CALENDAR_CHANGES)


def _inexact(pair: MeasuredPair, entries: Iterable[Entry]) -> dict[UUID, Span]:
    """Return what was measured of these entries before there were exact measures."""
    spans = Span.objects.filter(started_entry_id__in=[entry.id for entry in entries], is_exact=False)
    same = spans.filter(response_kind=pair.response_kind, store_id__in={entry.store_id for entry in entries})
    return {span.started_entry_id: span for span in same.order_by("id")}


class _Calendars:
    """The calendars of stores as they were recorded at each moment of their past, read once for each store."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        since: dict[UUID, datetime] = {}
        for entry in entries:
            if entry.store_id is not None:
                began_at = moment_of(entry)
                since[entry.store_id] = min(began_at, since.get(entry.store_id, began_at))
        self.store_ids = frozenset(since)
        # The changes before the calendars: of a change that is known, these tell.
        changes = Entry.objects.filter(_changing(since)).order_by("at", "id")
        told = list(changes.values_list("id", "subject_id", "at"))
        self.change_ids = {entry_id for entry_id, _store_id, _at in told}
        self._changed: dict[UUID, list[datetime]] = {key: [] for key in since}
        for _entry_id, key, at in told:
            if at >= since[key]:
                self._changed[key].append(at)
        self._stores = Store.objects.in_bulk(since)
        self._known = {key: calendars_since(self._stores[key], at) for key, at in since.items()}
        self._used: dict[_Place, Calendar] = {}

    def of(self, entry: Entry) -> tuple[Calendar, _Place]:
        """Return by which calendar a case is judged that an entry begins."""
        store_id, began_at = entry.store_id, moment_of(entry)
        if store_id is None:
            raise ValueError("What happened at no store is judged by no calendar.")
        # A change of the same moment came after the entry, as for whoever measures it at once.
        later = self._known[store_id][bisect_left(self._changed[store_id], began_at) :]
        calendar = calendar_for(later, began_at)
        place = (store_id, self._known[store_id].index(calendar))
        self._used[place] = calendar
        return calendar, place

    def keep(self, now: datetime) -> dict[_Place, CalendarSnapshot]:
        """Keep the calendars that cases were measured by."""
        used = [(self._stores[store_id], calendar) for (store_id, _index), calendar in self._used.items()]
        return dict(zip(self._used, keep_calendars(used, now=now), strict=True))
