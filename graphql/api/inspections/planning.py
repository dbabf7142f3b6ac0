"""Deeds on plans: inspections that come by themselves."""

from datetime import datetime
from typing import Any

import graphene

from api.base.deeds import Deed
from api.base.enums import enum_of
from api.base.inputs import IdOf, Text, named
from api.base.scalars import Date
from api.inspections.plans import InspectionPlanType
from chains.actor import Actor
from inspections.actions.planning import end_inspection_plan, plan_inspections
from inspections.models.plans import RhythmUnit

_PLAN = "The plan, as it is now."


class PlanInspections(Deed):
    """Plan inspections at many stores: in a rhythm, each made a week before its day, or once, made straight away."""

    class Input:
        template_id = IdOf(
            "InspectionTemplate", required=True, description="By which template; later versions take its place."
        )
        area_id = IdOf("Area", description="At the stores of this area, whichever they are on each day.")
        store_ids = IdOf("Store", many=True, description="At these stores, at most 500; with neither, at all.")
        starts_on = graphene.InputField(Date, required=True, description="The first day, by each store's own calendar.")
        every = graphene.Int(description="After how many units it comes again, 1 to 366; not given, it comes once.")
        unit = graphene.InputField(
            enum_of(RhythmUnit),
            description="In what that is counted. A month that lacks the first day's number has it on its last day.",
        )
        open_days = graphene.Int(
            description="For how many days each can be started, 1 to 366 and at most until the next one comes: if not "
            "given, so long. Needed for what comes once."
        )
        is_announced = graphene.InputField(
            graphene.Boolean, required=True, description="Whether the stores are to know of it."
        )
        inspector_id = IdOf(
            "Member",
            description="Who is to carry it out; where nobody is named, or they can't any more, whoever of those who "
            "may is nearest to the store.",
        )

    plan = graphene.Field(InspectionPlanType, description=_PLAN)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Plan inspections."""
        return {"plan": plan_inspections(actor=actor, now=now, **named(given))}


class EndInspectionPlan(Deed):
    """Let a plan bring nothing more; what it has brought and nobody has started is called off."""

    class Meta:
        versioned = True

    class Input:
        plan_id = IdOf("InspectionPlan", required=True, description="The plan.")
        reason = Text(required=True, description="Why.")

    plan = graphene.Field(InspectionPlanType, description=_PLAN)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """End a plan."""
        return {"plan": end_inspection_plan(actor=actor, now=now, **named(given))}


class PlansMutation(graphene.ObjectType):
    """Deeds on plans."""

    plan_inspections = PlanInspections.mounted()
    end_inspection_plan = EndInspectionPlan.mounted()
