"""What a store has, so that clauses about it bind the store."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from chains.actor import Actor, system_actor
from chains.scope import scope
from kit.refusals import Invalid, NotFound, NotPermitted
from stores.actions.equipment import record_equipment, remove_equipment
from stores.models import StoreEquipment
from stores.queries import equipment_times
from stores.rules.equipment import EquipmentRemovedAlready, EquipmentThereAlready
from tests.conftest import Chains
from tests.factories.stores import last_entry

AsRole = Callable[..., Actor]
NOW = datetime(2026, 5, 4, 2, tzinfo=UTC)
LATER = NOW + timedelta(days=9)


def test_a_store_has_equipment_from_when_to_when(chains: Chains, as_role: AsRole) -> None:
    manager, store = as_role(chains.a, "STORE_MANAGER"), chains.a.store
    with scope(chains.a.chain, manager):
        grill = record_equipment(actor=manager, store_id=store, code="GRILL", now=NOW)
        entry = last_entry(grill.id)
        assert (entry.kind, entry.store_id, (entry.after or {})["code"]) == ("EQUIPMENT_RECORDED", store, "GRILL")
        with pytest.raises(EquipmentThereAlready):
            record_equipment(actor=manager, store_id=store, code="GRILL", now=NOW)
        gone = remove_equipment(actor=manager, equipment_id=grill.id, now=LATER)
        assert (gone.removed_at, last_entry(grill.id).kind) == (LATER, "EQUIPMENT_REMOVED")
        with pytest.raises(EquipmentRemovedAlready):
            remove_equipment(actor=manager, equipment_id=grill.id, now=LATER)
        record_equipment(actor=manager, store_id=store, code="GRILL", now=LATER + timedelta(days=1))
    with scope(chains.a.chain, system_actor()):
        both = [store, chains.a.other_store]
        found = equipment_times(store_ids=both, codes=["GRILL", "OVEN"])
        assert found[store] == [("GRILL", NOW, LATER), ("GRILL", LATER + timedelta(days=1), None)]
        assert found[chains.a.other_store] == []
        assert equipment_times(store_ids=both, codes=["OVEN"])[store] == []


def test_equipment_has_a_code_that_standards_can_name(chains: Chains, as_role: AsRole) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager), pytest.raises(Invalid) as refused:
        record_equipment(actor=manager, store_id=chains.a.store, code="a grill", now=NOW)
    assert refused.value.field == ("code",)


def test_only_who_keeps_a_stores_particulars_records_what_it_has(chains: Chains, as_role: AsRole) -> None:
    manager, staff, other = (as_role(chains.a, role) for role in ("STORE_MANAGER", "SERVICE_STAFF", "STORE_MANAGER_2"))
    with scope(chains.a.chain, manager):
        key = record_equipment(actor=manager, store_id=chains.a.store, code="GRILL", now=NOW).id
    with scope(chains.a.chain, staff), pytest.raises(NotPermitted):
        record_equipment(actor=staff, store_id=chains.a.store, code="OVEN", now=NOW)
    with scope(chains.a.chain, other):
        assert not StoreEquipment.objects.filter(id=key).exists()
        with pytest.raises(NotFound):
            remove_equipment(actor=other, equipment_id=key, now=NOW)
