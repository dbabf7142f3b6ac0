"""The feedback's part of the permission table: who may see what of it, and do what with it (corpus S01)."""

from api.base.permitted import Everyone, Table, of_type
from members.rules.permissions import Permission

_MAY = Permission
_READ, _RATINGS, _PUBLIC = _MAY.READ_FEEDBACK, _MAY.READ_RATINGS, Everyone.PUBLIC

FEEDBACK: Table = {
    **of_type(
        "Survey",
        _READ,
        "id store matterKind matterId reference language state standing isMailed sentAt expiresAt sentByName "
        "answeredAt withdrawnAt",
        customer=_MAY.READ_CUSTOMERS,
        comment=_RATINGS,
        meanHundredths=_RATINGS,
        ratings=_RATINGS,
        shares=_RATINGS,
    ),
    **of_type("Rating", _RATINGS, "id store survey question score ratedAt"),
    **of_type("RatingShare", _RATINGS, "id store survey memberId memberName ownedSeconds deeds basisPoints"),
    **of_type(
        "Praise",
        _READ,
        "id store channel text receivedAt recordedAt recordedByName people",
        customer=_MAY.READ_CUSTOMERS,
    ),
    **of_type("PraisedMember", _READ, "id store praise memberId memberName"),
    **of_type("SurveyPolicy", _READ, "version coolDownDays openDays questions sentWhenClosed"),
    **of_type("FeedbackMonth", _RATINGS, "month sent answered answeredBasisPoints ratings meanHundredths praises"),
    **of_type(
        "FeedbackTheme",
        _RATINGS,
        "kind code words count countBefore trend ratings meanHundredths",
        clause=_MAY.READ_STANDARDS,
    ),
    **of_type("MemberFeedback", _READ, "memberId memberName surveys meanHundredths praises"),
    **of_type("SurveyForm", _PUBLIC, "chainName storeName language matterKind standing expiresAt questions"),
    **of_type("SurveyFormQuestion", _PUBLIC, "question words"),
    "Query.surveys": _READ,
    "Query.ratings": _RATINGS,
    "Query.praises": _READ,
    "Query.surveyPolicy": _READ,
    "Query.feedbackMonths": _RATINGS,
    "Query.feedbackThemes": _RATINGS,
    "Query.memberFeedback": _READ,
    "Query.survey": _PUBLIC,
    "Mutation.sendSurvey": _MAY.SEND_SURVEY,
    "Mutation.answerSurvey": _PUBLIC,
    "Mutation.setSurveyPolicy": _MAY.SET_SURVEY_POLICY,
    "Mutation.recordPraise": _MAY.RECORD_PRAISE,
}
