"""The types of plans: inspections that come by themselves, at many stores and in a rhythm."""

from collections.abc import Sequence
from datetime import UTC, date
from typing import Any
from uuid import UUID

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base.call import actor_of, call_of
from api.base.enums import enum_of
from api.base.ids import global_id
from api.base.lists import Listed
from api.base.peers import peers_of
from api.base.scalars import Date, DateTime
from api.base.things import Thing, computed
from api.inspections.types import InspectionType
from api.members.names import PersonReference, name_in
from api.members.types import MemberType
from inspections.models.plans import InspectionPlan, InspectionPlanEnd, RhythmUnit
from inspections.queries import ends_of, plannable
from inspections.rules.plans import InspectionPlanAction, InspectionPlanState, available_plan_actions, rhythm_of


class InspectionPlanEndType(graphene.ObjectType):
    """A plan was ended: it brings nothing more."""

    class Meta:
        name = "InspectionPlanEnd"

    done_at = graphene.Field(DateTime, required=True, description="When it was ended.")
    reason = graphene.String(required=True, description="Why.")


def _ends(rows: Sequence[InspectionPlan], _info: GraphQLResolveInfo) -> dict[UUID, InspectionPlanEnd]:
    found: dict[UUID, InspectionPlanEnd] = peers_of(rows[0]).once(ends_of, ends_of)
    return found


def _states(rows: Sequence[InspectionPlan], info: GraphQLResolveInfo) -> dict[UUID, InspectionPlanState]:
    ended = _ends(rows, info)
    return {row.id: InspectionPlanState.ENDED if row.id in ended else InspectionPlanState.GOING_ON for row in rows}


def _next_days(rows: Sequence[InspectionPlan], info: GraphQLResolveInfo) -> dict[UUID, date | None]:
    today, ended = call_of(info).now.astimezone(UTC).date(), _ends(rows, info)
    return {row.id: rhythm_of(row).next_from(today) for row in rows if row.id not in ended}


def _actions(rows: Sequence[InspectionPlan], info: GraphQLResolveInfo) -> dict[UUID, list[InspectionPlanAction]]:
    mine = plannable(actor_of(info), rows)
    return {key: available_plan_actions(state, may=key in mine) for key, state in _states(rows, info).items()}


def _store_ids(row: InspectionPlan, info: GraphQLResolveInfo) -> list[str] | None:
    actor = actor_of(info)
    return None if row.store_ids is None else [global_id("Store", key) for key in row.store_ids if actor.sees(key)]


class InspectionPlanType(Thing):
    """Inspections by a template at many stores, once or in a rhythm."""

    class Meta:
        name = "InspectionPlan"
        model = InspectionPlan
        fields = ("template", "area", "starts_on", "every", "open_days", "is_announced", "planned_at", "version")
        enums = {"unit": RhythmUnit}
        descriptions = {
            "template": "By which template: by the version that is in use on each day.",
            "area": "The area whose stores it means; null where it lists them, or means all.",
            "starts_on": "Its first day, by each store's own calendar.",
            "every": "After how many units it comes again; null where it comes once.",
            "unit": "In what that is counted; null where it comes once.",
            "open_days": "For how many days an inspection can be started; null until the next one comes.",
            "is_announced": "Whether the stores know of its inspections before.",
            "planned_at": "When it was made.",
            "version": "Counts its changes: give it back as `expectedVersion`.",
        }

    store_ids = computed(
        graphene.List(graphene.NonNull(graphene.ID)),
        _store_ids,
        needs=("store_ids",),
        description="The stores that it lists, as far as you see them; null where it means an area's, or all.",
    )
    inspector = PersonReference(
        InspectionPlan._meta.get_field("inspector"),
        MemberType,
        required=False,
        description="Who carries its inspections out; null where somebody is chosen for each store, or is somebody you "
        "can't look up.",
    )
    inspector_name = name_in("inspector_id", description="The name of who carries its inspections out.")
    planned_by_name = name_in("planned_by_id", description="Who made it; null for a machine.")
    state = computed(
        enum_of(InspectionPlanState), _states, for_all=True, required=True, description="Whether it goes on."
    )
    end = computed(InspectionPlanEndType, _ends, for_all=True, description="That it was ended; null while it goes on.")
    next_on = computed(
        Date,
        _next_days,
        for_all=True,
        needs=("starts_on", "every", "unit"),
        description="Its next day, from today in UTC on; null where none is to come.",
    )
    available_actions = computed(
        graphene.List(graphene.NonNull(enum_of(InspectionPlanAction))),
        _actions,
        for_all=True,
        needs=("area_id", "store_ids"),
        required=True,
        description="What you can do with it as it is now.",
    )
    inspections = Listed(
        lambda: InspectionType,
        by="plan",
        order=("planned_on",),
        description="What it has brought, by its day.",
    )

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return the plans of stores where the caller plans inspections."""
        rows: QuerySet[Any] = InspectionPlan.objects.visible_to(actor_of(info))
        return rows
