"""Calls with a cookie must come from the site's own pages: Origin, Sec-Fetch-Site and the CSRF token (corpus G15)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware

from api.gate import refusals

_OWN_SITE = frozenset({"same-origin", "none"})


class _Check(CsrfViewMiddleware):
    """Django's own check of Origin, Referer and token, which hands back the reason instead of a page."""

    def _reject(self, request: HttpRequest, reason: str) -> Any:
        return reason


def _unused(_request: HttpRequest) -> HttpResponse:
    raise AssertionError("Only the check is used, never the middleware's call.")


def carries_token(request: HttpRequest) -> bool:
    """Tell whether the caller shows a token of its own; then no cookie counts, and no page can have sent it for it."""
    return "HTTP_AUTHORIZATION" in request.META


def check_origin(request: HttpRequest) -> None:
    """Refuse a call that a page of another site may have made in the name of a signed-in person; raises CrossSite."""
    if carries_token(request):
        return
    origin = request.META.get("HTTP_ORIGIN")
    if origin is not None and origin != f"{request.scheme}://{request.get_host()}":
        raise refusals.CrossSite
    if request.META.get("HTTP_SEC_FETCH_SITE", "none") not in _OWN_SITE:
        raise refusals.CrossSite
    if not request.COOKIES:
        return
    check = _Check(_unused)
    check.process_request(request)
    if check.process_view(request, _unused, (), {}) is not None:
        raise refusals.CrossSite
