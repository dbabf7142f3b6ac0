"""The operators' schema, with its permission table built in."""

from api.base.naming import Schema
from api.gate.fields import seal
from api.operators.mutations import OperatorsMutation
from api.operators.permissions import TABLE
from api.operators.queries import OperatorsQuery


class Query(OperatorsQuery):
    """Everything that operators can ask."""


class Mutation(OperatorsMutation):
    """Everything that operators can do."""


operator_schema = Schema(query=Query, mutation=Mutation)
seal(operator_schema.graphql_schema, TABLE)
