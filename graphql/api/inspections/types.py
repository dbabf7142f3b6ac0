"""The types of inspections: templates with their items, inspections with what was found and its photos."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base.call import actor_of
from api.base.enums import enum_of
from api.base.ids import global_id
from api.base.lists import Listed
from api.base.scalars import DateTime
from api.base.things import Thing, computed
from api.inspections.corrections import CorrectiveActionType
from api.members.names import PersonReference, name_in
from api.members.types import MemberType
from api.standards.clause_rules import Translation, translations
from inspections.models.inspections import FindingPhoto, FindingResult, Inspection, InspectionFinding, InspectionState
from inspections.models.templates import EvidenceNeed, InspectionTemplate, TemplateItem, TemplateState
from inspections.queries import last_results, references_of, shown_templates
from inspections.rules.states import InspectionAction, available_actions
from inspections.rules.templates import TemplateAction, actions_on_template
from members.rules.permissions import Permission, Role
from standards.rules.lint import text_in

_STORE = "The store that is inspected."


class TemplateItemType(Thing):
    """One thing to look at."""

    class Meta:
        name = "TemplateItem"
        model = TemplateItem
        fields = ("template", "position", "clause_lineage_id", "weight", "is_critical", "may_be_not_applicable")
        enums = {"evidence": EvidenceNeed}
        descriptions = {
            "template": "The template that it belongs to.",
            "position": "Its place, from 1.",
            "clause_lineage_id": "The clause that it asks for, the same in all its versions; null for a question.",
            "weight": "What it counts in the score.",
            "is_critical": "Whether the inspection fails where it is not met.",
            "may_be_not_applicable": "Whether 'not applicable' is an answer.",
            "evidence": "Whether a photo is asked for.",
        }

    text = computed(
        graphene.String,
        lambda row, _info: text_in(None, row.texts),
        needs=("texts",),
        required=True,
        description="What is to be looked at, in your language or the nearest one.",
    )
    texts = computed(
        graphene.List(graphene.NonNull(Translation)),
        lambda row, _info: translations(row.texts),
        needs=("texts",),
        required=True,
        description="What is to be looked at, in each language.",
    )

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return the items of the templates that the caller may know of."""
        return TemplateItem.objects.filter(template__in=shown_templates(actor_of(info)))


def _template_actions(row: InspectionTemplate, info: GraphQLResolveInfo) -> list[TemplateAction]:
    may = actor_of(info).may(Permission.KEEP_INSPECTION_TEMPLATES)
    return actions_on_template(TemplateState(row.state)) if may else []


class InspectionTemplateType(Thing):
    """One version of what an inspection looks at."""

    class Meta:
        name = "InspectionTemplate"
        model = InspectionTemplate
        fields = ("lineage_id", "number", "supplier_name", "pass_share", "drafted_at", "published_at", "revision")
        enums = {"state": TemplateState}
        descriptions = {
            "lineage_id": "The same in all its versions.",
            "number": "Which version it is, from 1.",
            "supplier_name": "Whose work bought outside it is about; empty for the store's own.",
            "pass_share": "How many hundredths of the weights have to be met.",
            "drafted_at": "When it was written.",
            "published_at": "Since when inspections could be planned by it; null for a draft.",
            "revision": "Counts its changes: give it back as `expectedVersion`.",
            "state": "How it stands.",
        }

    title = computed(
        graphene.String,
        lambda row, _info: text_in(None, row.titles),
        needs=("titles",),
        required=True,
        description="What it is called, in your language or the nearest one.",
    )
    titles = computed(
        graphene.List(graphene.NonNull(Translation)),
        lambda row, _info: translations(row.titles),
        needs=("titles",),
        required=True,
        description="What it is called in each language.",
    )
    inspector_roles = computed(
        graphene.List(graphene.NonNull(enum_of(Role))),
        lambda row, _info: [Role(role) for role in row.inspector_roles if role in Role.values],
        needs=("inspector_roles",),
        required=True,
        description="Who may carry it out.",
    )
    drafted_by_name = name_in("drafted_by_id", description="Who wrote it.")
    available_actions = computed(
        graphene.List(graphene.NonNull(enum_of(TemplateAction))),
        _template_actions,
        needs=("state",),
        required=True,
        description="What you can do with it as it is now.",
    )
    items = Listed(lambda: TemplateItemType, by="template", order=("position",), description="What is looked at.")

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return the templates that the caller may know of."""
        return shown_templates(actor_of(info))


class FindingPhotoType(Thing):
    """A photo that shows what was found."""

    class Meta:
        name = "FindingPhoto"
        model = FindingPhoto
        fields = ("store", "finding", "file")
        descriptions = {"store": _STORE, "finding": "What it shows.", "file": "The photo."}


class InspectionFindingType(Thing):
    """What was found about one item of an inspection."""

    class Meta:
        name = "InspectionFinding"
        model = InspectionFinding
        fields = ("store", "inspection", "item", "note", "found_at")
        enums = {"result": FindingResult}
        descriptions = {
            "store": _STORE,
            "inspection": "The inspection.",
            "item": "What was looked at.",
            "note": "What was noted; may be empty.",
            "found_at": "When it was found, for the last time.",
            "result": "What was found.",
        }

    found_by_name = name_in("found_by_id", description="Who found it.")
    photos = Listed(lambda: FindingPhotoType, by="finding", order=("id",), description="The photos that show it.")
    corrective_actions = Listed(
        lambda: CorrectiveActionType, by="finding", order=("due_at",), description="What has to be put right for it."
    )


class LastResultType(graphene.ObjectType):
    """What was found about an item on the inspection before, at the same store."""

    class Meta:
        name = "LastResult"

    item_id = graphene.ID(required=True, description="The item of this inspection's template.")
    position = graphene.Int(required=True, description="The item's place, from 1.")
    result = graphene.Field(enum_of(FindingResult), required=True, description="What was found then.")
    note = graphene.String(required=True, description="What was noted then; may be empty.")
    found_at = DateTime(required=True, description="When that was.")

    @staticmethod
    def resolve_item_id(root: Any, _info: GraphQLResolveInfo) -> str:
        """Return the item's global id."""
        return global_id("TemplateItem", root.item_id)


