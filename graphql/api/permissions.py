"""Who may see what: every type and every field of the schema has its line, or the schema is not built (corpus S01).

`of_type("Store", READ_STORES, "id name", phone=READ_MEMBERS)`: to see a store at all one needs READ_STORES; `id` and
`name` need no more, `phone` needs READ_MEMBERS as well. PUBLIC is everybody, MEMBER everybody who is signed in. For
mutations the action's own check is the law; the permission here is asked first and must be the same one.
"""

from api.base.permitted import Everyone, Table, of_type
from api.complaints.table import COMPLAINTS
from api.customers.table import CUSTOMERS
from api.feedback.table import FEEDBACK
from api.files.table import FILES
from api.inquiries.table import INQUIRIES
from api.inspections.table import INSPECTIONS
from api.loops.table import LOOPS
from api.orders.table import ORDERS
from api.standards.table import CONFORMANCE
from api.training.table import TRAINING
from api.visits.table import VISITS
from members.rules.permissions import Permission

PUBLIC, MEMBER = Everyone.PUBLIC, Everyone.MEMBER
_MAY = Permission

EXPLORER = Permission.READ_SCHEMA

_CHAINS = of_type("Chain", PUBLIC, "id name language", currency=MEMBER, createdAt=MEMBER, state=MEMBER)

_PEOPLE = {
    **of_type(
        "Member", _MAY.READ_MEMBERS, "id name language isActive joinedAt assignments", email=_MAY.READ_INVITATIONS
    ),
    **of_type("Assignment", _MAY.READ_MEMBERS, "id user role reach since storeId store areaId area"),
    **of_type(
        "Invitation",
        _MAY.READ_INVITATIONS,
        "id email language role state invitedAt expiresAt endedAt storeId store areaId area",
    ),
    **of_type(
        "AccessToken",
        MEMBER,
        "id kind name owner scopes storeKeys createdAt expiresAt lastUsedAt revokedAt",
    ),
    **of_type("Viewer", MEMBER, "id name email language permissions assignments isRepresented"),
    **of_type("ViewerAssignment", MEMBER, "role reach storeId areaId"),
    **of_type("OfferedInvitation", PUBLIC, "email chainName role isMember expiresAt"),
    "Query.viewer": MEMBER,
    "Query.members": _MAY.READ_MEMBERS,
    "Query.invitations": _MAY.READ_INVITATIONS,
    "Query.invitation": PUBLIC,
    "Query.accessTokens": MEMBER,
    "Mutation.inviteMember": _MAY.INVITE_MEMBER,
    "Mutation.acceptInvitation": PUBLIC,
    "Mutation.withdrawInvitation": _MAY.WITHDRAW_INVITATION,
    "Mutation.assignRole": _MAY.ASSIGN_ROLE,
    "Mutation.withdrawRole": _MAY.WITHDRAW_ROLE,
    "Mutation.deactivateMember": _MAY.DEACTIVATE_MEMBER,
    "Mutation.reactivateMember": _MAY.REACTIVATE_MEMBER,
    "Mutation.correctOwnParticulars": MEMBER,
    "Mutation.signOutEverywhere": MEMBER,
    "Mutation.createAccessToken": _MAY.CREATE_ACCESS_TOKEN,
    "Mutation.revokeAccessToken": MEMBER,
    "Mutation.actForMember": _MAY.ACT_FOR_MEMBER,
    "Mutation.endVisit": MEMBER,
}

