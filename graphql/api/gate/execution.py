"""How graphql-core carries out mutations for us: one after the other, stopping at a fault, answering a repeated one."""

from typing import Any

from graphql import FieldNode, GraphQLObjectType, GraphQLResolveInfo
from graphql.execution.execute import ExecutionContext
from graphql.pyutils import Path

from api.base.deeds import Deed, Done
from api.gate.masking import may_be_told


class DeedsExecution(ExecutionContext):
    """Executes a mutation's top fields; queries need none of this and run without it."""

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
