from collections.abc import Callable

import pytest

from chains.actor import Actor
from chains.scope import scope
from kit.ids import new_id
from kit.refusals import NotFound, NotPermitted, Stale
from stores.actions.business import close_store
from stores.actions.positions import assign_position, define_position, redefine_position, withdraw_position
from stores.models import Layer, Position, StaffPosition
from stores.queries import positions_defined, positions_held_at
from stores.rules.business import StoreClosed
from stores.rules.positions import (
    NotAtWorkHere,
    PositionHeld,
    PositionNameTaken,
    PositionWithdrawn,
    PositionWithoutDuties,
)
from tests.conftest import Chains
from tests.factories.chains import FurnishedChain
from tests.factories.stores import NOW, last_entry, told

AsRole = Callable[..., Actor]


def greeter(chain: FurnishedChain, hq: Actor) -> Position:
    with scope(chain.chain, hq):
        return define_position(
            actor=hq, name="Greeter", layer=Layer.OPERATING, duties=["Greet every guest", "Keep the door"], now=NOW
        )


def test_a_position_is_defined_with_its_duties_in_order(chains: Chains, as_role: AsRole) -> None:
    trainer = as_role(chains.a, "HQ_TRAINER")
    position = greeter(chains.a, trainer)
    with scope(chains.a.chain, trainer):
        assert [duty.text for duty in position.duties.order_by("number")] == ["Greet every guest", "Keep the door"]
        entry = last_entry(position.id)
        assert (entry.kind, entry.store_id) == ("POSITION_DEFINED", None)
        assert entry.after == {
            "name": "Greeter",
            "layer": "OPERATING",
            "duties": ["Greet every guest", "Keep the door"],
        }
        with pytest.raises(PositionNameTaken):
            define_position(actor=trainer, name="Greeter", layer=Layer.MANAGING, duties=["Other"], now=NOW)
        with pytest.raises(PositionWithoutDuties):
            define_position(actor=trainer, name="Idler", layer=Layer.OPERATING, duties=[], now=NOW)
        assert [position.name for position in positions_defined(actor=trainer)] == ["Greeter"]


def test_a_position_is_redefined_and_its_former_duties_are_in_the_journal(chains: Chains, as_role: AsRole) -> None:
    trainer = as_role(chains.a, "HQ_TRAINER")
    position = greeter(chains.a, trainer)
    with scope(chains.a.chain, trainer):
        changed = redefine_position(
            actor=trainer,
            position_id=position.id,
            name="Host",
            layer=Layer.MANAGING,
            duties=["Seat every guest"],
            expected_version=1,
            now=NOW,
        )
        assert (changed.name, changed.layer, changed.version) == ("Host", "MANAGING", 2)
        assert [duty.text for duty in changed.duties.order_by("number")] == ["Seat every guest"]
        entry = last_entry(position.id)
        assert (entry.before["name"], len(entry.before["duties"])) == ("Greeter", 2)
        with pytest.raises(Stale):
            redefine_position(
                actor=trainer,
                position_id=position.id,
                name="Late",
                layer=Layer.MANAGING,
                duties=["x"],
                expected_version=1,
                now=NOW,
            )
        with pytest.raises(NotFound):
            redefine_position(
                actor=trainer, position_id=new_id(), name="None", layer=Layer.MANAGING, duties=["x"], now=NOW
            )


def test_positions_are_defined_for_the_chain_and_not_by_a_store(chains: Chains, as_role: AsRole) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with pytest.raises(NotPermitted):
        greeter(chains.a, manager)


