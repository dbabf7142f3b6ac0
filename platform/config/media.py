"""The address of a chain's files: `/media/<signed>` on the chain's host."""

from typing import cast

from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponseBase, HttpResponseNotFound
from django.http.request import split_domain_port
from django.utils import timezone

from api.gate.authenticate import authenticate
from api.gate.refusals import Unauthenticated
from chains.actor import Actor, gate_actor
from chains.hosts import NOWHERE, ChainRequest
from chains.media import NoSuchLink, name_behind
from chains.scope import scope


def media(request: HttpRequest, link: str) -> HttpResponseBase:
    """Send a file to the caller it was signed for, as long as that caller is signed in; everybody else gets 404.

    It is always sent as something to save, never as something to show: what is in it was sent in by somebody.
    """
    chain = cast(ChainRequest, request).chain
    actor = caller_of(request)
    if actor is None or request.method not in ("GET", "HEAD"):
        return nowhere()
    host, _port = split_domain_port(request.get_host())
    try:
        name = name_behind(link, chain=chain, host=host, actor=actor, now=timezone.now())
        with scope(chain, actor, read_only=True):
            file = default_storage.open(name)
    except (NoSuchLink, FileNotFoundError):
        return nowhere()
    answer = FileResponse(file, as_attachment=True, filename=name[3:], content_type="application/octet-stream")
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, no-store"
    return answer


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
