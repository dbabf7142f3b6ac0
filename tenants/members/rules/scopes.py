"""What a token may be limited to: reading or writing one area of the product."""

from collections.abc import Iterable

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from kit.refusals import Invalid
from members.rules.permissions import Permission


class Scope(TextChoices):
    """Reading or writing one area of the product; writing does not include reading."""

    MEMBERS_READ = "members:read", _("Read members")
    MEMBERS_WRITE = "members:write", _("Invite and appoint members")
    STORES_READ = "stores:read", _("Read stores")
    STORES_WRITE = "stores:write", _("Change stores")
    STANDARDS_READ = "standards:read", _("Read standards")
    STANDARDS_WRITE = "standards:write", _("Write standards, and note that they were seen")
    COMPLAINTS_READ = "complaints:read", _("Read complaints")
    COMPLAINTS_WRITE = "complaints:write", _("File and work on complaints")
    ORDERS_READ = "orders:read", _("Read orders")
    ORDERS_WRITE = "orders:write", _("Take and work on orders")
    CUSTOMERS_READ = "customers:read", _("Read customers and how they are reached")
    CUSTOMERS_WRITE = "customers:write", _("Register and look after customers")
    INQUIRIES_READ = "inquiries:read", _("Read inquiries")
    INQUIRIES_WRITE = "inquiries:write", _("Send in and answer inquiries")
    VISITS_READ = "visits:read", _("Read return visits")
    VISITS_WRITE = "visits:write", _("Plan and make return visits")
    FEEDBACK_READ = "feedback:read", _("Read surveys, ratings and praise")
    FEEDBACK_WRITE = "feedback:write", _("Send surveys and record praise")
    INSPECTIONS_READ = "inspections:read", _("Read inspections")
    INSPECTIONS_WRITE = "inspections:write", _("Plan and carry out inspections")
    FILES_READ = "files:read", _("Read files")
    FILES_WRITE = "files:write", _("Send in files")
    TRAINING_READ = "training:read", _("Read courses, who takes them, and plans")
    TRAINING_WRITE = "training:write", _("Write courses, assign them, and plan training")
    LOOPS_READ = "loops:read", _("Read loops and case studies")
    LOOPS_WRITE = "loops:write", _("Close loops and keep what was learnt")
    JOURNAL_READ = "journal:read", _("Read the journal")


