"""Deeds on inspections and their templates."""

from datetime import datetime
from typing import Any

import graphene

from api.base.deeds import Deed
from api.base.enums import enum_of
from api.base.inputs import IdOf, Line, Text, named
from api.base.scalars import DateTime
from api.inspections.correcting import CorrectionsMutation
from api.inspections.planning import PlansMutation
from api.inspections.types import InspectionTemplateType, InspectionType
from api.standards.clause_rules import TranslationInput, texts_in
from chains.actor import Actor
from inspections.actions.inspecting import complete_inspection, record_finding, start_inspection
from inspections.actions.scheduling import cancel_inspection, reassign_inspection, schedule_inspection
from inspections.actions.templates import (
    draft_inspection_template,
    publish_inspection_template,
    retire_inspection_template,
)
from inspections.models.inspections import FindingResult
from inspections.models.templates import EvidenceNeed
from inspections.rules.templates import ItemSpec
from members.rules.permissions import Role

_TEMPLATE, _INSPECTION = "The template, as it is now.", "The inspection, as it is now."


class TemplateItemInput(graphene.InputObjectType):
    """One thing to look at."""

    texts = graphene.List(
        graphene.NonNull(TranslationInput), required=True, description="What it is, in one or more languages."
    )
    clause_id = IdOf("Clause", description="The clause that it asks for, in any of its versions.")
    weight = graphene.Int(description="What it counts, 1 to 100; 1 if it is not given.")
    is_critical = graphene.InputField(graphene.Boolean, description="Whether the inspection fails without it.")
    may_be_not_applicable = graphene.InputField(graphene.Boolean, description="Whether 'not applicable' is an answer.")
    evidence = graphene.InputField(enum_of(EvidenceNeed), description="Whether a photo is asked for.")


class DraftInspectionTemplate(Deed):
    """Write a template, or the next version of one; a draft that was begun before is written anew."""

    class Input:
        titles = graphene.InputField(
            graphene.List(graphene.NonNull(TranslationInput)),
            required=True,
            description="What it is called, in one or more languages.",
        )
        template_items = graphene.InputField(
            graphene.List(graphene.NonNull(TemplateItemInput)),
            required=True,
            description="What is looked at, in its order; at most 200.",
        )
        inspector_roles = graphene.InputField(
            graphene.List(graphene.NonNull(enum_of(Role))), required=True, description="Who may carry it out."
        )
        pass_share = graphene.Int(description="How many hundredths of the weights have to be met; 80 if not given.")
        supplier_name = Line(description="Whose work bought outside it is about, if it is.")
        replaces_id = IdOf("InspectionTemplate", description="The template of which this is the next version.")

    template = graphene.Field(InspectionTemplateType, description=_TEMPLATE)

    @classmethod
    def perform(
        cls, actor: Actor, now: datetime, *, titles: list[Any], template_items: list[dict[str, Any]], **given: Any
    ) -> dict[str, Any]:
        """Draft a template."""
        specs = [ItemSpec(**{**named(item), "texts": texts_in(item["texts"])}) for item in template_items]
        return {
            "template": draft_inspection_template(
                actor=actor, titles=texts_in(titles), items=specs, now=now, **named(given)
            )
        }


class PublishInspectionTemplate(Deed):
    """Let inspections be planned by a template; the version before it is retired."""

    class Meta:
        versioned = True

    class Input:
        template_id = IdOf("InspectionTemplate", required=True, description="The draft.")

    template = graphene.Field(InspectionTemplateType, description=_TEMPLATE)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Publish a template."""
        return {"template": publish_inspection_template(actor=actor, now=now, **named(given))}


class RetireInspectionTemplate(Deed):
    """Let no more inspections be planned by a template, or give a draft up."""

    class Meta:
        versioned = True

    class Input:
        template_id = IdOf("InspectionTemplate", required=True, description="The template.")

    template = graphene.Field(InspectionTemplateType, description=_TEMPLATE)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Retire a template."""
        return {"template": retire_inspection_template(actor=actor, now=now, **named(given))}