_STORES = {
    **of_type("Area", _MAY.READ_STORES, "id name drawnAt stores"),
    **of_type(
        "Store",
        _MAY.READ_STORES,
        "id code name kind franchiseeName area timeZone currency state openedAt version isOpenNow availableActions "
        "openingHours holidays closures equipment",
        heldPositions=_MAY.READ_POSITIONS,
    ),
    **of_type("StoreClosure", _MAY.READ_STORES, "id store reason closedAt reopenedAt closedById reopenedById"),
    **of_type("StoreEquipment", _MAY.READ_STORES, "id store code installedAt removedAt"),
    **of_type("OpeningHours", _MAY.READ_STORES, "id store validFrom weekday opens closes"),
    **of_type("Holiday", _MAY.READ_STORES, "id store observedOn name hours"),
    **of_type("HolidayHours", _MAY.READ_STORES, "id holiday opens closes"),
    **of_type("Position", _MAY.READ_POSITIONS, "id name layer definedAt version duties"),
    **of_type("Duty", _MAY.READ_POSITIONS, "id position number text"),
    **of_type("StaffPosition", _MAY.READ_POSITIONS, "id store member position assignedAt withdrawnAt"),
    "Query.areas": _MAY.READ_STORES,
    "Query.stores": _MAY.READ_STORES,
    "Query.store": _MAY.READ_STORES,
    "Query.positions": _MAY.READ_POSITIONS,
    "Mutation.drawArea": _MAY.DRAW_AREA,
    "Mutation.renameArea": _MAY.DRAW_AREA,
    "Mutation.openStore": _MAY.OPEN_STORE,
    "Mutation.correctStore": _MAY.CORRECT_STORE,
    "Mutation.moveStore": _MAY.MOVE_STORE,
    "Mutation.closeStore": _MAY.CLOSE_STORE,
    "Mutation.reopenStore": _MAY.OPEN_STORE,
    "Mutation.setOpeningHours": _MAY.SET_OPENING_HOURS,
    "Mutation.setHolidays": _MAY.SET_HOLIDAYS,
    "Mutation.recordEquipment": _MAY.CORRECT_STORE,
    "Mutation.removeEquipment": _MAY.CORRECT_STORE,
    "Mutation.definePosition": _MAY.DEFINE_POSITION,
    "Mutation.redefinePosition": _MAY.DEFINE_POSITION,
    "Mutation.assignPosition": _MAY.ASSIGN_POSITION,
    "Mutation.withdrawPosition": _MAY.ASSIGN_POSITION,
}

