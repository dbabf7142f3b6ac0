"""Texts that people type: trimmed, free of control characters, and no longer than their field."""

import re
from unicodedata import category

from django.utils.translation import gettext_lazy as _

from kit.refusals import Invalid, TooLong

LONGEST_LINE = 200
LONGEST_TEXT = 10_000
# The last of them turn what follows them round, so that a name reads as another one.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]")
_LINE_BREAK = re.compile(r"[\r\n\x85\u2028\u2029]")
# Separators, and signs that only steer others: a text of nothing else looks empty.
_UNSEEN = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})


def line_of(text: str, *, field: str | tuple[str, ...], required: bool = True, limit: int = LONGEST_LINE) -> str:
    """Return one line of text without its outer blanks; raises Invalid or TooLong with the field."""
    clean = text_of(text, field=field, required=required, limit=limit)
    if _LINE_BREAK.search(clean):
        raise Invalid(field=field, why=_("a single line"))
    return clean


def text_of(text: str, *, field: str | tuple[str, ...], required: bool = True, limit: int = LONGEST_TEXT) -> str:
    """Return a text without its outer blanks; raises Invalid or TooLong with the field. `limit` is in characters."""
    clean = text.strip()
    if required and all(category(character) in _UNSEEN for character in clean):
        raise Invalid(field=field, why=_("a text that is not empty"))
    if _CONTROL.search(clean):
        raise Invalid(field=field, why=_("a text without control characters"))
    if len(clean) > limit:
        raise TooLong(field=field, limit=limit)
    return clean
