"""How far each role may decide by itself: the query `decisionLimits` and the deed `setDecisionLimits`."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from api.base.call import actor_of
from api.base.deeds import Deed
from api.base.enums import enum_of
from api.base.scalars import Money, MoneyInput
from chains.actor import Actor
from members.rules.permissions import Role
from standards.actions.deciding import set_decision_limits
from standards.models.deciding import DecisionKind
from standards.queries.deciding import decision_limits
from standards.rules.deciding import Limit
from stores.rules.business import currency_of

_ROLE = "The role."
_KIND = "What is decided."


class DecisionLimitType(graphene.ObjectType):
    """How far a role may decide by itself about one kind of thing that costs the chain money."""

    class Meta:
        name = "DecisionLimit"

    role = graphene.Field(enum_of(Role), required=True, description=_ROLE)
    kind = graphene.Field(enum_of(DecisionKind), required=True, description=_KIND)
    amount = graphene.Field(Money, required=True, description="The most that the role may decide; beyond it, others.")
    is_default = graphene.Boolean(required=True, description="Whether it holds because HQ has set no other.")


class DecisionLimitInput(graphene.InputObjectType):
    """How far a role may decide by itself from now on."""

    role = graphene.InputField(enum_of(Role), required=True, description=_ROLE)
    kind = graphene.InputField(enum_of(DecisionKind), required=True, description=_KIND)
    amount = graphene.InputField(MoneyInput, required=True, description="The most that the role may decide, from 0.")


class SetDecisionLimits(Deed):
    """Say how far roles may decide by themselves from now on; limits that are not named stay as they are."""

    class Input:
        limits = graphene.List(
            graphene.NonNull(DecisionLimitInput), required=True, description="The limits that are set, at least one."
        )

    decision_limits = graphene.List(
        graphene.NonNull(DecisionLimitType), description="Every limit in the chain's currency, as it is now."
    )

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, limits: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Set limits."""
        set_decision_limits(actor=actor, limits=[_read(limit) for limit in limits], now=now)
        return {"decision_limits": _shown(decision_limits(actor))}


class DecidingQuery(graphene.ObjectType):
    """How far each role may decide."""

    decision_limits = graphene.List(
        graphene.NonNull(DecisionLimitType),
        required=True,
        description="How far each role may decide by itself, kind by kind.",
        currency=graphene.String(description="In this currency, such as `CNY`; the chain's own if it is not given."),
    )

    @staticmethod
    def resolve_decision_limits(
        _root: Any, info: GraphQLResolveInfo, currency: str | None = None
    ) -> list[DecisionLimitType]:
        """Return the limits of every role; raises Invalid and NotPermitted."""
        asked = None if currency is None else currency_of(currency)
        return _shown(decision_limits(actor_of(info), currency=asked))


class DecidingMutation(graphene.ObjectType):
    """Deeds on how far roles may decide."""

    set_decision_limits = SetDecisionLimits.mounted()


def _read(given: Mapping[str, Any]) -> Limit:
    amount = given["amount"]
    return Limit(
        role=Role(given["role"]),
        kind=DecisionKind(given["kind"]),
        currency=amount["currency"],
        amount_minor=amount["amount_minor"],
    )


def _shown(limits: Iterable[Limit]) -> list[DecisionLimitType]:
    return [
        DecisionLimitType(
            role=limit.role,
            kind=limit.kind,
            amount=Money(amount_minor=limit.amount_minor, currency=limit.currency),
            is_default=limit.is_default,
        )
        for limit in limits
    ]
