"""The type `Inquiry`."""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base import scalars
from api.base.call import actor_of, call_of
from api.base.enums import enum_of
from api.base.lists import Listed
from api.base.peers import peers_of
from api.base.scalars import DateTime
from api.base.things import Thing, computed
from api.clocks.lists import clocks_about
from api.inquiries.parts import AdviceType, HandOverType, InquiryMessageType, InquiryTurnType, ReplyPromiseType
from api.members.names import PersonReference, name_in
from api.members.types import MemberType
from customers.queries.register import erased_among
from inquiries.models.inquiries import Inquiry, InquiryChannel, InquiryState
from inquiries.models.norms import StandardAnswer
from inquiries.queries import SUBJECT_TYPE, Due, due_of, offered_answers, open_promises_of, references_of
from inquiries.rules.states import InquiryAction, available_actions


def _due(rows: Sequence[Inquiry], info: GraphQLResolveInfo) -> dict[UUID, Due]:
    def fetched(peers: Sequence[Inquiry]) -> dict[UUID, Due]:
        return due_of(peers, _promises(peers), actor=actor_of(info), now=call_of(info).now)

    found: dict[UUID, Due] = peers_of(rows[0]).once("due", fetched)
    return found


def _due_at(rows: Sequence[Inquiry], info: GraphQLResolveInfo) -> dict[UUID, Any]:
    return {key: due.at for key, due in _due(rows, info).items()}


def _overdue(rows: Sequence[Inquiry], info: GraphQLResolveInfo) -> dict[UUID, bool]:
    return {key: due.is_overdue for key, due in _due(rows, info).items()}


def _promises(rows: Sequence[Inquiry]) -> dict[UUID, UUID]:
    found: dict[UUID, UUID] = peers_of(rows[0]).once("open promises", open_promises_of)
    return found


def _promised(rows: Sequence[Inquiry], _info: GraphQLResolveInfo) -> dict[UUID, int]:
    return {row.id: 0 for row in rows} | Counter(_promises(rows).values())


def _actions(rows: Sequence[Inquiry], info: GraphQLResolveInfo) -> dict[UUID, list[InquiryAction]]:
    actor, promised = actor_of(info), _promised(rows, info)
    ended = {row.customer_id for row in rows if row.state == InquiryState.CLOSED}
    # Nobody is erased with whom something is open.
    erased = erased_among(ended) if ended else set()
    return {
        row.id: available_actions(
            InquiryState(row.state),
            lambda permission, row=row: actor.may(permission, at=row.store_id),  # type: ignore[misc]
            is_queued=row.is_queued,
            open_promises=promised[row.id],
            is_erased=row.customer_id in erased,
        )
        for row in rows
    }


class OfferedAnswerType(graphene.ObjectType):
    """A standard answer that fits what the customer asks."""

    class Meta:
        name = "OfferedAnswer"

    answer_id = scalars.UUID(required=True, description="The key of the standard answer.")
    language = graphene.String(required=True, description="Its language, as a code such as `zh-hans`.")
    question = graphene.String(required=True, description="The question that it answers.")
    text = graphene.String(required=True, description="The answer.")


def _offered(rows: Sequence[Inquiry], _info: GraphQLResolveInfo) -> dict[UUID, list[dict[str, Any]]]:
    return {key: [_offer(answer) for answer in answers] for key, answers in offered_answers(rows).items()}


def _offer(answer: StandardAnswer) -> dict[str, Any]:
    return {
        "answer_id": answer.id,
        "language": answer.language,
        "question": answer.question,
        "text": answer.text,
    }


class InquiryType(Thing):
    """A customer's question, with its one owner."""

    class Meta:
        name = "Inquiry"
        model = Inquiry
        fields = (
            "store",
            "number",
            "customer",
            "subject",
            "unanswered_since",
            "received_at",
            "opened_at",
            "is_queued",
            "repeats",
            "round",
            "version",
        )
        enums = {"channel": InquiryChannel, "state": InquiryState}
        descriptions = {
            "store": "The store that was asked.",
            "number": "Its running number at the store, from 1.",
            "customer": "Who asks.",
            "subject": "What it is about, in one line.",
            "unanswered_since": "Since when the customer has been waiting for an answer; null where nobody waits.",
            "received_at": "When the customer asked first.",
            "opened_at": "When it was taken down here.",
            "is_queued": "Whether it waits in the queue for somebody to take it.",
            "repeats": "The inquiry in which the same customer asked the same before; may be null.",
            "round": "How often it was opened: 1, and one more for each time it was opened again.",
            "version": "Counts its changes: give it back as `expectedVersion`.",
            "channel": "How the question reached us.",
            "state": "How it stands.",
        }

    reference = computed(
        graphene.String,
        lambda rows, _info: references_of(rows),
        for_all=True,
        needs=("number", "store_id"),
        description="The number by which people name it: the store's code and its running number.",
    )
    taken_down_by_name = name_in("taken_down_by_id", description="Who took it down; null for a machine.")
    owner = PersonReference(
        Inquiry._meta.get_field("owner"),
        MemberType,
        required=False,
        description="Its one owner; null where that is somebody you can't look up.",
    )
    owner_name = name_in("owner_id", description="Its one owner's name.")
    due_at = computed(
        DateTime,
        _due_at,
        for_all=True,
        description="Until when the next answer or promise is due; null where nothing is.",
    )
    is_overdue = computed(
        graphene.Boolean, _overdue, for_all=True, required=True, description="Whether that moment has passed."
    )
    open_promises = computed(
        graphene.Int, _promised, for_all=True, required=True, description="How many promises are still to be kept."
    )
    available_actions = computed(
        graphene.List(graphene.NonNull(enum_of(InquiryAction))),
        _actions,
        for_all=True,
        needs=("state", "store_id", "is_queued", "customer_id"),
        required=True,
        description="What you can do with it as it is now.",
    )
    offered_answers = computed(
        graphene.List(graphene.NonNull(OfferedAnswerType)),
        _offered,
        for_all=True,
        needs=("subject",),
        required=True,
        description="The standard answers that fit what the customer asks, the best first; at most 5.",
    )
    clocks = clocks_about(SUBJECT_TYPE)
    messages = Listed(
        lambda: InquiryMessageType, by="inquiry", order=("said_at",), description="What was said, the first first."
    )
    promises = Listed(
        lambda: ReplyPromiseType, by="inquiry", order=("made_at",), description="The answers that were promised."
    )
    advice = Listed(
        lambda: AdviceType, by="inquiry", order=("advised_at",), description="What the customer was advised to buy."
    )
    hand_overs = Listed(
        lambda: HandOverType, by="inquiry", order=("done_at",), description="Who had it before, and why it changed."
    )
    turns = Listed(
        lambda: InquiryTurnType, by="inquiry", order=("done_at",), description="When it was closed and opened again."
    )

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return the inquiries of the stores that the caller sees."""
        rows: QuerySet[Any] = Inquiry.objects.visible_to(actor_of(info))
        return rows
