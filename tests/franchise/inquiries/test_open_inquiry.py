"""An inquiry comes in: who asks, who owns it, until when it is answered; nothing is lost and nothing is kept twice."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from chains.actor import Actor
from chains.scope import scope
from clocks.models import Clock
from customers.models import Customer
from customers.rules.particulars import ContactNeeded, Particulars
from inquiries.actions.keeping import Incoming
from inquiries.actions.opening import record_customer_message
from inquiries.models.inquiries import Inquiry, InquiryChannel, InquiryState
from inquiries.models.messages import Message
from inquiries.rules.states import ExternalIdReused, InquiryOwnerNotAtStore
from journal.models import Entry
from kit.refusals import Invalid, NotFound, NotPermitted
from standards.rules.drafts import ClauseDraft
from stores.actions.business import close_store
from stores.rules.business import StoreClosed
from tests.conftest import Chains
from tests.factories.inquiries import QUESTION, answered, closed, opened
from tests.factories.standards import TEXTS, in_force

AsRole = Callable[..., Actor]
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FIVE_MINUTES = {
    "kind": "FOLLOWED_BY",
    "trigger": "INQUIRY_OPENED",
    "response": "INQUIRY_ANSWERED",
    "within": "PT5M",
    "share": 96,
}


def test_an_inquiry_is_taken_down_with_its_number_its_owner_and_its_clock(chains: Chains, as_role: AsRole) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        first = opened(staff, chains.a.store, TEN).inquiry
        second = opened(staff, chains.a.store, TEN, subject="When do you open?", text="On Sunday?").inquiry
        (clock,) = Clock.objects.filter(subject_id=first.id)
        (message,) = Message.objects.filter(inquiry=first)
        entry = Entry.objects.get(subject_id=first.id)
    assert (first.number, second.number, first.owner_id, first.is_queued) == (1, 2, staff.user_id, False)
    assert (first.state, first.unanswered_since) == (InquiryState.WAITING, TEN)
    assert (clock.kind, clock.due_at) == ("FIRST_ANSWER", TEN + 3 * MINUTE)
    assert (message.text, message.direction, message.said_at) == (QUESTION, "IN", TEN)
    assert (entry.kind, entry.customer_id) == ("INQUIRY_OPENED", first.customer_id)
    assert QUESTION not in str(entry.after)


def test_s9_a_call_has_ten_seconds_from_its_first_ring(chains: Chains, as_role: AsRole) -> None:
    staff, rang = as_role(chains.a, "SERVICE_STAFF"), TEN - MINUTE
    with scope(chains.a.chain, staff):
        given = {"channel": InquiryChannel.PHONE, "said_at": rang}
        opened(staff, chains.a.store, TEN, answered_at=rang + timedelta(seconds=8), **given)
        (clock,) = Clock.objects.all()
        with pytest.raises(Invalid):
            opened(staff, chains.a.store, TEN, answered_at=rang - MINUTE, **given)
    assert (clock.due_at, clock.wall_seconds) == (rang + timedelta(seconds=10), 8)


def test_a_clause_in_force_takes_the_place_of_the_three_minutes(chains: Chains, as_role: AsRole) -> None:
    in_force(chains.a, TEN - MINUTE, ClauseDraft(number="1", texts=TEXTS, rule=FIVE_MINUTES))
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        done = opened(staff, chains.a.store, TEN)
        (clock,) = Clock.objects.filter(subject_id=done.inquiry.id)
        (started,) = done.standards_applied
        (stopped,) = answered(staff, done.inquiry.id, TEN + MINUTE).standards_applied
        assert not Clock.objects.running().exists()
    assert (clock.kind, clock.due_at) == ("INQUIRY_ANSWERED", TEN + 5 * MINUTE)
    assert (started.effect, stopped.effect) == ("STARTED", "STOPPED")


def test_a_question_sent_in_twice_is_one_inquiry_and_another_text_is_not_dropped(
    chains: Chains, as_role: AsRole
) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        one = opened(staff, chains.a.store, TEN, external_id="chat-1").inquiry
        again = opened(staff, chains.a.store, TEN + MINUTE, external_id="chat-1").inquiry
        with pytest.raises(ExternalIdReused):
            opened(staff, chains.a.store, TEN, external_id="chat-1", text="Something else")
        by_mail = opened(staff, chains.a.store, TEN, external_id="chat-1", channel=InquiryChannel.EMAIL).inquiry
        assert Inquiry.objects.count() == 2
    assert one.id == again.id != by_mail.id


def test_what_a_customer_writes_is_kept_once_and_waits_since_the_earliest(chains: Chains, as_role: AsRole) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        inquiry_id = opened(staff, chains.a.store, TEN).inquiry.id
        answered(staff, inquiry_id, TEN + MINUTE)
        later = Incoming("And the bulb?", external_id="m-2", said_at=TEN + 3 * MINUTE)
        for _time in range(3):
            record_customer_message(actor=staff, inquiry_id=inquiry_id, said=later, now=TEN + 4 * MINUTE)
        earlier = Incoming("It is for the hall.", external_id="m-1", said_at=TEN + 2 * MINUTE)
        inquiry = record_customer_message(
            actor=staff, inquiry_id=inquiry_id, said=earlier, now=TEN + 5 * MINUTE
        ).inquiry
        clock = Clock.objects.running().get(subject_id=inquiry_id)
        assert Message.objects.filter(inquiry=inquiry, direction="IN").count() == 3
    assert (inquiry.state, inquiry.unanswered_since) == (InquiryState.WAITING, TEN + 2 * MINUTE)
    assert (clock.kind, clock.started_at) == ("NEXT_ANSWER", TEN + 3 * MINUTE)


def test_a_message_of_another_inquiry_is_refused_and_not_lost(chains: Chains, as_role: AsRole) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        opened(staff, chains.a.store, TEN, external_id="m-1")
        other = opened(staff, chains.a.store, TEN).inquiry.id
        with pytest.raises(ExternalIdReused):
            record_customer_message(actor=staff, inquiry_id=other, said=Incoming(QUESTION, external_id="m-1"), now=TEN)


def test_who_writes_to_a_closed_inquiry_opens_it_again_with_a_new_clock(chains: Chains, as_role: AsRole) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        inquiry_id = closed(staff, chains.a.store, TEN).id
        measured = list(Clock.objects.order_by("id").values())
        done = record_customer_message(actor=staff, inquiry_id=inquiry_id, said=Incoming("One more."), now=TEN + MINUTE)
        assert list(Clock.objects.filter(stopped_at__isnull=False).order_by("id").values()) == measured
        assert Clock.objects.running().get().started_at == TEN + MINUTE
    assert (done.inquiry.state, done.inquiry.round) == (InquiryState.WAITING, 2)


@pytest.mark.parametrize("channel", list(InquiryChannel))
def test_q3_whoever_asks_is_written_down_with_how_they_are_reached_visitors_too(
    channel: InquiryChannel, chains: Chains, as_role: AsRole
) -> None:
    staff, passer_by = as_role(chains.a, "SERVICE_STAFF"), Particulars(name="A man with a dog")
    with scope(chains.a.chain, staff):
        with pytest.raises(ContactNeeded) as refused:
            opened(staff, chains.a.store, TEN, channel=channel, customer=passer_by)
        assert refused.value.field == ("customer_phone",)
        assert not Inquiry.objects.exists()


def test_q3_the_same_question_of_the_same_customer_is_recognised(chains: Chains, as_role: AsRole) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        first = opened(staff, chains.a.store, TEN).inquiry
        same = opened(staff, chains.a.store, TEN + MINUTE, subject="how long does this lamp last").inquiry
        other = opened(staff, chains.a.store, TEN, subject="Sunday", text="When do you open on Sunday?").inquiry
        late = opened(staff, chains.a.store, TEN + timedelta(days=40)).inquiry
        assert Customer.objects.count() == 1
    assert (first.repeats_id, same.repeats_id, other.repeats_id, late.repeats_id) == (None, first.id, None, None)


def test_a_closed_store_takes_no_question_but_answers_those_that_it_has(chains: Chains, as_role: AsRole) -> None:
    staff, hq = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, staff):
        inquiry_id = opened(staff, chains.a.store, TEN, external_id="chat-7").inquiry.id
    with scope(chains.a.chain, hq):
        close_store(actor=hq, store_id=chains.a.store, reason="Lease", now=TEN)
    with scope(chains.a.chain, staff):
        with pytest.raises(StoreClosed):
            opened(staff, chains.a.store, TEN)
        assert opened(staff, chains.a.store, TEN, external_id="chat-7").inquiry.id == inquiry_id
        assert answered(staff, inquiry_id, TEN).inquiry.state == InquiryState.ANSWERED


def test_who_may_not_is_refused_and_a_foreign_thing_is_a_missing_one(chains: Chains, as_role: AsRole) -> None:
    staff, trainer = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "HQ_TRAINER")
    with scope(chains.a.chain, trainer), pytest.raises(NotPermitted):
        opened(trainer, chains.a.store, TEN)
    with scope(chains.a.chain, staff):
        with pytest.raises(NotFound):
            opened(staff, chains.a.other_store, TEN)
        with pytest.raises(NotFound):
            opened(staff, chains.a.store, TEN, owner_id=chains.a.people["SERVICE_STAFF_2"])
        with pytest.raises(NotFound):
            opened(staff, chains.a.store, TEN, customer=chains.b.store)
    supervisor = as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, supervisor), pytest.raises(InquiryOwnerNotAtStore):
        opened(supervisor, chains.a.store, TEN, owner_id=chains.a.people["SERVICE_STAFF_2"])
