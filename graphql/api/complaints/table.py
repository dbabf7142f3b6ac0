"""The complaints' part of the permission table: who may see what of them, and do what with them (corpus S01)."""

from api.base.permitted import Table, of_type
from members.rules.permissions import Permission

_MAY = Permission
_READ = _MAY.READ_COMPLAINTS
_STEP = "id store round doneAt doneByName"

COMPLAINTS: Table = {
    **of_type(
        "Complaint",
        _READ,
        "id store number reference subject description orderNumber channel severity receivedAt filedAt "
        "takenByName  ownerName stage level isTold pauseReason openReferrals refusedInRound round version "
        "inspectionId  wasFiledByItself dueAt isOverdue availableActions acceptances investigations resolutions "
        "agreements notices words outcomes  finalDecisions withdrawals reworks closures escalations ownerChanges "
        "referrals pauses remedies lastEvents",
        customer=_MAY.READ_CUSTOMERS,
        owner=_MAY.READ_MEMBERS,
        clocks=_MAY.READ_CLOCKS,
        order=_MAY.READ_ORDERS,
        inquiry=_MAY.READ_INQUIRIES,
        clause=_MAY.READ_STANDARDS,
    ),
    **of_type("Acceptance", _READ, f"{_STEP} ownerName"),
    **of_type("Investigation", _READ, f"{_STEP} department findings cause"),
    **of_type("Resolution", _READ, f"{_STEP} remedy expectedAt remedies"),
    **of_type("CustomerNotice", _READ, f"{_STEP} channel message"),
    **of_type("Agreement", _READ, f"{_STEP} isAgreed channel saidAt reason"),
    **of_type("CustomerWord", _READ, f"{_STEP} channel text saidAt"),
    **of_type("Outcome", _READ, f"{_STEP} carriedOut isSatisfied reason remedies"),
    **of_type("FinalDecision", _READ, f"{_STEP} decision reason"),
    **of_type("ComplaintWithdrawal", _READ, f"{_STEP} reason channel saidAt proof"),
    **of_type("Rework", _READ, f"{_STEP} fromStage reason"),
    **of_type("Closure", _READ, f"{_STEP} cause result rootCause"),
    **of_type("Escalation", _READ, f"{_STEP} fromLevel toLevel cause reason"),
    **of_type("OwnerChange", _READ, f"{_STEP} fromOwnerName toOwnerName reason note"),
    **of_type(
        "Referral",
        _READ,
        f"{_STEP} complaint kind department toLevel question answerBy pauses isOpen answer answeredAt answeredByName",
        clocks=_MAY.READ_CLOCKS,
    ),
    **of_type("ComplaintPause", _READ, f"{_STEP} reason note endedAt"),
    **of_type("Remedy", _READ, f"{_STEP} standing kind amount note"),
    **of_type("EscalationTime", _READ, "level severity seconds isDefault"),
    "Query.complaints": _READ,
    "Query.complaintQueue": _READ,
    "Query.openReferrals": _READ,
    "Query.escalationTimes": _READ,
    "Mutation.fileComplaint": _MAY.FILE_COMPLAINT,
    "Mutation.acceptComplaint": _MAY.ACCEPT_COMPLAINT,
    "Mutation.recordInvestigation": _MAY.RECORD_INVESTIGATION,
    "Mutation.referComplaint": _MAY.REFER_COMPLAINT,
    "Mutation.answerReferral": _MAY.ANSWER_REFERRAL,
    "Mutation.planResolution": _MAY.PLAN_RESOLUTION,
    "Mutation.tellCustomer": _MAY.TELL_CUSTOMER,
    "Mutation.agreeResolution": _MAY.AGREE_RESOLUTION,
    "Mutation.recordOutcome": _MAY.RECORD_OUTCOME,
    "Mutation.recordCustomerWord": _MAY.RECORD_CUSTOMER_WORD,
    "Mutation.escalateComplaint": _MAY.ESCALATE_COMPLAINT,
    "Mutation.handOverComplaint": _MAY.HAND_OVER_COMPLAINT,
    "Mutation.pauseComplaint": _MAY.PAUSE_COMPLAINT,
    "Mutation.resumeComplaint": _MAY.PAUSE_COMPLAINT,
    "Mutation.decideFinally": _MAY.DECIDE_FINALLY,
    "Mutation.withdrawComplaint": _MAY.WITHDRAW_COMPLAINT,
    "Mutation.closeComplaint": _MAY.CLOSE_COMPLAINT,
    "Mutation.reworkComplaint": _MAY.REWORK_COMPLAINT,
    "Mutation.setEscalationTimes": _MAY.SET_ESCALATION_TIMES,
    "Mutation.printClosingForm": _READ,
}
