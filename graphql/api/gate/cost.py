"""What an operation may cost: how many things its answer can hold, by the page sizes asked for (corpus G08)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_list_type,
)
from graphql.execution.values import get_argument_values
from graphql.type import GraphQLField

from api.gate import refusals

LARGEST_PAGE = 100
MOST_THINGS = 5_000
# A list without pages, such as the intervals of a day, is short by nature.
_SHORT_LIST = 10
_FREE = frozenset({"edges", "pageInfo"})


@dataclass(frozen=True, slots=True)
class _Pricing:
    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]

    def selection(self, parent: Any, node: SelectionSetNode) -> int:
        cost = 0
        for selection in node.selections:
            if isinstance(selection, FieldNode):
                cost += self.field(parent, selection)
            elif isinstance(selection, FragmentSpreadNode):
                fragment = self.fragments[selection.name.value]
                cost += self.selection(self._type(fragment.type_condition.name.value), fragment.selection_set)
            elif isinstance(selection, InlineFragmentNode):
                inner = self._type(selection.type_condition.name.value) if selection.type_condition else parent
                cost += self.selection(inner, selection.selection_set)
        return cost

    def field(self, parent: Any, node: FieldNode) -> int:
        definition = parent.fields.get(node.name.value) if _has_fields(parent) else None
        if definition is None:
            return 0
        named = get_named_type(definition.type)
        inner = self.selection(named, node.selection_set) if node.selection_set else 0
        if _is_paged(definition):
            return 1 + self._page(definition, node) * inner
        if not is_composite_type(named) or node.name.value in _FREE:
            return inner
        is_short_list = is_list_type(get_nullable_type(definition.type)) and node.name.value != "nodes"
        return (inner + 1) * (_SHORT_LIST if is_short_list else 1)

    def _type(self, name: str) -> Any:
        return self.schema.type_map[name]

    def _page(self, definition: GraphQLField, node: FieldNode) -> int:
        arguments = get_argument_values(definition, node, dict(self.variables))
        sizes = [arguments[name] for name in ("first", "last") if arguments.get(name) is not None]
        if not sizes:
            raise refusals.PageSizeRequired
        if len(sizes) > 1 or not 0 <= sizes[0] <= LARGEST_PAGE:
            raise refusals.PageSizeOutOfRange
        return int(sizes[0])


def cost_of(
    schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: Mapping[str, Any]
) -> int:
    """Return how many things the answer can hold, at least 1; refuses lists without a page size and too much in all.

    The document must have passed `check_size` and validation: so it has no cycle and few fields.
    """
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    pricing = _Pricing(schema, fragments, variables)
    cost = 1 + pricing.selection(schema.get_root_type(operation.operation), operation.selection_set)
    if cost > MOST_THINGS:
        raise refusals.TooCostly
    return cost


def _is_paged(definition: GraphQLField) -> bool:
    return "first" in definition.args and "last" in definition.args


def _has_fields(type_: Any) -> bool:
    return isinstance(type_, GraphQLObjectType | GraphQLInterfaceType)
