"""What leaves when something went wrong: a code, a sentence, and for our own faults a reference, not the cause."""

import logging
from collections.abc import Iterable
from typing import Any

import sentry_sdk
from django.utils.translation import gettext as _
from graphql import GraphQLError

from api.base.sentences import sentence_of
from api.gate.documents import MOST_ERRORS
from api.gate.refusals import GateRefusal
from kit.ids import new_id
from kit.refusals import Refusal

INTERNAL = "INTERNAL"
log = logging.getLogger("onebanner.gate")


def told(refusal: GateRefusal) -> dict[str, Any]:
    """Return the one error of a request that the gate did not let through."""
    return {"message": refusal.text(), "extensions": {"code": refusal.code}}


def told_errors(errors: Iterable[GraphQLError], code: str) -> list[dict[str, Any]]:
    """Return graphql-core's own messages about a document or its variables under one code, five at most."""
    return [{**error.formatted, "extensions": {"code": code}} for error in list(errors)[:MOST_ERRORS]]


def told_fields(errors: Iterable[GraphQLError]) -> list[dict[str, Any]]:
    """Return the errors of fields whose cause may be told: refusals only, five at most."""
    return [_told_field(error) for error in list(errors)[:MOST_ERRORS]]


def cause_of(error: BaseException) -> BaseException:
    """Return what was really raised beneath graphql-core's wrappings."""
    while isinstance(error, GraphQLError) and error.original_error is not None:
        error = error.original_error
    return error


def may_be_told(error: BaseException) -> bool:
    """Tell whether an error's own text may leave: only refusals are written for others to read."""
    return isinstance(cause_of(error), Refusal | GateRefusal)


def mask(error: BaseException, *, request_id: str) -> dict[str, Any]:
    """Log a fault of ours once, send it to Sentry, and return what may be said: a code and the reference of both."""
    ref = new_id().hex
    cause = cause_of(error)
    path = error.path if isinstance(error, GraphQLError) else None
    with sentry_sdk.new_scope() as scope:
        scope.set_tag("ref", ref)
        scope.set_tag("request_id", request_id)
        sentry_sdk.capture_exception(cause)
    log.error("An unexpected error: %s", ref, exc_info=cause, extra={"ref": ref, "request_id": request_id, "at": path})
    message = _("Something went wrong on our side. We have been told, under the reference %(ref)s.") % {"ref": ref}
    return {"message": message, "extensions": {"code": INTERNAL, "ref": ref}}


def _told_field(error: GraphQLError) -> dict[str, Any]:
    cause = cause_of(error)
    if not isinstance(cause, Refusal | GateRefusal):
        raise TypeError("Only refusals are told; everything else is masked.")
    message = sentence_of(cause) if isinstance(cause, Refusal) else cause.text()
    formatted: dict[str, Any] = {"message": message, "extensions": {"code": cause.code}}
    if error.path:
        formatted["path"] = error.path
    return formatted
