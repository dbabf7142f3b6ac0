"""The queries about inspections and their templates."""

from datetime import datetime
from typing import Any

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base.call import actor_of
from api.base.enums import enum_of
from api.base.ids import key_in, key_or_none
from api.base.lists import Listed
from api.base.scalars import DateTime
from api.inspections.corrections import CorrectiveActionType
from api.inspections.plans import InspectionPlanType
from api.inspections.types import InspectionTemplateType, InspectionType
from api.stores.types import StoreType
from inspections import queries
from inspections.models.corrections import CorrectionLevel, CorrectionState, CorrectiveAction
from inspections.models.inspections import Inspection, InspectionState
from inspections.models.plans import InspectionPlan
from inspections.models.templates import InspectionTemplate, TemplateState
from inspections.rules.plans import InspectionPlanState
from stores.models import Store


class InspectionsQuery(graphene.ObjectType):
    """Inspections and what they look at."""

    inspection_templates = Listed(
        lambda: InspectionTemplateType,
        order=("-drafted_at",),
        description="The templates, the latest first; drafts are shown to those who keep them.",
        states=graphene.List(graphene.NonNull(enum_of(TemplateState)), description="Only those that stand so."),
    )
    inspections = Listed(
        lambda: InspectionType,
        order=("due_at",),
        description="The inspections that you may know of, the earliest due first.",
        store_id=graphene.ID(description="Only those of this store."),
        states=graphene.List(graphene.NonNull(enum_of(InspectionState)), description="Only those that stand so."),
        inspector_id=graphene.ID(description="Only those of this member."),
        area_id=graphene.ID(description="Only those of the stores of this area."),
        due_before=graphene.Argument(DateTime, description="Only those that are due before."),
    )
    inspection_plans = Listed(
        lambda: InspectionPlanType,
        order=("-planned_at",),
        description="The plans of stores where you plan inspections, the latest first.",
        store_id=graphene.ID(description="Only those that mean this store."),
        state=graphene.Argument(enum_of(InspectionPlanState), description="Only those that stand so."),
    )
    stores_without_inspector = Listed(
        lambda: StoreType,
        order=("code",),
        description="The stores of a plan where nobody holds a role of its template, so that it brings nothing there; "
        "for who plans for the whole chain.",
        plan_id=graphene.ID(required=True, description="The plan."),
    )
    corrective_actions = Listed(
        lambda: CorrectiveActionType,
        order=("due_at",),
        description="What has to be put right, the earliest due first.",
        store_id=graphene.ID(description="Only at this store."),
        states=graphene.List(graphene.NonNull(enum_of(CorrectionState)), description="Only what stands so."),
        levels=graphene.List(graphene.NonNull(enum_of(CorrectionLevel)), description="Only what rose so far."),
        owner_id=graphene.ID(description="Only what this member has to put right."),
        area_id=graphene.ID(description="Only in the stores of this area."),
        due_before=graphene.Argument(DateTime, description="Only what is due before."),
    )

    @staticmethod
    def resolve_inspection_plans(
        _root: Any, info: GraphQLResolveInfo, store_id: str | None = None, state: InspectionPlanState | None = None
    ) -> "QuerySet[InspectionPlan]":
        """Return plans; raises BadId, NotFound and NotPermitted."""
        return queries.plans_for(actor_of(info), store_id=key_or_none(store_id, "Store", field="store_id"), state=state)

    @staticmethod
    def resolve_stores_without_inspector(_root: Any, info: GraphQLResolveInfo, plan_id: str) -> "QuerySet[Store]":
        """Return stores; raises BadId, NotFound and NotPermitted."""
        key = key_in(plan_id, "InspectionPlan", field=("plan_id",))
        return queries.stores_without_inspector(actor_of(info), plan_id=key)

    @staticmethod
    def resolve_corrective_actions(
        _root: Any,
        info: GraphQLResolveInfo,
        store_id: str | None = None,
        states: list[CorrectionState] | None = None,
        levels: list[CorrectionLevel] | None = None,
        owner_id: str | None = None,
        area_id: str | None = None,
        due_before: datetime | None = None,
    ) -> "QuerySet[CorrectiveAction]":
        """Return what has to be put right; raises BadId, NotFound and NotPermitted."""
        return queries.corrections_for(
            actor_of(info),
            store_id=key_or_none(store_id, "Store", field="store_id"),
            area_id=key_or_none(area_id, "Area", field="area_id"),
            states=states,
            levels=levels,
            owner_id=key_or_none(owner_id, "Member", field="owner_id"),
            due_before=due_before,
        )

    @staticmethod
    def resolve_inspection_templates(
        _root: Any, info: GraphQLResolveInfo, states: list[TemplateState] | None = None
    ) -> "QuerySet[InspectionTemplate]":
        """Return templates; raises NotPermitted."""
        return queries.templates_for(actor_of(info), states=states)

    @staticmethod
    def resolve_inspections(
        _root: Any,
        info: GraphQLResolveInfo,
        store_id: str | None = None,
        states: list[InspectionState] | None = None,
        inspector_id: str | None = None,
        area_id: str | None = None,
        due_before: datetime | None = None,
    ) -> "QuerySet[Inspection]":
        """Return inspections; raises BadId, NotFound and NotPermitted."""
        return queries.inspections_for(
            actor_of(info),
            store_id=key_or_none(store_id, "Store", field="store_id"),
            area_id=key_or_none(area_id, "Area", field="area_id"),
            states=states,
            inspector_id=key_or_none(inspector_id, "Member", field="inspector_id"),
            due_before=due_before,
        )
