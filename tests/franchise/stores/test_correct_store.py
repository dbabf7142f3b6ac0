from collections.abc import Callable

import pytest

from chains.actor import Actor
from chains.scope import scope
from kit.refusals import NotFound, NotPermitted, Stale
from stores.actions.business import close_store, correct_store
from stores.models import Store, StoreKind
from stores.rules.business import Correction, NothingChanged, StoreClosed, StoreCodeTaken
from tests.conftest import Chains
from tests.factories.stores import NOW, last_entry

AsRole = Callable[..., Actor]


def test_a_manager_corrects_the_name_of_their_store(chains: Chains, as_role: AsRole) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        store = correct_store(actor=manager, store_id=chains.a.store, correction=Correction(name="West Gate"), now=NOW)
        assert (store.name, store.version) == ("West Gate", 2)
        entry = last_entry(store.id)
        assert entry.kind == "STORE_CORRECTED"
        assert (entry.before["name"], entry.after["name"]) == ("Store 1", "West Gate")


def test_what_is_the_chains_is_corrected_by_who_opens_stores(chains: Chains, as_role: AsRole) -> None:
    correction = Correction(code="S9", kind=StoreKind.FRANCHISED, franchisee_name="Chen", currency="hkd")
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager), pytest.raises(NotPermitted):
        correct_store(actor=manager, store_id=chains.a.store, correction=correction, now=NOW)
    hq = as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, hq):
        store = correct_store(actor=hq, store_id=chains.a.store, correction=correction, now=NOW)
        assert (store.code, store.kind, store.franchisee_name, store.currency) == ("S9", "FRANCHISED", "Chen", "HKD")


def test_a_code_of_another_store_is_refused(chains: Chains, as_role: AsRole) -> None:
    hq = as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, hq), pytest.raises(StoreCodeTaken):
        correct_store(actor=hq, store_id=chains.a.store, correction=Correction(code="S2"), now=NOW)


def test_who_saw_an_older_version_is_told_the_current_one_and_nothing_changes(chains: Chains, as_role: AsRole) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        for name, version in (("First", 1), ("Second", 2)):
            correct_store(
                actor=manager,
                store_id=chains.a.store,
                correction=Correction(name=name),
                expected_version=version,
                now=NOW,
            )
        with pytest.raises(Stale) as refusal:
            correct_store(
                actor=manager,
                store_id=chains.a.store,
                correction=Correction(name="Third"),
                expected_version=1,
                now=NOW,
            )
        assert refusal.value.details["version"] == 3
        assert Store.objects.get(pk=chains.a.store).name == "Second"


def test_a_correction_that_changes_nothing_makes_no_version(chains: Chains, as_role: AsRole) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager), pytest.raises(NothingChanged):
        correct_store(actor=manager, store_id=chains.a.store, correction=Correction(name="Store 1"), now=NOW)


def test_another_store_looks_like_a_missing_one(chains: Chains, as_role: AsRole) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        for store_id in (chains.a.other_store, chains.b.store):
            with pytest.raises(NotFound) as refusal:
                correct_store(actor=manager, store_id=store_id, correction=Correction(name="Mine"), now=NOW)
            assert (refusal.value.field, refusal.value.details) == ((), {})


def test_staff_see_their_store_and_do_not_correct_it(chains: Chains, as_role: AsRole) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff), pytest.raises(NotPermitted):
        correct_store(actor=staff, store_id=chains.a.store, correction=Correction(name="Mine"), now=NOW)


def test_a_closed_store_stands_as_it_was(chains: Chains, as_role: AsRole) -> None:
    hq = as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, hq):
        close_store(actor=hq, store_id=chains.a.store, reason="Lease ended", now=NOW)
        with pytest.raises(StoreClosed):
            correct_store(actor=hq, store_id=chains.a.store, correction=Correction(name="Late"), now=NOW)
