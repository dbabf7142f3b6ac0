"""The query `chain`."""

from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from api.base.call import call_of
from api.chains.types import ChainType
from chains.models import Chain


class ChainQuery(graphene.ObjectType):
    """The chain whose host is called."""

    chain = graphene.Field(ChainType, description="The chain whose host is called; its name is known to everybody.")

    @staticmethod
    def resolve_chain(_root: Any, info: GraphQLResolveInfo) -> Chain | None:
        """Return the chain."""
        return call_of(info).chain
