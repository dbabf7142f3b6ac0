"""The types around complaints."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base import scalars
from api.base.call import actor_of, call_of
from api.base.enums import enum_of
from api.base.lists import Listed
from api.base.pages import Beneath
from api.base.peers import peers_of
from api.base.scalars import DateTime
from api.base.things import Reference, Thing, computed
from api.clocks.lists import clocks_about
from api.complaints.remedies import RemedyType
from api.complaints.steps import (
    AcceptanceType,
    AgreementType,
    CustomerNoticeType,
    CustomerWordType,
    InvestigationType,
    OutcomeType,
    ResolutionType,
)
from api.complaints.ways import (
    ClosureType,
    ComplaintPauseType,
    EscalationType,
    FinalDecisionType,
    OwnerChangeType,
    ReferralType,
    ReworkType,
    WithdrawalType,
)
from api.customers.timeline import CustomerEventType
from api.inquiries.types import InquiryType
from api.members.names import PersonReference, name_in
from api.members.types import MemberType
from api.orders.types import OrderType
from api.standards.types import ClauseType
from clocks.models import PauseReason
from complaints.models.complaints import Channel, Complaint, Level, Severity, Stage
from complaints.queries import SUBJECT_TYPE, Due, due_of, references_of
from complaints.rules.stages import ComplaintAction, available_actions, standing_of

_STANDING = (
    "stage",
    "level",
    "is_told",
    "pause_reason",
    "open_referrals",
    "refused_in_round",
    "store_id",
)


def _due(rows: Sequence[Complaint], info: GraphQLResolveInfo) -> dict[UUID, Due]:
    def fetched(peers: Sequence[Complaint]) -> dict[UUID, Due]:
        return due_of(peers, actor=actor_of(info), now=call_of(info).now)

    found: dict[UUID, Due] = peers_of(rows[0]).once("due", fetched)
    return found


def _due_at(rows: Sequence[Complaint], info: GraphQLResolveInfo) -> dict[UUID, Any]:
    return {key: due.at for key, due in _due(rows, info).items()}


def _overdue(rows: Sequence[Complaint], info: GraphQLResolveInfo) -> dict[UUID, bool]:
    return {key: due.is_overdue for key, due in _due(rows, info).items()}


def _actions(row: Complaint, info: GraphQLResolveInfo) -> list[ComplaintAction]:
    actor = actor_of(info)
    return available_actions(standing_of(row), lambda permission: actor.may(permission, at=row.store_id))


def _linked(thing: type[Thing], column: str, *, description: str) -> Reference:
    """Declare a field with what a bare key leads to, where the caller may see it."""
    return Reference(column, thing, required=False, description=description)


class _Events(Listed):
    """What happened to complaints, told by their name instead of a foreign key."""

    is_beneath = True

    def beneath(self, info: GraphQLResolveInfo, *, is_counted: bool) -> Beneath:
        """Return the entries that the caller may read, by the complaints that they are about."""
        rows = CustomerEventType.rows(info).filter(subject_type=SUBJECT_TYPE)
        return Beneath(rows, "subject_id", (SUBJECT_TYPE, "last_events"), is_counted)


def _steps(thing: Callable[[], Any], description: str) -> Listed:
    return Listed(thing, by="complaint", order=("done_at",), description=description)


class ComplaintType(Thing):
    """A customer's dissatisfaction that expects an answer."""

    class Meta:
        name = "Complaint"
        model = Complaint
        fields = (
            "store",
            "number",
            "customer",
            "subject",
            "description",
            "order_number",
            "received_at",
            "filed_at",
            "is_told",
            "open_referrals",
            "refused_in_round",
            "round",
            "version",
        )
        enums = {"channel": Channel, "severity": Severity, "stage": Stage, "level": Level}
        descriptions = {
            "store": "The store that it is about.",
            "number": "Its running number at the store, from 1.",
            "customer": "Who complains.",
            "subject": "What it is about, in one line.",
            "description": "What the customer said; may be empty.",
            "order_number": "The order that it is about; may be empty.",
            "channel": "How the customer reached us.",
            "severity": "How much harm it tells of.",
            "received_at": "When the customer raised it.",
            "filed_at": "When it was taken down here.",
            "stage": "Where it is on its way.",
            "level": "Who answers for it, from the store's staff up to headquarters.",
            "is_told": "Whether the customer was told what was planned or decided last.",
            "open_referrals": "How many referrals wait for their answer.",
            "refused_in_round": "The last round in which the customer said no; 0 for none.",
            "round": "How often it has been worked: 1, and one more for each return to rework.",
            "version": "Counts its changes: give it back as `expectedVersion`.",
        }

    reference = computed(
        graphene.String,
        lambda rows, _info: references_of(rows),
        for_all=True,
        needs=("number", "store_id"),
        description="The number by which people name it: the store's code and its running number.",
    )
    order = _linked(OrderType, "order_id", description="The order that it is about; null for none that you can see.")
    inquiry = _linked(InquiryType, "inquiry_id", description="The inquiry it came from; null for none that you see.")
    clause = _linked(
        ClauseType, "clause_id", description="The clause of a standard that it touches; null for none that you can see."
    )
    inspection_id = scalars.UUID(description="The key of the inspection that it is about, unchecked; null for none.")
    was_filed_by_itself = computed(
        graphene.Boolean,
        lambda row, _info: row.filed_from_id is not None,
        needs=("filed_from_id",),
        required=True,
        description="Whether it was filed by itself, from goods that came damaged or not whole.",
    )
    pause_reason = computed(
        enum_of(PauseReason),
        lambda row, _info: row.pause_reason or None,
        needs=("pause_reason",),
        description="Why its clocks stand still; null while they run.",
    )
    taken_by_name = name_in("taken_by_id", description="Who took it down; null for a machine.")
    owner = PersonReference(
        Complaint._meta.get_field("owner"),
        MemberType,
        required=False,
        description="Its one owner; null where that is somebody you can't look up.",
    )
    owner_name = name_in("owner_id", description="Its one owner's name.")
    due_at = computed(
        DateTime,
        _due_at,
        for_all=True,
        description="Until when the next thing is due by the standards in force; null where no clock runs.",
    )
    is_overdue = computed(
        graphene.Boolean, _overdue, for_all=True, required=True, description="Whether that moment has passed."
    )
    clocks = clocks_about("Complaint")
    available_actions = computed(
        graphene.List(graphene.NonNull(enum_of(ComplaintAction))),
        _actions,
        needs=_STANDING,
        required=True,
        description="What you can do with it as it is now.",
    )
    acceptances = _steps(lambda: AcceptanceType, "Who took it on, and when.")
    investigations = _steps(lambda: InvestigationType, "What was looked into.")
    resolutions = _steps(lambda: ResolutionType, "The solutions that were planned.")
    agreements = _steps(lambda: AgreementType, "What the customer said to them.")
    notices = _steps(lambda: CustomerNoticeType, "What the customer was told.")
    words = _steps(lambda: CustomerWordType, "What the customer wrote or said since.")
    outcomes = _steps(lambda: OutcomeType, "What came of each round.")
    final_decisions = _steps(lambda: FinalDecisionType, "The last word, where it was said.")
    withdrawals = _steps(lambda: WithdrawalType, "That the customer took it back.")
    reworks = _steps(lambda: ReworkType, "How it was taken up again after its end.")
    closures = _steps(lambda: ClosureType, "The closing form of each round that was closed.")
    escalations = _steps(lambda: EscalationType, "How it rose from level to level.")
    owner_changes = _steps(lambda: OwnerChangeType, "How it went from owner to owner.")
    referrals = _steps(lambda: ReferralType, "Who was asked about it, and what they answered.")
    pauses = _steps(lambda: ComplaintPauseType, "When its clocks stood still, and why.")
    remedies = _steps(lambda: RemedyType, "What the customer asked for, was to get, and got.")
    last_events = _Events(
        lambda: CustomerEventType, order=("-at", "-id"), description="What happened to it, the latest first."
    )

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return the complaints of the stores that the caller sees."""
        rows: QuerySet[Any] = Complaint.objects.visible_to(actor_of(info))
        return rows
