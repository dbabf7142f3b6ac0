"""What operators can ask."""

from typing import Any

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base.enums import enum_of
from api.base.ids import key_in
from api.base.lists import Listed
from api.operators.types import OperatedChainType
from chains.models import Chain, ChainState
from kit.refusals import NotFound


class OperatorsQuery(graphene.ObjectType):
    """Everything that operators can ask."""

    chains = Listed(
        lambda: OperatedChainType,
        order=("-created_at",),
        description="All chains, the newest first.",
        state=enum_of(ChainState)(description="Only those in this state."),
    )
    chain = graphene.Field(
        OperatedChainType, id=graphene.ID(required=True, description="The chain's global id."), description="One chain."
    )

    @staticmethod
    def resolve_chains(_root: Any, _info: GraphQLResolveInfo, state: ChainState | None = None) -> "QuerySet[Chain]":
        """Return all chains."""
        chains: QuerySet[Chain] = Chain.objects.all()
        return chains if state is None else chains.filter(state=state)

    @staticmethod
    def resolve_chain(_root: Any, _info: GraphQLResolveInfo, id: str) -> Chain:
        """Return one chain; raises BadId and NotFound."""
        chain: Chain | None = Chain.objects.filter(id=key_in(id, "OperatedChain", field=("id",))).first()
        if chain is None:
            raise NotFound(field="id")
        return chain
