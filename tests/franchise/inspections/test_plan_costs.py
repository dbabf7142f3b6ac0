"""What a plan costs in SQL statements does not grow with its stores, nor does its end."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chains.actor import Actor, system_actor
from chains.scope import CHAINS_ALIAS, scope
from inspections.actions.bringing import bring_planned
from inspections.actions.planning import end_inspection_plan, plan_inspections
from inspections.models.inspections import Inspection
from inspections.models.plans import InspectionPlan, RhythmUnit
from stores.models import Store
from tests.conftest import Chains
from tests.factories.inspections import published

FEW, MANY = 2, 40
MACHINE = system_actor()
AsRole = Callable[..., Actor]


def with_stores(chains: Chains, many: int) -> None:
    """Let the area of the first store have so many stores."""
    with scope(chains.a.chain, MACHINE):
        like = Store.objects.get(id=chains.a.store)
        shown = {name: getattr(like, name) for name in ("kind", "area_id", "time_zone", "currency", "opened_at")}
        there = Store.objects.filter(area_id=chains.a.area).count()
        Store.objects.bulk_create(Store(code=f"M{n}", name=f"Store {n}", **shown) for n in range(there, many))


def statements(chains: Chains, who: Actor, deed: Callable[..., Any], **given: Any) -> tuple[int, Any]:
    with scope(chains.a.chain, who), CaptureQueriesContext(connections[CHAINS_ALIAS]) as captured:
        made = deed(actor=who, now=timezone.now(), **given)
    return len(captured), made


def costs(chains: Chains, supervisor: Actor) -> dict[str, int]:
    now = timezone.now()
    given = {"template_id": published(chains.a, now).id, "area_id": chains.a.area, "is_announced": False}
    given |= {"starts_on": now.date() + timedelta(days=2), "every": 2, "unit": RhythmUnit.DAY}
    planned, plan = statements(chains, supervisor, plan_inspections, **given)
    assert isinstance(plan, InspectionPlan)
    first, brought = statements(chains, MACHINE, bring_planned)
    again, nothing = statements(chains, MACHINE, bring_planned)
    with scope(chains.a.chain, supervisor):
        assert Inspection.objects.visible_to(supervisor).filter(plan=plan).count() == brought >= 3 * FEW
    assert nothing == 0
    ended, _plan = statements(chains, supervisor, end_inspection_plan, plan_id=plan.id, reason="Enough")
    return {"plan": planned, "bring": first, "look again": again, "end": ended}


def test_forty_stores_cost_what_two_cost(chains: Chains, as_role: AsRole) -> None:
    with_stores(chains, FEW)
    few = costs(chains, as_role(chains.a, "AREA_SUPERVISOR"))
    with_stores(chains, MANY)
    assert costs(chains, as_role(chains.a, "AREA_SUPERVISOR")) == few
