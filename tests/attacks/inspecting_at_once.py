"""The deeds of inspections, in an order in which each can be done: sixteen times at the same moment each."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from api.base.ids import global_id
from inspections.models.corrections import CorrectiveAction
from inspections.models.inspections import Inspection, InspectionFinding
from inspections.models.plans import InspectionPlan
from inspections.models.templates import InspectionTemplate, TemplateItem
from tests.attacks.deeds_at_once import Step, Story, each, once

_LOOK = [{"language": "en", "text": "The counter is clean."}]
_TO_LOOK_AT = {"titles": _LOOK, "templateItems": [{"texts": _LOOK}], "inspectorRoles": ["AREA_SUPERVISOR"]}


def _in_an_hour() -> str:
    return (timezone.now() + timedelta(hours=1)).isoformat()


def _planned_inspection(story: Story) -> dict[str, Any]:
    return {
        "storeId": story.store,
        "templateId": story.id_of("InspectionTemplate", InspectionTemplate, state="PUBLISHED"),
        "inspectorId": story.member("AREA_SUPERVISOR"),
        "dueAt": _in_an_hour(),
        "isAnnounced": True,
    }


def _planned_in_a_rhythm(story: Story) -> dict[str, Any]:
    return {
        "templateId": story.id_of("InspectionTemplate", InspectionTemplate, state="PUBLISHED"),
        "storeIds": [story.store],
        "startsOn": (timezone.now() + timedelta(days=2)).date().isoformat(),
        "every": 1,
        "unit": "MONTH",
        "isAnnounced": True,
    }


def _plan(story: Story, **more: Any) -> dict[str, Any]:
    found = story.latest(InspectionPlan)
    return {"planId": global_id("InspectionPlan", found.pk), "expectedVersion": found.version, **more}


def _inspection(story: Story, state: str = "SCHEDULED", **more: Any) -> dict[str, Any]:
    found = story.latest(Inspection, state=state)
    return {"inspectionId": global_id("Inspection", found.pk), "expectedVersion": found.version, **more}


def _to_put_right(story: Story) -> dict[str, Any]:
    return {
        "findingId": story.id_of("InspectionFinding", InspectionFinding),
        "what": "Clean it.",
        "ownerId": story.member("STORE_MANAGER"),
        "dueAt": _in_an_hour(),
    }


def _correction(story: Story, **more: Any) -> dict[str, Any]:
    found = story.latest(CorrectiveAction)
    return {"correctionId": global_id("CorrectiveAction", found.pk), "expectedVersion": found.version, **more}


INSPECTING: tuple[Step, ...] = (
    each("draftInspectionTemplate", "QUALITY_OFFICER", lambda s: _TO_LOOK_AT, "INSPECTION_TEMPLATE_DRAFTED"),
    once(
        "publishInspectionTemplate",
        "QUALITY_OFFICER",
        lambda s: {"templateId": s.id_of("InspectionTemplate", InspectionTemplate)},
        "INSPECTION_TEMPLATE_PUBLISHED",
        "TEMPLATE_NOT_DRAFT",
    ),
    each("planInspections", "AREA_SUPERVISOR", _planned_in_a_rhythm, "INSPECTIONS_PLANNED"),
    once("endInspectionPlan", "AREA_SUPERVISOR", lambda s: _plan(s, reason="Snow"), "INSPECTION_PLAN_ENDED", "STALE"),
    each("scheduleInspection", "AREA_SUPERVISOR", _planned_inspection, "INSPECTION_SCHEDULED"),
    once(
        "reassignInspection",
        "AREA_SUPERVISOR",
        lambda s: _inspection(s, inspectorId=s.member("AREA_SUPERVISOR")),
        "INSPECTION_REASSIGNED",
        "STALE",
    ),
    once("startInspection", "AREA_SUPERVISOR", lambda s: _inspection(s), "INSPECTION_STARTED", "STALE"),
    once(
        "recordFinding",
        "AREA_SUPERVISOR",
        lambda s: _inspection(
            s,
            "STARTED",
            itemId=s.id_of("TemplateItem", TemplateItem, template__state="PUBLISHED"),
            result="NOT_MET",
            note="Dusty.",
        ),
        "FINDING_RECORDED",
        "STALE",
    ),
    once("completeInspection", "AREA_SUPERVISOR", lambda s: _inspection(s, "STARTED"), "INSPECTION_COMPLETED", "STALE"),
    each("requireCorrectiveAction", "AREA_SUPERVISOR", _to_put_right, "CORRECTIVE_ACTION_REQUIRED"),
    once(
        "withdrawCorrectiveAction",
        "AREA_SUPERVISOR",
        lambda s: _correction(s, reason="Another store's."),
        "CORRECTIVE_ACTION_WITHDRAWN",
        "STALE",
    ),
    each("requireCorrectiveAction", "AREA_SUPERVISOR", _to_put_right, "CORRECTIVE_ACTION_REQUIRED"),
    once(
        "handOverCorrectiveAction",
        "AREA_SUPERVISOR",
        lambda s: _correction(s, ownerId=s.member("SERVICE_STAFF")),
        "CORRECTIVE_ACTION_HANDED_OVER",
        "STALE",
    ),
    once("submitEvidence", "STORE_MANAGER", lambda s: _correction(s, note="Done."), "EVIDENCE_SUBMITTED", "STALE"),
    once(
        "verifyCorrectiveAction",
        "AREA_SUPERVISOR",
        lambda s: _correction(s, isAccepted=True),
        "CORRECTIVE_ACTION_VERIFIED",
        "STALE",
    ),
    once(
        "cancelInspection", "AREA_SUPERVISOR", lambda s: _inspection(s, reason="Snow"), "INSPECTION_CANCELLED", "STALE"
    ),
    once(
        "retireInspectionTemplate",
        "QUALITY_OFFICER",
        lambda s: {"templateId": s.id_of("InspectionTemplate", InspectionTemplate, state="PUBLISHED")},
        "INSPECTION_TEMPLATE_RETIRED",
        "TEMPLATE_NOT_PUBLISHED",
    ),
)