PERMISSIONS_IN: dict[Scope, frozenset[Permission]] = {
    Scope.MEMBERS_READ: frozenset({Permission.READ_MEMBERS, Permission.READ_INVITATIONS}),
    Scope.MEMBERS_WRITE: frozenset(
        {
            Permission.INVITE_MEMBER,
            Permission.WITHDRAW_INVITATION,
            Permission.ASSIGN_ROLE,
            Permission.WITHDRAW_ROLE,
            Permission.APPOINT_AREA_SUPERVISOR,
            Permission.APPOINT_STORE_MANAGER,
            Permission.APPOINT_STAFF,
            Permission.DEACTIVATE_MEMBER,
            Permission.REACTIVATE_MEMBER,
        }
    ),
    Scope.STORES_READ: frozenset({Permission.READ_STORES, Permission.READ_POSITIONS}),
    Scope.STORES_WRITE: frozenset(
        {
            Permission.OPEN_STORE,
            Permission.CLOSE_STORE,
            Permission.MOVE_STORE,
            Permission.CORRECT_STORE,
            Permission.SET_OPENING_HOURS,
            Permission.SET_HOLIDAYS,
            Permission.DRAW_AREA,
            Permission.DEFINE_POSITION,
            Permission.ASSIGN_POSITION,
        }
    ),
    Scope.STANDARDS_READ: frozenset(
        {Permission.READ_STANDARDS, Permission.READ_STANDARD_DRAFTS, Permission.READ_VERDICTS}
    ),
    Scope.STANDARDS_WRITE: frozenset(
        {
            Permission.DRAFT_STANDARD,
            Permission.SUBMIT_STANDARD,
            Permission.APPROVE_STANDARD,
            Permission.PUSH_STANDARD,
            Permission.WITHDRAW_STANDARD,
            Permission.WAIVE_CLAUSE,
            # What is due is read and noted as seen; 'I have read this' is said in person (AcknowledgedInPerson).
            Permission.ACKNOWLEDGE_STANDARD,
            Permission.ADD_LOCAL_CLAUSE,
        }
    ),
    Scope.COMPLAINTS_READ: frozenset({Permission.READ_COMPLAINTS, Permission.READ_CLOCKS}),
    Scope.COMPLAINTS_WRITE: frozenset(
        {
            Permission.FILE_COMPLAINT,
            Permission.ACCEPT_COMPLAINT,
            Permission.RECORD_INVESTIGATION,
            Permission.PLAN_RESOLUTION,
            Permission.TELL_CUSTOMER,
            Permission.RECORD_OUTCOME,
            Permission.AGREE_RESOLUTION,
            Permission.REFER_COMPLAINT,
            Permission.ANSWER_REFERRAL,
            Permission.RECORD_CUSTOMER_WORD,
            Permission.ESCALATE_COMPLAINT,
            Permission.HAND_OVER_COMPLAINT,
            Permission.PAUSE_COMPLAINT,
            Permission.REWORK_COMPLAINT,
            Permission.DECIDE_FINALLY,
            Permission.WITHDRAW_COMPLAINT,
            Permission.CLOSE_COMPLAINT,
        }
    ),
    Scope.ORDERS_READ: frozenset({Permission.READ_ORDERS, Permission.READ_CLOCKS}),
    Scope.ORDERS_WRITE: frozenset(
        {
            Permission.PLACE_ORDER,
            Permission.IMPORT_ORDERS,
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
            Permission.DEFINE_PRODUCT,
        }
    ),
    Scope.CUSTOMERS_READ: frozenset({Permission.READ_CUSTOMERS, Permission.READ_CUSTOMER_CONTACT}),
    Scope.CUSTOMERS_WRITE: frozenset(
        {
            Permission.REGISTER_CUSTOMER,
            Permission.CORRECT_CUSTOMER,
            Permission.MERGE_CUSTOMERS,
            Permission.RECORD_PURCHASE,
            Permission.RECORD_CONSENT,
            Permission.GREET_CUSTOMER,
            Permission.SET_CUSTOMER_CLASSES,
        }
    ),
    Scope.INQUIRIES_READ: frozenset({Permission.READ_INQUIRIES, Permission.READ_CLOCKS}),
    Scope.INQUIRIES_WRITE: frozenset(
        {
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
            Permission.SET_PHRASE_NORM,
            Permission.KEEP_STANDARD_ANSWER,
        }
    ),
    Scope.VISITS_READ: frozenset({Permission.READ_RETURN_VISITS, Permission.READ_CLOCKS}),
    Scope.VISITS_WRITE: frozenset(
        {
            Permission.PLAN_RETURN_VISIT,
            Permission.RECORD_RETURN_VISIT,
            Permission.DECIDE_VISIT_POINT,
            Permission.ANSWER_VISIT_POINT,
            Permission.HAND_OVER_RETURN_VISIT,
            Permission.SET_VISIT_RULES,
        }
    ),
    Scope.FEEDBACK_READ: frozenset({Permission.READ_FEEDBACK, Permission.READ_RATINGS}),
    Scope.FEEDBACK_WRITE: frozenset({Permission.SEND_SURVEY, Permission.RECORD_PRAISE, Permission.SET_SURVEY_POLICY}),
    Scope.INSPECTIONS_READ: frozenset({Permission.READ_INSPECTIONS}),
    Scope.INSPECTIONS_WRITE: frozenset(
        {
            Permission.KEEP_INSPECTION_TEMPLATES,
            Permission.SCHEDULE_INSPECTION,
            Permission.INSPECT_STORE,
            Permission.REQUIRE_CORRECTION,
            Permission.SUBMIT_EVIDENCE,
            Permission.VERIFY_CORRECTION,
        }
    ),
    Scope.FILES_READ: frozenset({Permission.READ_FILES}),
    Scope.FILES_WRITE: frozenset({Permission.UPLOAD_FILE}),
    Scope.TRAINING_READ: frozenset({Permission.READ_COURSES, Permission.READ_TRAINING}),
    Scope.TRAINING_WRITE: frozenset(
        {
            Permission.DRAFT_COURSE,
            Permission.PUBLISH_COURSE,
            Permission.ASSIGN_COURSE,
            Permission.SET_TRAINING_PATH,
            Permission.SET_DUTY_REQUIREMENT,
            Permission.PROPOSE_TRAINING_PLAN,
            Permission.SCHEDULE_SESSION,
            Permission.PAIR_MENTOR,
        }
    ),
    Scope.LOOPS_READ: frozenset({Permission.READ_LOOPS, Permission.READ_CASE_STUDIES}),
    Scope.LOOPS_WRITE: frozenset({Permission.CLOSE_LOOP, Permission.SET_LOOP_RULE, Permission.KEEP_LESSON_LEARNED}),
    Scope.JOURNAL_READ: frozenset({Permission.READ_JOURNAL}),
}

# A token never makes tokens, appoints HQ, acts in somebody's place, says how much money may be given away, or whose
# names are told: a leaked one must not outlive itself.
NEVER_A_TOKENS = frozenset(
    {
        Permission.APPOINT_HQ,
        Permission.CREATE_ACCESS_TOKEN,
        Permission.CREATE_SERVICE_TOKEN,
        Permission.REVOKE_ACCESS_TOKEN,
        Permission.READ_ACCESS_TOKENS,
        Permission.ACT_FOR_MEMBER,
        Permission.APPROVE_REFUND,
        Permission.SIGN_RETURN_VISIT,
        Permission.SET_DECISION_LIMITS,
        Permission.SET_STAFF_FIGURES_POLICY,
        Permission.SET_ESCALATION_TIMES,
        # Nobody learns, examines, listens in or approves a plan by a token: a person has to be there.
        Permission.TAKE_COURSE,
        Permission.RECORD_PRACTICAL_EXAM,
        Permission.APPROVE_TRAINING_PLAN,
        Permission.SIGN_OFF_APPRENTICE,
        Permission.REVIEW_CALLS,
        # Whether nobody can be recognised, a person reads.
        Permission.OPEN_CASE_STUDY,
        # All that is held on a person is given to them, and taken out, by somebody who answers for it.
        Permission.EXPORT_CUSTOMER_DATA,
        Permission.ERASE_CUSTOMER,
    }
)

# The schema is published: whoever holds a token may ask for it (G10).
EVERY_TOKENS = frozenset({Permission.READ_SCHEMA})


def permissions_within(scopes: Iterable[str]) -> frozenset[Permission]:
    """Return what a token with these scopes may do at most; scopes that are gone by now give nothing."""
    known = (Scope(scope) for scope in scopes if scope in Scope.values)
    return EVERY_TOKENS.union(*(PERMISSIONS_IN[scope] for scope in known))


def scopes_of(values: Iterable[str], *, field: str = "scopes") -> list[str]:
    """Return the scopes without repetition, in order; raises Invalid for none or an unknown one."""
    scopes = sorted(set(values))
    if not scopes or not set(scopes) <= set(Scope.values):
        raise Invalid(field=field, why=", ".join(Scope.values))
    return scopes
