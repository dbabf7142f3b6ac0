"""How graphql-core carries out documents for us: nothing is awaited, what a field needs is looked up once for all rows,
and mutations go one after the other, stopping at a fault, answering a repeated one.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLResolveInfo,
    Undefined,
    is_leaf_type,
)
from graphql.error import located_error
from graphql.execution.execute import ExecutionContext, get_field_def
from graphql.execution.values import get_argument_values
from graphql.pyutils import Path

from api.base.deeds import Deed, Done
from api.gate.masking import may_be_told


class _Known(NamedTuple):
    """What is the same for a selected field of every row: `leaf` is its type where nothing can be selected of it."""

    field: GraphQLField
    resolve: Callable[..., Any]
    arguments: dict[str, Any]
    leaf: Any


class DirectExecution(ExecutionContext):
    """Executes a document whose resolvers answer at once, with as little as can be done for each value."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._known: dict[tuple[GraphQLObjectType, int], _Known] = {}

    def execute_field(
        self, parent_type: GraphQLObjectType, source: Any, field_nodes: list[FieldNode], path: Path
    ) -> Any:
        """Resolve and complete a field of one row, as the library does."""
        key = (parent_type, id(field_nodes[0]))
        known = self._known.get(key)
        if known is None:
            field = get_field_def(self.schema, parent_type, field_nodes[0])
            if field is None:
                return Undefined
        else:
            field = known.field
        info = self.build_resolve_info(field, field_nodes, parent_type, path)
        try:
            if known is None:
                known = self._known[key] = self._know(field, field_nodes[0])
            result = known.resolve(source, info, **known.arguments)
            if known.leaf is None or result is None or isinstance(result, Exception):
                return self.complete_value(field.type, field_nodes, info, path, result)
            return self.complete_leaf_value(known.leaf, result)
        except Exception as error:
            self.handle_field_error(located_error(error, field_nodes, path.as_list()), field.type, path)
            return None

    def _know(self, field: GraphQLField, node: FieldNode) -> _Known:
        arguments = get_argument_values(field, node, self.variable_values)
        bare = field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type
        return _Known(field, field.resolve or self.field_resolver, arguments, bare if is_leaf_type(bare) else None)


class DeedsExecution(DirectExecution):
    """Executes a mutation's top fields; queries need none of this."""

    def execute_fields_serially(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Path | None,
        fields: dict[str, list[FieldNode]],
    ) -> Any:
        """Do one deed after the other; after an unexpected error nothing more is tried."""
        answers: dict[str, Any] = {}
        for name, nodes in fields.items():
            answers[name] = self.execute_field(parent_type, source_value, nodes, Path(path, name, parent_type.name))
            if not all(may_be_told(error) for error in self.collected_errors.errors):
                break
        return answers

    def complete_object_value(
        self,
        return_type: GraphQLObjectType,
        field_nodes: list[FieldNode],
        info: GraphQLResolveInfo,
        path: Path,
        result: Any,
    ) -> Any:
        """Give the kept answer of a deed that was done before, and keep the answer of a new one."""
        if isinstance(result, Done):
            return result.answer
        answer: Any = super().complete_object_value(return_type, field_nodes, info, path, result)
        claim = getattr(result, "claim", None) if isinstance(result, Deed) else None
        if claim is not None:
            once = result._meta.shown_once
            nodes = self.collect_subfields(return_type, field_nodes)
            kept = {name: None if nodes[name][0].name.value in once else value for name, value in answer.items()}
            info.context.memory.keep(claim, kept)
        return answer
