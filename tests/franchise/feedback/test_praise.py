"""Praise is kept, passed on to those for whom it is, and counts for them (C8)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chains.actor import Actor
from chains.scope import scope
from customers.actions.erasing import erase_customer
from customers.rules.holdings import ERASED
from feedback.actions.praising import record_praise
from feedback.models.praise import Praise, PraiseChannel, PraisedMember
from feedback.queries.surveys import praises_for
from feedback.rules.praising import OwnPraise, PraisedNotAtStore
from journal.models import Entry
from kit.ids import new_id
from kit.refusals import Invalid, NotFound, NotPermitted
from stores.actions.business import close_store
from stores.rules.business import StoreClosed
from tests.conftest import Chains
from tests.factories.chains import FurnishedChain
from tests.factories.inquiries import closed

AsRole = Callable[..., Actor]
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)


@pytest.fixture
def chain(chains: Chains) -> FurnishedChain:
    return chains.a


def praised(actor: Actor, chain: FurnishedChain, **other: Any) -> Praise:
    usual: dict[str, Any] = {"store_id": chain.store, "channel": PraiseChannel.LETTER, "text": "谢谢小王！"}
    return record_praise(actor=actor, now=TEN, **(usual | other))


def test_praise_is_for_people_and_they_see_it(chain: FurnishedChain, as_role: AsRole) -> None:
    manager, staff = as_role(chain, "STORE_MANAGER"), as_role(chain, "SERVICE_STAFF")
    people = [chain.people["SERVICE_STAFF"], chain.people["MENTOR"]]
    with scope(chain.chain, manager):
        customer_id = closed(manager, chain.store, TEN).customer_id
        praise = praised(manager, chain, member_ids=[*people, people[0]], customer_id=customer_id)
        assert set(PraisedMember.objects.values_list("member_id", flat=True)) == set(people)
        assert PraisedMember.objects.count() == 2
        entry = Entry.objects.get(kind="PRAISE_RECORDED")
        assert (entry.customer_id, entry.after["member_ids"]) == (customer_id, sorted(map(str, people)))
        assert "谢谢" not in str(entry.after)
    with scope(chain.chain, staff):
        assert list(praises_for(staff, member_id=people[0])) == [praise]
        assert list(praises_for(staff, member_id=chain.people["STORE_MANAGER"])) == []


def test_praise_for_nobody_in_particular_is_the_stores(chain: FurnishedChain, as_role: AsRole) -> None:
    staff = as_role(chain, "SERVICE_STAFF")
    with scope(chain.chain, staff):
        praise = praised(staff, chain)
        assert (praise.customer_id, praise.received_month) == (None, 202605)
        assert not PraisedMember.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"text": " "}, Invalid),
        ({"received_at": TEN + timedelta(hours=1)}, Invalid),
        ({"received_at": TEN - timedelta(days=400)}, Invalid),
    ],
)
def test_praise_has_words_and_a_moment_that_has_passed(
    chain: FurnishedChain, as_role: AsRole, wrong: dict[str, Any], refusal: type[Exception]
) -> None:
    staff = as_role(chain, "SERVICE_STAFF")
    with scope(chain.chain, staff), pytest.raises(refusal):
        praised(staff, chain, **wrong)


def test_s02_people_and_customers_of_other_stores_are_not_praised_here(chain: FurnishedChain, as_role: AsRole) -> None:
    hq, staff = as_role(chain, "HQ_ADMINISTRATOR"), as_role(chain, "SERVICE_STAFF")
    other = chain.people["STORE_MANAGER_2"]
    with scope(chain.chain, hq):
        with pytest.raises(PraisedNotAtStore):
            praised(hq, chain, member_ids=[other])
        with pytest.raises(Invalid):
            praised(hq, chain, member_ids=[new_id() for _each in range(21)])
        foreign = closed(hq, chain.other_store, TEN).customer_id
        with pytest.raises(NotFound):
            praised(hq, chain, customer_id=foreign)
    with scope(chain.chain, staff):
        with pytest.raises(NotFound):
            praised(staff, chain, member_ids=[other])
        with pytest.raises(NotFound):
            praised(staff, chain, store_id=chain.other_store)


def test_nobody_records_praise_of_themselves(chain: FurnishedChain, as_role: AsRole) -> None:
    staff, own = as_role(chain, "SERVICE_STAFF"), chain.people["SERVICE_STAFF"]
    visitor = replace(as_role(chain, "STORE_MANAGER"), behalf_of_id=own)
    for actor in (staff, visitor):
        with scope(chain.chain, actor):
            with pytest.raises(OwnPraise) as refused:
                praised(actor, chain, member_ids=[chain.people["MENTOR"], own])
            assert refused.value.field == ("member_ids",)
            assert praised(actor, chain, member_ids=[chain.people["MENTOR"]]).recorded_by_id == actor.id


def test_a_trainer_records_no_praise(chain: FurnishedChain, as_role: AsRole) -> None:
    trainer = as_role(chain, "HQ_TRAINER")
    with scope(chain.chain, trainer), pytest.raises(NotPermitted):
        praised(trainer, chain)


def test_a_closed_store_gets_no_more_praise(chain: FurnishedChain, as_role: AsRole) -> None:
    hq = as_role(chain, "HQ_ADMINISTRATOR")
    with scope(chain.chain, hq):
        close_store(actor=hq, store_id=chain.store, reason="Lease", now=TEN)
        with pytest.raises(StoreClosed):
            praised(hq, chain)


def test_k4_an_erasure_takes_the_words(chain: FurnishedChain, as_role: AsRole) -> None:
    hq = as_role(chain, "HQ_ADMINISTRATOR")
    with scope(chain.chain, hq):
        customer_id = closed(hq, chain.store, TEN).customer_id
        praised(hq, chain, customer_id=customer_id, text="I am 李雷")
        erase_customer(actor=hq, customer_id=customer_id, now=TEN)
        assert Praise.objects.get().text == ERASED
