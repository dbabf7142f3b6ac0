"""Questions about inspections, narrowed to what the actor may see and always ordered."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from chains.actor import Actor, ActorKind
from inspections.models.corrections import CorrectionLevel, CorrectionState, CorrectionWithdrawal, CorrectiveAction
from inspections.models.inspections import FindingResult, Inspection, InspectionFinding, InspectionState
from inspections.models.plans import InspectionPlan, InspectionPlanEnd
from inspections.models.templates import InspectionTemplate, TemplateItem, TemplateState
from inspections.rules.plans import InspectionPlanState
from inspections.rules.states import reference_of
from kit.refusals import NotFound
from members.models import Assignment
from members.queries import reaching
from members.rules.permissions import Permission, Role
from standards.models.staffing import staff_shown_to
from stores.models import Store, StoreQuerySet
from stores.queries import at_stores

_FOR_EVER = datetime.max.replace(tzinfo=UTC)

SUBJECT_TYPE = "Inspection"
TEMPLATE_TYPE = "InspectionTemplate"
CORRECTION_TYPE = "CorrectiveAction"
PLAN_TYPE = "InspectionPlan"


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
    return CorrectiveAction.objects.still_open().filter(~Exists(held)).order_by("id")


def plans_for(
    actor: Actor, *, store_id: UUID | None = None, state: InspectionPlanState | None = None
) -> QuerySet[InspectionPlan]:
    """Return the plans that mean a store where the actor plans inspections, the latest first.

    On request only those that mean one store, or stand so. Raises NotFound and NotPermitted.
    """
    actor.must_somewhere(Permission.SCHEDULE_INSPECTION)
    plans = InspectionPlan.objects.visible_to(actor)
    if store_id is not None:
        actor.must(Permission.SCHEDULE_INSPECTION, at=store_id)
        area = Store.objects.filter(id=store_id, area_id__isnull=False).values("area_id")
        whole_chain = Q(area_id=None, store_ids=None)
        plans = plans.filter(whole_chain | Q(area_id__in=area) | Q(store_ids__contains=[store_id]))
    if state is not None:
        goes_on = Q(id__in=InspectionPlan.objects.going_on().values("id"))
        plans = plans.filter(goes_on if state is InspectionPlanState.GOING_ON else ~goes_on)
    return plans.order_by("-planned_at", "-id")


def ends_of(plans: Iterable[InspectionPlan]) -> dict[UUID, InspectionPlanEnd]:
    """Return when and why plans were ended, by plan; what goes on is not named."""
    found = InspectionPlanEnd.objects.filter(plan__in=[each.id for each in plans]).order_by()
    return {each.plan_id: each for each in found}


def plannable(actor: Actor, plans: Collection[InspectionPlan]) -> set[UUID]:
    """Return which of some plans plan nothing but what the actor may plan."""
    planned = actor.stores_with(Permission.SCHEDULE_INSPECTION)
    if planned is None:
        return {each.id for each in plans}
    areas: set[UUID | None] = set()
    # Who supervises an area has all of its stores, those to come as well; a token may be limited to some of them.
    if actor.kind is ActorKind.USER and any(each.area_id for each in plans):
        areas |= set(Store.objects.filter(id__in=planned).order_by().values_list("area_id", flat=True))
        areas.discard(None)
    return {
        each.id for each in plans if each.area_id in areas or (each.store_ids and planned.issuperset(each.store_ids))
    }


def stores_meant(plan: InspectionPlan) -> StoreQuerySet:
    """Return the open stores that a plan means now: those listed, those of its area, or all."""
    stores = Store.objects.doing_business()
    if plan.store_ids is not None:
        stores = stores.filter(id__in=plan.store_ids)
    return stores if plan.area_id is None else stores.filter(area_id=plan.area_id)


def template_in_use(plan: InspectionPlan) -> InspectionTemplate | None:
    """Return the version of a plan's template by which inspections are planned now; None where it is retired."""
    versions = InspectionTemplate.objects.filter(lineage_id=plan.template.lineage_id)
    return versions.filter(state=TemplateState.PUBLISHED).first()


def stores_without_inspector(actor: Actor, *, plan_id: UUID) -> QuerySet[Store]:
    """Return the stores that a plan means and where nobody holds a role of its template, by code.

    For who plans for the whole chain: the walls hide from everybody else who is there for other areas. Raises NotFound
    and NotPermitted.
    """
    actor.must(Permission.SCHEDULE_INSPECTION)
    plan = InspectionPlan.objects.select_related("template").filter(id=plan_id).first()
    if plan is None:
        raise NotFound(field="plan_id")
    template = template_in_use(plan) or plan.template
    held = Assignment.objects.filter(
        reaching(OuterRef("pk"), OuterRef("area_id")), role__in=template.inspector_roles, user__is_active=True
    )
    return stores_meant(plan).filter(~Exists(held)).order_by("code", "id")


def holders_at(stores: Collection[Store], roles: Collection[str]) -> dict[UUID, dict[Role, list[UUID]]]:
    """Return by store and role which active members hold these roles there, whoever has held one longest first."""
    areas = {store.area_id for store in stores} - {None}
    reach = Q(store_id__in=[store.id for store in stores])
    reach |= Q(store_id=None) & (Q(area_id=None) | Q(area_id__in=areas))
    held = Assignment.objects.filter(reach, role__in=roles, user__is_active=True).order_by("since", "id")
    at: dict[tuple[UUID | None, UUID | None], dict[Role, list[UUID]]] = defaultdict(lambda: defaultdict(list))
    for store_id, area_id, member_id, role in held.values_list("store_id", "area_id", "user_id", "role"):
        at[store_id, area_id][Role(role)].append(member_id)
    # A role reaches a store, an area or the chain, never two of them: nothing is lost by laying them side by side.
    return {store.id: {**at[None, None], **at[None, store.area_id], **at[store.id, None]} for store in stores}


def withdrawals_of(corrections: Iterable[CorrectiveAction]) -> dict[UUID, CorrectionWithdrawal]:
    """Return why corrective actions were taken back, by corrective action; what stands is not named."""
    found = CorrectionWithdrawal.objects.filter(correction__in=[each.id for each in corrections]).order_by()
    return {each.correction_id: each for each in found}


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
