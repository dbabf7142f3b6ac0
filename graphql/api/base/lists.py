"""Lists: Relay connections with a required page size, at the root or beneath a thing."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import graphene
from django.db.models import Field, ForeignKey
from graphene.relay import Connection
from graphql import FieldNode, FragmentSpreadNode, GraphQLResolveInfo, InlineFragmentNode, SelectionSetNode

from api.base.keyset import Order
from api.base.pages import Asked, Page, page_beneath, page_of

_PAGING = ("first", "after", "last", "before")


class ThingConnection(Connection):
    """One page of a list, and what leads to the others."""

    class Meta:
        abstract = True

    nodes: Any = None
    total_count = graphene.Int(required=True, description="How many there are in all, whatever the page.")

    @classmethod
    def __init_subclass_with_meta__(cls, node: Any = None, **options: Any) -> None:
        """Add `nodes`, the short way for whoever needs no cursors of single rows."""
        cls.nodes = graphene.List(
            graphene.NonNull(node), required=True, description="The things on this page, without their cursors."
        )
        super().__init_subclass_with_meta__(
            node=node, strict_types=True, description=f"One page of a list of {node._meta.name}.", **options
        )


class Listed(graphene.Field):
    """A list of things, in pages.

    At the root the resolver `resolve_<name>(root, info, **filters)` returns a queryset. Beneath a thing `by` names the
    foreign key that leads back to it; the rows are those of the thing's type that the caller may see.
    `order` is as in Django (`-filed_at`); the key is added last, so that the order is stable. What a queryset is
    annotated with can be sorted by if `annotated` tells of which kind it is.
    """

    def __init__(
        self,
        thing: Callable[[], Any],
        *,
        order: Sequence[str],
        description: str,
        by: str | None = None,
        required: bool = True,
        annotated: Mapping[str, "Field[Any, Any]"] | None = None,
        **filters: Any,
    ) -> None:
        self.thing = thing
        self.by = by
        self.order_by = tuple(order)
        self.annotated = annotated
        super().__init__(
            lambda: graphene.NonNull(thing()._meta.connection) if required else thing()._meta.connection,
            description=description,
            first=graphene.Int(description="The first so many rows, 0 to 100. Give this or `last`."),
            after=graphene.String(description="Only rows after this cursor."),
            last=graphene.Int(description="The last so many rows, 0 to 100. Give this or `first`."),
            before=graphene.String(description="Only rows before this cursor."),
            **filters,
        )

    def wrap_resolve(self, parent_resolver: Any) -> Any:
        """Return a resolver that makes a page of the rows."""
        model = self.thing()._meta.model
        order = Order.by(model, self.order_by, self.annotated)
        if self.by is None:
            return _at_root(parent_resolver, order)
        field = model._meta.get_field(self.by)
        if not isinstance(field, ForeignKey):
            raise TypeError(f"{self.by} of {model.__name__} is no foreign key.")
        return _beneath(self.thing, field.attname, order)


def is_counted(info: GraphQLResolveInfo) -> bool:
    """Tell whether a list is asked how many rows it has in all."""
    return any(_asks_for_count(node.selection_set, info) for node in info.field_nodes)


def _asks_for_count(selections: SelectionSetNode | None, info: GraphQLResolveInfo) -> bool:
    for node in selections.selections if selections else ():
        if isinstance(node, FieldNode):
            if node.name.value == "totalCount":
                return True
        elif isinstance(node, FragmentSpreadNode):
            if _asks_for_count(info.fragments[node.name.value].selection_set, info):
                return True
        elif isinstance(node, InlineFragmentNode) and _asks_for_count(node.selection_set, info):
            return True
    return False


def _split(arguments: dict[str, Any]) -> tuple[Asked, dict[str, Any]]:
    paging = {name: arguments.pop(name, None) for name in _PAGING}
    return Asked(**paging), arguments


def _at_root(rows_of: Any, order: Order) -> Callable[..., Page]:
    def resolve(root: Any, info: GraphQLResolveInfo, **arguments: Any) -> Page:
        asked, filters = _split(arguments)
        return page_of(rows_of(root, info, **filters), asked, order)

    return resolve


def _beneath(thing: Callable[[], Any], column: str, order: Order) -> Callable[..., Page]:
    def resolve(root: Any, info: GraphQLResolveInfo, **arguments: Any) -> Page:
        asked, _filters = _split(arguments)
        rows = thing().rows(info)
        return page_beneath(
            root,
            rows,
            column=column,
            asked=asked,
            order=order,
            key=(thing()._meta.name, column, order),
            is_counted=is_counted(info),
        )

    return resolve
