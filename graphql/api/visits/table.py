"""The return visits' part of the permission table: who may see what of them, and do what with them (corpus S01)."""

from api.base.permitted import Table, of_type
from members.rules.permissions import Permission

_MAY = Permission
_READ = _MAY.READ_RETURN_VISITS

VISITS: Table = {
    **of_type(
        "ReturnVisit",
        _READ,
        "id store number reference state notApplicableBecause ownerName plannedAt dueAt isOverdue callBackAt channel "
        "madeByName madeAt isReached isSatisfied dissatisfiedBecause remark signedByName signedAt signatureNote "
        "version availableActions occasions attempts points handOvers credits",
        customer=_MAY.READ_CUSTOMERS,
        owner=_MAY.READ_MEMBERS,
        clocks=_MAY.READ_CLOCKS,
    ),
    **of_type(
        "VisitOccasion",
        _READ,
        "id store visit kind complaintId note happenedAt dueAt plannedAt plannedByName droppedAt droppedBecause",
        clocks=_MAY.READ_CLOCKS,
    ),
    **of_type("VisitAttempt", _READ, "id store visit outcome channel note attemptedAt callBackAt doneByName"),
    **of_type("VisitHandOver", _READ, "id store visit reason note doneAt fromOwnerName toOwnerName doneByName"),
    **of_type(
        "VisitPoint",
        _READ,
        "id store visit position said saidBy state answer answerChannel answeredAt answeredByName decisions promises",
    ),
    **of_type("PointDecision", _READ, "id store point departments decision decidedAt decidedByName"),
    **of_type(
        "PointPromise",
        _READ,
        "id store point promisedUntil madeAt endedAt isKept isKeptInTime promisedByName",
        clocks=_MAY.READ_CLOCKS,
    ),
    **of_type("VisitCredit", _READ, "id store visit callerName amount boughtAt creditedAt takenBackAt"),
    **of_type("VisitRules", _READ, "number rules creditWithinDays leastAttempts"),
    **of_type("VisitRule", _READ, "kind isOn withinDays consent"),
    "Query.returnVisits": _READ,
    "Query.visitCredits": _READ,
    "Query.visitRules": _READ,
    "Mutation.setVisitRules": _MAY.SET_VISIT_RULES,
    "Mutation.planReturnVisit": _MAY.PLAN_RETURN_VISIT,
    "Mutation.handOverReturnVisit": _MAY.HAND_OVER_RETURN_VISIT,
    "Mutation.recordVisitAttempt": _MAY.RECORD_RETURN_VISIT,
    "Mutation.recordReturnVisit": _MAY.RECORD_RETURN_VISIT,
    "Mutation.promiseVisitAnswer": _MAY.ANSWER_VISIT_POINT,
    "Mutation.decideVisitPoint": _MAY.DECIDE_VISIT_POINT,
    "Mutation.answerVisitPoint": _MAY.ANSWER_VISIT_POINT,
    "Mutation.signReturnVisit": _MAY.SIGN_RETURN_VISIT,
}
