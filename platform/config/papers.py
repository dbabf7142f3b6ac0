"""The address of papers that are printed when they are asked for: `/media/papers/<signed>` on the chain's host."""

from collections.abc import Callable
from datetime import datetime
from typing import cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import override

from api.gate.points import Points
from api.gate.refusals import RateLimited
from chains.actor import Actor
from chains.hosts import ChainRequest
from chains.media import NoSuchLink
from chains.papers import paper_behind
from chains.scope import scope
from complaints.actions.printing import CLOSING_FORM, read_closing_form
from config.media import caller_of, nowhere
from kit.papers import Paper
from kit.printing import pdf_of
from kit.refusals import Refusal

# What a paper costs in the points of the gate: as much as comes back in a second, which it takes to be drawn.
_COST = 500

Read = Callable[..., Paper]
_READERS: dict[str, Read] = {CLOSING_FORM: read_closing_form}


def paper(request: HttpRequest, link: str) -> HttpResponse:
    """Print a paper for the caller for whom its address was signed, and who may still read it; others get 404.

    What is on it is personal: each time it is read is written into the journal.
    """
    actor, now = caller_of(request), timezone.now()
    if actor is None or request.method != "GET":
        return nowhere()
    try:
        read = _read(request, actor, link, now)
    except (NoSuchLink, Refusal):
        return nowhere()
    except RateLimited:
        return HttpResponse(status=429)
    answer = HttpResponse(pdf_of(read), content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(True, f"{read.number}.pdf") or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _read(request: HttpRequest, actor: Actor, link: str, now: datetime) -> Paper:
    chain = cast(ChainRequest, request).chain
    asked = paper_behind(link, chain=chain, actor=actor, now=now)
    points = Points()
    points.look(chain=chain, actor=actor, now=now)
    points.spend(_COST, now=now)
    subject_id: UUID = asked.subject_id
    with override(asked.language), scope(chain, actor):
        return _READERS[asked.kind](actor=actor, complaint_id=subject_id, store_id=asked.store_id, now=now)
