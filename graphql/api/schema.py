"""The schema of a chain: every app's queries and mutations, with the permission table built in."""

import graphene

from api.base.nodes import NodeQuery
from api.chains.queries import ChainQuery
from api.clocks.queries import ClocksQuery
from api.complaints.mutations import ComplaintsMutation
from api.complaints.queries import ComplaintsQuery
from api.customers.mutations import CustomersMutation
from api.customers.queries import CustomersQuery
from api.gate.fields import seal
from api.journal.queries import JournalQuery
from api.members.mutations.appointing import AppointingMutation
from api.members.mutations.inviting import InvitingMutation
from api.members.mutations.own import OwnMutation
from api.members.queries import MembersQuery
from api.permissions import TABLE
from api.standards.deciding import DecidingMutation, DecidingQuery
from api.standards.mutations import StandardsMutation
from api.standards.queries import StandardsQuery
from api.stores.mutations.business import BusinessMutation
from api.stores.mutations.hours import HoursMutation
from api.stores.mutations.positions import PositionsMutation
from api.stores.queries import StoresQuery


class Query(
    ChainQuery,
    ClocksQuery,
    ComplaintsQuery,
    CustomersQuery,
    DecidingQuery,
    JournalQuery,
    MembersQuery,
    NodeQuery,
    StandardsQuery,
    StoresQuery,
):
    """Everything that can be asked."""


class Mutation(
    AppointingMutation,
    BusinessMutation,
    ComplaintsMutation,
    CustomersMutation,
    DecidingMutation,
    HoursMutation,
    InvitingMutation,
    OwnMutation,
    PositionsMutation,
    StandardsMutation,
):
    """Everything that can be done."""


schema = graphene.Schema(query=Query, mutation=Mutation)
seal(schema.graphql_schema, TABLE)
