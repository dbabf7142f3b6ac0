"""A pause 'waiting for the customer' is void from the moment the customer wrote: clocks that nobody can cheat."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from chains.actor import Actor
from chains.scope import scope
from clocks.actions.pausing import customer_wrote, pause_clocks, resume_clocks
from clocks.actions.running import start_clock, stop_clock
from clocks.models import Clock, ClockPause, PauseReason, TargetUnit
from clocks.queries import due_now
from clocks.rules.targets import Target
from kit.ids import new_id
from kit.refusals import NotFound
from tests.conftest import Chains

AsRole = Callable[..., Actor]
SUBJECT: dict[str, Any] = {"subject_type": "Complaint", "subject_id": new_id()}
FOUR_HOURS = Target(TargetUnit.WALL, 4 * 3600)
CUSTOMER, DEPARTMENT = PauseReason.WAITING_FOR_CUSTOMER, PauseReason.WAITING_FOR_DEPARTMENT


def at(hour: int, minute: int = 0, day: int = 2) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


class Desk:
    """One store's clock about one subject, started at noon and due at four, with what is done to it."""

    def __init__(self, actor: Actor, store_id: Any) -> None:
        self.actor = actor
        self.clock = start_clock(
            actor=actor, store_id=store_id, **SUBJECT, kind="ANSWER", target=FOUR_HOURS, entry_id=new_id(), now=at(12)
        )

    def pause(self, now: datetime, reason: PauseReason = CUSTOMER) -> None:
        pause_clocks(actor=self.actor, **SUBJECT, reason=reason, entry_id=new_id(), now=now)

    def resume(self, now: datetime) -> None:
        resume_clocks(actor=self.actor, **SUBJECT, entry_id=new_id(), now=now)

    def wrote(self, written_at: datetime, now: datetime) -> list[Clock]:
        return customer_wrote(actor=self.actor, **SUBJECT, written_at=written_at, entry_id=new_id(), now=now)

    def stop(self, now: datetime) -> Clock:
        return stop_clock(actor=self.actor, clock_id=self.clock.id, entry_id=new_id(), now=now)

    def now(self) -> tuple[bool, datetime | None]:
        clock = Clock.objects.get(id=self.clock.id)
        return clock.is_paused, clock.current_due_at


@pytest.fixture
def desk(chains: Chains, as_role: AsRole) -> Any:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        yield Desk(staff, chains.a.store)


def test_a_wait_for_the_customer_ends_when_the_customer_wrote_however_late_it_is_recorded(desk: Desk) -> None:
    desk.pause(at(13))
    assert desk.now() == (True, None)
    assert [clock.id for clock in desk.wrote(at(13, 30), now=at(15))] == [desk.clock.id]
    assert desk.now() == (False, at(16, 30))
    (pause,) = ClockPause.objects.all()
    assert (pause.resumed_at, pause.ended_at, pause.due_at) == (at(13, 30), at(13, 30), at(16, 30))
    assert desk.stop(at(17)).wall_seconds == 4.5 * 3600


def test_a_wait_that_began_after_the_customer_wrote_has_no_length(desk: Desk) -> None:
    desk.pause(at(14))
    desk.wrote(at(13), now=at(15))
    assert desk.now() == (False, at(16))
    (pause,) = ClockPause.objects.all()
    assert (pause.paused_at, pause.ended_at) == (at(14), at(14))
    assert desk.stop(at(15)).wall_seconds == 3 * 3600


def test_a_wait_that_had_ended_later_than_the_customer_wrote_is_cut_and_so_is_what_followed_from_it(
    desk: Desk,
) -> None:
    desk.pause(at(13))
    desk.resume(at(15))
    desk.pause(at(16), DEPARTMENT)
    desk.resume(at(17))
    assert desk.now() == (False, at(19))
    desk.wrote(at(13, 30), now=at(18))
    assert desk.now() == (False, at(17, 30))
    first, second = ClockPause.objects.order_by("paused_at")
    assert (first.resumed_at, first.ended_at, first.due_at) == (at(15), at(13, 30), at(16, 30))
    assert (second.void_from, second.due_at) == (None, at(17, 30))
    assert desk.stop(at(18)).wall_seconds == 4.5 * 3600


