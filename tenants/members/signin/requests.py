"""What a request tells about itself."""

from django.http import HttpRequest
from django.utils.translation import get_language

from kit.ids import new_id
from members.rules.actors import Request


def address_of(request: HttpRequest) -> str | None:
    """Return the caller's address as the server saw it; forwarded headers are the server's matter, not ours."""
    return request.META.get("REMOTE_ADDR") or None


def particulars_of(request: HttpRequest) -> Request:
    """Return the request's id, address and language for the journal; the same id however often it is asked."""
    known: Request | None = getattr(request, "particulars", None)
    if known is None:
        known = Request(
            id=getattr(request, "request_id", None) or new_id(),
            address=address_of(request),
            language=get_language() or "en",
        )
        request.particulars = known  # type: ignore[attr-defined]  # ours alone
    return known
