"""The web app's pages: the same two files for every route, never cached, with a content security policy."""

from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

NOT_BUILT = "The web app is not built yet: run `make demo`, or `npm run build` in frontend/."


@require_safe
@ensure_csrf_cookie
def web_app(_request: HttpRequest) -> HttpResponse:
    """Return the page of the web app; it finds its route by itself."""
    return _page("index.html")


@require_safe
@ensure_csrf_cookie
def graphiql(_request: HttpRequest) -> HttpResponse:
    """Return the page for trying out queries; what may be asked is decided by the API."""
    return _page("graphiql.html")


def _page(name: str) -> HttpResponse:
    file = Path(settings.WEB_DIST) / name
    if not file.is_file():
        return HttpResponse(NOT_BUILT, content_type="text/plain", status=503)
    response = HttpResponse(file.read_bytes(), content_type="text/html; charset=utf-8")
    response["Cache-Control"] = "no-store"
    return response
