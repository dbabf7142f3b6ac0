"""A customer is answered: clocks stop, promises are kept, closing asks that nothing is open (Q2, S9)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from chains.actor import Actor, ActorKind
from chains.scope import scope
from clocks.models import Clock
from inquiries.actions.answering import Outgoing, advise_customer, promise_reply, reply_to_inquiry
from inquiries.actions.ending import close_inquiry, reopen_inquiry
from inquiries.actions.keeping import Incoming
from inquiries.actions.opening import record_customer_message
from inquiries.models.advice import Advice, AdviceLine
from inquiries.models.inquiries import InquiryChannel, InquiryState, InquiryTurn
from inquiries.models.messages import Message, ReplyPromise
from inquiries.rules.advising import MOST_LINES, AdvisedProduct
from inquiries.rules.states import (
    CustomerWaits,
    ExternalIdReused,
    InquiryClosed,
    PromiseNotOpen,
    PromiseOpen,
    ReasonForNewPromiseNeeded,
)
from kit.refusals import Invalid, Stale
from tests.conftest import Chains
from tests.factories.inquiries import answered, closed, opened

AsRole = Callable[..., Actor]
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def staff(as_role: AsRole, chains: Chains) -> Actor:
    return as_role(chains.a, "SERVICE_STAFF")


def test_an_answer_stops_the_clock_and_leaves_nobody_waiting(chains: Chains, staff: Actor) -> None:
    with scope(chains.a.chain, staff):
        inquiry_id = opened(staff, chains.a.store, TEN).inquiry.id
        inquiry = answered(staff, inquiry_id, TEN + MINUTE).inquiry
        clock = Clock.objects.get()
    assert (inquiry.state, inquiry.unanswered_since, inquiry.version) == (InquiryState.ANSWERED, None, 2)
    assert (clock.stopped_at, clock.wall_seconds) == (TEN + MINUTE, 60)


def test_what_was_said_before_the_customer_asked_does_not_answer_it(chains: Chains, staff: Actor) -> None:
    with scope(chains.a.chain, staff):
        inquiry_id = opened(staff, chains.a.store, TEN).inquiry.id
        again = Incoming("And the bulb?", said_at=TEN + 2 * MINUTE)
        record_customer_message(actor=staff, inquiry_id=inquiry_id, said=again, now=TEN + 2 * MINUTE)
        called = {"channel": InquiryChannel.PHONE, "said_at": TEN + MINUTE}
        inquiry = answered(staff, inquiry_id, TEN + 5 * MINUTE, **called).inquiry
        first, second = Clock.objects.order_by("started_at")
    assert (inquiry.state, inquiry.unanswered_since) == (InquiryState.WAITING, TEN + 2 * MINUTE)
    assert (first.kind, first.wall_seconds) == ("FIRST_ANSWER", 60)
    assert (second.kind, second.started_at, second.stopped_at) == ("NEXT_ANSWER", TEN + 2 * MINUTE, None)


def test_an_earlier_answer_that_is_sent_in_late_takes_no_later_answer_back(chains: Chains, staff: Actor) -> None:
    with scope(chains.a.chain, staff):
        inquiry_id = opened(staff, chains.a.store, TEN).inquiry.id
        answered(staff, inquiry_id, TEN + MINUTE)
        called = {"channel": InquiryChannel.PHONE, "said_at": TEN - MINUTE}
        inquiry = answered(staff, inquiry_id, TEN + 2 * MINUTE, **called).inquiry
        assert (inquiry.state, inquiry.unanswered_since) == (InquiryState.ANSWERED, None)
        again = Incoming("And the bulb?", said_at=TEN + 4 * MINUTE)
        record_customer_message(actor=staff, inquiry_id=inquiry_id, said=again, now=TEN + 4 * MINUTE)
        inquiry = answered(staff, inquiry_id, TEN + 5 * MINUTE, **called).inquiry
        running = Clock.objects.running().get()
    assert (inquiry.unanswered_since, running.started_at) == (TEN + 4 * MINUTE, TEN + 4 * MINUTE)


def test_an_answer_sent_in_twice_is_one(chains: Chains, staff: Actor) -> None:
    with scope(chains.a.chain, staff):
        inquiry_id = opened(staff, chains.a.store, TEN).inquiry.id
        for _time in range(2):
            answered(staff, inquiry_id, TEN, external_id="out-1")
        assert Message.objects.filter(direction="OUT").count() == 1


def test_f03_an_answer_sent_in_again_is_known_whatever_has_happened_since(chains: Chains, staff: Actor) -> None:
    with scope(chains.a.chain, staff):
        inquiry_id = opened(staff, chains.a.store, TEN).inquiry.id
        answered(staff, inquiry_id, TEN, external_id="out-1")
        close_inquiry(actor=staff, inquiry_id=inquiry_id, now=TEN)
        again = Outgoing("Hello, two years.", external_id="out-1")
        done = reply_to_inquiry(actor=staff, inquiry_id=inquiry_id, reply=again, expected_version=1, now=TEN + MINUTE)
        assert (done.inquiry.state, Message.objects.filter(direction="OUT").count()) == (InquiryState.CLOSED, 1)
        with pytest.raises(ExternalIdReused):
            answered(staff, inquiry_id, TEN, "Hello, three.", external_id="out-1")


def test_what_is_written_here_goes_now_so_that_no_clock_stops_before(
    chains: Chains, staff: Actor, as_role: AsRole
) -> None:
    machine = replace(as_role(chains.a, "SERVICE_STAFF"), kind=ActorKind.TOKEN, id=None)
    late, said_at = TEN + 9 * MINUTE, TEN + MINUTE
    with scope(chains.a.chain, staff):
        one, other = (opened(staff, chains.a.store, TEN).inquiry.id for _n in range(2))
        for channel in (None, InquiryChannel.ONLINE, InquiryChannel.EMAIL):
            with pytest.raises(Invalid) as refused:
                answered(staff, one, late, said_at=said_at, channel=channel)
            assert refused.value.field == ("said_at",)
        answered(staff, one, late, said_at=said_at, channel=InquiryChannel.PHONE)
    with scope(chains.a.chain, machine):
        answered(machine, other, late, said_at=said_at, channel=InquiryChannel.EMAIL, external_id="mail-7")
        assert {clock.wall_seconds for clock in Clock.objects.all()} == {60}


def test_s9_a_promise_is_a_clock_of_its_own_and_hinders_closing(chains: Chains, staff: Actor) -> None:
    until = TEN + timedelta(hours=2)
    with scope(chains.a.chain, staff):
        inquiry_id = opened(staff, chains.a.store, TEN).inquiry.id
        promise = Outgoing("Hello, I will ask the workshop and write by noon.")
        promise_reply(actor=staff, inquiry_id=inquiry_id, promise=promise, promised_until=until, now=TEN)
        made = ReplyPromise.objects.get()
        assert Clock.objects.running().get().due_at == until
        with pytest.raises(PromiseOpen):
            close_inquiry(actor=staff, inquiry_id=inquiry_id, now=TEN)
        # What only asks back keeps no promise.
        answered(staff, inquiry_id, TEN + MINUTE, "Please tell me the model.", promise_ids=())
        with pytest.raises(PromiseOpen):
            close_inquiry(actor=staff, inquiry_id=inquiry_id, now=TEN)
        answered(staff, inquiry_id, TEN + timedelta(hours=3), "It is two years.")
        made.refresh_from_db()
        clock = Clock.objects.get(kind="PROMISED_REPLY")
        assert close_inquiry(actor=staff, inquiry_id=inquiry_id, now=until).inquiry.state == InquiryState.CLOSED
    assert (made.kept_at, clock.wall_seconds) == (TEN + timedelta(hours=3), 3 * 3600)


def test_s9_who_promises_again_says_why_and_the_first_promise_is_measured_on(chains: Chains, staff: Actor) -> None:
    noon, evening = TEN + timedelta(hours=2), TEN + timedelta(hours=9)
    with scope(chains.a.chain, staff):
        inquiry_id = opened(staff, chains.a.store, TEN).inquiry.id
        first = Outgoing("Hello, I will write by noon.")
        promise_reply(actor=staff, inquiry_id=inquiry_id, promise=first, promised_until=noon, now=TEN)
        again = {"actor": staff, "inquiry_id": inquiry_id, "promised_until": evening, "now": TEN + MINUTE}
        made = ReplyPromise.objects.get()
        for promise in (Outgoing("By tonight."), Outgoing("By tonight.", promise_ids=[made.id])):
            with pytest.raises(ReasonForNewPromiseNeeded) as refused:
                promise_reply(promise=promise, **again)
            assert refused.value.field == ("reason",)
        promise_reply(promise=Outgoing("By tonight."), reason="The workshop is closed till five.", **again)
        told = Message.objects.filter(answer="PROMISE").latest("said_at")
        assert told.text == "By tonight.\nThe workshop is closed till five."
        clocks = Clock.objects.running().filter(kind="PROMISED_REPLY").order_by("due_at")
        assert [clock.due_at for clock in clocks] == [noon, evening]
        answered(staff, inquiry_id, noon + MINUTE, "It is two years.")
        made.refresh_from_db()
        assert made.kept_at == noon + MINUTE


def test_only_an_open_promise_of_the_inquiry_can_be_kept(chains: Chains, staff: Actor) -> None:
    with scope(chains.a.chain, staff):
        one, other = (opened(staff, chains.a.store, TEN).inquiry.id for _n in range(2))
        promise = Outgoing("Hello, by noon.")
        promise_reply(actor=staff, inquiry_id=one, promise=promise, promised_until=TEN + MINUTE, now=TEN)
        made = ReplyPromise.objects.get().id
        with pytest.raises(PromiseNotOpen):
            answered(staff, other, TEN, promise_ids=[made])
        answered(staff, one, TEN, promise_ids=[made])
        with pytest.raises(PromiseNotOpen):
            answered(staff, one, TEN, promise_ids=[made])
        with pytest.raises(Invalid):
            promise_reply(actor=staff, inquiry_id=one, promise=promise, promised_until=TEN, now=TEN)


def test_q2_only_what_has_nothing_open_is_closed_and_it_is_opened_again_as_a_new_round(
    chains: Chains, staff: Actor
) -> None:
    with scope(chains.a.chain, staff):
        inquiry_id = opened(staff, chains.a.store, TEN).inquiry.id
        with pytest.raises(CustomerWaits):
            close_inquiry(actor=staff, inquiry_id=inquiry_id, now=TEN)
        answered(staff, inquiry_id, TEN)
        close_inquiry(actor=staff, inquiry_id=inquiry_id, result="Two years", now=TEN)
        with pytest.raises(InquiryClosed):
            answered(staff, inquiry_id, TEN)
        measured = list(Clock.objects.order_by("id").values())
        done = reopen_inquiry(actor=staff, inquiry_id=inquiry_id, reason="She meant the bulb", now=TEN + MINUTE)
        assert list(Clock.objects.filter(stopped_at__isnull=False).order_by("id").values()) == measured
        assert Clock.objects.running().get().started_at == TEN + MINUTE
        turns = [(turn.kind, turn.round, turn.note) for turn in InquiryTurn.objects.order_by("done_at")]
    assert (done.inquiry.state, done.inquiry.round) == (InquiryState.WAITING, 2)
    assert turns == [("CLOSED", 1, "Two years"), ("REOPENED", 2, "She meant the bulb")]


def test_who_saw_an_older_version_is_told_how_it_is_now(chains: Chains, staff: Actor) -> None:
    with scope(chains.a.chain, staff):
        inquiry = closed(staff, chains.a.store, TEN)
        with pytest.raises(Stale) as refused:
            reopen_inquiry(actor=staff, inquiry_id=inquiry.id, reason="Once more", expected_version=1, now=TEN)
    assert refused.value.details["version"] == 3


def test_advice_says_what_is_needed_what_to_buy_and_how_it_is_planned(chains: Chains, staff: Actor) -> None:
    lines = [AdvisedProduct("Lamp", 2, model="L-7", why="It is bright."), AdvisedProduct("Bulb")]
    with scope(chains.a.chain, staff):
        inquiry_id = opened(staff, chains.a.store, TEN).inquiry.id
        done = advise_customer(
            actor=staff,
            inquiry_id=inquiry_id,
            advice=Outgoing("Hello, for the hall two L-7 would do."),
            needs="Light for a hall of 20 square metres",
            lines=lines,
            plan="One now, one after the move",
            planned_on=date(2026, 6, 1),
            now=TEN,
        )
        advice = Advice.objects.select_related("told_in").get()
        kept = [
            (line.position, line.product, line.model, line.quantity) for line in AdviceLine.objects.order_by("position")
        ]
        for day in (date.min, date(2026, 5, 3), date(2029, 1, 1), date.max):
            with pytest.raises(Invalid) as refused:
                advise_customer(
                    actor=staff,
                    inquiry_id=inquiry_id,
                    advice=Outgoing("Hi"),
                    needs="Light",
                    lines=lines,
                    planned_on=day,
                    now=TEN,
                )
            assert refused.value.field == ("planned_on",)
        for wrong in ([], [AdvisedProduct("Lamp", 0)], [AdvisedProduct("Lamp")] * (MOST_LINES + 1)):
            with pytest.raises(Invalid):
                advise_customer(
                    actor=staff, inquiry_id=inquiry_id, advice=Outgoing("Hi"), needs="Light", lines=wrong, now=TEN
                )
    assert done.inquiry.state == InquiryState.ANSWERED
    assert (advice.told_in.answer, advice.planned_on) == ("ADVICE", date(2026, 6, 1))
    assert kept == [(1, "Lamp", "L-7", 2), (2, "Bulb", "", 1)]


def test_a_reply_with_no_text_is_refused(chains: Chains, staff: Actor) -> None:
    with scope(chains.a.chain, staff):
        inquiry_id = opened(staff, chains.a.store, TEN).inquiry.id
        with pytest.raises(Invalid):
            reply_to_inquiry(actor=staff, inquiry_id=inquiry_id, reply=Outgoing("  "), now=TEN)
