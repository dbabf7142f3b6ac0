"""The loops' part of the permission table: who may see what of them, and do what with them (corpus S01)."""

from api.base.permitted import Table, of_type
from members.rules.permissions import Permission

_MAY = Permission
_READ, _CASES = _MAY.READ_LOOPS, _MAY.READ_CASE_STUDIES

LOOPS: Table = {
    **of_type(
        "Loop",
        _READ,
        "id store matterKind matterId lineageId happenedAt openedAt state needed conforming closedAt closedByName "
        "reason version availableActions people",
        clause=_MAY.READ_STANDARDS,
    ),
    **of_type(
        "LoopPerson",
        _READ,
        "id store loop memberId memberName outcome missing pushedAt acknowledgedAt trainedAt lessonIds",
    ),
    **of_type("LoopRule", _READ, "number verdictsNeeded lowScore"),
    **of_type(
        "CaseStudy", _CASES, "id title situation openedAt openedByName lessonsLearned", clause=_MAY.READ_STANDARDS
    ),
    **of_type("LessonLearned", _CASES, "id caseStudy text keptAt keptByName"),
    **of_type("CaseStudyProposal", _MAY.OPEN_CASE_STUDY, "title situation"),
    **of_type("StandardOrStore", _MAY.READ_VERDICTS, "storeId clause met missed shareMet complaints case"),
    **of_type("FourCases", _MAY.READ_VERDICTS, "clause well mendStandard mendStore askWhatFor notKnown"),
    **of_type("DeviationSide", _MAY.READ_VERDICTS, "stores cases complaints complaintRate"),
    **of_type("DeviationCost", _MAY.READ_VERDICTS, "clause keeping deviating extraComplaints"),
    "Query.loops": _READ,
    "Query.loopRule": _READ,
    "Query.caseStudies": _CASES,
    "Query.caseStudyProposal": _MAY.OPEN_CASE_STUDY,
    "Query.standardOrStore": _MAY.READ_VERDICTS,
    "Query.fourCases": _MAY.READ_VERDICTS,
    "Query.storesInCase": _MAY.READ_VERDICTS,
    "Query.deviationCosts": _MAY.READ_VERDICTS,
    "Mutation.closeLoop": _MAY.CLOSE_LOOP,
    "Mutation.setLoopRule": _MAY.SET_LOOP_RULE,
    "Mutation.openCaseStudy": _MAY.OPEN_CASE_STUDY,
    "Mutation.withdrawCaseStudy": _MAY.OPEN_CASE_STUDY,
    "Mutation.keepLessonLearned": _MAY.KEEP_LESSON_LEARNED,
}
