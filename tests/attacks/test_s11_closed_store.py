"""S11: a store is closed. Its history is read, its people still look in, nothing new begins, it counts one less."""

from collections.abc import Callable
from datetime import date, time

import pytest

from chains.actor import Actor
from chains.scope import scope
from complaints.actions.filing import file_complaint
from complaints.models.complaints import Channel, Severity
from customers.rules.particulars import Particulars
from kit.ids import new_id
from stores.actions.business import close_store, correct_store, reopen_store
from stores.actions.hours import set_holidays, set_opening_hours
from stores.actions.positions import assign_position
from stores.models import Store, StoreState
from stores.queries import closures_of, get_store, opening_hours_of, stores_doing_business, stores_of
from stores.rules.business import Correction, StoreClosed, must_do_business
from stores.rules.calendar import Interval
from tests.conftest import Chains
from tests.factories.stores import NOW, told
from tests.graphql_caller import GraphQLCaller

AsRole = Callable[..., Actor]
WEEK = ((Interval(time(9), time(12)),),) * 7
TODAY = date(2026, 3, 2)


def close(chains: Chains, hq: Actor) -> None:
    with scope(chains.a.chain, hq):
        close_store(actor=hq, store_id=chains.a.store, reason="Lease ended", now=NOW)


def test_the_stores_own_people_still_read_its_history(chains: Chains, as_role: AsRole) -> None:
    close(chains, as_role(chains.a, "HQ_ADMINISTRATOR"))
    for who in ("SERVICE_STAFF", "STORE_MANAGER", "AREA_SUPERVISOR"):
        actor = as_role(chains.a, who)
        with scope(chains.a.chain, actor):
            assert get_store(actor=actor, store_id=chains.a.store).state == StoreState.CLOSED
            assert [store.id for store in stores_of(actor=actor)] == [chains.a.store]
            assert [closure.reason for closure in closures_of(actor=actor, store_id=chains.a.store)] == ["Lease ended"]
            assert opening_hours_of(actor=actor, store_id=chains.a.store, on=TODAY).count() == 7


def test_its_staff_sign_in_and_look_and_are_offered_nothing_to_do(
    chains: Chains, as_role: AsRole, graphql: GraphQLCaller
) -> None:
    close(chains, as_role(chains.a, "HQ_ADMINISTRATOR"))
    for who in ("SERVICE_STAFF", "STORE_MANAGER"):
        answer = graphql(chains.a, "{ stores(first: 5) { nodes { code state isOpenNow availableActions } } }", as_=who)
        assert answer["data"]["stores"]["nodes"] == [
            {"code": "S1", "state": "CLOSED", "isOpenNow": False, "availableActions": []}
        ]


def test_nothing_new_begins_there_whoever_tries(chains: Chains, as_role: AsRole) -> None:
    hq = as_role(chains.a, "HQ_ADMINISTRATOR")
    close(chains, hq)
    with scope(chains.a.chain, hq):
        here = {"actor": hq, "store_id": chains.a.store, "now": NOW}
        for deed in (
            lambda: must_do_business(Store.objects.get(pk=chains.a.store)),
            lambda: close_store(reason="Again", **here),
            lambda: correct_store(correction=Correction(name="Late"), **here),
            lambda: set_opening_hours(valid_from=TODAY, days=WEEK, **here),
            lambda: set_holidays(first_on=TODAY, last_on=TODAY, days=[], **here),
            lambda: file_complaint(
                customer=Particulars(name="Li", phone="+86 21 5555 0100"),
                subject="Cold soup",
                channel=Channel.PHONE,
                severity=Severity.MINOR,
                owner_id=chains.a.people["SERVICE_STAFF"],
                **here,
            ),
            lambda: assign_position(member_id=chains.a.people["MENTOR"], position_id=new_id(), **here),
        ):
            with pytest.raises(StoreClosed):
                deed()
        assert told(chains.a.store) == ["STORE_CLOSED"]


def test_it_counts_one_less_once_and_one_more_when_it_reopens(chains: Chains, as_role: AsRole) -> None:
    hq = as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, hq):
        counted = [stores_doing_business()]
        close_store(actor=hq, store_id=chains.a.store, reason="Lease ended", now=NOW)
        counted.append(stores_doing_business())
        with pytest.raises(StoreClosed):
            close_store(actor=hq, store_id=chains.a.store, reason="Again", now=NOW)
        counted.append(stores_doing_business())
        reopen_store(actor=hq, store_id=chains.a.store, now=NOW)
        counted.append(stores_doing_business())
    assert counted == [2, 1, 1, 2]


def test_the_other_store_goes_on(chains: Chains, as_role: AsRole) -> None:
    close(chains, as_role(chains.a, "HQ_ADMINISTRATOR"))
    manager = as_role(chains.a, "STORE_MANAGER_2")
    with scope(chains.a.chain, manager):
        set_opening_hours(actor=manager, store_id=chains.a.other_store, valid_from=TODAY, days=WEEK, now=NOW)
