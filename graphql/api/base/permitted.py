"""The words of the permission table, and where a thing stands when a permission is asked for at its store."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from chains.actor import Actor
from kit.refusals import Refusal


class Everyone(StrEnum):
    """Who may see a field without any permission of their own."""

    PUBLIC = "PUBLIC"
    MEMBER = "MEMBER"


# "Type" holds what it takes to see such a thing at all, "Type.field" what it takes to see the field.
Table = Mapping[str, StrEnum]


class NotSignedIn(Refusal):
    """A field for members, asked for by nobody."""

    message = _("Sign in to see this.")


def of_type(name: str, base: StrEnum, fields: str, **others: StrEnum) -> dict[str, StrEnum]:
    """Return a type's rows of the table: fields that need no more than the type, and others that need their own."""
    rows: dict[str, StrEnum] = {name: base}
    rows.update({f"{name}.{field}": base for field in fields.split()})
    rows.update({f"{name}.{field}": needs for field, needs in others.items()})
    return rows


def place_of(named: Any, row: Any) -> UUID | None:
    """Return the store at which a permission for a row is asked, or None for a matter of the chain.

    A type says by `place` which column holds it; `store_id` is the rule.
    """
    place: UUID | None = getattr(row, getattr(named, "place", "store_id"), None)
    return place


def may_see(actor: Actor, needs: StrEnum, *, named: Any, row: Any) -> bool:
    """Tell whether an actor has a permission where a row stands; for what stands nowhere, anywhere will do."""
    place = place_of(named, row)
    return actor.may_somewhere(needs) if place is None else actor.may(needs, at=place)
