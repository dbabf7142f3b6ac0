"""What a request tells about itself."""

from dataclasses import replace

from django.http import HttpRequest
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header

from chains.models import Chain
from kit.ids import new_id
from members.models import User
from members.rules.actors import Request


def address_of(request: HttpRequest) -> str | None:
    """Return the caller's address as the server saw it; forwarded headers are the server's matter, not ours."""
    return request.META.get("REMOTE_ADDR") or None


def particulars_of(request: HttpRequest, user: User | None = None) -> Request:
    """Return the request's id, address and language for the journal; the same id however often it is asked.

    It is answered in the language that it asks for; else in that of the member who calls, of the chain, in English.
    """
    known: Request | None = getattr(request, "particulars", None)
    if known is None:
        known = Request(
            id=getattr(request, "request_id", None) or new_id(),
            address=address_of(request),
            language=_asked_for(request),
        )
        request.particulars = known  # type: ignore[attr-defined]  # ours alone
    chain: Chain | None = getattr(request, "chain", None)
    own = (user.language if user else "") or (chain.language if chain else "")
    return replace(known, language=known.language or own or "en")


def _asked_for(request: HttpRequest) -> str:
    """Return the first language that a request asks for and that we speak; empty when it leaves that to us."""
    for code, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if code == "*":
            break
        try:
            return get_supported_language_variant(code)
        except LookupError:
            continue
    return ""
