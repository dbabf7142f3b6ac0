"""Who may do what: the one table of permissions and roles (rulebook R2), from which the tests make their matrix."""

from collections.abc import Iterable
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Permission(StrEnum):
    """One verb that a person or a token may be allowed, named as the action that asks for it."""

    INVITE_MEMBER = "INVITE_MEMBER"
    WITHDRAW_INVITATION = "WITHDRAW_INVITATION"
    ASSIGN_ROLE = "ASSIGN_ROLE"
    WITHDRAW_ROLE = "WITHDRAW_ROLE"
    APPOINT_HQ = "APPOINT_HQ"
    APPOINT_AREA_SUPERVISOR = "APPOINT_AREA_SUPERVISOR"
    APPOINT_STORE_MANAGER = "APPOINT_STORE_MANAGER"
    APPOINT_STAFF = "APPOINT_STAFF"
    DEACTIVATE_MEMBER = "DEACTIVATE_MEMBER"
    REACTIVATE_MEMBER = "REACTIVATE_MEMBER"
    CREATE_ACCESS_TOKEN = "CREATE_ACCESS_TOKEN"
    CREATE_SERVICE_TOKEN = "CREATE_SERVICE_TOKEN"
    REVOKE_ACCESS_TOKEN = "REVOKE_ACCESS_TOKEN"
    ACT_FOR_MEMBER = "ACT_FOR_MEMBER"
    READ_MEMBERS = "READ_MEMBERS"
    READ_INVITATIONS = "READ_INVITATIONS"
    READ_ACCESS_TOKENS = "READ_ACCESS_TOKENS"

    OPEN_STORE = "OPEN_STORE"
    CLOSE_STORE = "CLOSE_STORE"
    MOVE_STORE = "MOVE_STORE"
    CORRECT_STORE = "CORRECT_STORE"
    SET_OPENING_HOURS = "SET_OPENING_HOURS"
    SET_HOLIDAYS = "SET_HOLIDAYS"
    DRAW_AREA = "DRAW_AREA"
    DEFINE_POSITION = "DEFINE_POSITION"
    ASSIGN_POSITION = "ASSIGN_POSITION"
    READ_STORES = "READ_STORES"
    READ_POSITIONS = "READ_POSITIONS"

    DRAFT_STANDARD = "DRAFT_STANDARD"
    SUBMIT_STANDARD = "SUBMIT_STANDARD"
    APPROVE_STANDARD = "APPROVE_STANDARD"
    PUSH_STANDARD = "PUSH_STANDARD"
    WITHDRAW_STANDARD = "WITHDRAW_STANDARD"
    ACKNOWLEDGE_STANDARD = "ACKNOWLEDGE_STANDARD"
    SET_DECISION_LIMITS = "SET_DECISION_LIMITS"
    READ_STANDARDS = "READ_STANDARDS"
    READ_STANDARD_DRAFTS = "READ_STANDARD_DRAFTS"
    READ_VERDICTS = "READ_VERDICTS"

    FILE_COMPLAINT = "FILE_COMPLAINT"
    ACCEPT_COMPLAINT = "ACCEPT_COMPLAINT"
    RECORD_INVESTIGATION = "RECORD_INVESTIGATION"
    PLAN_RESOLUTION = "PLAN_RESOLUTION"
    TELL_CUSTOMER = "TELL_CUSTOMER"
    RECORD_OUTCOME = "RECORD_OUTCOME"
    CLOSE_COMPLAINT = "CLOSE_COMPLAINT"
    READ_COMPLAINTS = "READ_COMPLAINTS"
    REGISTER_CUSTOMER = "REGISTER_CUSTOMER"
    READ_CUSTOMERS = "READ_CUSTOMERS"
    READ_CUSTOMER_CONTACT = "READ_CUSTOMER_CONTACT"
    CORRECT_CUSTOMER = "CORRECT_CUSTOMER"
    MERGE_CUSTOMERS = "MERGE_CUSTOMERS"
    RECORD_PURCHASE = "RECORD_PURCHASE"
    RECORD_CONSENT = "RECORD_CONSENT"
    GREET_CUSTOMER = "GREET_CUSTOMER"
    SET_CUSTOMER_CLASSES = "SET_CUSTOMER_CLASSES"
    EXPORT_CUSTOMER_DATA = "EXPORT_CUSTOMER_DATA"
    ERASE_CUSTOMER = "ERASE_CUSTOMER"

    OPEN_INQUIRY = "OPEN_INQUIRY"
    RECORD_CUSTOMER_MESSAGE = "RECORD_CUSTOMER_MESSAGE"
    TAKE_INQUIRY = "TAKE_INQUIRY"
    HAND_OVER_INQUIRY = "HAND_OVER_INQUIRY"
    REPLY_TO_INQUIRY = "REPLY_TO_INQUIRY"
    PROMISE_REPLY = "PROMISE_REPLY"
    ADVISE_CUSTOMER = "ADVISE_CUSTOMER"
    CLOSE_INQUIRY = "CLOSE_INQUIRY"
    REOPEN_INQUIRY = "REOPEN_INQUIRY"
    BEGIN_SHIFT = "BEGIN_SHIFT"
    READ_INQUIRIES = "READ_INQUIRIES"
    SET_PHRASE_NORM = "SET_PHRASE_NORM"
    KEEP_STANDARD_ANSWER = "KEEP_STANDARD_ANSWER"

    READ_CLOCKS = "READ_CLOCKS"
    DEFINE_PRODUCT = "DEFINE_PRODUCT"
    PLACE_ORDER = "PLACE_ORDER"
    IMPORT_ORDERS = "IMPORT_ORDERS"
    RECORD_PAYMENT = "RECORD_PAYMENT"
    REQUEST_ORDER_CHANGE = "REQUEST_ORDER_CHANGE"
    DECIDE_ORDER_CHANGE = "DECIDE_ORDER_CHANGE"
    CANCEL_ORDER = "CANCEL_ORDER"
    GRANT_REFUND = "GRANT_REFUND"
    APPROVE_REFUND = "APPROVE_REFUND"
    EXECUTE_REFUND = "EXECUTE_REFUND"
    SHIP_LINES = "SHIP_LINES"
    RECORD_SHIPMENT_EVENT = "RECORD_SHIPMENT_EVENT"
    RAISE_SHIPMENT_EXCEPTION = "RAISE_SHIPMENT_EXCEPTION"
    SETTLE_SHIPMENT_EXCEPTION = "SETTLE_SHIPMENT_EXCEPTION"
    CONFIRM_DELIVERY = "CONFIRM_DELIVERY"
    READ_ORDERS = "READ_ORDERS"

    READ_JOURNAL = "READ_JOURNAL"
    READ_SCHEMA = "READ_SCHEMA"


