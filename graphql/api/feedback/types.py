"""The types of feedback that stand for rows: surveys, ratings with their shares, and praise."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base.call import actor_of, call_of
from api.base.enums import enum_of
from api.base.ids import global_id
from api.base.lists import Listed
from api.base.things import Thing, computed
from api.members.names import member_in, name_in
from feedback.models.praise import Praise, PraiseChannel, PraisedMember
from feedback.models.surveys import MatterKind, Rating, RatingShare, Survey, SurveyQuestion, SurveyState
from feedback.queries.matters import SUBJECT_TYPES
from feedback.queries.surveys import comments_of, told_praised, told_shares
from feedback.rules.figures import mean_hundredths
from feedback.rules.surveys import SurveyStanding, standing_of

_STORE = "The store whose service it is about."


def _standing(row: Survey, info: GraphQLResolveInfo) -> SurveyStanding:
    return standing_of(SurveyState(row.state), expires_at=row.expires_at, now=call_of(info).now)


def _comments(rows: Sequence[Survey], _info: GraphQLResolveInfo) -> dict[UUID, str]:
    return comments_of(row.id for row in rows)


class RatingType(Thing):
    """A customer's score for one question of a survey."""

    class Meta:
        name = "Rating"
        model = Rating
        fields = ("store", "survey", "score", "rated_at")
        enums = {"question": SurveyQuestion}
        descriptions = {
            "store": _STORE,
            "survey": "The survey that was answered.",
            "score": "The score: 1 is the worst, 5 the best.",
            "rated_at": "When the customer answered.",
            "question": "What was rated.",
        }


class RatingShareType(Thing):
    """How much of a survey's matter was one person's work."""

    class Meta:
        name = "RatingShare"
        model = RatingShare
        fields = ("store", "survey", "deeds", "basis_points")
        descriptions = {
            "store": _STORE,
            "survey": "The survey.",
            "deeds": "How many deeds they did for the matter.",
            "basis_points": "Their share in hundredths of a per cent; those of a survey make 10,000.",
        }

    member_id = member_in("member_id", required=True, description="Whose work it was.")
    member_name = name_in("member_id", description="What they are called.")
    owned_seconds = computed(
        graphene.Float,
        lambda row, _info: row.owned_seconds,
        needs=("owned_seconds",),
        required=True,
        description="For how long the matter was theirs, in whole seconds.",
    )

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return those about people of whom the caller may be told."""
        rows: QuerySet[Any] = told_shares(actor_of(info))
        return rows


class SurveyType(Thing):
    """A question to a customer, what they think of how a matter was dealt with."""

    class Meta:
        name = "Survey"
        model = Survey
        fields = (
            "store",
            "customer",
            "reference",
            "language",
            "is_mailed",
            "sent_at",
            "expires_at",
            "answered_at",
            "withdrawn_at",
        )
        enums = {"matter_kind": MatterKind, "state": SurveyState}
        descriptions = {
            "store": _STORE,
            "customer": "Who was asked.",
            "reference": "The number by which people name the matter.",
            "language": "The language in which the customer was asked, as a code such as `zh-hans`.",
            "is_mailed": "Whether its link is mailed to the customer.",
            "sent_at": "When it was sent.",
            "expires_at": "Until when it can be answered.",
            "answered_at": "When it was answered; null where it was not.",
            "withdrawn_at": "When it was withdrawn, because the matter was taken up again; null where it was not.",
            "matter_kind": "What sort of matter it is about.",
            "state": "What has become of it.",
        }

    matter_id = computed(
        graphene.ID,
        lambda row, _info: global_id(SUBJECT_TYPES[MatterKind(row.matter_kind)], row.matter_id),
        needs=("matter_kind", "matter_id"),
        required=True,
        description="The global id of the complaint, inquiry or order that it is about.",
    )
    standing = computed(
        enum_of(SurveyStanding),
        _standing,
        needs=("state", "expires_at"),
        required=True,
        description="How it stands now for whoever has its link.",
    )
    sent_by_name = name_in("sent_by_id", description="Who sent it; null where it was sent by HQ's rules.")
    comment = computed(
        graphene.String, _comments, for_all=True, description="What the customer wrote; null before the answer."
    )
    mean_hundredths = computed(
        graphene.Int,
        lambda row, _info: mean_hundredths(row.score_sum, row.rated_questions),
        needs=("score_sum", "rated_questions"),
        description="The mean of its scores in hundredths, 100 to 500; null before the answer.",
    )
    ratings = Listed(lambda: RatingType, by="survey", order=("question",), description="The scores, by question.")
    shares = Listed(
        lambda: RatingShareType,
        by="survey",
        order=("-basis_points",),
        description="Whose work it was, most of it first.",
    )

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return the surveys of the stores that the caller sees."""
        rows: QuerySet[Any] = Survey.objects.visible_to(actor_of(info))
        return rows


class PraisedMemberType(Thing):
    """Somebody for whom praise was meant."""

    class Meta:
        name = "PraisedMember"
        model = PraisedMember
        fields = ("store", "praise")
        descriptions = {"store": _STORE, "praise": "The praise."}

    member_id = member_in("member_id", required=True, description="For whom it was.")
    member_name = name_in("member_id", description="What they are called.")

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return those about people of whom the caller may be told."""
        rows: QuerySet[Any] = told_praised(actor_of(info))
        return rows


class PraiseType(Thing):
    """Recorded thanks."""

    class Meta:
        name = "Praise"
        model = Praise
        fields = ("store", "customer", "text", "received_at", "recorded_at")
        enums = {"channel": PraiseChannel}
        descriptions = {
            "store": _STORE,
            "customer": "Who gave thanks; null where nobody knows.",
            "text": "What was said, in the customer's words.",
            "received_at": "When it came in.",
            "recorded_at": "When it was taken down here.",
            "channel": "How it reached us.",
        }

    recorded_by_name = name_in("recorded_by_id", description="Who took it down; null for a machine.")
    people = Listed(
        lambda: PraisedMemberType,
        by="praise",
        order=("id",),
        description="For whom it was; nobody where it was for the store.",
    )

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return the praise of the stores that the caller sees."""
        rows: QuerySet[Any] = Praise.objects.visible_to(actor_of(info))
        return rows
