"""Global ids: `Type:uuid` in base64, the only form in which a key leaves or enters the API (corpus T06, I05)."""

from base64 import b64decode, b64encode
from binascii import Error
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from kit.refusals import Refusal

_LONGEST = 200


class BadId(Refusal):
    """A text that is no global id, or the id of another sort of thing."""

    message = _("This is not the id of such a thing.")


def global_id(type_name: str, key: UUID) -> str:
    """Return the global id of a thing."""
    return b64encode(f"{type_name}:{key}".encode()).decode()


def parse_global_id(text: str) -> tuple[str, UUID]:
    """Return the type's name and the key in a global id written exactly as we write it; raises BadId."""
    if len(text) > _LONGEST:
        raise BadId
    try:
        type_name, _colon, written = b64decode(text, validate=True).decode("ascii").partition(":")
        key = UUID(written)
    except (Error, ValueError):
        raise BadId from None
    if not type_name.isalpha() or global_id(type_name, key) != text:
        raise BadId
    return type_name, key


def key_in(text: str, type_name: str, *, field: tuple[str, ...] = ()) -> UUID:
    """Return the key in the global id of a certain type; raises BadId with the field."""
    try:
        found, key = parse_global_id(text)
    except BadId:
        raise BadId(field=field) from None
    if found != type_name:
        raise BadId(field=field)
    return key


def key_or_none(text: str | None, type_name: str, *, field: str) -> UUID | None:
    """Return the key in the global id of a certain type, None where none is given; raises BadId with the field."""
    return None if text is None else key_in(text, type_name, field=(field,))
