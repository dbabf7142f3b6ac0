"""Two versions of a standard side by side: the query `compareVersions`."""

from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from api.base.call import actor_of
from api.base.enums import enum_of
from api.base.ids import key_in
from api.base.peers import gather
from api.standards.types import ClauseType
from standards.models.texts import ClauseChange
from standards.queries.comparing import Compared, compare_versions
from standards.rules.comparing import Difference


class ComparedClauseType(graphene.ObjectType):
    """One requirement in two versions of a standard."""

    class Meta:
        name = "ComparedClause"

    before = graphene.Field(ClauseType, description="As the earlier version has it; null where it is new.")
    after = graphene.Field(ClauseType, description="As the later version has it; null where it is gone.")
    change = graphene.Field(enum_of(ClauseChange), description="What it changes; null where it is gone.")
    differences = graphene.List(graphene.NonNull(enum_of(Difference)), required=True, description="What of it differs.")


class ComparingQuery(graphene.ObjectType):
    """What a version changes."""

    compare_versions = graphene.List(
        graphene.NonNull(ComparedClauseType),
        required=True,
        description="The requirements of two versions side by side, as the later has them; then those that are gone.",
        before_id=graphene.ID(required=True, description="The earlier version."),
        after_id=graphene.ID(required=True, description="The later version of the same standard."),
    )

    @staticmethod
    def resolve_compare_versions(_root: Any, info: GraphQLResolveInfo, before_id: str, after_id: str) -> list[Compared]:
        """Return what differs between two versions; raises BadId, NotFound, NotPermitted and Invalid."""
        found = compare_versions(
            actor=actor_of(info),
            before_id=key_in(before_id, "Version", field=("before_id",)),
            after_id=key_in(after_id, "Version", field=("after_id",)),
        )
        gather(clause for each in found for clause in (each.before, each.after) if clause is not None)
        return found
