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

    READ_CLOCKS = "READ_CLOCKS"
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
        Permission.FILE_COMPLAINT,
        Permission.ACCEPT_COMPLAINT,
        Permission.RECORD_INVESTIGATION,
        Permission.TELL_CUSTOMER,
        Permission.RECORD_OUTCOME,
        Permission.READ_COMPLAINTS,
        Permission.READ_CLOCKS,
        Permission.REGISTER_CUSTOMER,
        Permission.READ_CUSTOMERS,
        Permission.ACKNOWLEDGE_STANDARD,
        Permission.READ_STORES,
        Permission.READ_POSITIONS,
        Permission.READ_STANDARDS,
        Permission.READ_MEMBERS,
    }
)
_MENTOR = _SERVICE_STAFF
_SERVICE_SUPERVISOR = _SERVICE_STAFF | {
    Permission.PLAN_RESOLUTION,
    Permission.CLOSE_COMPLAINT,
    Permission.READ_VERDICTS,
}
_STORE_MANAGER = _SERVICE_SUPERVISOR | {
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
