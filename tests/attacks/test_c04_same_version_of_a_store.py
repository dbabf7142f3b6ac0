"""C04, for stores: several people change one version of a store at once. One wins, the others are told its state."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connections

from chains.actor import Actor
from chains.scope import scope
from journal.models import Entry
from kit.refusals import Stale
from stores.actions.business import correct_store
from stores.models import Store
from stores.rules.business import Correction
from tests.factories.chains import FurnishedChain
from tests.factories.stores import NOW
from tests.patience import PATIENCE_SECONDS

AsRole = Callable[..., Actor]
CALLERS = 4


def test_one_of_many_changes_a_version_and_the_history_is_linear(fresh_chain: FurnishedChain, as_role: AsRole) -> None:
    manager = as_role(fresh_chain, "STORE_MANAGER")
    start = Barrier(CALLERS)

    def attempt(caller: int) -> int | None:
        """Return the version the caller is told of, or None when the change was made."""
        try:
            start.wait(timeout=PATIENCE_SECONDS)
            with scope(fresh_chain.chain, manager):
                correction = Correction(name=f"Name {caller}")
                correct_store(
                    actor=manager, store_id=fresh_chain.store, correction=correction, expected_version=1, now=NOW
                )
            return None
        except Stale as refusal:
            version = refusal.details["version"]
            return version if isinstance(version, int) else 0
        finally:
            connections.close_all()

    with ThreadPoolExecutor(CALLERS) as callers:
        told = list(callers.map(attempt, range(CALLERS)))
    winner = told.index(None)
    assert told == [None if caller == winner else 2 for caller in range(CALLERS)]
    with scope(fresh_chain.chain, manager):
        store = Store.objects.get(pk=fresh_chain.store)
        assert (store.name, store.version) == (f"Name {winner}", 2)
        assert Entry.objects.filter(subject_id=store.id, kind="STORE_CORRECTED").count() == 1
