"""C2, C5, V3: departments and higher levels are asked and answer; clocks stand still with a reason, never in vain."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from chains.actor import Actor, system_actor
from chains.scope import scope
from clocks.models import Clock, PauseReason
from complaints import tasks
from complaints.actions.ending import close_complaint, record_outcome, withdraw_complaint
from complaints.actions.filing import Links, accept_complaint
from complaints.actions.waiting import (
    answer_referral,
    pause_complaint,
    record_customer_word,
    refer_complaint,
    resume_complaint,
)
from complaints.actions.working import agree_resolution, record_investigation
from complaints.models.complaints import Channel, Complaint, Level
from complaints.models.referring import ComplaintPause, Referral, ReferralKind
from complaints.queries import open_referrals_for
from complaints.rules.refusals import (
    ComplaintWaits,
    ComplaintWaitsNot,
    NotAtThisStage,
    ReferralNotYours,
    ReferralOpen,
    ReferralsAnswered,
)
from config.subscriptions import SUBSCRIPTIONS
from inquiries.actions.keeping import Incoming
from inquiries.actions.opening import record_customer_message
from journal.models import Entry
from kit.refusals import Invalid, NotFound, NotPermitted
from tests.conftest import Chains
from tests.factories.complaints import filed, settled, told
from tests.factories.inquiries import opened

AsRole = Callable[..., Actor]
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
LEVEL, VERIFIED = "SOLVED_AT_STORE_MANAGER", "COMPLAINT_VERIFIED"


def accepted(manager: Actor, store_id: UUID) -> UUID:
    key = filed(manager, store_id, TEN).complaint.id
    accept_complaint(actor=manager, complaint_id=key, now=TEN)
    return key


def clock(key: UUID, kind: str) -> Clock:
    return Clock.objects.get(subject_id=key, kind=kind, stopped_at=None)


def test_a_department_is_asked_and_answers_while_the_owner_stays(chains: Chains, as_role: AsRole) -> None:
    staff, manager = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        key = accepted(manager, chains.a.store)
        done = refer_complaint(
            actor=staff, complaint_id=key, question="Was the lamp on?", department="Kitchen", now=TEN,
            answer_by=TEN + 2 * HOUR,
        )  # fmt: skip
        assert (done.complaint.open_referrals, done.complaint.owner_id) == (1, manager.id)
        (referral,) = open_referrals_for(staff, store_id=chains.a.store)
        assert (referral.kind, referral.department, referral.done_by_id) == ("DEPARTMENT", "Kitchen", staff.id)
        awaited = Clock.objects.get(subject_id=referral.id)
        assert (awaited.subject_type, awaited.due_at) == ("Referral", TEN + 2 * HOUR)
        assert not clock(key, LEVEL).is_paused
        _referral, done = answer_referral(actor=staff, referral_id=referral.id, answer="It was off.", now=TEN + HOUR)
        assert done.complaint.open_referrals == 0
        assert not open_referrals_for(staff).exists()
        awaited.refresh_from_db()
        assert awaited.wall_seconds == 3600
        with pytest.raises(ReferralsAnswered):
            answer_referral(actor=staff, referral_id=referral.id, answer="Again.", now=TEN + HOUR)


def test_what_is_referred_upward_is_answered_up_there(chains: Chains, as_role: AsRole) -> None:
    staff, manager = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "STORE_MANAGER")
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, manager):
        key = accepted(staff, chains.a.store)
        refer_complaint(
            actor=staff, complaint_id=key, question="Is the product safe?", to_level=Level.HEADQUARTERS, now=TEN
        )
        referral = Referral.objects.get()
        assert (referral.kind, referral.to_level) == (ReferralKind.UPWARD, Level.HEADQUARTERS)
        for somebody in (staff, manager):
            with pytest.raises(ReferralNotYours):
                answer_referral(actor=somebody, referral_id=referral.id, answer="Yes.", now=TEN)
        with pytest.raises(Invalid):
            refer_complaint(
                actor=staff, complaint_id=key, question="?", department="K", to_level=Level.HEADQUARTERS, now=TEN
            )
    with scope(chains.a.chain, officer):
        answer_referral(actor=officer, referral_id=referral.id, answer="Yes.", now=TEN)


def test_a_referral_of_another_store_is_no_referral(chains: Chains, as_role: AsRole) -> None:
    manager, stranger = as_role(chains.a, "STORE_MANAGER"), as_role(chains.a, "STORE_MANAGER_2")
    with scope(chains.a.chain, manager):
        key = accepted(manager, chains.a.store)
        refer_complaint(actor=manager, complaint_id=key, question="?", department="Kitchen", now=TEN)
        referral = Referral.objects.get()
    with scope(chains.a.chain, stranger):
        assert not open_referrals_for(stranger).exists()
        with pytest.raises(NotFound):
            answer_referral(actor=stranger, referral_id=referral.id, answer="Mine.", now=TEN)


def test_while_a_department_is_asked_only_what_it_hinders_stands_still(chains: Chains, as_role: AsRole) -> None:
    staff, manager = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        key = accepted(manager, chains.a.store)
        asked = {"complaint_id": key, "question": "?", "department": "Kitchen", "pauses": True}
        with pytest.raises(NotPermitted):
            refer_complaint(actor=staff, now=TEN, **asked)
        refer_complaint(actor=manager, now=TEN, **asked)
        assert clock(key, LEVEL).is_paused
        assert not clock(key, VERIFIED).is_paused
        with pytest.raises(ComplaintWaits):
            refer_complaint(actor=manager, now=TEN, **asked)
        first = Referral.objects.order_by("id").first()
        assert first is not None
        _referral, done = answer_referral(actor=staff, referral_id=first.id, answer="Yes.", now=TEN + HOUR)
        assert done.complaint.pause_reason == ""
        after = clock(key, LEVEL)
        assert (after.is_paused, after.current_due_at) == (False, TEN + timedelta(days=1) + HOUR)


def test_a_wait_for_the_customer_is_void_from_when_they_wrote(chains: Chains, as_role: AsRole) -> None:
    staff, manager = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        key = accepted(manager, chains.a.store)
        pause_complaint(actor=manager, complaint_id=key, reason=PauseReason.WAITING_FOR_CUSTOMER, now=TEN + HOUR)
        assert all(Clock.objects.filter(subject_id=key).values_list("is_paused", flat=True))
        done = record_customer_word(
            actor=staff, complaint_id=key, text="It was the red one.", channel=Channel.EMAIL,
            said_at=TEN + 2 * HOUR, now=TEN + 5 * HOUR,
        )  # fmt: skip
        assert done.complaint.pause_reason == ""
        pause = ComplaintPause.objects.get()
        assert (pause.done_at, pause.ended_at) == (TEN + HOUR, TEN + 2 * HOUR)
        assert clock(key, LEVEL).current_due_at == TEN + timedelta(days=1) + HOUR


def waits(manager: Actor, key: UUID) -> None:
    pause_complaint(actor=manager, complaint_id=key, reason=PauseReason.WAITING_FOR_CUSTOMER, now=TEN + HOUR)


@pytest.mark.parametrize("is_agreed", [True, False])
def test_who_says_yes_or_no_is_waited_for_no_longer(chains: Chains, as_role: AsRole, is_agreed: bool) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        key = told(manager, chains.a.store, TEN).id
        waits(manager, key)
        done = agree_resolution(
            actor=manager, complaint_id=key, is_agreed=is_agreed, reason="" if is_agreed else "Too late",
            channel=Channel.PHONE, said_at=TEN + 2 * HOUR, now=TEN + 5 * HOUR,
        )  # fmt: skip
        assert done.complaint.pause_reason == ""
        assert ComplaintPause.objects.get().ended_at == TEN + 2 * HOUR
        assert clock(key, LEVEL).current_due_at == TEN + timedelta(days=1) + HOUR


def test_who_is_not_satisfied_is_waited_for_no_longer(chains: Chains, as_role: AsRole) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        key = told(manager, chains.a.store, TEN).id
        waits(manager, key)
        done = record_outcome(
            actor=manager, complaint_id=key, carried_out="A bowl", is_satisfied=False, reason="Cold",
            now=TEN + 3 * HOUR,
        )  # fmt: skip
        assert (done.complaint.stage, done.complaint.pause_reason) == ("REWORK", "")
        assert clock(key, LEVEL).current_due_at == TEN + timedelta(days=1) + 2 * HOUR


def test_who_takes_it_back_was_waited_for_until_they_said_so(chains: Chains, as_role: AsRole) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        key = told(manager, chains.a.store, TEN).id
        waits(manager, key)
        withdraw_complaint(
            actor=manager, complaint_id=key, reason="Found it", channel=Channel.PHONE, proof="Call 7",
            said_at=TEN + 2 * HOUR, now=TEN + 5 * HOUR,
        )  # fmt: skip
        assert ComplaintPause.objects.get().ended_at == TEN + 2 * HOUR
        assert Clock.objects.get(subject_id=key, kind=LEVEL).wall_seconds == 4 * 3600


def test_what_the_customer_writes_to_the_inquiry_it_came_from_ends_the_wait_as_well(
    chains: Chains, as_role: AsRole
) -> None:
    manager, job = as_role(chains.a, "STORE_MANAGER"), system_actor()
    with scope(chains.a.chain, manager):
        inquiry = opened(manager, chains.a.store, TEN).inquiry
        key = filed(
            manager, chains.a.store, TEN, customer=inquiry.customer_id, links=Links(inquiry_id=inquiry.id)
        ).complaint.id
        accept_complaint(actor=manager, complaint_id=key, now=TEN)
        waits(manager, key)
        said = Incoming("The red one", said_at=TEN + 2 * HOUR)
        record_customer_message(actor=manager, inquiry_id=inquiry.id, said=said, now=TEN + 5 * HOUR)
    with scope(chains.a.chain, job):
        entry = Entry.objects.get(kind="CUSTOMER_WROTE")
        for _twice in range(2):
            tasks.hear_customer.function(actor=job, now=TEN + 5 * HOUR, entry_id=entry.id)
        assert Complaint.objects.get().pause_reason == ""
        assert ComplaintPause.objects.get().ended_at == TEN + 2 * HOUR
        assert clock(key, LEVEL).current_due_at == TEN + timedelta(days=1) + HOUR
        assert Entry.objects.filter(kind="COMPLAINT_RESUMED").count() == 1


def test_the_relay_hands_over_what_customers_write_to_inquiries() -> None:
    (subscription,) = (each for each in SUBSCRIPTIONS if each.task is tasks.hear_customer)
    assert subscription.kinds == {"CUSTOMER_WROTE"}


def test_a_pause_has_a_reason_and_what_begins_meanwhile_waits_as_well(chains: Chains, as_role: AsRole) -> None:
    staff, manager = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        key = accepted(manager, chains.a.store)
        with pytest.raises(NotPermitted):
            pause_complaint(actor=staff, complaint_id=key, reason=PauseReason.WAITING_FOR_CUSTOMER, now=TEN)
        with pytest.raises(Invalid):
            pause_complaint(actor=manager, complaint_id=key, reason=PauseReason.OTHER, now=TEN)
        with pytest.raises(ComplaintWaitsNot):
            resume_complaint(actor=manager, complaint_id=key, now=TEN)
        pause_complaint(actor=manager, complaint_id=key, reason=PauseReason.OTHER, note="A flood.", now=TEN)
        with pytest.raises(ComplaintWaits):
            pause_complaint(actor=manager, complaint_id=key, reason=PauseReason.OTHER, note="Rain.", now=TEN)
        record_investigation(actor=manager, complaint_id=key, findings="Wet.", now=TEN + HOUR)
        done = resume_complaint(actor=manager, complaint_id=key, now=TEN + 2 * HOUR)
        assert done.complaint.pause_reason == ""
        assert clock(key, LEVEL).current_due_at == TEN + timedelta(days=1) + 2 * HOUR
        assert Clock.objects.get(subject_id=key, kind=VERIFIED).wall_seconds == 0


def test_nothing_is_closed_before_every_letter_has_its_answer(chains: Chains, as_role: AsRole) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        complaint = settled(manager, chains.a.store, TEN)
        with pytest.raises(NotAtThisStage):
            refer_complaint(actor=manager, complaint_id=complaint.id, question="?", department="K", now=TEN)
        Complaint.objects.filter(id=complaint.id).update(open_referrals=1)
        with pytest.raises(ReferralOpen):
            close_complaint(actor=manager, complaint_id=complaint.id, cause="A lamp.", result="A bowl.", now=TEN)
