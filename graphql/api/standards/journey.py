"""The steps of the customer's journey in the API."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base.call import actor_of
from api.base.deeds import Deed
from api.base.inputs import Line
from api.base.lists import Listed
from api.base.things import Thing, computed
from api.standards.requirements import WordsInput, by_language
from chains.actor import Actor
from standards.actions.journey import keep_journey_steps
from standards.models.texts import JourneyStep
from standards.queries.texts import journey_steps
from standards.rules.journey import Step
from standards.rules.lint import text_in

_CODE = "Its code: capital letters, digits and underscores."
_MATTERS = "Whether it matters to the customer."


class JourneyStepType(Thing):
    """A step that customers go through with the chain."""

    class Meta:
        name = "JourneyStep"
        model = JourneyStep
        fields = ("code", "position", "matters", "given_up_at")
        descriptions = {
            "code": _CODE,
            "position": "Its place on the way, from 1.",
            "matters": _MATTERS,
            "given_up_at": "Since when new clauses can't be tied to it; null while they can.",
        }

    name = computed(
        graphene.String,
        lambda row, _info: text_in(None, row.names),
        needs=("names",),
        required=True,
        description="What it is called, in the caller's language or the nearest there is.",
    )


class JourneyStepInput(graphene.InputObjectType):
    """A step that customers go through with the chain."""

    code = Line(required=True, limit=40, description=_CODE)
    names = graphene.List(
        graphene.NonNull(WordsInput), required=True, description="What it is called, in one or more languages."
    )
    matters = graphene.Boolean(required=True, description=_MATTERS)


class KeepJourneySteps(Deed):
    """Write down the steps that customers go through, in their order; a step that is left out is given up."""

    class Input:
        steps = graphene.List(graphene.NonNull(JourneyStepInput), required=True, description="All steps, in order.")

    count = graphene.Int(description="How many steps there are now.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, steps: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Keep the steps."""
        read = [Step(each["code"], by_language(each["names"]), each["matters"]) for each in steps]
        keep_journey_steps(actor=actor, steps=read, now=now)
        return {"count": len(read)}


class JourneyQuery(graphene.ObjectType):
    """The customer's journey."""

    journey_steps = Listed(
        lambda: JourneyStepType, order=("position",), description="The steps that customers go through, in their order."
    )

    @staticmethod
    def resolve_journey_steps(_root: Any, info: GraphQLResolveInfo) -> "QuerySet[JourneyStep]":
        """Return the steps that headquarters keeps; raises NotPermitted."""
        return journey_steps(actor_of(info))


class JourneyMutation(graphene.ObjectType):
    """Deeds on the customer's journey."""

    keep_journey_steps = KeepJourneySteps.mounted()
