"""What the deeds of inspections need to be done once."""

from datetime import timedelta

from api.base.ids import global_id
from inspections.models.corrections import CorrectionEvidence, CorrectiveAction
from inspections.models.inspections import Inspection, InspectionFinding
from inspections.models.templates import InspectionTemplate, TemplateItem
from tests.attacks.matrix.callers import Callers
from tests.attacks.matrix.conftest import World
from tests.attacks.matrix.success import TOMORROW, Prepare, Success, row_of

_TEXT = [{"language": "en", "text": "The counter is clean."}]
_TO_LOOK_AT = {"titles": _TEXT, "templateItems": [{"texts": _TEXT}], "inspectorRoles": ["AREA_SUPERVISOR"]}


def _template_is(state: str) -> Prepare:
    return lambda world, _callers: InspectionTemplate.objects.filter(pk=row_of(world, "InspectionTemplate").pk).update(
        state=state, inspector_roles=["AREA_SUPERVISOR"]
    )


def _inspects(world: World, _callers: Callers) -> object:
    """Let the inspection of the own store be under way, with its supervisor as the inspector."""
    inspection = row_of(world, "Inspection")
    supervisor, began = world.a.people["AREA_SUPERVISOR"], TOMORROW - timedelta(days=2)
    return Inspection.objects.filter(pk=inspection.pk).update(
        state="STARTED", started_at=began, number=9_999, inspector_id=supervisor
    )


def _to_be_inspected(world: World, _callers: Callers) -> object:
    supervisor = world.a.people["AREA_SUPERVISOR"]
    return Inspection.objects.filter(pk=row_of(world, "Inspection").pk).update(inspector_id=supervisor)


def _to_be_given(world: World, _callers: Callers) -> object:
    return InspectionTemplate.objects.filter(pk=row_of(world, "Inspection").template_id).update(
        inspector_roles=["AREA_SUPERVISOR"]
    )


def _all_found(world: World, callers: Callers) -> object:
    inspection = row_of(world, "Inspection")
    found = set(InspectionFinding.objects.filter(inspection=inspection).values_list("item_id", flat=True))
    for item in TemplateItem.objects.filter(template_id=inspection.template_id).exclude(id__in=found):
        given = {"result": "MET", "found_at": TOMORROW - timedelta(days=2)}
        InspectionFinding.objects.create(store_id=world.a.store, inspection=inspection, item=item, **given)
    return _inspects(world, callers)


def _found_wrong(world: World, _callers: Callers) -> object:
    """Let the inspection of the own store be over, with something that is to be put right."""
    finding, over = row_of(world, "InspectionFinding"), TOMORROW - timedelta(days=2)
    ended = {"state": "COMPLETED", "is_passed": False, "number": 9_998, "started_at": over, "ended_at": over}
    Inspection.objects.filter(pk=finding.inspection_id).update(**ended)
    return InspectionFinding.objects.filter(pk=finding.pk).update(result="NOT_MET")


def _to_be_shown(world: World, _callers: Callers) -> object:
    # A round whose evidence nobody has given yet.
    correction = CorrectiveAction.objects.filter(pk=row_of(world, "CorrectiveAction").pk)
    return correction.update(state="REQUIRED", verified_at=None, round=99)


def _asked_of_others(world: World, callers: Callers) -> object:
    _to_be_shown(world, callers)
    correction = CorrectiveAction.objects.filter(pk=row_of(world, "CorrectiveAction").pk)
    return correction.update(owner_id=world.a.people["SERVICE_STAFF"])


def _shown_by_others(world: World, _callers: Callers) -> object:
    correction, evidence = row_of(world, "CorrectiveAction"), row_of(world, "CorrectionEvidence")
    manager = world.a.people["STORE_MANAGER"]
    CorrectionEvidence.objects.filter(pk=evidence.pk).update(
        correction_id=correction.pk, round=98, submitted_by_id=manager, is_accepted=None, verified_at=None
    )
    standing = {"state": "SUBMITTED", "verified_at": None, "round": 98, "owner_id": manager}
    return CorrectiveAction.objects.filter(pk=correction.pk).update(**standing)


INSPECTING: dict[str, Success] = {
    "requireCorrectiveAction": Success(
        given={"dueAt": TOMORROW.isoformat()},
        found=lambda world: {"ownerId": global_id("Member", world.a.people["STORE_MANAGER"])},
        prepare=_found_wrong,
    ),
    "handOverCorrectiveAction": Success(
        found=lambda world: {"ownerId": global_id("Member", world.a.people["STORE_MANAGER"])}, prepare=_asked_of_others
    ),
    "withdrawCorrectiveAction": Success(prepare=_to_be_shown),
    "submitEvidence": Success(given={"fileIds": None}, prepare=_to_be_shown),
    "verifyCorrectiveAction": Success(given={"isAccepted": True, "dueAt": None}, prepare=_shown_by_others),
    "draftInspectionTemplate": Success(given=_TO_LOOK_AT),
    "publishInspectionTemplate": Success(prepare=_template_is("DRAFT")),
    "retireInspectionTemplate": Success(prepare=_template_is("PUBLISHED")),
    "planInspections": Success(
        given={"startsOn": TOMORROW.date().isoformat(), "areaId": None},
        found=lambda world: {"inspectorId": global_id("Member", world.a.people["AREA_SUPERVISOR"])},
        prepare=_template_is("PUBLISHED"),
    ),
    "scheduleInspection": Success(
        given={"dueAt": TOMORROW.isoformat()},
        found=lambda world: {"inspectorId": global_id("Member", world.a.people["AREA_SUPERVISOR"])},
        prepare=_template_is("PUBLISHED"),
    ),
    "reassignInspection": Success(
        found=lambda world: {"inspectorId": global_id("Member", world.a.people["AREA_SUPERVISOR"])},
        prepare=_to_be_given,
    ),
    "startInspection": Success(who="AREA_SUPERVISOR", prepare=_to_be_inspected),
    "recordFinding": Success(who="AREA_SUPERVISOR", given={"photoIds": None}, prepare=_inspects),
    "completeInspection": Success(who="AREA_SUPERVISOR", prepare=_all_found),
}
