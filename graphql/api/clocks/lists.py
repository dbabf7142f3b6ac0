"""The clocks of a thing, for the types of things that are measured."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import graphene
from graphql import GraphQLResolveInfo

from api.base.call import actor_of
from api.base.peers import gather
from api.base.things import Computed, computed
from api.clocks.types import ClockType
from clocks.models import Clock
from clocks.queries import clocks_of


def clocks_about(subject_type: str) -> Computed:
    """Declare the field `clocks` of a type of things, asked once for all rows of a level."""

    def fetched(rows: Sequence[Any], info: GraphQLResolveInfo) -> dict[UUID, list[Clock]]:
        found: dict[UUID, list[Clock]] = {row.pk: [] for row in rows}
        clocks = clocks_of(actor=actor_of(info), subject_type=subject_type, subject_ids=list(found))
        for clock in gather(clocks):
            found[clock.subject_id].append(clock)
        return found

    return computed(
        graphene.List(graphene.NonNull(ClockType)),
        fetched,
        for_all=True,
        required=True,
        description="Its clocks, running and stopped, in the order in which they were started.",
    )
