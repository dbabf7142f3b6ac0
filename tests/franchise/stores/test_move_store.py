from collections.abc import Callable

import pytest

from chains.actor import Actor
from chains.scope import scope
from kit.refusals import NotFound, NotPermitted, Stale
from stores.actions.areas import draw_area, rename_area
from stores.actions.business import close_store, move_store
from stores.queries import areas_of, stores_in_areas, stores_of
from stores.rules.business import AlreadyInArea, AreaNameTaken, NothingChanged
from tests.conftest import Chains
from tests.factories.stores import NOW, last_entry, told

AsRole = Callable[..., Actor]


def test_a_moved_store_is_seen_by_the_areas_supervisor_from_the_next_request_on(
    chains: Chains, as_role: AsRole
) -> None:
    hq = as_role(chains.a, "HQ_ADMINISTRATOR")
    assert as_role(chains.a, "AREA_SUPERVISOR").store_ids == {chains.a.store}
    with scope(chains.a.chain, hq):
        store = move_store(actor=hq, store_id=chains.a.other_store, area_id=chains.a.area, expected_version=1, now=NOW)
        assert (store.area_id, store.version) == (chains.a.area, 2)
        assert stores_in_areas([chains.a.area]) == {chains.a.store, chains.a.other_store}
        entry = last_entry(store.id)
        assert (entry.kind, entry.before, entry.after) == (
            "STORE_MOVED",
            {"area_id": str(chains.a.other_area)},
            {"area_id": str(chains.a.area)},
        )
    supervisor = as_role(chains.a, "AREA_SUPERVISOR")
    with scope(chains.a.chain, supervisor):
        assert [store.code for store in stores_of(actor=supervisor)] == ["S1", "S2"]
        assert [area.name for area in areas_of(actor=supervisor)] == ["Area 1"]


def test_a_store_may_belong_to_no_area(chains: Chains, as_role: AsRole) -> None:
    hq = as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, hq):
        assert move_store(actor=hq, store_id=chains.a.store, area_id=None, now=NOW).area is None
        assert stores_in_areas([chains.a.area]) == frozenset()


def test_a_closed_stores_history_moves_with_it(chains: Chains, as_role: AsRole) -> None:
    hq = as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, hq):
        close_store(actor=hq, store_id=chains.a.store, reason="Lease ended", now=NOW)
        move_store(actor=hq, store_id=chains.a.store, area_id=chains.a.other_area, now=NOW)
        assert told(chains.a.store) == ["STORE_CLOSED", "STORE_MOVED"]


def test_a_store_is_not_moved_to_where_it_is_nor_to_an_area_that_is_not_there(chains: Chains, as_role: AsRole) -> None:
    hq = as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, hq):
        with pytest.raises(AlreadyInArea):
            move_store(actor=hq, store_id=chains.a.store, area_id=chains.a.area, now=NOW)
        with pytest.raises(NotFound):
            move_store(actor=hq, store_id=chains.a.store, area_id=chains.b.area, now=NOW)
        with pytest.raises(NotFound):
            move_store(actor=hq, store_id=chains.b.store, area_id=chains.a.area, now=NOW)
        with pytest.raises(Stale):
            move_store(actor=hq, store_id=chains.a.store, area_id=None, expected_version=7, now=NOW)
        assert told(chains.a.store) == []


@pytest.mark.parametrize("who", ["AREA_SUPERVISOR", "STORE_MANAGER", "QUALITY_OFFICER"])
def test_who_looks_after_a_store_does_not_move_it(chains: Chains, as_role: AsRole, who: str) -> None:
    actor = as_role(chains.a, who)
    with scope(chains.a.chain, actor), pytest.raises(NotPermitted):
        move_store(actor=actor, store_id=chains.a.store, area_id=None, now=NOW)


def test_areas_are_drawn_and_renamed_and_have_names_of_their_own(chains: Chains, as_role: AsRole) -> None:
    hq = as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, hq):
        north = draw_area(actor=hq, name=" North ", now=NOW)
        rename_area(actor=hq, area_id=north.id, name="Far North", now=NOW)
        assert told(north.id) == ["AREA_DRAWN", "AREA_RENAMED"]
        assert [area.name for area in areas_of(actor=hq)] == ["Area 1", "Area 2", "Far North"]
        with pytest.raises(AreaNameTaken):
            draw_area(actor=hq, name="Area 1", now=NOW)
        with pytest.raises(AreaNameTaken):
            rename_area(actor=hq, area_id=north.id, name="Area 1", now=NOW)
        with pytest.raises(NothingChanged):
            rename_area(actor=hq, area_id=north.id, name="Far North ", now=NOW)
        with pytest.raises(NotFound):
            rename_area(actor=hq, area_id=chains.b.area, name="Theirs", now=NOW)


def test_areas_are_drawn_by_hq_alone(chains: Chains, as_role: AsRole) -> None:
    supervisor = as_role(chains.a, "AREA_SUPERVISOR")
    with scope(chains.a.chain, supervisor), pytest.raises(NotPermitted):
        draw_area(actor=supervisor, name="Mine", now=NOW)
