"""Which stores a clause binds by its own scope: as they were known to be when a case began there."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from chains.actor import Actor, system_actor
from chains.scope import scope
from clocks.models import Clock
from journal.models import Entry
from standards.actions.measuring import measure_entry
from standards.models.verdicts import Verdict
from stores.actions.business import move_store
from stores.actions.equipment import record_equipment, remove_equipment
from tests.conftest import Chains
from tests.factories.complaints import settled
from tests.factories.standards import in_force, same_day_clause

AsRole = Callable[..., Actor]
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
OUT, KEPT = ("NOT_APPLICABLE", "OUT_OF_SCOPE"), ("MET", "IN_TIME")


def verdicts() -> list[tuple[str, str]]:
    """Measure everything long after it happened, and return how the cases stand in the order of their beginning."""
    for entry in Entry.objects.filter(kind="COMPLAINT_FILED").order_by("-at"):
        measure_entry(actor=system_actor(), entry=entry, now=TEN + 99 * HOUR)
    return list(Verdict.objects.standing().order_by("span__started_at").values_list("state", "reason"))


def test_a_clause_about_equipment_binds_a_store_while_it_has_some(chains: Chains, as_role: AsRole) -> None:
    in_force(chains.a, TEN - HOUR, replace(same_day_clause(), scope={"equipment": ["GRILL", "OVEN"]}))
    manager, store = as_role(chains.a, "STORE_MANAGER"), chains.a.store
    with scope(chains.a.chain, manager):
        before = settled(manager, store, TEN)
        grill = record_equipment(actor=manager, store_id=store, code="GRILL", now=TEN + HOUR)
        there = settled(manager, store, TEN + HOUR)
        remove_equipment(actor=manager, equipment_id=grill.id, now=TEN + 2 * HOUR)
        after = settled(manager, store, TEN + 2 * HOUR)
    with scope(chains.a.chain, system_actor()):
        assert verdicts() == [OUT, KEPT, OUT]
        asked = Clock.objects.filter(subject_id__in=[before.id, there.id, after.id], clause_version_id__isnull=False)
        assert {clock.subject_id for clock in asked} == {there.id}


def test_a_clause_of_an_area_binds_a_store_while_it_is_there(chains: Chains, as_role: AsRole) -> None:
    in_force(chains.a, TEN - HOUR, replace(same_day_clause(), scope={"area_ids": [str(chains.a.area)]}))
    manager, machine, store = as_role(chains.a, "STORE_MANAGER"), system_actor(), chains.a.store
    areas = {TEN: chains.a.other_area, TEN + HOUR: None, TEN + 2 * HOUR: chains.a.area}
    for moment, area_id in areas.items():
        with scope(chains.a.chain, manager):
            settled(manager, store, moment - HOUR / 2)
        with scope(chains.a.chain, machine):
            move_store(actor=machine, store_id=store, area_id=area_id, now=moment)
    with scope(chains.a.chain, manager):
        settled(manager, store, TEN + 3 * HOUR)
    with scope(chains.a.chain, machine):
        assert verdicts() == [KEPT, OUT, OUT, KEPT]