def test_a_member_holds_a_position_until_it_is_withdrawn(chains: Chains, as_role: AsRole) -> None:
    position = greeter(chains.a, as_role(chains.a, "HQ_ADMINISTRATOR"))
    manager = as_role(chains.a, "STORE_MANAGER")
    staff = chains.a.people["SERVICE_STAFF"]
    with scope(chains.a.chain, manager):
        held = assign_position(
            actor=manager, store_id=chains.a.store, member_id=staff, position_id=position.id, now=NOW
        )
        shown = positions_held_at(actor=manager, store_id=chains.a.store)
        assert [(each.member_id, each.position.name) for each in shown] == [(staff, "Greeter")]
        with pytest.raises(PositionHeld):
            assign_position(actor=manager, store_id=chains.a.store, member_id=staff, position_id=position.id, now=NOW)
        withdraw_position(actor=manager, staff_position_id=held.id, now=NOW)
        assert not positions_held_at(actor=manager, store_id=chains.a.store)
        assert told(held.id) == ["POSITION_ASSIGNED", "POSITION_WITHDRAWN"]
        entry = last_entry(held.id)
        assert (entry.before, entry.after) == ({"member_id": str(staff), "position_id": str(position.id)}, None)
        with pytest.raises(PositionWithdrawn):
            withdraw_position(actor=manager, staff_position_id=held.id, now=NOW)
        assign_position(actor=manager, store_id=chains.a.store, member_id=staff, position_id=position.id, now=NOW)
        assert StaffPosition.objects.count() == 2


def test_only_who_works_in_a_store_holds_a_position_there(chains: Chains, as_role: AsRole) -> None:
    hq = as_role(chains.a, "HQ_ADMINISTRATOR")
    position = greeter(chains.a, hq)
    with scope(chains.a.chain, hq), pytest.raises(NotAtWorkHere):
        assign_position(
            actor=hq,
            store_id=chains.a.store,
            member_id=chains.a.people["SERVICE_STAFF_2"],
            position_id=position.id,
            now=NOW,
        )


def test_people_and_positions_that_are_not_there_to_see_look_missing(chains: Chains, as_role: AsRole) -> None:
    position = greeter(chains.a, as_role(chains.a, "HQ_ADMINISTRATOR"))
    manager = as_role(chains.a, "STORE_MANAGER")
    own, other = chains.a.people["SERVICE_STAFF"], chains.a.people["SERVICE_STAFF_2"]
    with scope(chains.a.chain, manager):
        for store_id, member_id, position_id in (
            (chains.a.other_store, own, position.id),
            (chains.a.store, other, position.id),
            (chains.a.store, chains.b.people["SERVICE_STAFF"], position.id),
            (chains.a.store, own, new_id()),
        ):
            with pytest.raises(NotFound):
                assign_position(actor=manager, store_id=store_id, member_id=member_id, position_id=position_id, now=NOW)


def test_the_other_stores_manager_withdraws_nothing_here(chains: Chains, as_role: AsRole) -> None:
    hq = as_role(chains.a, "HQ_ADMINISTRATOR")
    position = greeter(chains.a, hq)
    with scope(chains.a.chain, hq):
        held = assign_position(
            actor=hq,
            store_id=chains.a.store,
            member_id=chains.a.people["SERVICE_STAFF"],
            position_id=position.id,
            now=NOW,
        )
    other = as_role(chains.a, "STORE_MANAGER_2")
    with scope(chains.a.chain, other):
        for held_id in (held.id, new_id()):
            with pytest.raises(NotFound):
                withdraw_position(actor=other, staff_position_id=held_id, now=NOW)
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff), pytest.raises(NotPermitted):
        withdraw_position(actor=staff, staff_position_id=held.id, now=NOW)


def test_nobody_is_given_a_position_in_a_closed_store(chains: Chains, as_role: AsRole) -> None:
    hq = as_role(chains.a, "HQ_ADMINISTRATOR")
    position = greeter(chains.a, hq)
    with scope(chains.a.chain, hq):
        close_store(actor=hq, store_id=chains.a.store, reason="Lease ended", now=NOW)
        with pytest.raises(StoreClosed):
            assign_position(
                actor=hq,
                store_id=chains.a.store,
                member_id=chains.a.people["SERVICE_STAFF"],
                position_id=position.id,
                now=NOW,
            )
