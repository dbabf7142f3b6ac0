"""Refusals of praise (rulebook C8)."""

from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from kit.refusals import Invalid, Refusal

MOST_PRAISED = 20


class PraisedNotAtStore(Refusal):
    """Praise is passed on to people of the store that it came to."""

    message = _("Praise can be for people who work at this store, or for the store as a whole.")


class OwnPraise(Refusal):
    """Thanks are taken down by somebody else than those whom they praise: they count for them (C8, A7)."""

    message = _("You can't record praise of yourself. Ask somebody else at the store to take it down.")


def must_be_of_others(praised: Collection[UUID], recorder_ids: Collection[UUID | None]) -> None:
    """Refuse with OwnPraise praise of whoever records it, in their own name or in somebody's place (A12)."""
    if set(praised) & set(recorder_ids):
        raise OwnPraise(field="member_ids")


def check_number(praised: int) -> None:
    """Refuse with Invalid praise for more people than anybody can have meant."""
    if praised > MOST_PRAISED:
        raise Invalid(field="member_ids", why=_("at most 20 people"))
