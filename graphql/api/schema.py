"""The schema of a chain: every app's queries and mutations, with the permission table built in."""

import graphene

from api.base.nodes import NodeQuery
from api.chains.queries import ChainQuery
from api.gate.fields import seal
from api.members.mutations.appointing import AppointingMutation
from api.members.mutations.inviting import InvitingMutation
from api.members.mutations.own import OwnMutation
from api.members.queries import MembersQuery
from api.permissions import TABLE


class Query(ChainQuery, MembersQuery, NodeQuery):
    """Everything that can be asked."""


class Mutation(AppointingMutation, InvitingMutation, OwnMutation):
    """Everything that can be done."""


schema = graphene.Schema(query=Query, mutation=Mutation)
seal(schema.graphql_schema, TABLE)
