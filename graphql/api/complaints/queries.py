"""The queries `complaints`, `complaintQueue` and `openReferrals`."""

from typing import Any

import graphene
from django.db.models import DateTimeField, QuerySet
from graphql import GraphQLResolveInfo

from api.base.call import actor_of, call_of
from api.base.enums import enum_of
from api.base.ids import key_in
from api.base.lists import Listed
from api.complaints.types import ComplaintType
from api.complaints.ways import ReferralType
from complaints.models.complaints import Complaint, Level, Stage
from complaints.models.referring import Referral
from complaints.queries import Wanted, complaint_queue, complaints_for, open_referrals_for

_KEYS = {"store_id": "Store", "owner_id": "Member", "customer_id": "Customer"}


class ComplaintsQuery(graphene.ObjectType):
    """Complaints."""

    complaints = Listed(
        lambda: ComplaintType,
        order=("-filed_at",),
        description="The complaints that you may read, the latest first.",
        store_id=graphene.ID(description="Only those about this store."),
        stages=graphene.List(graphene.NonNull(enum_of(Stage)), description="Only those at one of these stages."),
        levels=graphene.List(graphene.NonNull(enum_of(Level)), description="Only those at one of these levels."),
        owner_id=graphene.ID(description="Only those of this owner."),
        customer_id=graphene.ID(description="Only those of this customer, under any of their records."),
        is_overdue=graphene.Boolean(description="Only those that are overdue, or only those that are not."),
    )
    complaint_queue = Listed(
        lambda: ComplaintType,
        order=("due_first_at",),
        annotated={"due_first_at": DateTimeField()},
        description="A store's complaints on which something is due, what is due first comes first.",
        store_id=graphene.ID(required=True, description="The store."),
        owner_id=graphene.ID(description="Only those of this owner."),
    )
    open_referrals = Listed(
        lambda: ReferralType,
        order=("done_at",),
        description="What was referred and waits for its answer, the longest open first.",
        store_id=graphene.ID(description="Only those of this store."),
    )

    @staticmethod
    def resolve_complaints(_root: Any, info: GraphQLResolveInfo, **asked: Any) -> "QuerySet[Complaint]":
        """Return the complaints that the caller may read; raises BadId, NotFound and NotPermitted."""
        return complaints_for(actor_of(info), Wanted(**_read(asked)), now=call_of(info).now)

    @staticmethod
    def resolve_complaint_queue(_root: Any, info: GraphQLResolveInfo, **asked: Any) -> "QuerySet[Complaint]":
        """Return what is due at a store; raises BadId, NotFound and NotPermitted."""
        return complaint_queue(actor_of(info), **_read(asked))

    @staticmethod
    def resolve_open_referrals(_root: Any, info: GraphQLResolveInfo, **asked: Any) -> "QuerySet[Referral]":
        """Return the referrals without an answer; raises BadId, NotFound and NotPermitted."""
        return open_referrals_for(actor_of(info), **_read(asked))


def _read(asked: dict[str, Any]) -> dict[str, Any]:
    given = {name: value for name, value in asked.items() if value is not None}
    return {
        name: key_in(value, _KEYS[name], field=(name,)) if name in _KEYS else value for name, value in given.items()
    }