def test_waiting_for_a_department_and_what_ended_before_are_left_as_they_are(desk: Desk) -> None:
    desk.pause(at(13))
    desk.resume(at(13, 15))
    desk.pause(at(14), DEPARTMENT)
    assert desk.wrote(at(14, 30), now=at(15)) == []
    assert desk.now() == (True, None)


def test_the_earliest_of_several_messages_counts_in_whatever_order_they_are_recorded(desk: Desk) -> None:
    desk.pause(at(13))
    desk.wrote(at(15), now=at(15))
    desk.wrote(at(14), now=at(15, 30))
    desk.wrote(at(14, 30), now=at(15, 45))
    assert desk.now() == (False, at(17))


def test_a_message_from_the_future_counts_from_now_on(desk: Desk) -> None:
    desk.pause(at(13))
    desk.wrote(at(12, day=9), now=at(14))
    assert desk.now() == (False, at(17))


def test_what_a_stopped_clock_shows_stays(desk: Desk) -> None:
    desk.pause(at(13))
    desk.resume(at(14))
    shown = desk.stop(at(15)).wall_seconds
    assert desk.wrote(at(13), now=at(16)) == []
    assert Clock.objects.get().wall_seconds == shown == 2 * 3600


def test_what_was_late_when_it_was_paused_stays_late(desk: Desk) -> None:
    desk.pause(at(16))
    assert desk.now() == (True, at(16))
    desk.resume(at(18))
    assert desk.now() == (False, at(16))


def test_a_pause_is_not_voided_by_hand_for_another_reason(desk: Desk) -> None:
    desk.pause(at(13), DEPARTMENT)
    with pytest.raises(DatabaseError), transaction.atomic():
        ClockPause.objects.update(void_from=at(13), voided_by_id=new_id())


def test_another_stores_subject_is_not_touched(chains: Chains, as_role: AsRole) -> None:
    staff, other = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "SERVICE_STAFF_2")
    with scope(chains.a.chain, staff):
        Desk(staff, chains.a.store).pause(at(13))
    with scope(chains.a.chain, other):
        assert customer_wrote(actor=other, **SUBJECT, written_at=at(13), entry_id=new_id(), now=at(14)) == []
    with scope(chains.a.chain, staff):
        assert Clock.objects.get().is_paused


def test_what_is_due_now_at_a_store_comes_in_its_order_whatever_it_is_about(chains: Chains, as_role: AsRole) -> None:
    staff, stranger = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "HQ_TRAINER")
    with scope(chains.a.chain, staff):
        for kind, hours in (("LATE", 1), ("SOON", 5), ("PAUSED", 2), ("STOPPED", 2)):
            clock = start_clock(
                actor=staff,
                store_id=chains.a.store,
                subject_type=kind.title(),
                subject_id=new_id(),
                kind=kind,
                target=Target(TargetUnit.WALL, hours * 3600),
                entry_id=new_id(),
                now=at(12),
            )
            if kind == "STOPPED":
                stop_clock(actor=staff, clock_id=clock.id, entry_id=new_id(), now=at(13))
            if kind == "PAUSED":
                about = {"subject_type": "Paused", "subject_id": clock.subject_id}
                pause_clocks(actor=staff, **about, reason=CUSTOMER, entry_id=new_id(), now=at(13))
        assert [clock.kind for clock in due_now(actor=staff, store_id=chains.a.store)] == ["LATE", "SOON"]
        with pytest.raises(NotFound):
            due_now(actor=staff, store_id=chains.a.other_store)
    with scope(chains.a.chain, stranger):
        assert not stranger.may_somewhere("READ_CLOCKS")


def test_a_due_time_is_only_postponed_says_the_database(desk: Desk) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        Clock.objects.update(current_due_at=desk.clock.started_at + timedelta(hours=1))
