"""The inquiries' part of the permission table: who may see what of them, and do what with them (corpus S01)."""

from api.base.permitted import Table, of_type
from members.rules.permissions import Permission

_MAY = Permission
_READ = _MAY.READ_INQUIRIES

INQUIRIES: Table = {
    **of_type(
        "Inquiry",
        _READ,
        "id store number reference subject channel state unansweredSince receivedAt openedAt takenDownByName ownerName "
        "isQueued repeats round version dueAt isOverdue openPromises availableActions offeredAnswers messages promises "
        "advice handOvers turns",
        customer=_MAY.READ_CUSTOMERS,
        owner=_MAY.READ_MEMBERS,
        clocks=_MAY.READ_CLOCKS,
    ),
    **of_type("OfferedAnswer", _READ, "answerId language question text"),
    **of_type(
        "InquiryMessage",
        _READ,
        "id store inquiry direction answer channel text round saidAt recordedAt recordedByName externalId "
        "isSentDespiteWarnings",
    ),
    **of_type(
        "ReplyPromise",
        _READ,
        "id store inquiry madeAt promisedUntil keptAt madeIn keptIn isKeptInTime promisedByName",
        clocks=_MAY.READ_CLOCKS,
    ),
    **of_type("Advice", _READ, "id store inquiry toldIn needs plan plannedOn advisedAt advisedByName lines"),
    **of_type("AdviceLine", _READ, "product model quantity why"),
    **of_type("HandOver", _READ, "id store inquiry reason note doneAt fromOwnerName toOwnerName doneByName"),
    **of_type("InquiryTurn", _READ, "id store inquiry kind round note doneAt doneByName"),
    **of_type("Shift", _READ, "id store beganAt endsAt endedAt memberName"),
    **of_type(
        "PhraseNorm",
        _READ,
        "id kind language phrase variants harmless situation occasion strictness setAt retiredAt version setByName",
        clause=_MAY.READ_STANDARDS,
    ),
    **of_type("WordingFinding", _READ, "normId phrase kind strictness situation clause message"),
    **of_type("StandardAnswer", _READ, "id language question text labels replaces keptAt retiredAt keptByName"),
    **of_type(
        "CallReview",
        _READ,
        "id store inquiry call memberId memberName reviewerName reviewerRole putRight reviewedAt findings",
    ),
    **of_type("CallFinding", _READ, "id store review point result note", clause=_MAY.READ_STANDARDS),
    **of_type("CallSheetPoint", _MAY.REVIEW_CALLS, "point"),
    "Query.callReviews": _READ,
    "Query.callSheet": _MAY.REVIEW_CALLS,
    "Mutation.recordCallReview": _MAY.REVIEW_CALLS,
    "Query.inquiries": _READ,
    "Query.inquiryQueue": _READ,
    "Query.shifts": _READ,
    "Query.standardAnswers": _READ,
    "Query.phraseNorms": _READ,
    "Query.checkWording": _READ,
    "Mutation.openInquiry": _MAY.OPEN_INQUIRY,
    "Mutation.recordCustomerMessage": _MAY.RECORD_CUSTOMER_MESSAGE,
    "Mutation.takeInquiry": _MAY.TAKE_INQUIRY,
    "Mutation.handOverInquiry": _MAY.HAND_OVER_INQUIRY,
    "Mutation.replyToInquiry": _MAY.REPLY_TO_INQUIRY,
    "Mutation.promiseReply": _MAY.PROMISE_REPLY,
    "Mutation.adviseCustomer": _MAY.ADVISE_CUSTOMER,
    "Mutation.closeInquiry": _MAY.CLOSE_INQUIRY,
    "Mutation.reopenInquiry": _MAY.REOPEN_INQUIRY,
    "Mutation.beginShift": _MAY.BEGIN_SHIFT,
    "Mutation.endShift": _MAY.BEGIN_SHIFT,
    "Mutation.setPhraseNorm": _MAY.SET_PHRASE_NORM,
    "Mutation.retirePhraseNorm": _MAY.SET_PHRASE_NORM,
    "Mutation.keepStandardAnswer": _MAY.KEEP_STANDARD_ANSWER,
    "Mutation.retireStandardAnswer": _MAY.KEEP_STANDARD_ANSWER,
}
