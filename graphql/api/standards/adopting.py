"""How far rollouts have been taken up, step by step and day by day."""

from typing import Any

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base.call import actor_of
from api.base.enums import enum_of
from api.base.ids import key_in
from api.base.lists import Listed
from api.base.scalars import Date
from api.standards.rollouts import RolloutType
from standards.models.rollouts import Rollout
from standards.queries.adopting import Adoption, adoption_of
from standards.queries.rollouts import in_state, rollouts_for
from standards.rules.adopting import SUSTAINED_CASES, SUSTAINED_FOR, AdoptionDay, AdoptionStep
from standards.rules.waves import RolloutState


class AdoptionStepCountType(graphene.ObjectType):
    """How many stores, and where that is known how many people, have come to a step."""

    class Meta:
        name = "AdoptionStepCount"

    step = graphene.Field(enum_of(AdoptionStep), required=True, description="The step.")
    stores = graphene.Int(required=True, description="How many stores have come to it.")
    people = graphene.Int(
        description="How many people: who work where it came, of whom have acknowledged some of it, of whom were "
        "trained; else null."
    )


def _stores(step: AdoptionStep, description: str) -> graphene.Field:
    def resolve(root: AdoptionDay, _info: GraphQLResolveInfo) -> int:
        return root.stores[step]

    return graphene.Int(required=True, description=description, resolver=resolve)


class AdoptionDayType(graphene.ObjectType):
    """How many stores had come to each step by the end of a day, each by its own calendar."""

    class Meta:
        name = "AdoptionDay"

    day = graphene.Field(Date, required=True, description="The day.")
    pushed = _stores(AdoptionStep.PUSHED, "It had come there.")
    seen = _stores(AdoptionStep.SEEN, "Somebody had seen it.")
    acknowledged = _stores(AdoptionStep.ACKNOWLEDGED, "Somebody had signed that they have read all of it.")
    trained = _stores(AdoptionStep.TRAINED, "Somebody had been trained in it.")
    conforming = _stores(AdoptionStep.CONFORMING, "It was practised: kept in a case for the first time.")
    sustained = _stores(
        AdoptionStep.SUSTAINED,
        f"It was practised for good: {SUSTAINED_CASES} cases met one after the other, or {SUSTAINED_FOR.days} days "
        "without a miss.",
    )


class AdoptionType(graphene.ObjectType):
    """How far a rollout has been taken up at the stores whose figures you may read: signed against practised."""

    class Meta:
        name = "Adoption"

    meant = graphene.Int(required=True, description="How many open stores the rollout means.")
    steps = graphene.List(
        graphene.NonNull(AdoptionStepCountType), required=True, description="How many have come to each step by now."
    )
    days = graphene.List(
        graphene.NonNull(AdoptionDayType),
        required=True,
        description="Day by day; days on which no store came further are left out.",
    )

    @staticmethod
    def resolve_steps(root: Adoption, _info: GraphQLResolveInfo) -> list[dict[str, Any]]:
        """Return how many have come to each step, in the order of the steps."""
        return [{"step": step, "stores": root.stores[step], "people": root.people.get(step)} for step in AdoptionStep]


class AdoptingQuery(graphene.ObjectType):
    """Rollouts, and how they are taken up."""

    rollouts = Listed(
        lambda: RolloutType,
        order=("-done_at",),
        description="The rollouts of the versions that you may read, the latest first.",
        state=enum_of(RolloutState)(description="Only those that have come so far."),
        standard_id=graphene.ID(description="Only those of this standard, in any version."),
    )
    adoption = graphene.Field(
        AdoptionType,
        required=True,
        description="How far a rollout has been taken up.",
        rollout_id=graphene.ID(required=True, description="The rollout."),
    )

    @staticmethod
    def resolve_rollouts(
        _root: Any, info: GraphQLResolveInfo, state: RolloutState | None = None, standard_id: str | None = None
    ) -> "QuerySet[Rollout]":
        """Return the rollouts that the caller may read; raises BadId and NotPermitted."""
        rollouts = rollouts_for(actor_of(info))
        if standard_id is not None:
            rollouts = rollouts.filter(version__standard_id=key_in(standard_id, "Standard", field=("standard_id",)))
        return rollouts if state is None else in_state(rollouts, state)

    @staticmethod
    def resolve_adoption(_root: Any, info: GraphQLResolveInfo, rollout_id: str) -> Adoption:
        """Return how far a rollout has been taken up; raises BadId, NotFound and NotPermitted."""
        return adoption_of(actor=actor_of(info), rollout_id=key_in(rollout_id, "Rollout", field=("rollout_id",)))
