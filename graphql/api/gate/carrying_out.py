"""An operation is carried out in one transaction: all of it or, after a fault of ours, nothing (C14, G19, G22)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from graphql import ExecutionResult, execute

from api.base.call import Call
from api.gate import refusals
from api.gate.documents import Document
from api.gate.door import Door
from api.gate.execution import DeedsExecution, DirectExecution
from api.gate.masking import mask, may_be_told, told_fields
from api.gate.retry import MOST_TRIES, crossed_another, took_too_long
from chains.actor import Actor


class _Fault(Exception):
    """An unexpected error of a resolver, carried out of the transaction so that it rolls back."""


@dataclass(frozen=True, slots=True)
class Operation:
    """A document that passed the gate, with its variables, its caller and its moment."""

    document: Document
    variables: dict[str, Any]
    actor: Actor
    now: datetime
    fingerprint: str


def carry_out(door: Door, request: HttpRequest, operation: Operation) -> dict[str, Any]:
    """Return the answer's body; raises TimedOut and Busy.

    Two transactions that stood in each other's way are tried again as a whole, three times at most.
    """
    for _try in range(MOST_TRIES):
        try:
            return _once(door, request, operation)
        except Exception as error:
            cause = error.__cause__ if isinstance(error, _Fault) and error.__cause__ else error
            if crossed_another(cause):
                continue
            if took_too_long(cause):
                raise refusals.TimedOut from error
            return {"errors": [mask(cause, request_id=str(operation.actor.request_id))], "data": None}
    raise refusals.Busy


def _once(door: Door, request: HttpRequest, operation: Operation) -> dict[str, Any]:
    with door.entrance.enter(request, operation.actor, read_only=not operation.document.is_mutation):
        result = _execute(door, request, operation)
        for error in result.errors or ():
            if not may_be_told(error):
                raise _Fault from error
    body: dict[str, Any] = {"data": result.data}
    return {"errors": told_fields(result.errors), **body} if result.errors else body


def _execute(door: Door, request: HttpRequest, operation: Operation) -> ExecutionResult:
    entrance = door.entrance
    call = Call(
        request=request,
        actor=operation.actor,
        chain=entrance.chain(request),
        now=operation.now,
        fingerprint=operation.fingerprint,
        alias=entrance.alias,
        memory=entrance.memory,
        deeds_refused=entrance.deeds_refused(request),
    )
    result = execute(
        door.schema,
        operation.document.tree,
        context_value=call,
        variable_values=operation.variables,
        execution_context_class=DeedsExecution if operation.document.is_mutation else DirectExecution,
        # Nobody needs to ask of each value.
        is_awaitable=lambda _value: False,
        hide_suggestions=True,
    )
    if not isinstance(result, ExecutionResult):
        raise TypeError("A resolver was asynchronous.")
    return result
