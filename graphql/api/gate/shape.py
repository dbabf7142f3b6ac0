"""The shape of a request over HTTP: what may come in at all, before anybody looks at the GraphQL in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.http import HttpRequest
from django.http.request import RawPostDataException, UnreadablePostError

from api.gate import refusals

MOST_BYTES = 102_400
DEEPEST_JSON = 32
_KNOWN_KEYS = frozenset({"query", "documentId", "variables", "operationName", "extensions"})
_GRAPHQL_RESPONSE = "application/graphql-response+json"
_LEGACY_RESPONSE = "application/json"
_UTF8 = frozenset({"utf-8", "utf8"})
_WIDEST_INTEGER = 2**63


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """What one POST asks for."""

    query: str | None
    document_id: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    operation_name: str | None = None


def response_type(request: HttpRequest) -> str:
    """Return the media type the answer has; raises NotAcceptable."""
    preferred = request.get_preferred_type([_GRAPHQL_RESPONSE, _LEGACY_RESPONSE])
    if preferred is None:
        raise refusals.NotAcceptable
    return preferred


def is_legacy(media_type: str) -> bool:
    """Tell whether a client reads the status 200 as 'this is GraphQL', as application/json has it."""
    return media_type == _LEGACY_RESPONSE


def read_request(request: HttpRequest) -> GraphQLRequest:
    """Return the one operation that a POST carries; refuses every other shape (G03, G09, G12-G14, G17)."""
    if request.method != "POST":
        raise refusals.MethodNotAllowed
    if request.META.get("QUERY_STRING"):
        raise refusals.BadRequest("Nothing is read from the address.")
    _check_content_type(request)
    return _request_of(_parsed(_body(request)))


def _check_content_type(request: HttpRequest) -> None:
    charset = (request.content_params or {}).get("charset", "utf-8")
    if request.content_type != "application/json" or charset.lower() not in _UTF8:
        raise refusals.UnsupportedMediaType
    if request.META.get("HTTP_CONTENT_ENCODING", "identity") != "identity":
        raise refusals.UnsupportedMediaType


def _body(request: HttpRequest) -> bytes:
    try:
        announced = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        raise refusals.BadRequest from None
    if announced > MOST_BYTES:
        raise refusals.BodyTooLarge
    try:
        body = request.read(MOST_BYTES + 1)
    except (RawPostDataException, UnreadablePostError, OSError):
        raise refusals.BadRequest from None
    if len(body) > MOST_BYTES:
        raise refusals.BodyTooLarge
    return body


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        parsed = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise refusals.BadRequest from None
    if not isinstance(parsed, dict):
        raise refusals.BadRequest("One operation, not a batch.")
    if not parsed.keys() <= _KNOWN_KEYS:
        raise refusals.BadRequest("An unknown key.")
    return parsed


def _request_of(parsed: dict[str, Any]) -> GraphQLRequest:
    variables = parsed.get("variables")
    extensions = parsed.get("extensions")
    if not all(value is None or isinstance(value, dict) for value in (variables, extensions)):
        raise refusals.BadRequest("`variables` is an object.")
    _check_values(variables)
    query, document_id = _text(parsed, "query"), _text(parsed, "documentId")
    if (query is None) == (document_id is None):
        raise refusals.BadRequest("Either `query` or `documentId`.")
    return GraphQLRequest(query, document_id, variables or {}, _text(parsed, "operationName"))


def _text(parsed: dict[str, Any], key: str) -> str | None:
    value = parsed.get(key)
    if value is None or isinstance(value, str):
        return value or None
    raise refusals.BadRequest(f"`{key}` is a text.")


def _check_values(variables: dict[str, Any] | None) -> None:
    """Refuse values nested so deeply, or integers so wide, that later steps could stumble."""
    level: list[Any] = [variables or {}]
    for _depth in range(DEEPEST_JSON):
        inner: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                inner.extend(value.values())
            elif isinstance(value, list):
                inner.extend(value)
            elif isinstance(value, int) and not -_WIDEST_INTEGER <= value < _WIDEST_INTEGER:
                raise refusals.BadRequest("A number is too large.")
        if not inner:
            return
        level = inner
    raise refusals.BadRequest("Values are nested too deeply.")
