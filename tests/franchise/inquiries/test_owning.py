"""R3, L2: an open inquiry always has one owner: routed by desk and load, taken, handed over, also by itself."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chains.actor import Actor, ActorKind, system_actor
from chains.scope import scope
from inquiries.actions.keeping import Incoming
from inquiries.actions.opening import record_customer_message
from inquiries.actions.owning import hand_over_inquiry, hand_over_left, hand_over_of, take_inquiry
from inquiries.actions.shifts import begin_shift, end_forgotten_shifts, end_shift
from inquiries.models.inquiries import HandOver, Inquiry
from inquiries.queries import queue_at, shifts_at
from inquiries.rules.states import InquiryOwnerNotAtStore, InquiryTaken, NotOnDesk, OnDeskAlready, OwnerAlready
from journal.models import Entry
from members.models import Assignment, User
from tests.conftest import Chains
from tests.factories.inquiries import answered, closed, opened

AsRole = Callable[..., Actor]
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def machine(manager: Actor) -> Actor:
    """Return a consumer's service token that sees what the manager sees."""
    return replace(manager, kind=ActorKind.TOKEN, id=None)


def test_with_nobody_on_the_desk_it_waits_in_the_queue_and_the_supervisor_answers_for_it(
    chains: Chains, as_role: AsRole
) -> None:
    token, staff = machine(as_role(chains.a, "STORE_MANAGER")), as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, token):
        inquiry = opened(token, chains.a.store, TEN).inquiry
    assert (inquiry.owner_id, inquiry.is_queued) == (chains.a.people["SERVICE_SUPERVISOR"], True)
    with scope(chains.a.chain, staff):
        assert [each.id for each in queue_at(staff, store_id=chains.a.store)] == [inquiry.id]
        taken = take_inquiry(actor=staff, inquiry_id=inquiry.id, now=TEN).inquiry
        with pytest.raises(InquiryTaken):
            take_inquiry(actor=staff, inquiry_id=inquiry.id, now=TEN)
        assert not queue_at(staff, store_id=chains.a.store).exists()
        hand_over = HandOver.objects.get()
    assert (taken.owner_id, taken.is_queued) == (staff.user_id, False)
    assert (hand_over.reason, hand_over.to_owner_id) == ("TAKEN", staff.user_id)


def test_who_is_on_the_desk_with_the_fewest_open_ones_gets_the_next(chains: Chains, as_role: AsRole) -> None:
    staff, mentor = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "MENTOR")
    token = machine(as_role(chains.a, "STORE_MANAGER"))
    for moment, person in ((TEN, staff), (TEN + MINUTE, mentor)):
        with scope(chains.a.chain, person):
            begin_shift(actor=person, store_id=chains.a.store, now=moment)
            with pytest.raises(OnDeskAlready):
                begin_shift(actor=person, store_id=chains.a.store, now=moment)
    with scope(chains.a.chain, token):
        owners = [opened(token, chains.a.store, TEN).inquiry.owner_id for _n in range(3)]
    assert owners == [staff.user_id, mentor.user_id, staff.user_id]
    with scope(chains.a.chain, staff):
        end_shift(actor=staff, store_id=chains.a.store, now=TEN + MINUTE)
        with pytest.raises(NotOnDesk):
            end_shift(actor=staff, store_id=chains.a.store, now=TEN + MINUTE)
    with scope(chains.a.chain, token):
        assert opened(token, chains.a.store, TEN).inquiry.owner_id == mentor.user_id


def test_a_shift_that_nobody_ends_is_over_when_the_store_closes(chains: Chains, as_role: AsRole) -> None:
    staff, token, job = as_role(chains.a, "SERVICE_STAFF"), machine(as_role(chains.a, "STORE_MANAGER")), system_actor()
    closing, next_morning = TEN + timedelta(hours=11), TEN + timedelta(hours=23)
    with scope(chains.a.chain, staff):
        shift = begin_shift(actor=staff, store_id=chains.a.store, now=TEN)
        assert (shift.ends_at, shift.ended_at) == (closing, None)
        assert [each.id for each in shifts_at(staff, store_id=chains.a.store, now=closing - MINUTE)] == [shift.id]
        assert not shifts_at(staff, store_id=chains.a.store, now=closing).exists()
    with scope(chains.a.chain, token):
        # What comes in at night waits in the queue, whether a job has looked or not.
        assert opened(token, chains.a.store, closing + MINUTE).inquiry.is_queued
    with scope(chains.a.chain, job):
        assert end_forgotten_shifts(actor=job, now=closing - MINUTE) == 0
        assert end_forgotten_shifts(actor=job, now=closing + MINUTE) == 1
        assert end_forgotten_shifts(actor=job, now=closing + MINUTE) == 0
        shift.refresh_from_db()
        told = Entry.objects.get(kind="SHIFT_ENDED", subject_id=shift.id)
        assert (shift.ended_at, told.at, told.actor_kind) == (closing, closing + MINUTE, "SYSTEM")
        assert told.after is not None
        assert told.after["by_itself"] is True
    with scope(chains.a.chain, staff):
        begin_shift(actor=staff, store_id=chains.a.store, now=next_morning)


