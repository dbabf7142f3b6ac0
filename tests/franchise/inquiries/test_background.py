"""What happens by itself: deactivation and withdrawal hand over, a new chain gets its norms, an erasure takes texts."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.utils.translation import override

from chains.actor import Actor, system_actor
from chains.scope import scope
from config.subscriptions import SUBSCRIPTIONS
from customers.actions.erasing import erase_customer
from customers.rules.holdings import ERASED, MattersOpen
from inquiries import tasks
from inquiries.models.inquiries import Inquiry
from inquiries.models.messages import Message
from inquiries.models.norms import PhraseNorm
from journal.actions import append
from kit.ids import new_id
from members.actions.appointing import deactivate_member
from tests.conftest import Chains
from tests.factories.inquiries import closed, opened

AsRole = Callable[..., Actor]
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("task", "kinds"),
    [
        (tasks.hand_over_of_member, {"MEMBER_DEACTIVATED", "ROLE_WITHDRAWN"}),
        (tasks.plant_norms, {"CHAIN_OPENED"}),
    ],
)
def test_the_relay_hands_over_what_is_waited_for(task: object, kinds: set[str]) -> None:
    (subscription,) = (each for each in SUBSCRIPTIONS if each.task is task)
    assert subscription.kinds == kinds


def test_a_deactivation_hands_over_when_its_entry_is_consumed(chains: Chains, as_role: AsRole) -> None:
    staff, hq = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, staff):
        key = opened(staff, chains.a.store, TEN).inquiry.id
    with scope(chains.a.chain, hq):
        deactivate_member(actor=hq, user_id=chains.a.people["SERVICE_STAFF"], reason="Left", now=TEN)
    job = system_actor()
    with scope(chains.a.chain, job):
        entry = append(
            actor=job,
            kind="MEMBER_DEACTIVATED",
            subject_type="User",
            subject_id=chains.a.people["SERVICE_STAFF"],
            store_id=None,
            now=TEN,
        )
        for _twice in range(2):
            tasks.hand_over_of_member.function(actor=job, now=TEN, entry_id=entry.id)
        assert Inquiry.objects.get(id=key).owner_id == chains.a.people["SERVICE_SUPERVISOR"]


def test_a_new_chain_gets_its_norms_when_its_entry_is_consumed(chains: Chains) -> None:
    job = system_actor()
    with scope(chains.a.chain, job):
        entry = append(
            actor=job, kind="CHAIN_OPENED", subject_type="Chain", subject_id=new_id(), store_id=None, now=TEN
        )
        tasks.plant_norms.function(actor=job, now=TEN, entry_id=entry.id)
        assert PhraseNorm.objects.filter(phrase="我们不管", strictness="BLOCK").count() == 1


def test_k4_an_erasure_waits_for_open_questions_and_takes_what_was_written(chains: Chains, as_role: AsRole) -> None:
    manager, hq = as_role(chains.a, "STORE_MANAGER"), as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, hq):
        customer_id = opened(manager, chains.a.store, TEN).inquiry.customer_id
        with override("zh-hans"):
            with pytest.raises(MattersOpen) as refused:
                erase_customer(actor=hq, customer_id=customer_id, now=TEN)
            assert "（咨询）" in refused.value.text()
        Inquiry.objects.update(state="CLOSED", unanswered_since=None)
        closed(manager, chains.a.store, TEN)
        erase_customer(actor=hq, customer_id=customer_id, now=TEN)
        assert set(Message.objects.values_list("text", flat=True)) == {ERASED}
        assert set(Inquiry.objects.values_list("subject", flat=True)) == {ERASED}
