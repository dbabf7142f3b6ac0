"""The inspections' part of the permission table: who may see what of them, and do what with them (corpus S01)."""

from api.base.permitted import Table, of_type
from members.rules.permissions import Permission

_MAY = Permission
_READ = _MAY.READ_INSPECTIONS

INSPECTIONS: Table = {
    **of_type(
        "InspectionTemplate",
        _READ,
        "id lineageId number title titles state inspectorRoles supplierName passShare draftedAt draftedByName "
        "publishedAt revision availableActions items",
    ),
    **of_type(
        "TemplateItem",
        _READ,
        "id template position text texts clauseLineageId weight isCritical mayBeNotApplicable evidence",
    ),
    **of_type(
        "Inspection",
        _READ,
        "id store number reference template plannedOn inspectorName isAnnounced state dueAt scheduledAt "
        "scheduledByName startedAt endedAt scoreBasisPoints isPassed remark version availableActions findings "
        "lastResults",
        plan=_MAY.SCHEDULE_INSPECTION,
        inspector=_MAY.READ_MEMBERS,
    ),
    # A plan tells of inspections that are not announced.
    **of_type(
        "InspectionPlan",
        _MAY.SCHEDULE_INSPECTION,
        "id template area storeIds startsOn every unit openDays isAnnounced inspectorName plannedByName plannedAt "
        "state end nextOn version availableActions inspections",
        inspector=_MAY.READ_MEMBERS,
    ),
    **of_type("InspectionPlanEnd", _MAY.SCHEDULE_INSPECTION, "doneAt reason"),
    **of_type(
        "InspectionFinding",
        _READ,
        "id store inspection item result note foundAt foundByName correctiveActions",
        photos=_MAY.READ_FILES,
    ),
    **of_type("FindingPhoto", _MAY.READ_FILES, "id store finding file"),
    **of_type("LastResult", _READ, "itemId position result note foundAt"),
    **of_type(
        "CorrectiveAction",
        _READ,
        "id store finding what ownerName state level dueAt round requiredAt requiredByName verifiedAt version "
        "withdrawal availableActions evidence",
        owner=_MAY.READ_MEMBERS,
        clocks=_MAY.READ_CLOCKS,
    ),
    **of_type("CorrectionWithdrawal", _READ, "doneAt reason"),
    **of_type(
        "CorrectionEvidence",
        _READ,
        "id store correction round note submittedAt submittedByName isAccepted remark verifiedByName verifiedAt",
        files=_MAY.READ_FILES,
    ),
    **of_type("EvidenceFile", _MAY.READ_FILES, "id store evidence file"),
    "Query.correctiveActions": _READ,
    "Query.inspectionTemplates": _READ,
    "Query.inspections": _READ,
    "Query.inspectionPlans": _MAY.SCHEDULE_INSPECTION,
    "Query.storesWithoutInspector": _MAY.SCHEDULE_INSPECTION,
    "Mutation.draftInspectionTemplate": _MAY.KEEP_INSPECTION_TEMPLATES,
    "Mutation.publishInspectionTemplate": _MAY.KEEP_INSPECTION_TEMPLATES,
    "Mutation.retireInspectionTemplate": _MAY.KEEP_INSPECTION_TEMPLATES,
    "Mutation.planInspections": _MAY.SCHEDULE_INSPECTION,
    "Mutation.endInspectionPlan": _MAY.SCHEDULE_INSPECTION,
    "Mutation.scheduleInspection": _MAY.SCHEDULE_INSPECTION,
    "Mutation.reassignInspection": _MAY.SCHEDULE_INSPECTION,
    "Mutation.cancelInspection": _MAY.SCHEDULE_INSPECTION,
    "Mutation.startInspection": _MAY.INSPECT_STORE,
    "Mutation.recordFinding": _MAY.INSPECT_STORE,
    "Mutation.completeInspection": _MAY.INSPECT_STORE,
    "Mutation.requireCorrectiveAction": _MAY.REQUIRE_CORRECTION,
    "Mutation.handOverCorrectiveAction": _MAY.REQUIRE_CORRECTION,
    "Mutation.submitEvidence": _MAY.SUBMIT_EVIDENCE,
    "Mutation.verifyCorrectiveAction": _MAY.VERIFY_CORRECTION,
    "Mutation.withdrawCorrectiveAction": _MAY.REQUIRE_CORRECTION,
}