class Role(TextChoices):
    """What somebody is in the chain (R2); it counts only through an assignment for the chain, an area or a store."""

    HQ_ADMINISTRATOR = "HQ_ADMINISTRATOR", _("HQ administrator")
    QUALITY_OFFICER = "QUALITY_OFFICER", _("Quality officer")
    HQ_TRAINER = "HQ_TRAINER", _("HQ trainer")
    AREA_SUPERVISOR = "AREA_SUPERVISOR", _("Area supervisor")
    STORE_MANAGER = "STORE_MANAGER", _("Store manager")
    SERVICE_SUPERVISOR = "SERVICE_SUPERVISOR", _("Service supervisor")
    SERVICE_STAFF = "SERVICE_STAFF", _("Service staff")
    MENTOR = "MENTOR", _("Mentor")


class Reach(TextChoices):
    """How far an assignment reaches: the whole chain, the stores of one area, or one store."""

    CHAIN = "CHAIN", _("The whole chain")
    AREA = "AREA", _("An area")
    STORE = "STORE", _("A store")


REACH_OF: dict[Role, Reach] = {
    Role.HQ_ADMINISTRATOR: Reach.CHAIN,
    Role.QUALITY_OFFICER: Reach.CHAIN,
    Role.HQ_TRAINER: Reach.CHAIN,
    Role.AREA_SUPERVISOR: Reach.AREA,
    Role.STORE_MANAGER: Reach.STORE,
    Role.SERVICE_SUPERVISOR: Reach.STORE,
    Role.SERVICE_STAFF: Reach.STORE,
    Role.MENTOR: Reach.STORE,
}

