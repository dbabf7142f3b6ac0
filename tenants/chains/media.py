"""Addresses of files: signed, short-lived, and worth nothing to anybody but the one who was given them (corpus T14)."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from chains.actor import Actor
from chains.models import Chain

_OF_THE_CHAIN = "chain"
_LINK = re.compile(
    r"(?P<file>[0-9a-f]{32})-(?P<store>[0-9a-f]{32}|chain)-(?P<until>[0-9]{1,12})-(?P<signature>[0-9a-f]{64})"
)


class NoSuchLink(Exception):
    """An address that was never given out, or not for this caller, or is over; which of them is not said."""


@dataclass(frozen=True, slots=True)
class SignedLink:
    """A path on a chain's host, and until when it is good."""

    path: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class FileLink:
    """Which file: its name in the storage, and the store whose it is; None for one of the whole chain."""

    name: str
    store_id: UUID | None


def sign(link: FileLink, *, chain: Chain, actor: Actor, now: datetime) -> SignedLink:
    """Return the address of a stored file for one actor, good for MEDIA_LINK_SECONDS.

    Whoever asks has to know already that the actor may see the thing that the file belongs to.
    """
    until = int((now + timedelta(seconds=settings.MEDIA_LINK_SECONDS)).timestamp())
    store = _OF_THE_CHAIN if link.store_id is None else link.store_id.hex
    said = f"{link.name.rpartition('/')[2]}-{store}-{until}"
    return SignedLink(
        f"/files/{said}-{_signature(said, chain.id, actor)}", expires_at=datetime.fromtimestamp(until, UTC)
    )


def file_behind(link: str, *, chain: Chain, actor: Actor, now: datetime) -> FileLink:
    """Return the stored file behind the last part of a signed path. Refusals: NoSuchLink."""
    found = _LINK.fullmatch(link)
    if found is None:
        raise NoSuchLink
    said = link.rpartition("-")[0]
    # The chain and the caller are the request's own: the address does not get to say them.
    is_genuine = constant_time_compare(found["signature"], _signature(said, chain.id, actor))
    if not is_genuine or datetime.fromtimestamp(int(found["until"]), UTC) <= now:
        raise NoSuchLink
    file, store = found["file"], found["store"]
    return FileLink(f"{file[-2:]}/{file}", None if store == _OF_THE_CHAIN else UUID(store))


def _signature(said: str, chain_id: UUID, actor: Actor) -> str:
    bound = "|".join((said, str(chain_id), str(actor.id), str(actor.token_id), str(actor.behalf_of_id)))
    return salted_hmac("chains.media", bound, algorithm="sha256").hexdigest()
