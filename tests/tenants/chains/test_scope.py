"""The one door to a chain's data: what is seen inside, and that there is no other way in."""

from collections.abc import Callable

import pytest
from django.db import InternalError, ProgrammingError, connections

from chains.actor import Actor, ActorKind, Audience, gate_actor, system_actor
from chains.backends.scoped.base import OutsideScope
from chains.scope import NestedScope, current_chain, scope
from stores.models import Store
from tests.conftest import Chains
from tests.factories.chains import FurnishedChain

RoleActor = Callable[[FurnishedChain, str], Actor]


def visible_stores(chains: Chains, actor: Actor) -> set[object]:
    with scope(chains.a.chain, actor):
        return set(Store.objects.values_list("id", flat=True))


def audience(kind: Audience, *stores: object) -> Actor:
    return Actor(kind=ActorKind.USER, id=None, audience=kind, store_ids=frozenset(stores))


def test_hq_sees_every_store(chains: Chains) -> None:
    assert visible_stores(chains, audience(Audience.HQ)) == {chains.a.store, chains.a.other_store}


def test_a_store_sees_itself_without_any_filter(chains: Chains) -> None:
    assert visible_stores(chains, audience(Audience.STORE, chains.a.store)) == {chains.a.store}


def test_an_area_sees_its_stores(chains: Chains) -> None:
    assert visible_stores(chains, audience(Audience.AREA, chains.a.store)) == {chains.a.store}
    assert visible_stores(chains, audience(Audience.AREA)) == set()


def test_a_store_of_another_chain_is_not_there(chains: Chains) -> None:
    assert visible_stores(chains, audience(Audience.STORE, chains.b.store)) == set()


def test_a_query_outside_a_scope_raises(chains: Chains) -> None:
    with pytest.raises(OutsideScope):
        Store.objects.count()


def test_there_is_no_current_chain_outside_a_scope(chains: Chains) -> None:
    with pytest.raises(OutsideScope):
        current_chain()


def test_a_scope_in_a_scope_raises_and_the_outer_one_goes_on(chains: Chains) -> None:
    with scope(chains.a.chain, system_actor()):
        with pytest.raises(NestedScope), scope(chains.b.chain, system_actor()):
            pass
        assert current_chain() == chains.a.chain


def test_a_scope_leaves_nothing_behind_on_the_connection(fresh_chain: FurnishedChain) -> None:
    with scope(fresh_chain.chain, audience(Audience.STORE, fresh_chain.store)):
        assert Store.objects.count() == 1
    raw = connections["default"].connection
    assert raw.execute("SELECT current_user = session_user").fetchone() == (True,)
    assert raw.execute("SELECT current_setting('app.store_id', true)").fetchone()[0] in ("", None)
    assert fresh_chain.chain.schema_name not in raw.execute("SHOW search_path").fetchone()[0]


def test_a_reading_scope_refuses_to_write(fresh_chain: FurnishedChain) -> None:
    with pytest.raises(InternalError, match="read-only"), scope(fresh_chain.chain, system_actor(), read_only=True):
        Store.objects.update(name="Changed")


def test_the_search_path_never_holds_public(chains: Chains) -> None:
    with scope(chains.a.chain, system_actor()), connections["default"].cursor() as cursor:
        cursor.execute("SHOW search_path")
        assert cursor.fetchone() == (f"{chains.a.chain.schema_name}, extensions",)


def test_the_gate_reads_no_complaints(chains: Chains) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        scope(chains.a.chain, gate_actor()),
        connections["default"].cursor() as cursor,
    ):
        cursor.execute("SELECT * FROM complaints_complaint")
