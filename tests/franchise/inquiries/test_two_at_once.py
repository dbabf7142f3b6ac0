"""C04, C06: two who take, answer, close or send in the same thing at the same moment."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import pytest

from chains.actor import Actor
from chains.scope import scope
from inquiries.actions.ending import close_inquiry
from inquiries.actions.keeping import Incoming
from inquiries.actions.opening import record_customer_message
from inquiries.actions.owning import take_inquiry
from inquiries.models.inquiries import HandOver, Inquiry, InquiryTurn
from inquiries.models.messages import Message
from kit.refusals import Refusal
from tests.factories.chains import FurnishedChain
from tests.factories.inquiries import answered, opened
from tests.franchise.complaints.test_c04_two_at_once import at_once
from tests.franchise.inquiries.test_owning import machine

AsRole = Callable[..., Actor]
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
TIMES = 4


def doing(chain: FurnishedChain, actor: Actor, deed: Callable[[], object]) -> Callable[[], str]:
    def do() -> str:
        with scope(chain.chain, actor):
            try:
                deed()
            except Refusal as refused:
                return refused.code
        return ""

    return do


def test_of_those_who_take_one_inquiry_one_gets_it(fresh_chain: FurnishedChain, as_role: AsRole) -> None:
    token = machine(as_role(fresh_chain, "STORE_MANAGER"))
    with scope(fresh_chain.chain, token):
        key = opened(token, fresh_chain.store, TEN).inquiry.id
    people = [as_role(fresh_chain, who) for who in ("SERVICE_STAFF", "MENTOR", "SERVICE_SUPERVISOR", "STORE_MANAGER")]
    deeds = [
        doing(fresh_chain, actor, lambda actor=actor: take_inquiry(actor=actor, inquiry_id=key, now=TEN))
        for actor in people
    ]
    assert Counter(at_once(deeds)) == {"": 1, "INQUIRY_TAKEN": 3}
    with scope(fresh_chain.chain, people[3]):
        assert HandOver.objects.get().to_owner_id == Inquiry.objects.get().owner_id


@pytest.mark.parametrize("step", ["answer", "close"])
def test_of_those_who_saw_the_same_version_one_wins(fresh_chain: FurnishedChain, as_role: AsRole, step: str) -> None:
    staff = as_role(fresh_chain, "SERVICE_STAFF")
    with scope(fresh_chain.chain, staff):
        key = opened(staff, fresh_chain.store, TEN).inquiry.id
        if step == "close":
            answered(staff, key, TEN)

    def deed() -> None:
        if step == "close":
            close_inquiry(actor=staff, inquiry_id=key, now=TEN)
        else:
            answered(staff, key, TEN, external_id="out-1")

    told = Counter(at_once([doing(fresh_chain, staff, deed)] * TIMES))
    # An answer that is sent in again is there already; a closed inquiry is not closed once more.
    assert told == ({"": 1, "INQUIRY_CLOSED": TIMES - 1} if step == "close" else {"": TIMES})
    with scope(fresh_chain.chain, staff):
        assert Message.objects.filter(direction="OUT").count() == 1
        assert InquiryTurn.objects.count() == (step == "close")


def test_what_is_sent_in_at_once_is_there_once(fresh_chain: FurnishedChain, as_role: AsRole) -> None:
    token = machine(as_role(fresh_chain, "STORE_MANAGER"))

    def send_in() -> None:
        opened(token, fresh_chain.store, TEN, external_id="chat-1")

    assert at_once([doing(fresh_chain, token, send_in)] * TIMES) == [""] * TIMES
    with scope(fresh_chain.chain, token):
        key: UUID = Inquiry.objects.get().id

    def write() -> None:
        said = Incoming("And then?", external_id="chat-2")
        record_customer_message(actor=token, inquiry_id=key, said=said, now=TEN)

    assert at_once([doing(fresh_chain, token, write)] * TIMES) == [""] * TIMES
    with scope(fresh_chain.chain, token):
        assert Message.objects.filter(inquiry_id=key).count() == 2


def test_one_closes_while_the_customer_writes_and_nothing_is_lost(fresh_chain: FurnishedChain, as_role: AsRole) -> None:
    staff = as_role(fresh_chain, "SERVICE_STAFF")
    with scope(fresh_chain.chain, staff):
        key = opened(staff, fresh_chain.store, TEN).inquiry.id
        answered(staff, key, TEN)

    def write() -> None:
        record_customer_message(actor=staff, inquiry_id=key, said=Incoming("And then?"), now=TEN)

    def close() -> None:
        close_inquiry(actor=staff, inquiry_id=key, now=TEN)

    told = at_once([doing(fresh_chain, staff, write), doing(fresh_chain, staff, close)])
    assert told in (["", ""], ["", "CUSTOMER_WAITS"])
    with scope(fresh_chain.chain, staff):
        assert Inquiry.objects.get().state == "WAITING"
        assert Message.objects.filter(direction="IN").count() == 2
