"""The types of what belongs to an inquiry: messages, promises, advice, hand-overs, turns; and shifts."""

from collections.abc import Sequence
from uuid import UUID

import graphene
from graphql import GraphQLResolveInfo

from api.base.enums import enum_of
from api.base.things import Thing, computed
from api.clocks.lists import clocks_about
from api.members.names import name_in
from inquiries.models.advice import Advice, AdviceLine
from inquiries.models.inquiries import (
    HandOver,
    HandOverReason,
    InquiryChannel,
    InquiryTurn,
    InquiryTurnKind,
    Shift,
)
from inquiries.models.messages import AnswerKind, Direction, Message, ReplyPromise
from inquiries.queries import PROMISE_TYPE, lines_of


class InquiryMessageType(Thing):
    """Something that the customer or the store said."""

    class Meta:
        name = "InquiryMessage"
        model = Message
        fields = ("store", "inquiry", "text", "round", "said_at", "recorded_at", "external_id")
        enums = {"direction": Direction, "channel": InquiryChannel}
        descriptions = {
            "store": "The store of the inquiry.",
            "inquiry": "The inquiry that it belongs to.",
            "text": "What was said.",
            "round": "In which round of the inquiry it was said, from 1.",
            "said_at": "When it was said.",
            "recorded_at": "When it was taken down here.",
            "external_id": "What the system that sent it in calls it; may be empty.",
            "direction": "Who said it to whom.",
            "channel": "How it went.",
        }

    answer = computed(
        enum_of(AnswerKind),
        lambda row, _info: row.answer or None,
        needs=("answer",),
        description="What it does, for what the store said; null for what the customer said.",
    )
    is_sent_despite_warnings = computed(
        graphene.Boolean,
        lambda row, _info: bool(row.warned_of),
        needs=("warned_of",),
        required=True,
        description="Whether norms of wording warned of it and somebody insisted.",
    )
    recorded_by_name = name_in("recorded_by_id", description="Who took it down or sent it; null for a machine.")


class ReplyPromiseType(Thing):
    """An answer promised by a time."""

    class Meta:
        name = "ReplyPromise"
        model = ReplyPromise
        fields = ("store", "inquiry", "made_at", "promised_until", "kept_at", "made_in", "kept_in")
        descriptions = {
            "store": "The store of the inquiry.",
            "inquiry": "The inquiry that it belongs to; its owner answers for it.",
            "made_at": "When it was made.",
            "promised_until": "Until when the customer was promised an answer.",
            "kept_at": "When it was kept; null for an open one.",
            "made_in": "The message that told the customer.",
            "kept_in": "The message that kept it; null for an open one.",
        }

    is_kept_in_time = computed(
        graphene.Boolean,
        lambda row, _info: None if row.kept_at is None else row.kept_at <= row.promised_until,
        needs=("kept_at", "promised_until"),
        description="Whether it was kept in time; null for an open one.",
    )
    clocks = clocks_about(PROMISE_TYPE)
    promised_by_name = name_in("promised_by_id", description="Who made it; null for a machine.")


class AdviceLineType(graphene.ObjectType):
    """One product of an advice."""

    class Meta:
        name = "AdviceLine"

    product = graphene.String(required=True, description="The product.")
    model = graphene.String(required=True, description="Its model; may be empty.")
    quantity = graphene.Int(required=True, description="How many pieces of it.")
    why = graphene.String(required=True, description="Why this one; may be empty.")


def _lines(rows: Sequence[Advice], _info: GraphQLResolveInfo) -> dict[UUID, list[AdviceLine]]:
    return lines_of([row.id for row in rows])


class AdviceType(Thing):
    """What a customer was advised to buy, and the plan for it."""

    class Meta:
        name = "Advice"
        model = Advice
        fields = ("store", "inquiry", "told_in", "needs", "plan", "planned_on", "advised_at")
        descriptions = {
            "store": "The store of the inquiry.",
            "inquiry": "The inquiry that it belongs to.",
            "told_in": "The message that told the customer.",
            "needs": "What the customer needs.",
            "plan": "How the customer plans to buy; may be empty.",
            "planned_on": "The day on which they plan to; may be null.",
            "advised_at": "When it was given.",
        }

    lines = computed(
        graphene.List(graphene.NonNull(AdviceLineType)),
        _lines,
        for_all=True,
        required=True,
        description="The products, in their order; at most 50.",
    )
    advised_by_name = name_in("advised_by_id", description="Who gave it; null for a machine.")


class HandOverType(Thing):
    """An inquiry went from one owner to another, or out of the queue."""

    class Meta:
        name = "HandOver"
        model = HandOver
        fields = ("store", "inquiry", "note", "done_at")
        enums = {"reason": HandOverReason}
        descriptions = {
            "store": "The store of the inquiry.",
            "inquiry": "The inquiry that it belongs to.",
            "note": "What the next owner was told; may be empty.",
            "done_at": "When it was handed over.",
            "reason": "Why.",
        }

    from_owner_name = name_in("from_owner_id", description="Who had it.")
    to_owner_name = name_in("to_owner_id", description="Who has had it since.")
    done_by_name = name_in("done_by_id", description="Who handed it over; null where it went by itself.")


class InquiryTurnType(Thing):
    """An inquiry was closed, or opened again."""

    class Meta:
        name = "InquiryTurn"
        model = InquiryTurn
        fields = ("store", "inquiry", "round", "note", "done_at")
        enums = {"kind": InquiryTurnKind}
        descriptions = {
            "store": "The store of the inquiry.",
            "inquiry": "The inquiry that it belongs to.",
            "round": "The round that ended, or that began; from 1.",
            "note": "What came of it, or why it was opened again; may be empty.",
            "done_at": "When that was.",
            "kind": "Whether it was closed or opened again.",
        }

    done_by_name = name_in("done_by_id", description="Who did it; null for a machine.")


class ShiftType(Thing):
    """A time in which a member of staff is on the desk of a store."""

    class Meta:
        name = "Shift"
        model = Shift
        fields = ("store", "began_at", "ends_at", "ended_at")
        descriptions = {
            "store": "The store.",
            "began_at": "When it began.",
            "ends_at": "When it ends by itself: when the store closes, after 16 hours at the latest.",
            "ended_at": "When it ended; null for one that runs.",
        }

    member_name = name_in("member_id", description="Who is on the desk.")
