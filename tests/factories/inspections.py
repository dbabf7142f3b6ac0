"""An inspection on its way, made by the same deeds that people do."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from chains.actor import Actor
from chains.scope import scope
from inspections.actions.correcting import require_corrective_action
from inspections.actions.inspecting import complete_inspection, record_finding, start_inspection
from inspections.actions.scheduling import schedule_inspection
from inspections.actions.templates import draft_inspection_template, publish_inspection_template
from inspections.models.corrections import CorrectiveAction
from inspections.models.inspections import FindingResult, Inspection, InspectionFinding
from inspections.models.templates import EvidenceNeed, InspectionTemplate, TemplateItem
from inspections.rules.templates import ItemSpec
from tests.factories.chains import FurnishedChain
from tests.factories.people import actor_of_role

TITLES = {"en": "Monthly look around", "zh-hans": "月度检查"}
ITEMS = (
    ItemSpec(texts={"en": "The counter is clean.", "zh-hans": "柜台干净。"}, weight=3),
    ItemSpec(texts={"en": "The fire exit is free."}, weight=1, is_critical=True),
    ItemSpec(texts={"en": "The terrace is swept."}, weight=2, may_be_not_applicable=True),
)
WITH_A_PHOTO = ItemSpec(texts={"en": "The fridge shows its temperature."}, evidence=EvidenceNeed.NEEDED)


def published(chain: FurnishedChain, now: datetime, *items: ItemSpec, **other: Any) -> InspectionTemplate:
    """Return a template of the quality officer's; parts of it may differ."""
    officer = actor_of_role(chain, "QUALITY_OFFICER")
    usual: dict[str, Any] = {"titles": TITLES, "inspector_roles": ["AREA_SUPERVISOR"]}
    with scope(chain.chain, officer):
        draft = draft_inspection_template(actor=officer, items=items or ITEMS, now=now, **(usual | other))
        return publish_inspection_template(actor=officer, template_id=draft.id, now=now)


def scheduled(chain: FurnishedChain, template: InspectionTemplate, now: datetime, **other: Any) -> Inspection:
    """Return an inspection that the supervisor planned for themself; parts of it may differ."""
    supervisor = actor_of_role(chain, "AREA_SUPERVISOR")
    usual: dict[str, Any] = {
        "inspector_id": supervisor.user_id,
        "due_at": now + timedelta(days=3),
        "is_announced": True,
        "store_id": chain.store,
    }
    with scope(chain.chain, supervisor):
        return schedule_inspection(actor=supervisor, template_id=template.id, now=now, **(usual | other))


def items_of(template: InspectionTemplate) -> list[TemplateItem]:
    """Return a template's items in their order."""
    return list(TemplateItem.objects.filter(template=template).order_by("position"))


def found(chain: FurnishedChain, supervisor: Actor, *, is_completed: bool = True) -> list[InspectionFinding]:
    """Return what was found on an inspection: the first item is not met, the second is."""
    now = timezone.now()
    inspection = scheduled(chain, published(chain, now, *ITEMS[:2]), now)
    given: dict[str, Any] = {"actor": supervisor, "inspection_id": inspection.id, "now": now}
    with scope(chain.chain, supervisor):
        start_inspection(**given)
        for item, result in zip(items_of(inspection.template), ("NOT_MET", "MET"), strict=True):
            record_finding(item_id=item.id, result=FindingResult(result), note="Seen.", **given)
        if is_completed:
            complete_inspection(**given)
        return list(InspectionFinding.objects.filter(inspection=inspection).order_by("item__position"))


def required(chain: FurnishedChain, supervisor: Actor, **other: Any) -> CorrectiveAction:
    """Return what the store's manager has to put right within two days."""
    usual: dict[str, Any] = {"owner_id": chain.people["STORE_MANAGER"], "due_at": timezone.now() + timedelta(days=2)}
    if "finding_id" not in other:
        usual["finding_id"] = found(chain, supervisor)[0].id
    with scope(chain.chain, supervisor):
        given: dict[str, Any] = {"what": "Clean the counter.", "now": timezone.now(), **usual, **other}
        return require_corrective_action(actor=supervisor, **given)
