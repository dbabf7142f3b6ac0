"""What has to be acknowledged, by whom, and the deed that does it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import graphene
from graphql import GraphQLResolveInfo

from api.base.call import actor_of, call_of
from api.base.deeds import Deed
from api.base.enums import enum_of
from api.base.ids import global_id, key_in
from api.base.inputs import IdOf, Line, named
from api.base.peers import gather
from api.standards.requirements import ClauseQuestion, questions_shown
from api.standards.rollouts import StoreStandardType
from api.standards.types import ClauseType
from chains.actor import Actor
from members.queries import names_of
from standards.actions.acknowledging import acknowledge_standard
from standards.models.texts import ClauseChange
from standards.queries.acknowledging import Due, acknowledgements_due, acknowledgements_outstanding
from standards.rules.acknowledging import Answers

_STORE = "The store."


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


class OutstandingAcknowledgementType(graphene.ObjectType):
    """A clause in force at a store that is for somebody who works there, and that they have not acknowledged."""

    class Meta:
        name = "OutstandingAcknowledgement"

    member_id = graphene.ID(required=True, description="Who.")
    member_name = graphene.String(required=True, description="What they are called.")
    clause = graphene.Field(ClauseType, required=True, description="The clause.")


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


class AcknowledgingQuery(graphene.ObjectType):
    """What has to be acknowledged."""

    acknowledgements_due = graphene.List(
        graphene.NonNull(DueAcknowledgementType),
        required=True,
        description="What you have to acknowledge at a store, the latest version first.",
        store_id=graphene.ID(required=True, description=_STORE),
    )
    acknowledgements_outstanding = graphene.List(
        graphene.NonNull(OutstandingAcknowledgementType),
        required=True,
        description="Who of a store's own people has not acknowledged what is in force there, person by person.",
        store_id=graphene.ID(required=True, description=_STORE),
    )

    @staticmethod
    def resolve_acknowledgements_due(_root: Any, info: GraphQLResolveInfo, store_id: str) -> list[Due]:
        """Return what the caller has to acknowledge; raises BadId, NotFound and NotPermitted."""
        store = key_in(store_id, "Store", field=("store_id",))
        found = acknowledgements_due(actor=actor_of(info), store_id=store, now=call_of(info).now)
        gather(clause for each in found for clause in (each.before, each.clause) if clause is not None)
        return found

    @staticmethod
    def resolve_acknowledgements_outstanding(
        _root: Any, info: GraphQLResolveInfo, store_id: str
    ) -> list[OutstandingAcknowledgementType]:
        """Return who has not acknowledged what; raises BadId, NotFound and NotPermitted."""
        store = key_in(store_id, "Store", field=("store_id",))
        found = acknowledgements_outstanding(actor=actor_of(info), store_id=store, now=call_of(info).now)
        gather({clause.id: clause for each in found for clause in each.clauses}.values())
        names = names_of(each.user_id for each in found)
        return [
            OutstandingAcknowledgementType(
                member_id=global_id("Member", each.user_id), member_name=names[each.user_id], clause=clause
            )
            for each in found
            for clause in each.clauses
        ]


class AcknowledgingMutation(graphene.ObjectType):
    """Deeds on what was read."""

    acknowledge_standard = AcknowledgeStandard.mounted()
