"""Questions about inspections, narrowed to what the actor may see and always ordered."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from chains.actor import Actor
from inspections.models.corrections import CorrectionLevel, CorrectionState, CorrectiveAction
from inspections.models.inspections import FindingResult, Inspection, InspectionFinding, InspectionState
from inspections.models.templates import InspectionTemplate, TemplateItem, TemplateState
from inspections.rules.states import reference_of
from members.models import Assignment
from members.queries import reaching
from members.rules.permissions import Permission, Role
from standards.models.staffing import staff_shown_to
from stores.models import Store
from stores.queries import at_stores

_FOR_EVER = datetime.max.replace(tzinfo=UTC)

SUBJECT_TYPE = "Inspection"
TEMPLATE_TYPE = "InspectionTemplate"
CORRECTION_TYPE = "CorrectiveAction"


@dataclass(frozen=True, slots=True)
class LastResult:
    """What was found about an item the last time."""

    item_id: UUID
    position: int
    result: FindingResult
    note: str
    found_at: datetime


def templates_for(actor: Actor, *, states: Collection[TemplateState] | None = None) -> QuerySet[InspectionTemplate]:
    """Return the templates, drafts to those who keep them alone, the latest first; raises NotPermitted."""
    actor.must_somewhere(Permission.READ_INSPECTIONS)
    found = shown_templates(actor)
    if states is not None:
        found = found.filter(state__in=states)
    return found.order_by("-drafted_at", "-id")


def shown_templates(actor: Actor) -> QuerySet[InspectionTemplate]:
    """Return the templates that the actor may know of: those that were published, and drafts for who keeps them."""
    if actor.may(Permission.KEEP_INSPECTION_TEMPLATES):
        return InspectionTemplate.objects.all()
    return InspectionTemplate.objects.exclude(published_at=None)


def inspections_for(
    actor: Actor,
    *,
    store_id: UUID | None = None,
    area_id: UUID | None = None,
    states: Collection[InspectionState] | None = None,
    inspector_id: UUID | None = None,
    due_before: datetime | None = None,
) -> QuerySet[Inspection]:
    """Return the inspections that the actor may read, the earliest due first; raises NotFound and NotPermitted."""
    stores = at_stores(actor=actor, permission=Permission.READ_INSPECTIONS, store_id=store_id, area_id=area_id)
    found = Inspection.objects.visible_to(actor).filter(stores)
    if states is not None:
        found = found.filter(state__in=states)
    if due_before is not None:
        found = found.filter(due_at__lt=due_before)
    if inspector_id is not None:
        found = found.filter(staff_shown_to(actor, member="inspector_id"), inspector_id=inspector_id)
    return found.order_by("due_at", "id")


def corrections_for(
    actor: Actor,
    *,
    store_id: UUID | None = None,
    area_id: UUID | None = None,
    states: Collection[CorrectionState] | None = None,
    levels: Collection[CorrectionLevel] | None = None,
    owner_id: UUID | None = None,
    due_before: datetime | None = None,
) -> QuerySet[CorrectiveAction]:
    """Return what has to be put right, as far as the actor may read it, the earliest due first.

    Raises NotFound and NotPermitted.
    """
    stores = at_stores(actor=actor, permission=Permission.READ_INSPECTIONS, store_id=store_id, area_id=area_id)
    found = CorrectiveAction.objects.visible_to(actor).filter(stores)
    wanted = {"state__in": states, "level__in": levels, "due_at__lt": due_before}
    found = found.filter(**{key: value for key, value in wanted.items() if value is not None})
    if owner_id is not None:
        found = found.filter(staff_shown_to(actor, member="owner_id"), owner_id=owner_id)
    return found.order_by("due_at", "id")


def holds_role_at(store: Store, roles: Collection[str], *, member_id: UUID) -> bool:
    """Tell whether an active member holds one of these roles for a store, by store, by area or for the chain."""
    held = Assignment.objects.filter(reaching(store.id, store.area_id), role__in=roles, user__is_active=True)
    return held.filter(user_id=member_id).exists()


def first_of(store: Store, ladder: Sequence[Role]) -> UUID | None:
    """Return the active member who holds the first of these roles for a store that anybody holds; None if nobody does.

    Of several the one who has held it longest.
    """
    held = Assignment.objects.filter(reaching(store.id, store.area_id), role__in=ladder, user__is_active=True)
    people = {
        Role(role): member_id for role, member_id in held.order_by("-since", "-id").values_list("role", "user_id")
    }
    return next((people[role] for role in ladder if role in people), None)


def corrections_left(owners: Collection[str]) -> QuerySet[CorrectiveAction]:
    """Return what is still to be put right or verified whose owner holds none of these roles for its store any more."""
    held = Assignment.objects.filter(
        reaching(OuterRef("store_id"), OuterRef("store__area_id")),
        role__in=owners,
        user=OuterRef("owner"),
        user__is_active=True,
    )
    still_open = CorrectiveAction.objects.exclude(state=CorrectionState.VERIFIED)
    return still_open.filter(~Exists(held)).order_by("id")


def references_of(inspections: Iterable[Inspection]) -> dict[UUID, str | None]:
    """Return the numbers by which people name these inspections, with the codes of their stores asked for at once."""
    inspections = list(inspections)
    stores = Store.objects.filter(id__in={each.store_id for each in inspections}).order_by()
    codes = dict(stores.values_list("id", "code"))
    return {each.id: reference_of(store_code=codes[each.store_id], number=each.number) for each in inspections}


def last_results(inspections: Iterable[Inspection]) -> dict[UUID, list[LastResult]]:
    """Return for each inspection what was found last at its store about its items, where anything was.

    Last is the latest one completed there before it by any version of the template. An item is the same by its clause,
    or by its words where it has none.
    """
    inspections = list(inspections)
    before = Inspection.objects.filter(
        store_id=OuterRef("store_id"),
        template__lineage_id=OuterRef("template__lineage_id"),
        state=InspectionState.COMPLETED,
        ended_at__lt=Coalesce(OuterRef("ended_at"), Value(_FOR_EVER)),
    ).order_by("-ended_at", "-id")
    asked = Inspection.objects.filter(id__in=[each.id for each in inspections]).order_by("id")
    previous = dict(asked.annotate(previous=Subquery(before.values("id")[:1])).values_list("id", "previous"))
    findings: dict[UUID | None, list[InspectionFinding]] = defaultdict(list)
    items: dict[UUID, list[TemplateItem]] = defaultdict(list)
    wanted = set(previous.values()) - {None}
    for finding in InspectionFinding.objects.filter(inspection_id__in=wanted).select_related("item").order_by("id"):
        findings[finding.inspection_id].append(finding)
    for item in TemplateItem.objects.filter(template_id__in={each.template_id for each in inspections}).order_by(
        "template_id", "position"
    ):
        items[item.template_id].append(item)
    return {each.id: _side_by_side(items[each.template_id], findings[previous.get(each.id)]) for each in inspections}


def _side_by_side(items: Iterable[TemplateItem], found: Iterable[InspectionFinding]) -> list[LastResult]:
    by_item = {_same(finding.item): finding for finding in found}
    return [
        LastResult(item.id, item.position, FindingResult(last.result), last.note, last.found_at)
        for item in items
        if (last := by_item.get(_same(item))) is not None
    ]


def _same(item: TemplateItem) -> object:
    return item.clause_lineage_id or tuple(sorted(item.texts.items()))
