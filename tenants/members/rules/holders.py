"""Which role may do what: the one table of roles and permissions (rulebook R2); tests make their matrix from it."""

from collections.abc import Iterable

from members.rules.permissions import RANK, Permission, Role

_SERVICE_STAFF = frozenset(
    {
        Permission.PLACE_ORDER,
        Permission.RECORD_PAYMENT,
        Permission.REQUEST_ORDER_CHANGE,
        Permission.DECIDE_ORDER_CHANGE,
        Permission.CANCEL_ORDER,
        Permission.GRANT_REFUND,
        Permission.EXECUTE_REFUND,
        Permission.SHIP_LINES,
        Permission.RECORD_SHIPMENT_EVENT,
        Permission.RAISE_SHIPMENT_EXCEPTION,
        Permission.SETTLE_SHIPMENT_EXCEPTION,
        Permission.CONFIRM_DELIVERY,
        Permission.READ_ORDERS,
        Permission.PLAN_RETURN_VISIT,
        Permission.RECORD_RETURN_VISIT,
        Permission.DECIDE_VISIT_POINT,
        Permission.ANSWER_VISIT_POINT,
        Permission.HAND_OVER_RETURN_VISIT,
        Permission.READ_RETURN_VISITS,
        Permission.SEND_SURVEY,
        Permission.RECORD_PRAISE,
        Permission.READ_FEEDBACK,
        Permission.OPEN_INQUIRY,
        Permission.RECORD_CUSTOMER_MESSAGE,
        Permission.TAKE_INQUIRY,
        Permission.HAND_OVER_INQUIRY,
        Permission.REPLY_TO_INQUIRY,
        Permission.PROMISE_REPLY,
        Permission.ADVISE_CUSTOMER,
        Permission.CLOSE_INQUIRY,
        Permission.REOPEN_INQUIRY,
        Permission.BEGIN_SHIFT,
        Permission.READ_INQUIRIES,
        Permission.FILE_COMPLAINT,
        Permission.ACCEPT_COMPLAINT,
        Permission.RECORD_INVESTIGATION,
        Permission.TELL_CUSTOMER,
        Permission.RECORD_OUTCOME,
        Permission.AGREE_RESOLUTION,
        Permission.REFER_COMPLAINT,
        Permission.ANSWER_REFERRAL,
        Permission.RECORD_CUSTOMER_WORD,
        Permission.ESCALATE_COMPLAINT,
        Permission.HAND_OVER_COMPLAINT,
        Permission.REWORK_COMPLAINT,
        Permission.READ_COMPLAINTS,
        Permission.READ_CLOCKS,
        Permission.REGISTER_CUSTOMER,
        Permission.READ_CUSTOMERS,
        Permission.READ_CUSTOMER_CONTACT,
        Permission.CORRECT_CUSTOMER,
        Permission.RECORD_PURCHASE,
        Permission.RECORD_CONSENT,
        Permission.GREET_CUSTOMER,
        Permission.ACKNOWLEDGE_STANDARD,
        Permission.READ_INSPECTIONS,
        Permission.SUBMIT_EVIDENCE,
        Permission.UPLOAD_FILE,
        Permission.READ_FILES,
        Permission.READ_STORES,
        Permission.READ_POSITIONS,
        Permission.READ_STANDARDS,
        Permission.READ_MEMBERS,
        Permission.READ_COURSES,
        Permission.TAKE_COURSE,
        Permission.READ_LOOPS,
        Permission.READ_CASE_STUDIES,
    }
)
# A mentor guides a newcomer; how a customer is reached is not needed for that (K4), and so nobody is called again.
_NOT_A_MENTORS = {
    Permission.READ_CUSTOMER_CONTACT,
    Permission.CORRECT_CUSTOMER,
    Permission.GREET_CUSTOMER,
    Permission.RECORD_RETURN_VISIT,
}
_GUIDES = {
    Permission.RECORD_PRACTICAL_EXAM,
    Permission.SIGN_OFF_APPRENTICE,
    Permission.READ_TRAINING,
    Permission.REVIEW_CALLS,
}
_MENTOR = (_SERVICE_STAFF - _NOT_A_MENTORS) | _GUIDES
_LEADS_TRAINING = frozenset(
    {
        Permission.ASSIGN_COURSE,
        Permission.RECORD_PRACTICAL_EXAM,
        Permission.PROPOSE_TRAINING_PLAN,
        Permission.SCHEDULE_SESSION,
        Permission.PAIR_MENTOR,
        Permission.SIGN_OFF_APPRENTICE,
        Permission.READ_TRAINING,
    }
)
_SERVICE_SUPERVISOR = (_SERVICE_STAFF | _LEADS_TRAINING) | {
    Permission.SIGN_RETURN_VISIT,
    Permission.REVIEW_CALLS,
    # A store looks at itself as well, where a template lets its own people do so.
    Permission.INSPECT_STORE,
    Permission.REQUIRE_CORRECTION,
    Permission.VERIFY_CORRECTION,
    Permission.MERGE_CUSTOMERS,
    Permission.APPROVE_REFUND,
    Permission.IMPORT_ORDERS,
    Permission.PLAN_RESOLUTION,
    Permission.PAUSE_COMPLAINT,
    Permission.WITHDRAW_COMPLAINT,
    Permission.CLOSE_COMPLAINT,
    Permission.READ_VERDICTS,
    # Whom a rating tells of; one's own everybody sees.
    Permission.READ_RATINGS,
}
_STORE_MANAGER = _SERVICE_SUPERVISOR | {
    Permission.ADD_LOCAL_CLAUSE,
    Permission.DECIDE_FINALLY,
    Permission.EXPORT_CUSTOMER_DATA,
    Permission.INVITE_MEMBER,
    Permission.WITHDRAW_INVITATION,
    Permission.ASSIGN_ROLE,
    Permission.WITHDRAW_ROLE,
    Permission.APPOINT_STAFF,
    Permission.CREATE_ACCESS_TOKEN,
    Permission.READ_INVITATIONS,
    Permission.CORRECT_STORE,
    Permission.SET_OPENING_HOURS,
    Permission.SET_HOLIDAYS,
    Permission.ASSIGN_POSITION,
    Permission.READ_JOURNAL,
}
_AREA_SUPERVISOR = _STORE_MANAGER | {
    Permission.APPROVE_TRAINING_PLAN,
    Permission.APPOINT_STORE_MANAGER,
    Permission.SCHEDULE_INSPECTION,
    Permission.CLOSE_LOOP,
}
_HQ_TRAINER = frozenset(
    {
        *_LEADS_TRAINING,
        Permission.DRAFT_COURSE,
        Permission.PUBLISH_COURSE,
        Permission.SET_TRAINING_PATH,
        Permission.SET_DUTY_REQUIREMENT,
        Permission.APPROVE_TRAINING_PLAN,
        Permission.READ_COURSES,
        Permission.TAKE_COURSE,
        Permission.ACKNOWLEDGE_STANDARD,
        Permission.CREATE_ACCESS_TOKEN,
        Permission.DEFINE_POSITION,
        Permission.READ_INSPECTIONS,
        Permission.UPLOAD_FILE,
        Permission.READ_FILES,
        Permission.READ_MEMBERS,
        Permission.READ_STORES,
        Permission.READ_POSITIONS,
        Permission.READ_STANDARDS,
        Permission.READ_STANDARD_DRAFTS,
        Permission.READ_VERDICTS,
        Permission.READ_LOOPS,
        Permission.READ_CASE_STUDIES,
        Permission.KEEP_LESSON_LEARNED,
    }
)
_QUALITY_OFFICER = (
    _HQ_TRAINER
    | _SERVICE_SUPERVISOR
    | {
        # What customers said of a store is not the store's to erase.
        Permission.ERASE_CUSTOMER,
        Permission.EXPORT_CUSTOMER_DATA,
        Permission.SET_CUSTOMER_CLASSES,
        Permission.SET_VISIT_RULES,
        Permission.KEEP_INSPECTION_TEMPLATES,
        Permission.SCHEDULE_INSPECTION,
        Permission.SET_SURVEY_POLICY,
        Permission.DECIDE_FINALLY,
        Permission.SET_ESCALATION_TIMES,
        Permission.SET_PHRASE_NORM,
        Permission.KEEP_STANDARD_ANSWER,
        Permission.DRAFT_STANDARD,
        Permission.SUBMIT_STANDARD,
        Permission.APPROVE_STANDARD,
        Permission.PUSH_STANDARD,
        Permission.WITHDRAW_STANDARD,
        Permission.WAIVE_CLAUSE,
        Permission.CLOSE_LOOP,
        Permission.SET_LOOP_RULE,
        Permission.OPEN_CASE_STUDY,
        Permission.READ_JOURNAL,
        Permission.READ_SCHEMA,
    }
)

PERMISSIONS_OF: dict[Role, frozenset[Permission]] = {
    Role.HQ_ADMINISTRATOR: frozenset(Permission),
    Role.QUALITY_OFFICER: _QUALITY_OFFICER,
    Role.HQ_TRAINER: _HQ_TRAINER,
    Role.AREA_SUPERVISOR: _AREA_SUPERVISOR,
    Role.STORE_MANAGER: _STORE_MANAGER,
    Role.SERVICE_SUPERVISOR: _SERVICE_SUPERVISOR,
    Role.SERVICE_STAFF: _SERVICE_STAFF,
    Role.MENTOR: _MENTOR,
}


def who_may(permission: Permission) -> tuple[Role, ...]:
    """Name the roles that hold a permission, the nearest to the store first: they may lift a refusal."""
    holders: Iterable[Role] = (role for role in Role if permission in PERMISSIONS_OF[role])
    return tuple(sorted(holders, key=lambda role: RANK[role]))