class ScheduleInspection(Deed):
    """Plan an inspection; of one that is not announced the store knows nothing before it starts."""

    class Input:
        store_id = IdOf("Store", required=True, description="The store.")
        template_id = IdOf("InspectionTemplate", required=True, description="By which template.")
        inspector_id = IdOf("Member", required=True, description="Who is to carry it out.")
        due_at = graphene.InputField(DateTime, required=True, description="Until when it is to be started.")
        is_announced = graphene.InputField(
            graphene.Boolean, required=True, description="Whether the store is to know of it."
        )

    inspection = graphene.Field(InspectionType, description=_INSPECTION)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Schedule an inspection."""
        return {"inspection": schedule_inspection(actor=actor, now=now, **given)}


class ReassignInspection(Deed):
    """Give an inspection that has not ended to another inspector, as when the first one left."""

    class Meta:
        versioned = True

    class Input:
        inspection_id = IdOf("Inspection", required=True, description="The inspection.")
        inspector_id = IdOf("Member", required=True, description="Who is to carry it out from now on.")

    inspection = graphene.Field(InspectionType, description=_INSPECTION)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Reassign an inspection."""
        return {"inspection": reassign_inspection(actor=actor, now=now, **named(given))}


class CancelInspection(Deed):
    """Call an inspection off before it starts."""

    class Meta:
        versioned = True

    class Input:
        inspection_id = IdOf("Inspection", required=True, description="The inspection.")
        reason = Text(required=True, description="Why.")

    inspection = graphene.Field(InspectionType, description=_INSPECTION)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Cancel an inspection."""
        return {"inspection": cancel_inspection(actor=actor, now=now, **named(given))}


class StartInspection(Deed):
    """Begin an inspection as its inspector; from now on the store sees it."""

    class Meta:
        versioned = True

    class Input:
        inspection_id = IdOf("Inspection", required=True, description="The inspection.")

    inspection = graphene.Field(InspectionType, description=_INSPECTION)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Start an inspection."""
        return {"inspection": start_inspection(actor=actor, now=now, **named(given))}


class RecordFinding(Deed):
    """Record what was found about an item; found anew, the last word counts and photos are added."""

    class Meta:
        versioned = True

    class Input:
        inspection_id = IdOf("Inspection", required=True, description="The inspection.")
        item_id = IdOf("TemplateItem", required=True, description="What was looked at.")
        result = graphene.InputField(enum_of(FindingResult), required=True, description="What was found.")
        note = Text(description="What is to be noted; needed where something is not met.")
        photo_ids = IdOf("StoredFile", many=True, description="Photos that you sent in at `/files/`; at most 10.")

    inspection = graphene.Field(InspectionType, description=_INSPECTION)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Record a finding."""
        return {"inspection": record_finding(actor=actor, now=now, **named(given))}


class CompleteInspection(Deed):
    """Complete an inspection of which every item was looked at: its score is reckoned, and clauses are judged by it."""

    class Meta:
        versioned = True

    class Input:
        inspection_id = IdOf("Inspection", required=True, description="The inspection.")
        remark = Text(description="What the inspector has to say.")

    inspection = graphene.Field(InspectionType, description=_INSPECTION)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Complete an inspection."""
        return {"inspection": complete_inspection(actor=actor, now=now, **named(given))}


class InspectionsMutation(PlansMutation, CorrectionsMutation):
    """Deeds on inspections."""

    draft_inspection_template = DraftInspectionTemplate.mounted()
    publish_inspection_template = PublishInspectionTemplate.mounted()
    retire_inspection_template = RetireInspectionTemplate.mounted()
    schedule_inspection = ScheduleInspection.mounted()
    reassign_inspection = ReassignInspection.mounted()
    cancel_inspection = CancelInspection.mounted()
    start_inspection = StartInspection.mounted()
    record_finding = RecordFinding.mounted()
    complete_inspection = CompleteInspection.mounted()
