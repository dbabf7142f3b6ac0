"""How large a document is, measured on its text alone: no schema, no recursion through fragments twice."""

import re
from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from api.gate import refusals

DEEPEST = 10
MOST_FIELDS = 200
MOST_ALIASES = 15
MOST_DIRECTIVES = 20
# The introspection query that every tool sends follows `ofType` nine times and spreads its fragments widely.
DEEPEST_INTROSPECTION = 15
MOST_INTROSPECTION_FIELDS = 400
_INTROSPECTION = frozenset({"__schema", "__type"})
# Braces and brackets of any sort inside each other: fields, arguments and literals together.
DEEPEST_TEXT = 40
_BRACKETS = re.compile(r'"""(?:[^"\\]|\\"""|\\|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"|\#[^\n]*|[{}()\[\]]')


@dataclass(frozen=True, slots=True)
class Size:
    """Fields, aliases, directives and depth of a selection, with fragments expanded."""

    fields: int = 0
    aliases: int = 0
    directives: int = 0
    depth: int = 0
    introspection_fields: int = 0
    introspection_depth: int = 0

    def beside(self, other: "Size") -> "Size":
        """Return the size of two selections in the same braces."""
        return Size(
            self.fields + other.fields,
            self.aliases + other.aliases,
            self.directives + other.directives,
            max(self.depth, other.depth),
            self.introspection_fields + other.introspection_fields,
            max(self.introspection_depth, other.introspection_depth),
        )


@dataclass(slots=True)
class _Measuring:
    fragments: dict[str, FragmentDefinitionNode]
    # None marks a fragment that is being measured: meeting it again closes a cycle.
    sizes: dict[str, Size | None] = field(default_factory=dict)

    def selection(self, node: SelectionSetNode | None) -> Size:
        size = Size()
        for selection in node.selections if node else ():
            directives = Size(directives=len(selection.directives))
            if isinstance(selection, FieldNode):
                inner = self.field(selection)
            elif isinstance(selection, FragmentSpreadNode):
                inner = self.fragment(selection.name.value)
            else:
                inner = self.selection(getattr(selection, "selection_set", None))
            size = size.beside(directives).beside(inner)
        return size

    def field(self, node: FieldNode) -> Size:
        inner = self.selection(node.selection_set)
        aliases = inner.aliases + (1 if node.alias else 0)
        if node.name.value in _INTROSPECTION:
            return Size(0, aliases, inner.directives, 0, inner.fields + 1, inner.depth + 1 + inner.introspection_depth)
        return Size(
            inner.fields + 1,
            aliases,
            inner.directives,
            inner.depth + 1,
            inner.introspection_fields,
            inner.introspection_depth,
        )

    def fragment(self, name: str) -> Size:
        if name not in self.sizes:
            definition = self.fragments.get(name)
            self.sizes[name] = None
            own = Size(directives=len(definition.directives)) if definition else Size()
            self.sizes[name] = own.beside(self.selection(definition.selection_set)) if definition else own
        size = self.sizes[name]
        if size is None:
            raise refusals.FragmentCycle
        return size


def check_nesting(text: str) -> None:
    """Refuse a text nested so deeply that the parser itself would labour at it; strings and comments don't count."""
    depth = 0
    for found in _BRACKETS.finditer(text):
        bracket = found.group()
        if bracket in "{([":
            depth += 1
            if depth > DEEPEST_TEXT:
                raise refusals.TooDeep
        elif bracket in "})]":
            depth -= 1


def size_of(document: DocumentNode, operation: OperationDefinitionNode) -> Size:
    """Return the size of a document's operation; refuses cycles (G04)."""
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    measuring = _Measuring(fragments)
    try:
        for name in fragments:
            measuring.fragment(name)
        return Size(directives=len(operation.directives)).beside(measuring.selection(operation.selection_set))
    except RecursionError:
        # Hundreds of fragments, each inside the next: deeper than any limit of ours.
        raise refusals.TooDeep from None


def check_size(size: Size) -> None:
    """Refuse whatever is over a limit (G01, G02, G06)."""
    if size.depth > DEEPEST or size.introspection_depth > DEEPEST_INTROSPECTION:
        raise refusals.TooDeep
    if size.fields > MOST_FIELDS or size.introspection_fields > MOST_INTROSPECTION_FIELDS:
        raise refusals.TooManyFields
    if size.aliases > MOST_ALIASES:
        raise refusals.TooManyAliases
    if size.directives > MOST_DIRECTIVES:
        raise refusals.TooManyDirectives
