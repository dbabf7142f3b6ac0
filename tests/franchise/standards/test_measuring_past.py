"""What was before a clause spoke of it is measured as if it had been measured when it happened."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from chains.actor import Actor, system_actor
from chains.scope import scope
from journal.actions import append
from journal.models import Entry
from kit.ids import new_id
from standards.actions import measuring_past
from standards.actions.measuring import measure_entry
from standards.actions.measuring_past import measure_past
from standards.models.tallies import MeasuredPair
from standards.models.verdicts import Span
from standards.rules.judging import first_response
from stores.actions.hours import set_opening_hours
from stores.rules.calendar import Interval
from tests.conftest import Chains
from tests.factories.chains import FurnishedChain
from tests.factories.people import actor_of_role
from tests.factories.standards import approved, same_day_clause

AsRole = Callable[..., Actor]
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
AN_HOUR = timedelta(hours=1)
MACHINE = system_actor()
MOMENTS = {"INQUIRY_OPENED": "received_at", "INQUIRY_ANSWERED": "said_at"}
NOT_COMPARED = {"id", "calendar_id"}


def spans() -> list[dict[str, object]]:
    rows = Span.objects.order_by("started_entry_id", "response_kind").values()
    return [{name: value for name, value in row.items() if name not in NOT_COMPARED} for row in rows]


def test_what_was_written_down_late_is_measured_late_as_it_would_have_been_at_once(
    chains: Chains, as_role: AsRole
) -> None:
    staff, store = as_role(chains.a, "SERVICE_STAFF"), chains.a.store
    noon = ((Interval(time(12), time(21)),),) * 7
    # Hours after the first one: when the customer wrote and was answered, and when each of it was written down.
    cases = [
        ((0, 5), (1, 6)),
        # Said before the customer asked: no answer, but the next one is.
        ((10, 12), (9, 13), (11, 14)),
        # What is told later to have been earlier changes nothing.
        ((20, 20), (23, 24), (21, 25)),
        ((30, 40),),
    ]
    with scope(chains.a.chain, staff):
        for (wrote, told), *answers in cases:
            subject = new_id()
            happened = [("INQUIRY_OPENED", wrote, told), *(("INQUIRY_ANSWERED", *answer) for answer in answers)]
            for kind, said, written in happened:
                append(
                    actor=staff,
                    kind=kind,
                    subject_type="Inquiry",
                    subject_id=subject,
                    store_id=store,
                    now=TEN + written * AN_HOUR,
                    after={"channel": "PHONE", MOMENTS[kind]: (TEN + said * AN_HOUR).isoformat()},
                )
    manager, tomorrow = as_role(chains.a, "STORE_MANAGER"), TEN.date() + timedelta(days=1)
    with scope(chains.a.chain, manager):
        # Recorded after the first customer wrote and before that was written down.
        set_opening_hours(actor=manager, store_id=store, valid_from=tomorrow, days=noon, now=TEN + 2 * AN_HOUR)
    end, answered = TEN + 100 * AN_HOUR, same_day_clause("1", trigger="INQUIRY_OPENED", response="INQUIRY_ANSWERED")
    approved(chains.a, end, answered)
    with scope(chains.a.chain, MACHINE):
        while measure_past(now=end, at_most=2):
            pass
        past = spans()
        hours = [span["wall_seconds"] and int(str(span["wall_seconds"])) // 3600 for span in past]
        assert sorted(hours, key=str) == [1, 1, 3, None]
        Span.objects.all().delete()
        for entry in Entry.objects.filter(subject_type="Inquiry").order_by("at", "id"):
            measure_entry(actor=MACHINE, entry=entry, now=end)
        assert spans() == past


def test_the_past_is_measured_as_what_happens_is(chains: Chains, as_role: AsRole) -> None:
    manager, store = as_role(chains.a, "STORE_MANAGER"), chains.a.store
    with scope(chains.a.chain, manager):
        for case in range(5):
            subject, at = new_id(), TEN + 9 * case * AN_HOUR
            for kind, later in (("COMPLAINT_FILED", 0), ("INVESTIGATION_RECORDED", 3), ("INVESTIGATION_RECORDED", 5)):
                if later == 0 or case != 3:
                    append(
                        actor=manager,
                        kind=kind,
                        subject_type="Complaint",
                        subject_id=subject,
                        store_id=store,
                        now=at + later * AN_HOUR,
                        after={"channel": "PHONE"},
                    )
            if case == 2:
                week = ((Interval(time(6), time(12)),),) * 7
                set_opening_hours(
                    actor=manager, store_id=store, valid_from=at.date() + timedelta(days=1), days=week, now=at + AN_HOUR
                )
    end = TEN + 100 * AN_HOUR
    never = same_day_clause("2")
    object.__setattr__(never, "rule", {"kind": "NEVER", "event": "COMPLAINT_FILED"})
    approved(chains.a, end, same_day_clause("1"), never)
    with scope(chains.a.chain, MACHINE):
        assert MeasuredPair.objects.filter(is_whole=False).count() == 2
        while measure_past(now=end, at_most=2):
            pass
        assert not MeasuredPair.objects.filter(is_whole=False).exists()
        past = spans()
        assert len(past) == 10
        # What was measured before there were exact measures is measured again.
        Span.objects.filter(response_kind="INVESTIGATION_RECORDED").update(is_exact=False, wall_days=None)
        MeasuredPair.objects.update(is_whole=False, reached_at=None)
        while measure_past(now=end, at_most=3):
            pass
        assert spans() == past
        Span.objects.all().delete()
        for entry in Entry.objects.filter(subject_type="Complaint").order_by("at", "id"):
            measure_entry(actor=MACHINE, entry=entry, now=end)
        assert spans() == past


Meanwhile = Callable[[], object]


@pytest.fixture
def while_measured(monkeypatch: pytest.MonkeyPatch) -> Callable[[Meanwhile], None]:
    """Let something be done by somebody else, once, while what was read of the past is measured."""

    def do(deed: Meanwhile) -> None:
        deeds = [deed]

        def looking(*args: Any) -> Any:
            if deeds:
                with ThreadPoolExecutor(1) as other:
                    other.submit(elsewhere, deeds.pop()).result()
            return first_response(*args)

        monkeypatch.setattr(measuring_past, "first_response", looking)

    return do


def elsewhere(deed: Meanwhile) -> None:
    try:
        deed()
    finally:
        connections.close_all()


def told(chain: FurnishedChain, kind: str, subject: UUID, hours: int) -> Entry:
    return append(
        actor=MACHINE,
        kind=kind,
        subject_type="Complaint",
        subject_id=subject,
        store_id=chain.store,
        now=TEN + hours * AN_HOUR,
        after={"channel": "PHONE"},
    )


def filed_and_asked(chain: FurnishedChain, *, cases: int) -> list[UUID]:
    """Let complaints be filed, and then a clause speak of them."""
    subjects = [new_id() for _case in range(cases)]
    with scope(chain.chain, MACHINE):
        for hours, subject in enumerate(subjects):
            told(chain, "COMPLAINT_FILED", subject, hours)
    approved(chain, TEN + 50 * AN_HOUR, same_day_clause("1"))
    return subjects


def measured(chain: FurnishedChain) -> tuple[list[bool], list[int | None]]:
    """Measure the past, round by round; tell what each told, and how many hours every answer took."""
    rounds = [True]
    while rounds[-1]:
        with scope(chain.chain, MACHINE):
            rounds.append(measure_past(now=TEN + 60 * AN_HOUR))
    with scope(chain.chain, MACHINE):
        lengths = Span.objects.order_by("started_at").values_list("wall_seconds", flat=True)
        return rounds[1:], [None if each is None else each // 3600 for each in lengths]


def test_while_the_past_is_measured_nothing_is_written_that_would_hold_up_everybodys_news(
    fresh_chain: FurnishedChain, monkeypatch: pytest.MonkeyPatch
) -> None:
    filed_and_asked(fresh_chain, cases=2)
    writing: list[object] = []

    def looking(*args: Any) -> Any:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id_if_assigned()")
            writing.extend(cursor.fetchone())
        return first_response(*args)

    monkeypatch.setattr(measuring_past, "first_response", looking)
    assert measured(fresh_chain) == ([False], [None, None])
    assert writing == [None, None]


def test_an_answer_that_comes_while_the_past_is_measured_is_not_lost(
    fresh_chain: FurnishedChain, while_measured: Callable[[Meanwhile], None]
) -> None:
    """Whoever measured it found nothing that it answers."""
    first, *_others = filed_and_asked(fresh_chain, cases=3)

    def answer() -> None:
        with scope(fresh_chain.chain, MACHINE):
            entry = told(fresh_chain, "INVESTIGATION_RECORDED", first, 4)
        with scope(fresh_chain.chain, MACHINE):
            measure_entry(actor=MACHINE, entry=entry, now=entry.at)
            assert not Span.objects.exists()

    while_measured(answer)
    assert measured(fresh_chain) == ([True, False], [4, None, None])


def test_what_others_are_told_while_the_past_is_measured_holds_nothing_up(
    fresh_chain: FurnishedChain, while_measured: Callable[[Meanwhile], None]
) -> None:
    """A new case, and an answer to it: who measures these finds both."""
    filed_and_asked(fresh_chain, cases=2)

    def begin_another() -> None:
        subject = new_id()
        for kind, hours in (("COMPLAINT_FILED", 51), ("INVESTIGATION_RECORDED", 53)):
            with scope(fresh_chain.chain, MACHINE):
                entry = told(fresh_chain, kind, subject, hours)
                measure_entry(actor=MACHINE, entry=entry, now=entry.at)

    while_measured(begin_another)
    assert measured(fresh_chain) == ([False], [None, None, 2])


def test_hours_that_are_recorded_while_the_past_is_measured_are_the_ones_it_is_measured_by(
    fresh_chain: FurnishedChain, while_measured: Callable[[Meanwhile], None]
) -> None:
    filed_and_asked(fresh_chain, cases=1)
    manager = actor_of_role(fresh_chain, "STORE_MANAGER")

    def record_hours() -> None:
        week = ((Interval(time(6), time(12)),),) * 7
        tomorrow = TEN.date() + timedelta(days=3)
        with scope(fresh_chain.chain, manager):
            set_opening_hours(
                actor=manager, store_id=fresh_chain.store, valid_from=tomorrow, days=week, now=TEN + 55 * AN_HOUR
            )

    while_measured(record_hours)
    assert measured(fresh_chain) == ([True, False], [None])


def test_two_who_measure_the_same_past_at_once_measure_it_once(
    fresh_chain: FurnishedChain, while_measured: Callable[[Meanwhile], None]
) -> None:
    filed_and_asked(fresh_chain, cases=2)

    def measure_as_well() -> None:
        with scope(fresh_chain.chain, MACHINE):
            assert not measure_past(now=TEN + 60 * AN_HOUR)

    while_measured(measure_as_well)
    assert measured(fresh_chain) == ([True, False], [None, None])


def test_what_was_measured_inexactly_and_is_answered_meanwhile_keeps_its_answer(
    fresh_chain: FurnishedChain, while_measured: Callable[[Meanwhile], None]
) -> None:
    first, _second = filed_and_asked(fresh_chain, cases=2)
    measured(fresh_chain)
    with scope(fresh_chain.chain, MACHINE):
        Span.objects.update(is_exact=False, wall_days=None)
        MeasuredPair.objects.update(is_whole=False, reached_at=None)

    def answer() -> None:
        with scope(fresh_chain.chain, MACHINE):
            entry = told(fresh_chain, "INVESTIGATION_RECORDED", first, 5)
            measure_entry(actor=MACHINE, entry=entry, now=entry.at)

    while_measured(answer)
    assert measured(fresh_chain) == ([True, False], [5, None])
    with scope(fresh_chain.chain, MACHINE):
        assert not Span.objects.filter(is_exact=False).exists()
