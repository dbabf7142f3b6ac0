"""Any order of start, pause, resume, customer wrote and stop: nothing measured changes, and only waits postpone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chains.actor import Actor
from chains.scope import scope
from clocks.actions.pausing import customer_wrote, pause_clocks, resume_clocks
from clocks.actions.running import start_clock, stop_clocks
from clocks.actions.watching import watch_due
from clocks.models import Clock, ClockPause, Overdue, PauseReason, Reminder, TargetUnit
from clocks.rules.snapshots import read_calendar
from clocks.rules.targets import ClockRunning, Target, due_after_pauses, due_of, elapsed
from journal.models import Entry
from kit.ids import new_id
from tests.conftest import Chains

AsRole = Callable[..., Actor]
FIRST = datetime(2026, 3, 2, 1, tzinfo=UTC)
SUBJECT: dict[str, Any] = {"subject_type": "Complaint", "subject_id": UUID(int=7)}
TARGETS = [
    Target(TargetUnit.WALL, 3 * 3600),
    Target(TargetUnit.WALL, 10),
    Target(TargetUnit.WORKING, 5 * 3600),
    Target(TargetUnit.SAME_DAY),
]
DEEDS = ("start", "pause", "pause", "resume", "wrote", "wrote", "stop", "look")


@dataclass
class Wait:
    """A pause as somebody who keeps books by hand would remember it."""

    reason: PauseReason
    began: datetime
    ended: datetime | None = None

    def cut(self, written_at: datetime) -> None:
        if self.reason is PauseReason.WAITING_FOR_CUSTOMER and (self.ended is None or self.ended > written_at):
            self.ended = max(self.began, written_at)


@dataclass
class Book:
    """What is remembered by hand about the clock that runs, and what every stopped one has shown."""

    target: Target | None = None
    started_at: datetime = FIRST
    waits: list[Wait] | None = None

    @property
    def open(self) -> Wait | None:
        return self.waits[-1] if self.waits and self.waits[-1].ended is None else None


def do(deed: str, actor: Actor, store_id: UUID, book: Book, now: datetime, data: st.DataObject) -> None:
    if deed == "start":
        target = data.draw(st.sampled_from(TARGETS))
        begin(actor, store_id, book, target, now)
    elif deed == "pause":
        reason = data.draw(st.sampled_from(PauseReason))
        pause_clocks(actor=actor, **SUBJECT, reason=reason, note="Why", entry_id=new_id(), now=now)
        if book.waits is not None and book.open is None:
            book.waits.append(Wait(reason, now))
    elif deed == "resume":
        resume_clocks(actor=actor, **SUBJECT, entry_id=new_id(), now=now)
        if book.open is not None:
            book.open.ended = now
    elif deed == "wrote":
        written_at = now - timedelta(minutes=data.draw(st.integers(-60, 600)))
        customer_wrote(actor=actor, **SUBJECT, written_at=written_at, entry_id=new_id(), now=now)
        for wait in book.waits or ():
            wait.cut(min(written_at, now))
    elif deed == "stop":
        stop_clocks(actor=actor, **SUBJECT, entry_id=new_id(), now=now)
    else:
        watch_due(actor=actor, now=now)


def begin(actor: Actor, store_id: UUID, book: Book, target: Target, now: datetime) -> None:
    try:
        with transaction.atomic():
            start_clock(
                actor=actor, store_id=store_id, **SUBJECT, kind="ANSWER", target=target, entry_id=new_id(), now=now
            )
    except ClockRunning:
        assert book.waits is not None
    else:
        book.target, book.started_at, book.waits = target, now, []


def check_running(book: Book, now: datetime) -> None:
    """The clock is due when somebody who reckons everything anew from the true waits says so."""
    running = Clock.objects.running().select_related("calendar").first()
    assert (running is None) == (book.waits is None)
    if running is None or book.waits is None or book.target is None:
        return
    calendar = read_calendar(running.calendar.calendar)
    ended = [(wait.began, wait.ended) for wait in book.waits if wait.ended is not None]
    promised = due_of(calendar, book.target, book.started_at)
    assert promised is not None and running.due_at == promised
    due_at = due_after_pauses(calendar, book.target, promised, ended)[-1]
    is_still = book.open is not None and book.open.began < due_at
    assert running.is_paused == (book.open is not None)
    assert running.current_due_at == (None if is_still else due_at)
    assert due_at >= promised
    if all(end == start for start, end in ended):
        assert due_at == promised
    found = ClockPause.objects.filter(clock=running).order_by("paused_at", "id")
    assert [(pause.paused_at, pause.ended_at) for pause in found] == [(wait.began, wait.ended) for wait in book.waits]
    known = Overdue.objects.filter(clock=running).first()
    assert known is None or known.due_at >= promised


def check_stopped(book: Book, now: datetime) -> None:
    """What the clock shows is the time without the true waits, and it is known as overdue exactly if it was late."""
    stopped = Clock.objects.filter(stopped_at=now, started_at=book.started_at).select_related("calendar").get()
    calendar = read_calendar(stopped.calendar.calendar)
    waits = [(wait.began, wait.ended or now) for wait in book.waits or ()]
    shown = elapsed(calendar, book.started_at, now, waits)
    assert shown.working is not None
    assert stopped.wall_seconds == int(shown.wall.total_seconds())
    assert stopped.working_seconds == int(shown.working.total_seconds())
    is_late = stopped.current_due_at is not None and stopped.current_due_at < now
    assert Overdue.objects.filter(clock=stopped).exists() == is_late


def measured() -> dict[UUID, object]:
    """Everything that must never change again: stopped clocks with their pauses, notices and entries."""
    stopped = Clock.objects.filter(stopped_at__isnull=False)
    shown: dict[UUID, object] = {row[0]: repr(row) for row in stopped.values_list()}
    shown |= {row[0]: repr(row) for row in ClockPause.objects.filter(clock__in=stopped).values_list()}
    for notices in (Overdue, Reminder):
        shown |= {row[0]: repr(row) for row in notices.objects.values_list()}
    return shown | {row[0]: repr(row) for row in Entry.objects.filter(kind__startswith="CLOCK_").values_list()}


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_whatever_happens_in_whatever_order_nothing_measured_changes_and_only_true_waits_postpone(
    chains: Chains, as_role: AsRole, data: st.DataObject
) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        empty = transaction.savepoint("default")
        book, now, before = Book(), FIRST, measured()
        for deed in ("start", *data.draw(st.lists(st.sampled_from(DEEDS), min_size=1, max_size=9))):
            now += timedelta(minutes=data.draw(st.integers(0, 700)))
            do(deed, staff, chains.a.store, book, now, data)
            if deed == "stop" and book.waits is not None:
                check_stopped(book, now)
                book.waits = None
            check_running(book, now)
            after = measured()
            assert before.items() <= after.items()
            before = after
        told = Entry.objects.filter(kind="CLOCK_OVERDUE").count()
        assert told == Overdue.objects.count()
        transaction.savepoint_rollback(empty, "default")
