"""The shape of an upload: one file and the few fields that say for what, as multipart/form-data (corpus I10)."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.http.request import RawPostDataException, UnreadablePostError
from django.utils.translation import gettext_lazy as _

from api.base.ids import key_in
from api.gate.refusals import GateRefusal
from files.models import Purpose
from files.rules.contents import MOST_BYTES
from kit.refusals import Invalid

# What the file's own frame and the fields beside it may take.
_FRAME = 16_384
_KNOWN = frozenset({"purpose", "storeId", "csrfmiddlewaretoken"})


class NotAnUpload(GateRefusal):
    """Something else than one file in a form."""

    status = 415
    message = _("Send one file as multipart/form-data: file, purpose and storeId.")


class UploadTooLarge(GateRefusal):
    """More bytes than are taken; nothing of them was read."""

    status = 413
    message = _("A file may have at most 20 MB.")


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent: the bytes, what the sender calls them, and for what they are."""

    data: bytes
    name: str
    purpose: Purpose
    store_id: UUID | None


def check_shape(request: HttpRequest) -> None:
    """Refuse by its head what is no upload, or is too large, before anything of the body is read."""
    if request.content_type != "multipart/form-data" or request.META.get("HTTP_CONTENT_ENCODING"):
        raise NotAnUpload
    try:
        announced = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        raise NotAnUpload from None
    if announced > MOST_BYTES + _FRAME:
        raise UploadTooLarge


def parse_form(request: HttpRequest) -> None:
    """Read the body, which whatever asks for its fields finds then; refuses what is no form of one file."""
    try:
        request.FILES  # noqa: B018  # read when it is first asked for
    except (MultiPartParserError, SuspiciousOperation, RawPostDataException, UnreadablePostError, OSError):
        raise NotAnUpload from None


def read_upload(request: HttpRequest) -> Sent:
    """Return the one file of a form, and its fields; refuses every other shape. Refusals: Invalid, BadId."""
    fields, files = request.POST, request.FILES
    sent: Any = files.get("file")
    if not isinstance(sent, UploadedFile) or len(files) != 1 or not set(fields) <= _KNOWN:
        raise NotAnUpload
    store = fields.get("storeId", "")
    return Sent(
        data=sent.read(),
        name=sent.name or "",
        purpose=_purpose_of(fields.get("purpose", "")),
        store_id=key_in(store, "Store", field=("storeId",)) if store else None,
    )


def _purpose_of(text: str) -> Purpose:
    if text not in Purpose.values:
        raise Invalid(field="purpose", why=", ".join(Purpose.values))
    return Purpose(text)
