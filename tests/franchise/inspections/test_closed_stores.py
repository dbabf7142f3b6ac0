"""What was planned for a store that closes is called off, and not missed by anybody."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from chains.actor import Actor, system_actor
from chains.scope import scope
from inspections import tasks
from inspections.models.inspections import Inspection
from stores.actions.business import close_store
from tests.conftest import Chains
from tests.factories.inspections import published, scheduled
from tests.factories.stores import last_entry

AsRole = Callable[..., Actor]
NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
MACHINE = system_actor()


def test_a_single_inspection_is_called_off_with_its_store(chains: Chains, as_role: AsRole) -> None:
    hq = as_role(chains.a, "HQ_ADMINISTRATOR")
    inspection = scheduled(chains.a, published(chains.a, NOW), NOW)
    with scope(chains.a.chain, MACHINE):
        tasks.bring_planned.function(actor=MACHINE, now=NOW)
    assert state_of(chains, inspection) == "SCHEDULED"
    with scope(chains.a.chain, hq):
        close_store(actor=hq, store_id=inspection.store_id, reason="Lease ended", now=NOW)
    with scope(chains.a.chain, MACHINE):
        tasks.bring_planned.function(actor=MACHINE, now=NOW)
        tasks.miss_due.function(actor=MACHINE, now=inspection.due_at + timedelta(days=1))
        told = last_entry(inspection.id)
    assert state_of(chains, inspection) == "CANCELLED"
    assert told.after is not None
    assert (told.kind, told.after["because"]) == ("INSPECTION_CANCELLED", "STORE_CLOSED")


def state_of(chains: Chains, inspection: Inspection) -> str:
    with scope(chains.a.chain, MACHINE):
        return str(Inspection.objects.get(id=inspection.id).state)
