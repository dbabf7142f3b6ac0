"""The schema of a chain: every app's queries and mutations, with the permission table built in."""

import graphene

from api.base.nodes import NodeQuery
from api.chains.queries import ChainQuery
from api.gate.fields import seal
from api.permissions import TABLE


class Query(ChainQuery, NodeQuery):
    """Everything that can be asked."""


schema = graphene.Schema(query=Query)
seal(schema.graphql_schema, TABLE)
