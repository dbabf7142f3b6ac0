"""Calls that somebody listened in on: their sheets, the question about them, and the deed."""

from datetime import datetime
from typing import Any

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base.call import actor_of
from api.base.deeds import Deed
from api.base.enums import enum_of
from api.base.ids import key_in
from api.base.inputs import IdOf, Text, named
from api.base.lists import Listed
from api.base.things import Thing
from api.members.names import member_in, name_in
from chains.actor import Actor
from inquiries import queries
from inquiries.actions.reviewing import record_call_review
from inquiries.models.reviews import CallFinding, CallPoint, CallResult, CallReview
from inquiries.rules.reviewing import Heard
from members.rules.permissions import Role

_STORE = "The store that was called."


class CallFindingType(Thing):
    """What was heard about one point of a call."""

    class Meta:
        name = "CallFinding"
        model = CallFinding
        fields = ("store", "review", "clause", "note")
        enums = {"point": CallPoint, "result": CallResult}
        descriptions = {
            "store": _STORE,
            "review": "The sheet that it belongs to.",
            "clause": "The clause of a standard that it touches; null where none was named.",
            "note": "What was noted; may be empty.",
            "point": "What was listened for.",
            "result": "What was heard.",
        }

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return what the caller may read."""
        rows: QuerySet[Any] = CallFinding.objects.visible_to(actor_of(info))
        return rows


class CallReviewType(Thing):
    """One reviewer's sheet about one call: yours to read if you took it, or if you review calls there."""

    class Meta:
        name = "CallReview"
        model = CallReview
        fields = ("store", "inquiry", "call", "put_right", "reviewed_at")
        enums = {"reviewer_role": Role}
        descriptions = {
            "store": _STORE,
            "inquiry": "The inquiry that the call belongs to.",
            "call": "What the call left: the message that was taken down.",
            "put_right": "How what was wrong was put right at once; may be empty.",
            "reviewed_at": "When it was reviewed.",
            "reviewer_role": "In which role the reviewer listened: it decides about the points of the sheet.",
        }

    member_id = member_in("member_id", description="Who took the call.")
    member_name = name_in("member_id", description="The name of who took the call.")
    reviewer_name = name_in("reviewer_id", description="Who listened in.")
    findings = Listed(lambda: CallFindingType, by="review", order=("id",), description="What was heard.")

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return the sheets that the caller may read."""
        rows: QuerySet[Any] = CallReview.objects.visible_to(actor_of(info))
        return rows


class CallSheetPointType(graphene.ObjectType):
    """A point of your sheet."""

    class Meta:
        name = "CallSheetPoint"

    point = graphene.Field(enum_of(CallPoint), required=True, description="What you listen for.")


class CallPointInput(graphene.InputObjectType):
    """What you heard about one point."""

    point = graphene.InputField(enum_of(CallPoint), required=True, description="What was listened for.")
    result = graphene.InputField(enum_of(CallResult), required=True, description="What was heard.")
    clause_id = IdOf("Clause", description="The clause of a standard that it touches, in any of its versions.")
    note = Text(description="What is to be said; needed where something was not as it should be.")


class RecordCallReview(Deed):
    """Record what you heard on a call, point by point, and how what was wrong was put right at once."""

    class Input:
        call_id = IdOf("InquiryMessage", required=True, description="What the call left: a message by phone.")
        points = graphene.InputField(
            graphene.List(graphene.NonNull(CallPointInput)),
            required=True,
            description="The points of your sheet, each once: `callSheet` tells which.",
        )
        put_right = Text(description="How it was put right at once; needed where something was not as it should be.")

    call_review = graphene.Field(CallReviewType, description="The sheet.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, points: list[dict[str, Any]], **given: Any) -> dict[str, Any]:
        """Record a review of a call."""
        heard = [Heard(**named(each)) for each in points]
        return {"call_review": record_call_review(actor=actor, points=heard, now=now, **named(given))}


class ReviewingMutation(graphene.ObjectType):
    """The deed of whoever listens in on calls."""

    record_call_review = RecordCallReview.mounted()


class ReviewingQuery(graphene.ObjectType):
    """Calls that were listened in on."""

    call_reviews = Listed(
        lambda: CallReviewType,
        order=("-reviewed_at",),
        description="The sheets about your own calls, and about everybody's where you review calls, the latest first.",
        store_id=graphene.ID(description="Only those of this store."),
        member_id=graphene.ID(description="Only those about calls that this member took."),
    )
    call_sheet = graphene.Field(
        graphene.List(graphene.NonNull(CallSheetPointType)),
        required=True,
        description="The points that you listen for at a store, in their order.",
        store_id=graphene.ID(required=True, description="The store."),
    )

    @staticmethod
    def resolve_call_reviews(
        _root: Any, info: GraphQLResolveInfo, store_id: str | None = None, member_id: str | None = None
    ) -> "QuerySet[CallReview]":
        """Return sheets; raises BadId, NotFound and NotPermitted."""
        return queries.call_reviews(
            actor_of(info),
            store_id=None if store_id is None else key_in(store_id, "Store", field=("store_id",)),
            member_id=None if member_id is None else key_in(member_id, "Member", field=("member_id",)),
        )

    @staticmethod
    def resolve_call_sheet(_root: Any, info: GraphQLResolveInfo, store_id: str) -> list[dict[str, CallPoint]]:
        """Return the points of the caller's sheet; raises BadId, NotFound and NotPermitted."""
        store = key_in(store_id, "Store", field=("store_id",))
        return [{"point": each} for each in queries.call_sheet(actor_of(info), store_id=store)]
