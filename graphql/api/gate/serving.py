"""The gate itself: the steps of one request, from the first byte to the answer, in the order they are taken."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import override
from graphql import OperationType
from graphql.execution.values import get_variable_values

from api.gate import refusals
from api.gate.carrying_out import Operation, carry_out
from api.gate.cost import cost_of
from api.gate.documents import (
    MOST_ERRORS,
    Document,
    NotValid,
    check_introspection,
    check_valid,
    hash_of,
    read_document,
    read_trusted,
)
from api.gate.door import Door
from api.gate.masking import mask, told, told_errors
from api.gate.origin import check_origin
from api.gate.points import Points
from api.gate.shape import GraphQLRequest, is_legacy, read_request, response_type
from chains.actor import Actor, ActorKind, gate_actor

_TOKEN = "token"


@dataclass(slots=True)
class Answer:
    """What goes back: a status, a body, and the headers that every answer of this request has."""

    status: int
    body: dict[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)


def serve(request: HttpRequest, door: Door) -> HttpResponse:
    """Answer one request. Nothing that happens here answers with a text that was not written to be told."""
    media_type = "application/json"
    points = Points()
    try:
        media_type = response_type(request)
        answer = _answer(request, door, points)
    except refusals.GateRefusal as refusal:
        answer = _refused(refusal)
    except NotValid as problem:
        status = 200 if is_legacy(media_type) else problem.refusal.status
        answer = Answer(status, {"errors": told_errors(problem.errors, problem.refusal.code)})
    except Exception as error:
        answer = Answer(503, {"errors": [mask(error, request_id="")]})
    return _response(answer, media_type, points)


def _answer(request: HttpRequest, door: Door, points: Points) -> Answer:
    check_origin(request)
    asked = read_request(request)
    text, document = _document(door, asked)
    now = timezone.now()
    actor = door.entrance.find_out(request, now=now)
    if actor.kind is ActorKind.GATE:
        _check_public(door, document)
    points.look(chain=door.entrance.chain(request), actor=actor, now=now)
    with override(actor.language):
        try:
            variables = _checked(door, text, document, asked, actor)
            cost = cost_of(door.schema, document.tree, document.operation, variables)
        except (refusals.GateRefusal, NotValid):
            points.spend(1, now=now)
            raise
        points.spend(cost, now=now)
        doer = _nobody(actor) if _shows_a_secret(door, document) else actor
        operation = Operation(document, dict(asked.variables), doer, now, _fingerprint(text, asked))
        return Answer(200, carry_out(door, request, operation))


def _document(door: Door, asked: GraphQLRequest) -> tuple[str, Document]:
    text, read = asked.query or "", read_document
    if asked.document_id is not None:
        text, read = door.trusted.get(asked.document_id, ""), read_trusted
        if not text:
            raise refusals.UnknownDocument
    kept = door.documents.get(hash_of(text))
    if kept is None:
        return text, read(text, asked.operation_name)
    return text, kept if asked.operation_name is None else _named(kept, asked)


def _named(document: Document, asked: GraphQLRequest) -> Document:
    name = document.operation.name
    if name is None or name.value != asked.operation_name:
        raise refusals.NotOneOperation
    return document


def _check_public(door: Door, document: Document) -> None:
    """Let nobody in particular do one public thing at a time; that also keeps guessing to one guess a call."""
    if not set(document.top_fields) <= door.public or len(document.top_fields) > 1:
        raise refusals.Unauthenticated


def _shows_a_secret(door: Door, document: Document) -> bool:
    """Tell whether a public deed, or a public question about what a link's token opens, is all that is asked."""
    if len(document.top_fields) != 1 or not set(document.top_fields) <= door.public:
        return False
    if document.operation.operation is OperationType.MUTATION:
        return True
    asked = door.schema.query_type.fields if door.schema.query_type else {}
    return any(_TOKEN in asked[name].args for name in document.top_fields if name in asked)


def _nobody(actor: Actor) -> Actor:
    """Return who shows a secret: it alone says what may be seen and done, not who happens to have it."""
    return gate_actor(request_id=actor.request_id, address=actor.address, language=actor.language)


def _checked(door: Door, text: str, document: Document, asked: GraphQLRequest, actor: Actor) -> dict[str, Any]:
    key = hash_of(text)
    if door.documents.get(key) is None:
        check_valid(door.schema, document)
        door.documents.keep(key, document)
    check_introspection(door.schema, document, may_introspect=actor.may_somewhere(door.explorer))
    definitions = document.operation.variable_definitions or ()
    coerced = get_variable_values(
        door.schema, definitions, dict(asked.variables), max_errors=MOST_ERRORS, hide_suggestions=True
    )
    if isinstance(coerced, list):
        raise NotValid(coerced, refusals.InvalidVariables())
    return coerced


def _fingerprint(text: str, asked: GraphQLRequest) -> str:
    variables = orjson.dumps(asked.variables, option=orjson.OPT_SORT_KEYS)
    return sha256(text.encode("utf-8", "surrogatepass") + b"\x00" + variables).hexdigest()


def _refused(refusal: refusals.GateRefusal) -> Answer:
    headers = {"Allow": "POST"} if refusal.status == 405 else {}
    if isinstance(refusal, refusals.Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(refusal, refusals.Busy):
        headers["Retry-After"] = "1"
    return Answer(refusal.status, {"errors": [told(refusal)]}, headers)


def _response(answer: Answer, media_type: str, points: Points) -> HttpResponse:
    response = HttpResponse(
        orjson.dumps(answer.body), status=answer.status, content_type=f"{media_type}; charset=utf-8"
    )
    for name, value in {**answer.headers, **points.headers()}.items():
        response[name] = value
    response["Cache-Control"] = "no-store"
    patch_vary_headers(response, ("Accept", "Accept-Language", "Authorization", "Cookie"))
    return response
