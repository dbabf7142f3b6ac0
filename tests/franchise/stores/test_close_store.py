from collections.abc import Callable
from datetime import timedelta

import pytest

from chains.actor import Actor
from chains.scope import scope
from kit.refusals import Invalid, NotFound, NotPermitted, Stale
from stores.actions.business import close_store, reopen_store
from stores.models import StoreClosure, StoreState
from stores.queries import closures_of, get_store
from stores.rules.business import StoreClosed, StoreOpen
from tests.conftest import Chains
from tests.factories.stores import NOW, last_entry, told

AsRole = Callable[..., Actor]
LATER = NOW + timedelta(days=30)


def test_a_closed_store_says_who_closed_it_when_and_why(chains: Chains, as_role: AsRole) -> None:
    hq = as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, hq):
        store = close_store(actor=hq, store_id=chains.a.store, reason=" Lease ended ", expected_version=1, now=NOW)
        assert (store.state, store.version) == (StoreState.CLOSED, 2)
        closure = StoreClosure.objects.get(store=store)
        assert (closure.reason, closure.closed_at, closure.closed_by_id) == ("Lease ended", NOW, hq.id)
        entry = last_entry(store.id)
        assert (entry.kind, entry.before, entry.after) == (
            "STORE_CLOSED",
            {"state": "OPEN"},
            {"state": "CLOSED"},
        )


def test_a_store_is_closed_once(chains: Chains, as_role: AsRole) -> None:
    hq = as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, hq):
        close_store(actor=hq, store_id=chains.a.store, reason="Lease ended", now=NOW)
        with pytest.raises(StoreClosed):
            close_store(actor=hq, store_id=chains.a.store, reason="Again", now=NOW)
        assert told(chains.a.store) == ["STORE_CLOSED"]


def test_a_reopened_store_does_business_and_keeps_the_history_of_its_closure(chains: Chains, as_role: AsRole) -> None:
    hq = as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, hq):
        with pytest.raises(StoreOpen):
            reopen_store(actor=hq, store_id=chains.a.store, now=NOW)
        close_store(actor=hq, store_id=chains.a.store, reason="Flood", now=NOW)
        store = reopen_store(actor=hq, store_id=chains.a.store, expected_version=2, now=LATER)
        assert (store.state, store.version) == (StoreState.OPEN, 3)
        close_store(actor=hq, store_id=chains.a.store, reason="Second flood", now=LATER)
        closures = closures_of(actor=hq, store_id=chains.a.store)
        assert [(closure.reason, closure.reopened_at, closure.reopened_by_id) for closure in closures] == [
            ("Second flood", None, None),
            ("Flood", LATER, hq.id),
        ]
        assert told(store.id) == ["STORE_CLOSED", "STORE_REOPENED", "STORE_CLOSED"]


def test_a_closure_without_a_reason_or_by_an_older_view_is_refused(chains: Chains, as_role: AsRole) -> None:
    hq = as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, hq):
        with pytest.raises(Invalid):
            close_store(actor=hq, store_id=chains.a.store, reason=" ", now=NOW)
        with pytest.raises(Stale):
            close_store(actor=hq, store_id=chains.a.store, reason="Lease ended", expected_version=2, now=NOW)
        assert get_store(actor=hq, store_id=chains.a.store).state == StoreState.OPEN


def test_a_stores_own_people_do_not_close_or_reopen_it(chains: Chains, as_role: AsRole) -> None:
    for who in ("STORE_MANAGER", "AREA_SUPERVISOR", "QUALITY_OFFICER"):
        actor = as_role(chains.a, who)
        with scope(chains.a.chain, actor):
            with pytest.raises(NotPermitted):
                close_store(actor=actor, store_id=chains.a.store, reason="Holiday", now=NOW)
            with pytest.raises(NotPermitted):
                reopen_store(actor=actor, store_id=chains.a.store, now=NOW)


def test_a_store_of_another_chain_looks_like_a_missing_one(chains: Chains, as_role: AsRole) -> None:
    hq = as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, hq), pytest.raises(NotFound):
        close_store(actor=hq, store_id=chains.b.store, reason="Rival", now=NOW)