def _actions(row: Inspection, info: GraphQLResolveInfo) -> list[InspectionAction]:
    actor = actor_of(info)
    return available_actions(
        InspectionState(row.state),
        lambda permission: actor.may(permission, at=row.store_id),
        is_inspector=actor.user_id == row.inspector_id,
    )


def _references(rows: Sequence[Inspection], _info: GraphQLResolveInfo) -> dict[UUID, str | None]:
    return references_of(rows)


class InspectionType(Thing):
    """Somebody looks at a store, by a template, until a time."""

    class Meta:
        name = "Inspection"
        model = Inspection
        fields = (
            "store",
            "number",
            "template",
            "plan",
            "planned_on",
            "is_announced",
            "due_at",
            "scheduled_at",
            "started_at",
            "ended_at",
            "score_basis_points",
            "is_passed",
            "remark",
            "version",
        )
        enums = {"state": InspectionState}
        descriptions = {
            "store": _STORE,
            "number": "Its running number at the store, from 1; null before it starts.",
            "template": "By which template.",
            "plan": "The plan that brought it; null where it was planned by itself.",
            "planned_on": "For which of the store's days; null where it was planned by itself.",
            "is_announced": "Whether the store knew of it before.",
            "due_at": "Until when it is to be started.",
            "scheduled_at": "When it was planned.",
            "started_at": "When it was started; null until then.",
            "ended_at": "When it was completed, missed or called off; null until then.",
            "score_basis_points": "Hundredths of a per cent of the weights that were met; null where nothing applied.",
            "is_passed": "Whether it was passed; null until it is completed.",
            "remark": "What the inspector had to say, or why it was called off; may be empty.",
            "version": "Counts its changes: give it back as `expectedVersion`.",
            "state": "How it stands.",
        }

    reference = computed(
        graphene.String,
        _references,
        for_all=True,
        needs=("number", "store_id"),
        description="The number by which people name it: the store's code and its running number.",
    )
    inspector = PersonReference(
        Inspection._meta.get_field("inspector"),
        MemberType,
        required=False,
        description="Who carries it out; null where that is somebody you can't look up.",
    )
    inspector_name = name_in("inspector_id", description="The name of who carries it out.")
    scheduled_by_name = name_in("scheduled_by_id", description="Who planned it; null for a machine.")
    available_actions = computed(
        graphene.List(graphene.NonNull(enum_of(InspectionAction))),
        _actions,
        needs=("state", "store_id", "inspector_id"),
        required=True,
        description="What you can do with it as it is now.",
    )
    findings = Listed(
        lambda: InspectionFindingType, by="inspection", order=("found_at",), description="What was found."
    )
    last_results = computed(
        graphene.List(graphene.NonNull(LastResultType)),
        lambda rows, _info: last_results(rows),
        for_all=True,
        needs=("store_id", "template_id", "ended_at"),
        required=True,
        description="What was found about the same items on the inspection before; each item once, so 200 at most.",
    )

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return the inspections that the caller may know of."""
        rows: QuerySet[Any] = Inspection.objects.visible_to(actor_of(info))
        return rows
