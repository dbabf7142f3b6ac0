"""The types around complaints."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base.call import actor_of, call_of
from api.base.enums import enum_of
from api.base.lists import Listed
from api.base.peers import peers_of
from api.base.scalars import DateTime
from api.base.things import Reference, Thing, computed
from api.clocks.lists import clocks_about
from api.complaints.steps import (
    AcceptanceType,
    ClosureType,
    CustomerNoticeType,
    InvestigationType,
    OutcomeType,
    ResolutionType,
)
from api.members.names import name_in
from api.members.types import MemberType
from complaints.models.complaints import Channel, Complaint, Severity, Stage
from complaints.queries import Due, due_of, references_of
from complaints.rules.stages import ComplaintAction, available_actions


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
    return available_actions(Stage(row.stage), lambda permission: actor.may(permission, at=row.store_id))


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
            "round",
            "version",
        )
        enums = {"channel": Channel, "severity": Severity, "stage": Stage}
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
    taken_by_name = name_in("taken_by_id", description="Who took it down; null for a machine.")
    owner = Reference(
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
        needs=("stage", "store_id"),
        required=True,
        description="What you can do with it as it is now.",
    )
    acceptances = Listed(
        lambda: AcceptanceType, by="complaint", order=("done_at",), description="Who took it on, and when."
    )
    investigations = Listed(
        lambda: InvestigationType, by="complaint", order=("done_at",), description="What was looked into."
    )
    resolutions = Listed(
        lambda: ResolutionType, by="complaint", order=("done_at",), description="The solutions that were planned."
    )
    notices = Listed(
        lambda: CustomerNoticeType, by="complaint", order=("done_at",), description="What the customer was told."
    )
    outcomes = Listed(lambda: OutcomeType, by="complaint", order=("done_at",), description="What came of each round.")
    closures = Listed(lambda: ClosureType, by="complaint", order=("done_at",), description="The closing form.")

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return the complaints of the stores that the caller sees."""
        rows: QuerySet[Any] = Complaint.objects.visible_to(actor_of(info))
        return rows