_STANDARDS = {
    **of_type("Standard", _MAY.READ_STANDARDS, "id draftedAt draftedByName versions"),
    **of_type(
        "Version",
        _MAY.READ_STANDARDS,
        "id standard number state revision draftedAt title titles authorName availableActions findings clauses "
        "submissions approvals rollouts withdrawals stores",
        # What was said of a draft is for who reads drafts, also when its text came to stores since.
        returns=_MAY.READ_STANDARD_DRAFTS,
    ),
    **of_type(
        "Clause",
        _MAY.READ_STANDARDS,
        "id version lineageId number position field journeyStep text texts sourceLanguage outdatedLanguages rule scope "
        "isPublic change questions",
        acknowledgements=_MAY.READ_MEMBERS,
    ),
    **of_type("JourneyStep", _MAY.READ_STANDARDS, "id code position matters givenUpAt name"),
    **of_type("ClauseScope", _MAY.READ_STANDARDS, "roles areaIds storeKinds storeIds equipment channels"),
    **of_type("ClauseQuestion", _MAY.READ_STANDARDS, "text options right"),
    **of_type("ComparedClause", _MAY.READ_STANDARDS, "before after change differences"),
    **of_type("Submission", _MAY.READ_STANDARDS, "id doneAt doneByName"),
    **of_type("VersionReturn", _MAY.READ_STANDARD_DRAFTS, "id doneAt reason doneByName"),
    **of_type("Approval", _MAY.READ_STANDARDS, "id doneAt doneByName"),
    **of_type("Withdrawal", _MAY.READ_STANDARDS, "id doneAt reason doneByName"),
    **of_type(
        "Rollout",
        _MAY.READ_STANDARDS,
        "id version doneAt doneByName stopRule allowsLocalClauses state availableActions waves pauses stores",
        # Which other stores there are, and what became of them, is no store's business.
        targets=_MAY.READ_STANDARD_DRAFTS,
    ),
    **of_type("RolloutTargets", _MAY.READ_STANDARD_DRAFTS, "storeIds areaIds storeKinds"),
    **of_type("StopRule", _MAY.READ_STANDARDS, "leastShareMet clauseNumber fewestCases mostComplaints"),
    **of_type(
        "RolloutWave",
        _MAY.READ_STANDARDS,
        "id rollout position startsAt share startedAt cancelledAt",
        storeIds=_MAY.READ_STANDARD_DRAFTS,
    ),
    **of_type(
        "RolloutPause",
        _MAY.READ_STANDARDS,
        "id rollout pausedAt pausedByName reason resumedAt resumedByName",
        figures=_MAY.READ_STANDARD_DRAFTS,
    ),
    **of_type("PauseFigures", _MAY.READ_STANDARD_DRAFTS, "stores cases shareMet complaints"),
    **of_type(
        "StoreStandard",
        _MAY.READ_STANDARDS,
        "id store version rollout pushedAt seenAt acknowledgedAt trainedAt firstConformingAt sustainedAt endedAt "
        "remindersSent",
    ),
    **of_type("Adoption", _MAY.READ_VERDICTS, "meant steps days"),
    **of_type("AdoptionStepCount", _MAY.READ_VERDICTS, "step stores people"),
    **of_type("AdoptionDay", _MAY.READ_VERDICTS, "day pushed seen acknowledged trained conforming sustained"),
    "Query.adoption": _MAY.READ_VERDICTS,
    **of_type("Acknowledgement", _MAY.READ_STANDARDS, "id store clause user userName acknowledgedAt"),
    **of_type("Finding", _MAY.READ_STANDARDS, "clause criterion message isBlocking"),
    **of_type("Translation", _MAY.READ_STANDARDS, "language text"),
    **of_type("Fact", _MAY.READ_STANDARDS, "name values"),
    **of_type("Happens", _MAY.READ_STANDARDS, "event scope"),
    **of_type("Allowance", _MAY.READ_STANDARDS, "extra when"),
    **of_type(
        "ClauseRule",
        _MAY.READ_STANDARDS,
        "kind words event fields fact of among window atLeast atMost"
        " trigger response within time share tolerance allowance scope",
    ),
    **of_type("MeasurableEvent", _MAY.READ_STANDARDS, "kind words fields numbers"),
    **of_type("AppliedStandard", MEMBER, "clauseId clause effect dueAt"),
    **of_type("DecisionLimit", _MAY.READ_STANDARDS, "role kind amount isDefault"),
    "Query.decisionLimits": _MAY.READ_STANDARDS,
    **of_type("StaffFiguresPolicy", _MAY.READ_STORES, "kind sees"),
    "Query.staffFiguresPolicies": _MAY.READ_STORES,
    "Query.standards": _MAY.READ_STANDARDS,
    "Query.versions": _MAY.READ_STANDARDS,
    "Query.storeStandards": _MAY.READ_STANDARDS,
    "Query.rollouts": _MAY.READ_STANDARDS,
    "Query.measurableEvents": _MAY.READ_STANDARDS,
    **of_type("Charter", PUBLIC, "chainName chapters"),
    **of_type("CharterChapter", PUBLIC, "name clauses"),
    **of_type("CharterClause", PUBLIC, "standard number text"),
    "Query.charter": PUBLIC,
    "Query.journeySteps": _MAY.READ_STANDARDS,
    "Query.compareVersions": _MAY.READ_STANDARDS,
    **of_type(
        "Replay",
        _MAY.READ_STANDARD_DRAFTS,
        "id version against firstOn lastOn storeIds state askedAt askedByName doneAt clauses",
    ),
    **of_type(
        "ReplayedClause",
        _MAY.READ_STANDARD_DRAFTS,
        "id replay conformance alarmsADay weekdays hours stores",
    ),
    **of_type("ReplayedTime", _MAY.READ_STANDARD_DRAFTS, "number met missed"),
    **of_type("ReplayedStore", _MAY.READ_STANDARD_DRAFTS, "id store tallies needsWaiver"),
    "Query.replays": _MAY.READ_STANDARD_DRAFTS,
    "Mutation.replayStandard": _MAY.DRAFT_STANDARD,
    **of_type("DueAcknowledgement", _MAY.READ_STANDARDS, "clause before change questions"),
    **of_type("OutstandingAcknowledgement", _MAY.READ_STANDARDS, "memberId memberName clause"),
    **of_type("WrongAnswer", _MAY.ACKNOWLEDGE_STANDARD, "clauseNumber question"),
    **of_type("Waiver", _MAY.READ_STANDARDS, "id store clause reason waivedAt until endedAt isHolding waivedByName"),
    "Query.waivers": _MAY.READ_STANDARDS,
    **of_type("LocalClause", _MAY.READ_STANDARDS, "id store standard number text texts addedAt addedByName endedAt"),
    "Query.localClauses": _MAY.READ_STANDARDS,
    "Mutation.addLocalClause": _MAY.ADD_LOCAL_CLAUSE,
    "Mutation.endLocalClause": _MAY.ADD_LOCAL_CLAUSE,
    "Query.acknowledgementsDue": _MAY.ACKNOWLEDGE_STANDARD,
    "Query.acknowledgementsOutstanding": _MAY.READ_VERDICTS,
    "Mutation.keepJourneySteps": _MAY.DRAFT_STANDARD,
    "Mutation.draftStandard": _MAY.DRAFT_STANDARD,
    "Mutation.reviseStandard": _MAY.DRAFT_STANDARD,
    "Mutation.submitStandard": _MAY.SUBMIT_STANDARD,
    "Mutation.approveStandard": _MAY.APPROVE_STANDARD,
    "Mutation.returnStandard": _MAY.APPROVE_STANDARD,
    "Mutation.pushStandard": _MAY.PUSH_STANDARD,
    "Mutation.pauseRollout": _MAY.PUSH_STANDARD,
    "Mutation.resumeRollout": _MAY.PUSH_STANDARD,
    "Mutation.cancelRollout": _MAY.PUSH_STANDARD,
    "Mutation.seeStandard": _MAY.ACKNOWLEDGE_STANDARD,
    "Mutation.acknowledgeStandard": _MAY.ACKNOWLEDGE_STANDARD,
    "Mutation.withdrawStandard": _MAY.WITHDRAW_STANDARD,
    "Mutation.waiveClause": _MAY.WAIVE_CLAUSE,
    "Mutation.endWaiver": _MAY.WAIVE_CLAUSE,
    "Mutation.setDecisionLimits": _MAY.SET_DECISION_LIMITS,
    "Mutation.setStaffFiguresPolicy": _MAY.SET_STAFF_FIGURES_POLICY,
}

