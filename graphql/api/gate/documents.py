"""Documents: parsed, measured and validated once, then kept by their hash; trusted ones are known beforehand."""

import json
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from threading import Lock

from django.core.exceptions import ImproperlyConfigured
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    parse,
    specified_rules,
    validate,
)

from api.gate import refusals
from api.gate.measure import Size, check_nesting, check_size, size_of

LONGEST_QUERY = 10_000
MOST_TOKENS = 1_500
MOST_ERRORS = 5
MOST_KEPT_CHARACTERS = 500_000
_NO_INTROSPECTION = (NoSchemaIntrospectionCustomRule,)


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed document with one operation; `top_fields` are the names directly under its root."""

    text: str
    tree: DocumentNode
    operation: OperationDefinitionNode
    top_fields: tuple[str, ...]
    introspects: bool

    @property
    def is_mutation(self) -> bool:
        """Tell whether the operation changes something."""
        return self.operation.operation is OperationType.MUTATION


class NotValid(Exception):
    """A document that does not fit the schema; holds at most five errors."""

    def __init__(self, errors: list[GraphQLError], refusal: refusals.GateRefusal) -> None:
        self.errors = errors[:MOST_ERRORS]
        self.refusal = refusal
        super().__init__(refusal.code)


@dataclass(slots=True)
class KeptDocuments:
    """Valid documents by the hash of their text, the least used going first when the room is full."""

    room: int = MOST_KEPT_CHARACTERS
    _kept: OrderedDict[str, Document] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)
    _characters: int = 0

    def get(self, key: str) -> Document | None:
        """Return the document of a hash, if it is still kept."""
        with self._lock:
            document = self._kept.get(key)
            if document is not None:
                self._kept.move_to_end(key)
            return document

    def keep(self, key: str, document: Document) -> None:
        """Keep a document that has passed every check."""
        with self._lock:
            if key in self._kept:
                return
            self._kept[key] = document
            self._characters += len(document.text)
            while self._characters > self.room:
                _key, dropped = self._kept.popitem(last=False)
                self._characters -= len(dropped.text)

    def __len__(self) -> int:
        return len(self._kept)


def hash_of(text: str) -> str:
    """Return the name under which a document is known: the SHA-256 of its text, in hexadecimal."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def trusted_documents(path: str) -> Mapping[str, str]:
    """Return what the web app's build wrote down: documents by their ids, `sha256:` and the hash of the text.

    An empty path means none. Raises ImproperlyConfigured for a file that is not what a build writes.
    """
    if not path:
        return {}
    try:
        documents: dict[str, str] = json.loads(Path(path).read_text(encoding="utf-8"))
        is_whole = all(key == f"sha256:{hash_of(text)}" for key, text in documents.items())
    except (OSError, ValueError, AttributeError) as error:
        raise ImproperlyConfigured(f"{path} can't be read as trusted documents: {error}") from error
    if not is_whole:
        raise ImproperlyConfigured(f"{path}: an id is not the SHA-256 of its document. Build the web app again.")
    return documents


def read_document(text: str, operation_name: str | None) -> Document:
    """Return a document within every limit that can be told without the schema."""
    if len(text) > LONGEST_QUERY:
        raise refusals.QueryTooLong
    check_nesting(text)
    tree = _parsed(text, most_tokens=MOST_TOKENS)
    operation = _only_operation(tree, operation_name)
    size = size_of(tree, operation)
    check_size(size)
    return _document(text, tree, operation, size)


def read_trusted(text: str, operation_name: str | None) -> Document:
    """Return a document that we wrote ourselves, however large: what it may show and cost is asked of it as of any."""
    tree = _parsed(text, most_tokens=None)
    operation = _only_operation(tree, operation_name)
    return _document(text, tree, operation, size_of(tree, operation))


def check_valid(schema: GraphQLSchema, document: Document) -> None:
    """Hold a document against all specified rules; raises NotValid with at most five errors and no suggestions."""
    errors = validate(schema, document.tree, specified_rules, MOST_ERRORS, hide_suggestions=True)
    if errors:
        raise NotValid(errors, refusals.InvalidDocument())


def check_introspection(schema: GraphQLSchema, document: Document, *, may_introspect: bool) -> None:
    """Refuse a look at the schema by somebody who may not; raises NotValid."""
    if document.introspects and not may_introspect:
        errors = validate(schema, document.tree, _NO_INTROSPECTION, MOST_ERRORS, hide_suggestions=True)
        raise NotValid(errors, refusals.IntrospectionOff())


def _document(text: str, tree: DocumentNode, operation: OperationDefinitionNode, size: Size) -> Document:
    return Document(
        text=text,
        tree=tree,
        operation=operation,
        top_fields=tuple(_top_fields(tree, operation.selection_set)),
        introspects=size.introspection_fields > 0,
    )


def _parsed(text: str, *, most_tokens: int | None) -> DocumentNode:
    try:
        return parse(text, max_tokens=most_tokens)
    except GraphQLError as error:
        if "tokens" in error.message:
            raise refusals.QueryTooLong from None
        raise NotValid([error], refusals.SyntaxRefused()) from None


def _only_operation(tree: DocumentNode, operation_name: str | None) -> OperationDefinitionNode:
    operations = [node for node in tree.definitions if isinstance(node, OperationDefinitionNode)]
    if len(operations) != 1 or operations[0].operation is OperationType.SUBSCRIPTION:
        raise refusals.NotOneOperation
    (operation,) = operations
    if operation_name is not None and (operation.name is None or operation.name.value != operation_name):
        raise refusals.NotOneOperation
    return operation


def _top_fields(tree: DocumentNode, selection: SelectionSetNode) -> Iterator[str]:
    fragments = {node.name.value: node for node in tree.definitions if isinstance(node, FragmentDefinitionNode)}
    for node in selection.selections:
        if isinstance(node, FieldNode):
            yield node.name.value
        elif isinstance(node, FragmentSpreadNode):
            if node.name.value in fragments:
                yield from _top_fields(tree, fragments[node.name.value].selection_set)
        else:
            yield from _top_fields(tree, node.selection_set)  # type: ignore[attr-defined]  # only inline ones are left
