"""`node(id)`: any thing by its global id, if the caller may see such a thing there."""

from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from api.base.call import actor_of
from api.base.ids import BadId, parse_global_id
from api.base.peers import gather
from api.base.permitted import Everyone, Table, may_see
from api.base.things import Node, Thing
from kit.refusals import NotFound


class NodeQuery(graphene.ObjectType):
    """Things by their global ids."""

    node = graphene.Field(
        Node,
        id=graphene.ID(required=True, description="The thing's global id."),
        description="Any thing by its global id. A missing one and one that is not yours to see look the same.",
    )

    @staticmethod
    def resolve_node(_root: Any, info: GraphQLResolveInfo, id: str) -> Any:
        """Return the thing; raises BadId and NotFound."""
        type_name, key = parse_global_id(id)
        thing = getattr(info.schema.type_map.get(type_name), "graphene_type", None)
        if not (isinstance(thing, type) and issubclass(thing, Thing)):
            raise BadId(field="id")
        found = gather(thing.rows(info).filter(pk=key)[:1])
        table: Table = info.schema.extensions["permissions"]
        needs = table[type_name]
        for row in found:
            if isinstance(needs, Everyone) or may_see(actor_of(info), needs, named=thing, row=row):
                return row
        raise NotFound
