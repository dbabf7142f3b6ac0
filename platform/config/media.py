"""What all addresses of files and papers have in common: who asks, and the answer to those who get nothing."""

from typing import cast

from django.http import HttpRequest, HttpResponseNotFound
from django.utils import timezone

from api.gate.authenticate import authenticate
from api.gate.refusals import Unauthenticated
from chains.actor import Actor, gate_actor
from chains.hosts import NOWHERE, ChainRequest
from chains.scope import scope


def caller_of(request: HttpRequest) -> Actor | None:
    """Return who asks for a file, or None for nobody."""
    with scope(cast(ChainRequest, request).chain, gate_actor()):
        try:
            return authenticate(request, now=timezone.now())
        except Unauthenticated:
            return None


def nowhere() -> HttpResponseNotFound:
    """Return the answer to every address that is nobody's, the caller's or right no more."""
    return HttpResponseNotFound(NOWHERE, content_type="text/plain")
