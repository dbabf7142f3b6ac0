"""What has to be acknowledged, by whom, and the deed that does it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import graphene
from graphql import GraphQLResolveInfo

from api.base.call import actor_of, call_of
from api.base.computed_lists import ListedComputed
from api.base.deeds import Deed
from api.base.enums import enum_of
from api.base.ids import global_id, key_in
from api.base.inputs import IdOf, Line, named
from api.base.lists import ThingConnection
from api.base.peers import gather, peers_of
from api.standards.requirements import ClauseQuestion, questions_shown
from api.standards.rollouts import StoreStandardType
from api.standards.types import ClauseType
from chains.actor import Actor
from members.queries import names_of
from standards.actions.acknowledging import acknowledge_standard
from standards.models.texts import ClauseChange
from standards.queries.acknowledging import Due, Outstanding, acknowledgements_due, acknowledgements_outstanding
from standards.rules.acknowledging import Answers

_STORE = "The store."
# Where a clause stands among those in force at a store.
_IN_FORCE: dict[str, type] = {"pushed_at": int, "store_standard_id": str, "position": int}


class DueAcknowledgementType(graphene.ObjectType):
    """A clause in force that you have to acknowledge at a store: it is new to you, or has changed in substance."""

    class Meta:
        name = "DueAcknowledgement"

    clause = graphene.Field(ClauseType, required=True, description="As it is now.")
    before = graphene.Field(ClauseType, description="As you knew it; null where it is new to you.")
    change = graphene.Field(enum_of(ClauseChange), required=True, description="What has changed for you.")
    questions = graphene.List(
        graphene.NonNull(ClauseQuestion), required=True, description="What you are asked when you acknowledge it."
    )

    @staticmethod
    def resolve_questions(root: Due, info: GraphQLResolveInfo) -> list[ClauseQuestion]:
        """Return the questions in the caller's language."""
        return questions_shown(root.questions, info)


class DueAcknowledgementConnection(ThingConnection):
    """One page of what somebody has to acknowledge."""

    class Meta:
        node = DueAcknowledgementType


class OutstandingAcknowledgementType(graphene.ObjectType):
    """A clause in force at a store that is for somebody who works there, and that they have not acknowledged."""

    class Meta:
        name = "OutstandingAcknowledgement"

    member_id = graphene.ID(required=True, description="Who.")
    member_name = graphene.String(required=True, description="What they are called.")
    clause = graphene.Field(ClauseType, required=True, description="The clause.")

    @staticmethod
    def resolve_member_id(root: Outstanding, _info: GraphQLResolveInfo) -> str:
        """Return who it is."""
        return global_id("Member", root.user_id)

    @staticmethod
    def resolve_member_name(root: Outstanding, _info: GraphQLResolveInfo) -> str:
        """Return what they are called, asked once for all on the page."""
        names: dict[UUID, str] = peers_of(root).once("names", lambda rows: names_of(each.user_id for each in rows))
        return names[root.user_id]


class OutstandingAcknowledgementConnection(ThingConnection):
    """One page of what people have not acknowledged."""

    class Meta:
        node = OutstandingAcknowledgementType


class WrongAnswerType(graphene.ObjectType):
    """A question that was not answered rightly."""

    class Meta:
        name = "WrongAnswer"

    clause_number = graphene.String(required=True, description="The number of the clause.")
    question = graphene.Int(required=True, description="Which of its questions, from 0.")


class ClauseAnswersInput(graphene.InputObjectType):
    """What you choose for the questions about a clause."""

    clause_number = Line(required=True, description="The number of the clause.")
    chosen = graphene.List(
        graphene.NonNull(graphene.Int),
        required=True,
        description="For each question, in their order, the place of the answer that you choose, from 0.",
    )


class AcknowledgeStandard(Deed):
    """Say 'I have read this' for clauses of a version in force at a store. Only people can, each for themselves.

    With a wrong answer nothing is acknowledged, and the journal keeps the attempt.
    """

    class Input:
        version_id = IdOf("Version", required=True, description="The version.")
        store_id = IdOf("Store", required=True, description=_STORE)
        clause_numbers = Line(
            many=True, description="The numbers of the clauses; all that you still have to read if not given."
        )
        answers = graphene.List(
            graphene.NonNull(ClauseAnswersInput), description="Your answers, for the clauses that ask something."
        )

    store_standard = graphene.Field(StoreStandardType, description="The version in the store, as it is now.")
    wrong_answers = graphene.List(
        graphene.NonNull(WrongAnswerType), description="What was answered wrongly; empty when it is acknowledged."
    )

    @classmethod
    def perform(
        cls,
        actor: Actor,
        now: datetime,
        *,
        version_id: UUID,
        store_id: UUID,
        answers: Sequence[Mapping[str, Any]] | None = None,
        **given: Any,
    ) -> dict[str, Any]:
        """Acknowledge a standard."""
        done = acknowledge_standard(
            actor=actor,
            version_id=version_id,
            store_id=store_id,
            now=now,
            answers=[Answers(**each) for each in answers or ()],
            **named(given),
        )
        return {"store_standard": done.here, "wrong_answers": done.wrong}


def _due_together(rows: Sequence[Due]) -> None:
    gather(clause for each in rows for clause in (each.before, each.clause) if clause is not None)


def _outstanding_together(rows: Sequence[Outstanding]) -> None:
    gather(rows)
    # What one person has not read another has not, either.
    gather({each.clause.id: each.clause for each in rows}.values())


class AcknowledgingQuery(graphene.ObjectType):
    """What has to be acknowledged."""

    acknowledgements_due = ListedComputed(
        DueAcknowledgementConnection,
        order=_IN_FORCE,
        together=_due_together,
        description="What you have to acknowledge at a store, the latest version first.",
        store_id=graphene.ID(required=True, description=_STORE),
    )
    acknowledgements_outstanding = ListedComputed(
        OutstandingAcknowledgementConnection,
        order={"member_id": str, **_IN_FORCE},
        together=_outstanding_together,
        description="Who of a store's own people has not acknowledged what is in force there, person by person.",
        store_id=graphene.ID(required=True, description=_STORE),
    )

    @staticmethod
    def resolve_acknowledgements_due(_root: Any, info: GraphQLResolveInfo, store_id: str) -> list[Due]:
        """Return what the caller has to acknowledge; raises BadId, NotFound and NotPermitted."""
        store = key_in(store_id, "Store", field=("store_id",))
        return acknowledgements_due(actor=actor_of(info), store_id=store, now=call_of(info).now)

    @staticmethod
    def resolve_acknowledgements_outstanding(_root: Any, info: GraphQLResolveInfo, store_id: str) -> list[Outstanding]:
        """Return who has not acknowledged what; raises BadId, NotFound and NotPermitted."""
        store = key_in(store_id, "Store", field=("store_id",))
        return acknowledgements_outstanding(actor=actor_of(info), store_id=store, now=call_of(info).now)


class AcknowledgingMutation(graphene.ObjectType):
    """Deeds on what was read."""

    acknowledge_standard = AcknowledgeStandard.mounted()