def test_who_comes_again_before_a_job_has_looked_was_away_since_the_closing(chains: Chains, as_role: AsRole) -> None:
    staff, closing, next_morning = (
        as_role(chains.a, "SERVICE_STAFF"),
        TEN + timedelta(hours=11),
        TEN + timedelta(days=1),
    )
    with scope(chains.a.chain, staff):
        first = begin_shift(actor=staff, store_id=chains.a.store, now=TEN)
        second = begin_shift(actor=staff, store_id=chains.a.store, now=next_morning)
        first.refresh_from_db()
        began = Entry.objects.get(kind="SHIFT_BEGUN", subject_id=second.id)
        assert Entry.objects.get(kind="SHIFT_ENDED", subject_id=first.id).part_of_id == began.id
        late = end_shift(actor=staff, store_id=chains.a.store, now=next_morning + timedelta(hours=20))
    assert (first.ended_at, late.ended_at) == (closing, closing + timedelta(days=1))


def test_who_answers_what_nobody_has_taken_takes_it_by_that(chains: Chains, as_role: AsRole) -> None:
    token, staff = machine(as_role(chains.a, "STORE_MANAGER")), as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, token):
        inquiry_id = opened(token, chains.a.store, TEN).inquiry.id
    with scope(chains.a.chain, staff):
        inquiry = answered(staff, inquiry_id, TEN).inquiry
    assert (inquiry.owner_id, inquiry.is_queued) == (staff.user_id, False)


def test_a_hand_over_keeps_who_had_it_and_why(chains: Chains, as_role: AsRole) -> None:
    staff, manager = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, staff):
        inquiry_id = opened(staff, chains.a.store, TEN).inquiry.id
        with pytest.raises(OwnerAlready):
            hand_over_inquiry(actor=staff, inquiry_id=inquiry_id, owner_id=staff.user_id, now=TEN)
        done = hand_over_inquiry(
            actor=staff, inquiry_id=inquiry_id, owner_id=manager.user_id, note="Technical", now=TEN
        )
        hand_over = HandOver.objects.get()
    assert done.inquiry.owner_id == manager.user_id
    assert (hand_over.from_owner_id, hand_over.to_owner_id, hand_over.note) == (
        staff.user_id,
        manager.user_id,
        "Technical",
    )
    hq = as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, hq), pytest.raises(InquiryOwnerNotAtStore):
        other = chains.a.people["SERVICE_STAFF_2"]
        hand_over_inquiry(actor=hq, inquiry_id=inquiry_id, owner_id=other, now=TEN)


def test_who_is_deactivated_hands_over_by_itself_and_the_journal_tells(chains: Chains, as_role: AsRole) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        inquiry_id = opened(staff, chains.a.store, TEN).inquiry.id
        done_for = closed(staff, chains.a.store, TEN).id
    job = system_actor()
    with scope(chains.a.chain, job):
        assert hand_over_of(actor=job, member_id=chains.a.people["SERVICE_STAFF"], now=TEN) == 0
        User.objects.filter(id=staff.user_id).update(is_active=False)
        assert hand_over_of(actor=job, member_id=chains.a.people["SERVICE_STAFF"], now=TEN) == 1
        assert hand_over_of(actor=job, member_id=chains.a.people["SERVICE_STAFF"], now=TEN) == 0
        inquiry = Inquiry.objects.get(id=inquiry_id)
        entry = Entry.objects.get(subject_id=inquiry_id, kind="INQUIRY_HANDED_OVER")
        assert Inquiry.objects.get(id=done_for).owner_id == staff.user_id
    assert (inquiry.owner_id, inquiry.is_queued) == (chains.a.people["SERVICE_SUPERVISOR"], True)
    assert (entry.actor_kind, entry.after and entry.after["reason"]) == ("SYSTEM", "OWNER_LEFT")


def test_the_sweep_finds_whose_role_was_withdrawn_up_to_headquarters(chains: Chains, as_role: AsRole) -> None:
    staff, job = as_role(chains.a, "SERVICE_STAFF"), system_actor()
    with scope(chains.a.chain, staff):
        inquiry_id = opened(staff, chains.a.store, TEN).inquiry.id
    with scope(chains.a.chain, job):
        assert hand_over_left(actor=job, now=TEN) == 0
        Assignment.objects.filter(store_id=chains.a.store).delete()
        assert hand_over_left(actor=job, now=TEN) == 1
        assert Inquiry.objects.get(id=inquiry_id).owner_id == chains.a.people["AREA_SUPERVISOR"]
        Assignment.objects.filter(user_id=chains.a.people["AREA_SUPERVISOR"]).delete()
        assert hand_over_left(actor=job, now=TEN) == 1
        assert Inquiry.objects.get(id=inquiry_id).owner_id == chains.a.people["QUALITY_OFFICER"]


def test_a_closed_inquiry_of_somebody_who_left_opens_again_with_an_owner_who_is_there(
    chains: Chains, as_role: AsRole
) -> None:
    staff, manager = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, staff):
        inquiry_id = closed(staff, chains.a.store, TEN).id
    with scope(chains.a.chain, system_actor()):
        User.objects.filter(id=staff.user_id).update(is_active=False)
    with scope(chains.a.chain, manager):
        inquiry = record_customer_message(
            actor=manager, inquiry_id=inquiry_id, said=Incoming("One more."), now=TEN
        ).inquiry
    assert (inquiry.owner_id, inquiry.is_queued) == (chains.a.people["SERVICE_SUPERVISOR"], True)
