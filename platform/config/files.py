"""The addresses of files on a chain's host: `/files/` takes one in, `/files/<signed>` sends one out."""

from datetime import datetime
from typing import Any, cast

from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.utils.translation import get_language, override
from django.views.decorators.csrf import csrf_exempt

from api.base.ids import global_id
from api.base.sentences import sentence_of
from api.gate.masking import mask, told
from api.gate.origin import check_origin
from api.gate.points import Points
from api.gate.refusals import GateRefusal, MethodNotAllowed, RateLimited, Unauthenticated
from api.gate.uploads import Sent, check_shape, parse_form, read_upload
from chains.actor import Actor, ActorKind
from chains.hosts import ChainRequest
from chains.media import NoSuchLink, file_behind
from chains.rules import must_be_writable
from chains.scope import scope
from config.media import caller_of, nowhere
from files.actions.storing import store_file
from files.models import ChainFile, MediaType, StoredFile
from files.queries import kept_file
from files.rules.contents import content_of
from files.rules.keeping import ENDINGS
from kit.refusals import Refusal

# In the points of the gate: what comes back in a second, which a large photo takes to be written anew; and a reading.
_COST_OF_SENDING, _COST_OF_READING = 500, 5


# The door checks Origin and token itself, as the gate does.
@csrf_exempt
def take_file(request: HttpRequest) -> HttpResponse:
    """Take in one file for a store or for the chain; the answer is the file's id, or why it is not taken."""
    points = Points()
    body: dict[str, Any]
    try:
        file = _taken(request, points)
        body, status = {"file": _shown(file), "userErrors": []}, 201
    except Refusal as refusal:
        error = {"code": refusal.code, "message": sentence_of(refusal), "field": list(refusal.field)}
        body, status = {"file": None, "userErrors": [error]}, 422
    except GateRefusal as refusal:
        body, status = {"errors": [told(refusal)]}, refusal.status
    except Exception as error:
        body, status = {"errors": [mask(error, request_id="")]}, 503
    answer = JsonResponse(body, status=status)
    for name, value in points.headers().items():
        answer[name] = value
    answer["Cache-Control"] = "no-store"
    return answer


def send_file(request: HttpRequest, link: str) -> HttpResponseBase:
    """Send a file to the caller it was signed for, as long as that caller may read it; everybody else gets 404.

    Photos, which were written anew here, may be shown; everything else is sent as something to save.
    """
    actor, now = caller_of(request), timezone.now()
    if actor is None or request.method not in ("GET", "HEAD"):
        return nowhere()
    try:
        answer = _opened(request, actor, link, now)
    except (NoSuchLink, Refusal, FileNotFoundError):
        return nowhere()
    except RateLimited:
        return HttpResponse(status=429)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _taken(request: HttpRequest, points: Points) -> StoredFile | ChainFile:
    if request.method != "POST":
        raise MethodNotAllowed
    # Nothing of the body is read before it is known to be small enough, and who sends it.
    check_shape(request)
    actor, now = caller_of(request), timezone.now()
    if actor is None:
        raise Unauthenticated
    chain = cast(ChainRequest, request).chain
    points.look(chain=chain, actor=actor, now=now)
    points.spend(_COST_OF_SENDING, now=now)
    parse_form(request)
    check_origin(request)
    with override(_language(actor)):
        must_be_writable(chain.state)
        sent = read_upload(request)
        return _stored(request, actor, sent, now)


def _stored(request: HttpRequest, actor: Actor, sent: Sent, now: datetime) -> StoredFile | ChainFile:
    # Looked into before the transaction begins: a photo takes its time.
    content = content_of(sent.data)
    with scope(cast(ChainRequest, request).chain, actor):
        return store_file(
            actor=actor,
            purpose=sent.purpose,
            store_id=sent.store_id,
            content=content,
            name=sent.name,
            now=now,
        )


def _opened(request: HttpRequest, actor: Actor, link: str, now: datetime) -> FileResponse:
    chain = cast(ChainRequest, request).chain
    behind = file_behind(link, chain=chain, actor=actor, now=now)
    points = Points()
    points.look(chain=chain, actor=actor, now=now)
    points.spend(_COST_OF_READING, now=now)
    with scope(chain, actor, read_only=True):
        kept = kept_file(actor, stored_as=behind.name, store_id=behind.store_id)
        opened = default_storage.open(kept.stored_as)
    media_type = MediaType(kept.media_type)
    return FileResponse(
        opened,
        as_attachment=media_type is not MediaType.JPEG,
        filename=f"{kept.id}.{ENDINGS[media_type]}",
        content_type=media_type.value,
    )


def _shown(file: StoredFile | ChainFile) -> dict[str, object]:
    return {
        "id": global_id(type(file).__name__, file.id),
        "name": file.name,
        "mediaType": MediaType(file.media_type).name,
        "byteCount": file.byte_count,
        "width": file.width,
        "height": file.height,
    }


def _language(actor: Actor) -> str | None:
    return actor.language if actor.kind is ActorKind.USER and actor.language else get_language()
