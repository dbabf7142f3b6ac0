"""Whom a clause binds: roles, areas, kinds of store, stores, equipment, channels; a list not given narrows nothing."""

import re
from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from kit.refusals import Invalid
from members.rules.permissions import Role
from standards.rules.events import values_of_fact
from stores.models import StoreKind

# As it is kept: each list that narrows a clause, sorted.
Reach = dict[str, list[str]]

MOST_VALUES = 200
_CODE = re.compile(r"[A-Z0-9][A-Z0-9_]{0,39}")


def is_code(text: str) -> bool:
    """Tell whether a text is a code: capital letters, digits and underscores."""
    return _CODE.fullmatch(text) is not None


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


_KNOWN: dict[str, Callable[[str], bool]] = {
    "roles": lambda value: value in Role.values,
    "area_ids": _is_uuid,
    "store_kinds": lambda value: value in StoreKind.values,
    "store_ids": _is_uuid,
    "equipment": is_code,
    "channels": lambda value: value in values_of_fact("channel"),
}


def reach_of(scope: Mapping[str, Sequence[object]], path: tuple[str, ...]) -> Reach:
    """Return a clause's scope as it is kept; raises Invalid with the path to what is wrong."""
    reach: Reach = {}
    for name, values in scope.items():
        if name not in _KNOWN:
            raise Invalid(field=(*path, name), why=_("one of %(known)s") % {"known": ", ".join(_KNOWN)})
        written = sorted({str(value) for value in values})
        if len(written) > MOST_VALUES:
            raise Invalid(field=(*path, name), why=_("at most %(most)s of them") % {"most": MOST_VALUES})
        if unknown := next((value for value in written if not _KNOWN[name](value)), None):
            raise Invalid(field=(*path, name), why=_("only what there is, not “%(value)s”") % {"value": unknown})
        if written:
            reach[name] = written
    return reach
