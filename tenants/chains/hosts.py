"""Which chain a request is for: its Host header and nothing else decides."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.http.request import split_domain_port

from chains.models import Chain, ChainState
from chains.queries import chain_at, is_behind
from chains.release import this_release

NOWHERE = b"Not found"
# In every language: who asks for which is found out only after the host.
BEHIND = (
    "This chain is being brought up to date. Try again in a moment.\n"
    "本连锁品牌正在升级，请稍后重试。\n"
    "本連鎖品牌正在升級，請稍後再試。\n"
)
_PLAIN = "text/plain; charset=utf-8"
_SERVED = (ChainState.ACTIVE, ChainState.SUSPENDED, ChainState.CLOSING)


class ChainRequest(HttpRequest):
    """A request on a chain's host."""

    chain: Chain


class HostMiddleware:
    """Puts `request.chain` (None on the public host) and the host's own URLs; unknown hosts get a constant 404.

    A chain that this code's migrations have not reached yet gets a 503 and nothing else (F07).
    Forwarded headers are not read here: a trusted proxy passes Host on as it came (corpus T08-T11).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        # Read now, so that no request has to wait for it.
        this_release()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request on its chain's host, on the public host, or nowhere."""
        try:
            host, _port = split_domain_port(request.get_host())
        except DisallowedHost:
            return HttpResponseNotFound(NOWHERE, content_type="text/plain")
        if host == settings.ONEBANNER_PUBLIC_HOST:
            request.chain = None  # type: ignore[attr-defined]  # told to type checkers by ChainRequest
            request.urlconf = settings.PUBLIC_SCHEMA_URLCONF
            return self.get_response(request)
        chain = chain_at(host)
        if chain is None or chain.state not in _SERVED:
            return HttpResponseNotFound(NOWHERE, content_type="text/plain")
        if is_behind(chain):
            # Its migration has failed or is still to come: this code would find tables that it does not know.
            return HttpResponse(BEHIND, status=503, headers={"Retry-After": "10"}, content_type=_PLAIN)
        request.chain = chain  # type: ignore[attr-defined]  # told to type checkers by ChainRequest
        return self.get_response(request)