_CLOCKS = {
    **of_type(
        "Clock",
        _MAY.READ_CLOCKS,
        "id store kind words subjectId targetUnit targetSeconds startedAt dueAt currentDueAt isOverdue isPaused pauses "
        "stoppedAt wallSeconds workingSeconds",
        clause=_MAY.READ_STANDARDS,
    ),
    **of_type("ClockPause", _MAY.READ_CLOCKS, "id store reason note pausedAt endedAt voidFrom dueAt"),
    "Query.dueNow": _MAY.READ_CLOCKS,
}

_JOURNAL = {
    **of_type(
        "Entry",
        _MAY.READ_JOURNAL,
        "id kind subjectType subjectId storeId customerId partOfId actorKind actorName behalfOfId tokenId at before "
        "after requestId",
    ),
    "Query.journal": _MAY.READ_JOURNAL,
}

_QUERIES = {
    "Query.node": MEMBER,
    "Query.chain": PUBLIC,
}

TABLE: Table = {
    **_CHAINS,
    **_PEOPLE,
    **_STORES,
    **_STANDARDS,
    **CONFORMANCE,
    **_CLOCKS,
    **CUSTOMERS,
    **FEEDBACK,
    **FILES,
    **INQUIRIES,
    **INSPECTIONS,
    **LOOPS,
    **COMPLAINTS,
    **ORDERS,
    **TRAINING,
    **VISITS,
    **_JOURNAL,
    **_QUERIES,
}
