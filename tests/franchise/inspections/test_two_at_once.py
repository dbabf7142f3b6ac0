"""C04, C06: the next version of a template, and what a plan brings, come to be once however many are at it."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from chains.actor import Actor, system_actor
from chains.scope import scope
from inspections.actions.bringing import bring_planned
from inspections.actions.planning import end_inspection_plan, plan_inspections
from inspections.actions.templates import draft_inspection_template
from inspections.models.inspections import Inspection
from inspections.models.plans import InspectionPlan, RhythmUnit
from inspections.models.templates import InspectionTemplate
from kit.refusals import Refusal
from tests.factories.chains import FurnishedChain
from tests.factories.inspections import ITEMS, TITLES, published
from tests.franchise.complaints.test_c04_two_at_once import at_once

TIMES = 4


def test_whoever_begins_the_next_version_of_a_template_writes_the_one_draft(
    fresh_chain: FurnishedChain, as_role: Callable[..., Actor]
) -> None:
    officer, now = as_role(fresh_chain, "QUALITY_OFFICER"), timezone.now()
    first = published(fresh_chain, now)
    given = {"titles": TITLES, "items": ITEMS, "inspector_roles": ["AREA_SUPERVISOR"], "replaces_id": first.id}

    def draft() -> str:
        with scope(fresh_chain.chain, officer):
            return str(draft_inspection_template(actor=officer, now=now, **given).id)

    assert len(set(at_once([draft] * TIMES))) == 1
    with scope(fresh_chain.chain, officer):
        assert InspectionTemplate.objects.get(state="DRAFT").revision == TIMES


def _daily(chain: FurnishedChain, officer: Actor) -> InspectionPlan:
    now = timezone.now()
    template = published(chain, now, inspector_roles=["QUALITY_OFFICER"])
    with scope(chain.chain, officer):
        return plan_inspections(
            actor=officer,
            template_id=template.id,
            starts_on=now.date() + timedelta(days=1),
            is_announced=True,
            every=1,
            unit=RhythmUnit.DAY,
            now=now,
        )


def test_rounds_at_the_same_moment_bring_each_day_once(
    fresh_chain: FurnishedChain, as_role: Callable[..., Actor]
) -> None:
    officer, machine = as_role(fresh_chain, "QUALITY_OFFICER"), system_actor()
    plan = _daily(fresh_chain, officer)

    def bring() -> str:
        with scope(fresh_chain.chain, machine):
            return str(bring_planned(actor=machine, now=timezone.now()))

    counts = at_once([bring] * TIMES)
    with scope(fresh_chain.chain, machine):
        wanted = 2 * len({each.planned_on for each in Inspection.objects.filter(plan=plan)})
        assert Inspection.objects.filter(plan=plan).count() == sum(map(int, counts)) == wanted


def test_a_plan_that_is_ended_while_rounds_run_leaves_nothing_to_carry_out(
    fresh_chain: FurnishedChain, as_role: Callable[..., Actor]
) -> None:
    officer, machine = as_role(fresh_chain, "QUALITY_OFFICER"), system_actor()
    plan = _daily(fresh_chain, officer)

    def bring() -> str:
        with scope(fresh_chain.chain, machine):
            return f"brought {bring_planned(actor=machine, now=timezone.now()) > 0}"

    def end() -> str:
        try:
            with scope(fresh_chain.chain, officer):
                end_inspection_plan(actor=officer, plan_id=plan.id, reason="Wrong", now=timezone.now())
        except Refusal as refusal:
            return refusal.code
        return "ended"

    told = at_once([bring, end] * TIMES)
    assert (told.count("ended"), told.count("INSPECTION_PLAN_ENDED")) == (1, TIMES - 1)
    with scope(fresh_chain.chain, machine):
        assert not Inspection.objects.filter(plan=plan, state="SCHEDULED").exists()
