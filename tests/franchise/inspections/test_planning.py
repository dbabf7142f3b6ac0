"""Plans bring inspections by themselves: once for a store and day, where it is open and meant, until they are ended."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from chains.actor import Actor, ActorKind, system_actor
from chains.scope import scope
from inspections import tasks
from inspections.actions import bringing
from inspections.actions.bringing import bring_planned, call_off_lost
from inspections.actions.inspecting import start_inspection
from inspections.actions.planning import end_inspection_plan, plan_inspections
from inspections.actions.scheduling import cancel_inspection
from inspections.actions.templates import (
    draft_inspection_template,
    publish_inspection_template,
    retire_inspection_template,
)
from inspections.models.inspections import Inspection
from inspections.models.plans import InspectionPlan, InspectionPlanEnd, RhythmUnit
from inspections.queries import inspections_for, plans_for, stores_without_inspector
from inspections.rules.plans import InspectionPlanEnded, InspectionPlanState, InspectorNotFitEverywhere
from inspections.rules.templates import TemplateNotPublished
from journal.models import Entry
from kit.ids import new_id
from kit.refusals import Invalid, NotFound, NotPermitted, Stale
from members.models import Assignment, User
from stores.actions.business import close_store, move_store
from stores.models import Store
from stores.rules.business import StoreClosed
from tests.conftest import Chains
from tests.factories.inspections import ITEMS, TITLES, published
from tests.factories.stores import last_entry, newly_opened

AsRole = Callable[..., Actor]
# Ten in the morning in Shanghai, on a Monday.
NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
TODAY, A_DAY = NOW.date(), timedelta(days=1)
MACHINE = system_actor()


def planned(chains: Chains, who: Actor, **other: Any) -> InspectionPlan:
    """Return a plan for the first store: each week from today on, for two days."""
    usual: dict[str, Any] = {"starts_on": TODAY, "every": 1, "unit": RhythmUnit.WEEK, "open_days": 2, "now": NOW}
    usual |= {"is_announced": True, "store_ids": [chains.a.store]}
    if "template_id" not in other:
        usual["template_id"] = published(chains.a, NOW).id
    with scope(chains.a.chain, who):
        return plan_inspections(actor=who, **(usual | other))


def brought(chains: Chains, now: datetime = NOW) -> int:
    with scope(chains.a.chain, MACHINE):
        return bring_planned(actor=MACHINE, now=now)


def days(chains: Chains) -> list[tuple[str, str, str]]:
    """Return which inspections plans have brought: store, day, state."""
    with scope(chains.a.chain, MACHINE):
        rows = Inspection.objects.exclude(plan=None).order_by("planned_on", "store__code")
        return [(each.store.code, f"{each.planned_on:%m-%d}", each.state) for each in rows.select_related("store")]


def test_a_plan_brings_each_day_once_however_often_it_is_asked(chains: Chains, as_role: AsRole) -> None:
    supervisor = as_role(chains.a, "AREA_SUPERVISOR")
    plan = planned(chains, supervisor)
    assert [brought(chains) for _ in range(3)] == [2, 0, 0]
    assert brought(chains, NOW + 6 * A_DAY) == 0
    assert brought(chains, NOW + 7 * A_DAY) == 1
    assert days(chains) == [(("S1"), on, "SCHEDULED") for on in ("03-02", "03-09", "03-16")]
    with scope(chains.a.chain, supervisor):
        first = inspections_for(supervisor).first()
        assert first is not None
        assert (first.inspector_id, first.scheduled_by_id) == (supervisor.user_id, supervisor.user_id)
        # Two days of Shanghai's.
        assert first.due_at == datetime(2026, 3, 3, 16, tzinfo=UTC)
        told = last_entry(first.id)
        assert (told.kind, told.actor_kind) == ("INSPECTION_SCHEDULED", "SYSTEM")
        assert told.after | {"plan_id": str(plan.id), "planned_on": "2026-03-02"} == told.after


def test_a_day_that_was_called_off_does_not_come_again(chains: Chains, as_role: AsRole) -> None:
    supervisor = as_role(chains.a, "AREA_SUPERVISOR")
    planned(chains, supervisor)
    brought(chains)
    with scope(chains.a.chain, supervisor):
        first = Inspection.objects.get(planned_on=TODAY)
        cancel_inspection(actor=supervisor, inspection_id=first.id, reason="Snow", now=NOW)
    assert brought(chains) == 0


def test_days_are_each_stores_own(chains: Chains, as_role: AsRole) -> None:
    hq = as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, hq):
        far = newly_opened(hq, code="LA-1", time_zone="America/Los_Angeles")
    stores = [far.id, chains.a.store]
    template = published(chains.a, NOW, inspector_roles=["QUALITY_OFFICER"]).id
    # In Los Angeles it is still Sunday.
    planned(chains, hq, template_id=template, store_ids=stores, every=1, unit=RhythmUnit.DAY, open_days=None)
    assert brought(chains) == 8 + 7
    with scope(chains.a.chain, hq):
        due = dict(Inspection.objects.filter(planned_on=TODAY).values_list("store__code", "due_at"))
    assert due == {"S1": datetime(2026, 3, 2, 16, tzinfo=UTC), "LA-1": datetime(2026, 3, 3, 8, tzinfo=UTC)}


def test_a_plan_of_an_area_follows_its_stores(chains: Chains, as_role: AsRole) -> None:
    hq, supervisor = as_role(chains.a, "HQ_ADMINISTRATOR"), as_role(chains.a, "AREA_SUPERVISOR")
    plan = planned(chains, supervisor, area_id=chains.a.area, store_ids=None)
    assert brought(chains) == 2
    with scope(chains.a.chain, hq):
        new = newly_opened(hq, code="NEW-1", time_zone="Asia/Shanghai", area_id=chains.a.area)
        close_store(actor=hq, store_id=chains.a.store, reason="Lease ended", now=NOW)
    later = NOW + A_DAY
    with scope(chains.a.chain, MACHINE):
        tasks.bring_planned.function(actor=MACHINE, now=later)
    # What was for yesterday is not asked of a store that was not there.
    gone = [("S1", "03-02", "CANCELLED"), ("S1", "03-09", "CANCELLED")]
    assert days(chains) == sorted([*gone, ("NEW-1", "03-09", "SCHEDULED")], key=lambda each: (each[1], each[0]))
    with scope(chains.a.chain, hq):
        lost = Inspection.objects.get(plan=plan, store_id=chains.a.store, planned_on=TODAY)
        assert last_entry(lost.id).after | {"because": "STORE_CLOSED"} == last_entry(lost.id).after
        move_store(actor=hq, store_id=new.id, area_id=chains.a.other_area, now=later)
        assert (call_off_lost(actor=MACHINE, now=later), call_off_lost(actor=MACHINE, now=later)) == (1, 0)
    assert days(chains)[-2:] == [("NEW-1", "03-09", "CANCELLED"), ("S1", "03-09", "CANCELLED")]
    assert brought(chains, later) == 0


def test_what_has_begun_is_not_called_off_with_its_store(chains: Chains, as_role: AsRole) -> None:
    hq, supervisor = as_role(chains.a, "HQ_ADMINISTRATOR"), as_role(chains.a, "AREA_SUPERVISOR")
    planned(chains, supervisor)
    brought(chains)
    with scope(chains.a.chain, supervisor):
        start_inspection(actor=supervisor, inspection_id=Inspection.objects.get(planned_on=TODAY).id, now=NOW)
    with scope(chains.a.chain, hq):
        close_store(actor=hq, store_id=chains.a.store, reason="Lease ended", now=NOW)
        assert call_off_lost(actor=MACHINE, now=NOW) == 1
    assert [state for _code, _on, state in days(chains)] == ["STARTED", "CANCELLED"]


def test_one_deed_plans_at_all_stores_once(chains: Chains, as_role: AsRole) -> None:
    officer = as_role(chains.a, "QUALITY_OFFICER")
    template = published(chains.a, NOW, inspector_roles=["AREA_SUPERVISOR", "QUALITY_OFFICER"]).id
    once: dict[str, Any] = {"every": None, "unit": None, "store_ids": None, "starts_on": date(2026, 5, 31)}
    plan = planned(chains, officer, template_id=template, **once)
    assert [brought(chains), brought(chains)] == [2, 0]
    assert days(chains) == [("S1", "05-31", "SCHEDULED"), ("S2", "05-31", "SCHEDULED")]
    with scope(chains.a.chain, officer):
        by = {each.store_id: each.inspector_id for each in Inspection.objects.filter(plan=plan)}
    # The area's own supervisor is nearer than headquarters; the other area has none.
    assert by == {chains.a.store: chains.a.people["AREA_SUPERVISOR"], chains.a.other_store: officer.user_id}


def test_more_than_a_round_makes_comes_with_the_next_ones(
    chains: Chains, as_role: AsRole, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bringing, "AT_MOST", 3)
    planned(chains, as_role(chains.a, "AREA_SUPERVISOR"), every=1, unit=RhythmUnit.DAY, open_days=1)
    assert [brought(chains) for _ in range(4)] == [3, 3, 2, 0]


def test_an_unannounced_plan_is_known_to_nobody_at_the_store(chains: Chains, as_role: AsRole) -> None:
    supervisor, manager = as_role(chains.a, "AREA_SUPERVISOR"), as_role(chains.a, "STORE_MANAGER")
    planned(chains, supervisor, is_announced=False)
    brought(chains)
    with scope(chains.a.chain, supervisor):
        assert plans_for(supervisor).count() == 1
        assert inspections_for(supervisor).count() == 2
    with scope(chains.a.chain, manager):
        assert not inspections_for(manager).exists()
        assert not InspectionPlan.objects.visible_to(manager).exists()
        assert not Entry.objects.filter(kind__in=["INSPECTION_SCHEDULED", "INSPECTIONS_PLANNED"]).exists()
        with pytest.raises(NotPermitted):
            plans_for(manager)


def test_where_the_inspector_left_the_nearest_takes_their_place(chains: Chains, as_role: AsRole) -> None:
    officer, people = as_role(chains.a, "QUALITY_OFFICER"), chains.a.people
    template = published(chains.a, NOW, inspector_roles=["STORE_MANAGER", "QUALITY_OFFICER"]).id
    planned(chains, officer, template_id=template, inspector_id=officer.user_id)
    with scope(chains.a.chain, MACHINE):
        User.objects.filter(id=officer.user_id).update(is_active=False)
    brought(chains)
    with scope(chains.a.chain, MACHINE):
        assert set(Inspection.objects.values_list("inspector_id", flat=True)) == {people["STORE_MANAGER"]}


def test_where_nobody_can_inspect_nothing_is_planned_until_somebody_can(chains: Chains, as_role: AsRole) -> None:
    officer = as_role(chains.a, "QUALITY_OFFICER")
    template = published(chains.a, NOW, inspector_roles=["STORE_MANAGER"]).id
    plan = planned(chains, officer, template_id=template, store_ids=None)
    with scope(chains.a.chain, MACHINE):
        gone = Assignment.objects.get(user_id=chains.a.people["STORE_MANAGER"], role="STORE_MANAGER")
        gone.delete()
    assert brought(chains) == 2
    with scope(chains.a.chain, officer):
        assert [each.code for each in stores_without_inspector(officer, plan_id=plan.id)] == ["S1"]
        with pytest.raises(NotFound):
            stores_without_inspector(officer, plan_id=new_id())
    with scope(chains.a.chain, MACHINE):
        gone.save(force_insert=True)
    assert brought(chains) == 2
    with scope(chains.a.chain, officer):
        assert not stores_without_inspector(officer, plan_id=plan.id).exists()


def test_a_plan_goes_by_the_version_in_use_and_waits_where_there_is_none(chains: Chains, as_role: AsRole) -> None:
    officer = as_role(chains.a, "QUALITY_OFFICER")
    first = published(chains.a, NOW)
    planned(chains, officer, template_id=first.id)
    given: dict[str, Any] = {"titles": TITLES, "items": ITEMS[:1], "inspector_roles": ["AREA_SUPERVISOR"], "now": NOW}
    with scope(chains.a.chain, officer):
        second = draft_inspection_template(actor=officer, replaces_id=first.id, **given)
        publish_inspection_template(actor=officer, template_id=second.id, now=NOW)
    brought(chains)
    with scope(chains.a.chain, officer):
        assert set(Inspection.objects.values_list("template_id", flat=True)) == {second.id}
        retire_inspection_template(actor=officer, template_id=second.id, now=NOW)
    assert brought(chains, NOW + 7 * A_DAY) == 0
    with pytest.raises(TemplateNotPublished):
        planned(chains, officer, template_id=second.id)


def test_the_end_calls_off_what_nobody_has_started(chains: Chains, as_role: AsRole) -> None:
    supervisor = as_role(chains.a, "AREA_SUPERVISOR")
    plan = planned(chains, supervisor)
    brought(chains)
    with scope(chains.a.chain, supervisor):
        start_inspection(actor=supervisor, inspection_id=Inspection.objects.get(planned_on=TODAY).id, now=NOW)
        given: dict[str, Any] = {"actor": supervisor, "plan_id": plan.id, "reason": "A better one", "now": NOW}
        with pytest.raises(Stale):
            end_inspection_plan(**given, expected_version=7)
        with pytest.raises(Invalid):
            end_inspection_plan(**{**given, "reason": " "})
        assert end_inspection_plan(**given, expected_version=1).version == 2
        with pytest.raises(InspectionPlanEnded):
            end_inspection_plan(**given)
        end = InspectionPlanEnd.objects.get()
        assert (end.reason, end.done_by_id) == ("A better one", supervisor.user_id)
        off = Inspection.objects.get(planned_on=TODAY + 7 * A_DAY)
        assert (off.state, off.remark, off.version) == ("CANCELLED", "A better one", 2)
        assert [each.id for each in plans_for(supervisor, state=InspectionPlanState.ENDED)] == [plan.id]
        assert not plans_for(supervisor, state=InspectionPlanState.GOING_ON).exists()
    assert brought(chains, NOW + 14 * A_DAY) == 0
    with scope(chains.a.chain, MACHINE):
        ended = last_entry(plan.id)
        assert (ended.kind, ended.store_id, (ended.after or {})["called_off"]) == ("INSPECTION_PLAN_ENDED", None, 1)
        assert last_entry(off.id).part_of_id == ended.id


def test_who_may_plan_where(chains: Chains, as_role: AsRole) -> None:
    supervisor, officer = as_role(chains.a, "AREA_SUPERVISOR"), as_role(chains.a, "QUALITY_OFFICER")
    template = published(chains.a, NOW).id
    given: dict[str, Any] = {"template_id": template, "store_ids": None}
    theirs = planned(chains, supervisor, **given, area_id=chains.a.area)
    whole = planned(chains, officer, **given)
    both = planned(chains, officer, template_id=template, store_ids=[chains.a.store, chains.a.other_store])
    elsewhere = planned(chains, officer, **given, area_id=chains.a.other_area)
    for other in ({"store_ids": [chains.a.other_store]}, {"area_id": chains.a.other_area}, {"store_ids": [new_id()]}):
        with pytest.raises(NotFound):
            planned(chains, supervisor, **{**given, **other})
    with pytest.raises(NotPermitted):
        planned(chains, supervisor, **given)
    with pytest.raises(NotPermitted):
        planned(chains, as_role(chains.a, "STORE_MANAGER"), template_id=template)
    limited = replace(supervisor, kind=ActorKind.TOKEN)
    with pytest.raises(NotPermitted):
        planned(chains, limited, **given, area_id=chains.a.area)
    assert planned(chains, limited, template_id=template).store_ids == [chains.a.store]
    with scope(chains.a.chain, supervisor):
        seen = {each.id for each in plans_for(supervisor, store_id=chains.a.store)}
        assert seen >= {theirs.id, whole.id, both.id}
        assert elsewhere.id not in seen
        end: dict[str, Any] = {"actor": supervisor, "reason": "Mine now", "now": NOW}
        for plan in (whole, both):
            with pytest.raises(NotPermitted):
                end_inspection_plan(plan_id=plan.id, **end)
        for hidden in (elsewhere.id, new_id()):
            with pytest.raises(NotFound):
                end_inspection_plan(plan_id=hidden, **end)
        assert end_inspection_plan(plan_id=theirs.id, **end).version == 2
    with scope(chains.a.chain, officer):
        assert {each.id for each in plans_for(officer, store_id=chains.a.other_store)} == {
            whole.id,
            both.id,
            elsewhere.id,
        }


def test_whoever_is_named_fits_at_every_store_meant(chains: Chains, as_role: AsRole) -> None:
    officer, supervisor = as_role(chains.a, "QUALITY_OFFICER"), as_role(chains.a, "AREA_SUPERVISOR")
    with pytest.raises(InspectorNotFitEverywhere) as refused:
        planned(chains, officer, store_ids=None, inspector_id=supervisor.user_id)
    assert refused.value.details == {"stores": "S2"}
    own = planned(chains, supervisor, inspector_id=supervisor.user_id)
    assert own.inspector_id == supervisor.user_id
    with scope(chains.a.chain, MACHINE):
        Store.objects.filter(area_id=chains.a.other_area).update(area_id=None)
    with pytest.raises(NotFound):
        planned(chains, officer, store_ids=None, area_id=chains.a.other_area, inspector_id=new_id())


def test_a_closed_store_is_not_listed(chains: Chains, as_role: AsRole) -> None:
    hq = as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, hq):
        close_store(actor=hq, store_id=chains.a.store, reason="Lease ended", now=NOW)
    with pytest.raises(StoreClosed):
        planned(chains, hq)
