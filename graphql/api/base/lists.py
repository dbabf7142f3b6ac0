"""Lists: Relay connections with a required page size, at the root or beneath a thing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import graphene
from django.db.models import Field, ForeignKey
from graphene.relay import Connection
from graphql import FieldNode, FragmentSpreadNode, GraphQLResolveInfo, InlineFragmentNode, SelectionSetNode

from api.base.keyset import Order
from api.base.levels import Want, count_beneath, fetch_level, rows_beneath
from api.base.pages import Asked, Beneath, Page, page_beneath, page_of
from api.base.peers import peers_of

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
            **paging(),
            **filters,
        )

    def wrap_resolve(self, parent_resolver: Any) -> Any:
        """Return a resolver that makes a page of the rows."""
        model = self.thing()._meta.model
        order = Order.by(model, self.order_by, self.annotated)
        if not self.is_beneath:
            return _at_root(parent_resolver, order)

        def resolve(root: Any, info: GraphQLResolveInfo, **arguments: Any) -> Page:
            asked, _filters = split(arguments)
            # The same for all rows of a level, and not cheap to say.
            beneath = peers_of(root).once(
                (self, id(info.field_nodes)),
                lambda _rows: self.beneath(info, is_counted=is_counted(info.field_nodes, info)),
            )
            return page_beneath(root, beneath, asked=asked, order=order, level=lambda: fetch_level(root, info))

        return resolve

    @property
    def is_beneath(self) -> bool:
        """Tell whether the list stands beneath a thing."""
        return self.by is not None

    def beneath(self, info: GraphQLResolveInfo, *, is_counted: bool) -> Beneath:
        """Return which rows make the lists beneath things, and the column by which they point to them."""
        thing = self.thing()
        field = thing._meta.model._meta.get_field(self.by)
        if not isinstance(field, ForeignKey):
            raise TypeError(f"{self.by} of {thing._meta.name} is no foreign key.")
        return Beneath(thing.rows(info), field.attname, (thing._meta.name, field.attname, self.order_by), is_counted)

    def wants(self, info: GraphQLResolveInfo, nodes: list[FieldNode], given: dict[str, Any]) -> Iterator[Want]:
        """Return what this list wants of the rows of the level that it stands beneath (`levels.py`)."""
        if not self.is_beneath:
            return
        order = Order.by(self.thing()._meta.model, self.order_by)
        asked, _filters = split(given)
        beneath = self.beneath(info, is_counted=is_counted(nodes, info))
        rows = asked.narrow(beneath.rows, order)
        yield rows_beneath(beneath.rows_key(asked), rows, column=beneath.column, most=asked.size + 1)
        if beneath.is_counted:
            yield count_beneath(beneath.count_key, beneath.rows, column=beneath.column)


def is_counted(nodes: Sequence[FieldNode], info: GraphQLResolveInfo) -> bool:
    """Tell whether a list is asked how many rows it has in all."""
    return any(_asks_for_count(node.selection_set, info) for node in nodes)


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


def paging() -> dict[str, Any]:
    """Return the arguments by which a list is asked for a page."""
    return {
        "first": graphene.Int(description="The first so many rows, 0 to 100. Give this or `last`."),
        "after": graphene.String(description="Only rows after this cursor."),
        "last": graphene.Int(description="The last so many rows, 0 to 100. Give this or `first`."),
        "before": graphene.String(description="Only rows before this cursor."),
    }


def split(arguments: dict[str, Any]) -> tuple[Asked, dict[str, Any]]:
    """Return which page is asked for, and the arguments that are none of that; they are taken apart in place."""
    return Asked(**{name: arguments.pop(name, None) for name in _PAGING}), arguments


def _at_root(rows_of: Any, order: Order) -> Callable[..., Page]:
    def resolve(root: Any, info: GraphQLResolveInfo, **arguments: Any) -> Page:
        asked, filters = split(arguments)
        return page_of(rows_of(root, info, **filters), asked, order, is_counted=is_counted(info.field_nodes, info))

    return resolve