RANK: dict[Role, int] = {
    Role.HQ_ADMINISTRATOR: 6,
    Role.QUALITY_OFFICER: 5,
    Role.HQ_TRAINER: 5,
    Role.AREA_SUPERVISOR: 4,
    Role.STORE_MANAGER: 3,
    Role.SERVICE_SUPERVISOR: 2,
    Role.SERVICE_STAFF: 1,
    Role.MENTOR: 1,
}

APPOINTED_BY: dict[Role, Permission] = {
    Role.HQ_ADMINISTRATOR: Permission.APPOINT_HQ,
    Role.QUALITY_OFFICER: Permission.APPOINT_HQ,
    Role.HQ_TRAINER: Permission.APPOINT_HQ,
    Role.AREA_SUPERVISOR: Permission.APPOINT_AREA_SUPERVISOR,
    Role.STORE_MANAGER: Permission.APPOINT_STORE_MANAGER,
    Role.SERVICE_SUPERVISOR: Permission.APPOINT_STAFF,
    Role.SERVICE_STAFF: Permission.APPOINT_STAFF,
    Role.MENTOR: Permission.APPOINT_STAFF,
}

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
        Permission.READ_STORES,
        Permission.READ_POSITIONS,
        Permission.READ_STANDARDS,
        Permission.READ_MEMBERS,
    }
)
# A mentor guides a newcomer; how a customer is reached is not needed for that (K4).
_MENTOR = _SERVICE_STAFF - {Permission.READ_CUSTOMER_CONTACT, Permission.CORRECT_CUSTOMER, Permission.GREET_CUSTOMER}
_SERVICE_SUPERVISOR = _SERVICE_STAFF | {
    Permission.MERGE_CUSTOMERS,
    Permission.APPROVE_REFUND,
    Permission.IMPORT_ORDERS,
    Permission.PLAN_RESOLUTION,
    Permission.CLOSE_COMPLAINT,
    Permission.READ_VERDICTS,
}
_STORE_MANAGER = _SERVICE_SUPERVISOR | {
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
_AREA_SUPERVISOR = _STORE_MANAGER | {Permission.APPOINT_STORE_MANAGER}
_HQ_TRAINER = frozenset(
    {
        Permission.ACKNOWLEDGE_STANDARD,
        Permission.CREATE_ACCESS_TOKEN,
        Permission.DEFINE_POSITION,
        Permission.READ_MEMBERS,
        Permission.READ_STORES,
        Permission.READ_POSITIONS,
        Permission.READ_STANDARDS,
        Permission.READ_STANDARD_DRAFTS,
        Permission.READ_VERDICTS,
    }
)
_QUALITY_OFFICER = (
    _HQ_TRAINER
    | _SERVICE_SUPERVISOR
    | {
        # What customers said of a store is not the store's to erase.
        Permission.ERASE_CUSTOMER,
        Permission.SET_CUSTOMER_CLASSES,
        Permission.SET_PHRASE_NORM,
        Permission.KEEP_STANDARD_ANSWER,
        Permission.DRAFT_STANDARD,
        Permission.SUBMIT_STANDARD,
        Permission.APPROVE_STANDARD,
        Permission.PUSH_STANDARD,
        Permission.WITHDRAW_STANDARD,
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
