"""No order of deeds by anybody leads to an ownerless open inquiry, a lost message or an impossible state (stateful)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from chains.actor import system_actor
from chains.scope import scope
from clocks.models import Clock
from inquiries.actions.answering import Outgoing, promise_reply, reply_to_inquiry
from inquiries.actions.ending import close_inquiry, reopen_inquiry
from inquiries.actions.keeping import Incoming
from inquiries.actions.opening import record_customer_message
from inquiries.actions.owning import hand_over_inquiry, hand_over_of, take_inquiry
from inquiries.actions.shifts import begin_shift, end_shift
from inquiries.models.inquiries import Inquiry, InquiryChannel, InquiryState
from inquiries.models.messages import Message, ReplyPromise
from inquiries.queries import handlers_of
from journal.models import Entry
from kit.refusals import Refusal
from members.models import User
from tests.conftest import Chains
from tests.factories.inquiries import opened
from tests.factories.people import actor_of_role

TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
PEOPLE = ("SERVICE_STAFF", "MENTOR", "SERVICE_SUPERVISOR", "STORE_MANAGER")
WHO, OTHER = st.sampled_from(PEOPLE), st.sampled_from(PEOPLE)


class AnInquiry(RuleBasedStateMachine):
    """Tries deeds in any order by anybody, and keeps its own account of what was said and measured."""

    chains: Chains

    def __init__(self) -> None:
        super().__init__()
        self.now, self.run, self.count = TEN, uuid4().hex, 0
        self.said: dict[str, str] = {}
        self.measured: dict[UUID, Any] = {}
        self.deeds = 0
        self.away: set[str] = set()

    @initialize(who=WHO)
    def begin(self, who: str) -> None:
        self.here = self.chains.a
        self.actors = {each: actor_of_role(self.here, each) for each in PEOPLE}
        with scope(self.here.chain, self.actors[who]):
            self.key = opened(self.actors[who], self.here.store, self.now, external_id=self.new_id("IN")).inquiry.id
        self.deeds = 1

    def new_id(self, direction: str) -> str:
        self.count += 1
        # The machine is run many times in one database.
        name = f"{self.run}-{self.count}"
        self.said[name] = direction
        return name

    def attempt(self, who: str, deed: Callable[..., Any], **given: Any) -> bool:
        """Do a deed as somebody who is there; tell whether it was done."""
        if who in self.away:
            return False
        self.now += timedelta(seconds=20)
        actor = self.actors[who]
        with scope(self.here.chain, actor):
            try:
                deed(actor=actor, now=self.now, **given)
            except Refusal:
                return False
        return True

    def on_inquiry(self, who: str, deed: Callable[..., Any], **given: Any) -> bool:
        is_done = self.attempt(who, deed, inquiry_id=self.key, **given)
        self.deeds += is_done
        return is_done

    @rule(who=WHO, late=st.integers(0, 120))
    def customer_writes(self, who: str, late: int) -> None:
        name = self.new_id("IN")
        said = Incoming("And then?", external_id=name, said_at=self.now - timedelta(seconds=late))
        if not self.on_inquiry(who, record_customer_message, said=said):
            assert who in self.away
            del self.said[name]
        elif late % 3 == 0:
            # The system that sends it in does so once more.
            assert self.attempt(who, record_customer_message, inquiry_id=self.key, said=said)

    @rule(who=WHO, late=st.integers(0, 120), keeps=st.booleans())
    def answer(self, who: str, late: int, keeps: bool) -> None:
        name = self.new_id("OUT")
        said_at = self.now - timedelta(seconds=late)
        how = {"channel": InquiryChannel.PHONE, "said_at": said_at, "promise_ids": None if keeps else ()}
        reply = Outgoing("Hello, yes.", external_id=name, **how)
        if not self.on_inquiry(who, reply_to_inquiry, reply=reply):
            del self.said[name]

    @rule(who=WHO, minutes=st.integers(1, 60))
    def promise(self, who: str, minutes: int) -> None:
        name, until = self.new_id("OUT"), self.now + timedelta(minutes=minutes)
        promise = Outgoing("Hello, soon.", external_id=name)
        if not self.on_inquiry(who, promise_reply, promise=promise, promised_until=until):
            del self.said[name]

    @rule(who=WHO)
    def take(self, who: str) -> None:
        self.on_inquiry(who, take_inquiry)

    @rule(who=WHO, other=OTHER)
    def hand_over(self, who: str, other: str) -> None:
        if self.on_inquiry(who, hand_over_inquiry, owner_id=self.here.people[other]):
            assert other not in self.away

    @rule(who=WHO)
    def close(self, who: str) -> None:
        self.on_inquiry(who, close_inquiry)

    @rule(who=WHO)
    def reopen(self, who: str) -> None:
        self.on_inquiry(who, reopen_inquiry, reason="Not yet")

    @rule(who=WHO, comes=st.booleans())
    def stand_at_the_desk(self, who: str, comes: bool) -> None:
        self.attempt(who, begin_shift if comes else end_shift, store_id=self.here.store)

    @rule(who=st.sampled_from(PEOPLE[:3]))
    def leave(self, who: str) -> None:
        job = system_actor()
        with scope(self.here.chain, job):
            User.objects.filter(id=self.here.people[who]).update(is_active=False)
            # There are inquiries of other runs in this database: only this one's hand-over counts.
            before = Inquiry.objects.get(id=self.key).version
            hand_over_of(actor=job, member_id=self.here.people[who], now=self.now)
            self.deeds += Inquiry.objects.get(id=self.key).version - before
        self.away.add(who)

    @rule(who=st.sampled_from(PEOPLE[:3]))
    def come_back(self, who: str) -> None:
        with scope(self.here.chain, system_actor()):
            User.objects.filter(id=self.here.people[who]).update(is_active=True)
        self.away.discard(who)

    @invariant()
    def all_is_well(self) -> None:
        if not self.deeds:
            return
        with scope(self.here.chain, system_actor()):
            inquiry = Inquiry.objects.select_related("store").get(id=self.key)
            self.it_stands_as_it_may(inquiry)
            self.nothing_is_lost(inquiry)
            self.what_was_measured_stays()
            assert inquiry.version == self.deeds
            told = Entry.objects.filter(subject_id=self.key, part_of_id=None).exclude(kind__startswith="CLOCK_")
            assert told.count() == self.deeds

    def it_stands_as_it_may(self, inquiry: Inquiry) -> None:
        waits = Clock.objects.of_subject("Inquiry", self.key).running()
        promises = ReplyPromise.objects.filter(inquiry=inquiry, kept_at=None)
        running = Clock.objects.running().filter(subject_id__in=promises.values("id"))
        if inquiry.state == InquiryState.CLOSED:
            assert not promises.exists()
        else:
            assert handlers_of(inquiry.store, member_id=inquiry.owner_id)
        assert waits.count() == (inquiry.state == InquiryState.WAITING)
        assert running.count() == promises.count()

    def nothing_is_lost(self, inquiry: Inquiry) -> None:
        kept = dict(Message.objects.filter(inquiry=inquiry).values_list("external_id", "direction"))
        assert kept == self.said

    def what_was_measured_stays(self) -> None:
        for clock in Clock.objects.filter(stopped_at__isnull=False, subject_id=self.key).values():
            shown = (clock["started_at"], clock["due_at"], clock["stopped_at"], clock["wall_seconds"])
            assert self.measured.setdefault(clock["id"], shown) == shown

    def teardown(self) -> None:
        with scope(self.chains.a.chain, system_actor()):
            User.objects.filter(id__in=self.chains.a.people.values()).update(is_active=True)


def test_no_order_of_deeds_does_harm(chains: Chains) -> None:
    class InChain(AnInquiry):
        pass

    InChain.chains = chains
    unhurried = [HealthCheck.too_slow, HealthCheck.data_too_large]
    run_state_machine_as_test(
        InChain,
        settings=settings(max_examples=10, stateful_step_count=20, deadline=None, suppress_health_check=unhurried),
    )
