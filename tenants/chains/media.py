"""Addresses of files: signed, short-lived, and worth nothing to anybody but the one who was given them (corpus T14)."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from chains.actor import Actor
from chains.models import Chain

_LINK = re.compile(r"(?P<file>[0-9a-f]{32})-(?P<until>[0-9]{1,12})-(?P<signature>[0-9a-f]{64})")


class NoSuchLink(Exception):
    """An address that was never given out, or not for this caller, or is over; which of them is not said."""


def sign(name: str, *, chain: Chain, host: str, actor: Actor, now: datetime) -> str:
    """Return the path of a stored file for one actor on one host, good for MEDIA_LINK_SECONDS.

    Whoever asks has to know already that the actor may see the thing that the file belongs to.
    """
    file = name.rpartition("/")[2]
    until = int((now + timedelta(seconds=settings.MEDIA_LINK_SECONDS)).timestamp())
    return f"/media/{file}-{until}-{_signature(file, until, chain.id, host, actor)}"


def name_behind(link: str, *, chain: Chain, host: str, actor: Actor, now: datetime) -> str:
    """Return the stored file's name behind the last part of a signed path. Refusals: NoSuchLink."""
    found = _LINK.fullmatch(link)
    if found is None:
        raise NoSuchLink
    file, until = found["file"], int(found["until"])
    # The chain, the host and the caller are the request's own: the address does not get to say them.
    is_genuine = constant_time_compare(found["signature"], _signature(file, until, chain.id, host, actor))
    if not is_genuine or datetime.fromtimestamp(until, UTC) <= now:
        raise NoSuchLink
    return f"{file[-2:]}/{file}"


def _signature(file: str, until: int, chain_id: UUID, host: str, actor: Actor) -> str:
    bound = "|".join((file, str(until), str(chain_id), host, str(actor.id), str(actor.token_id)))
    return salted_hmac("chains.media", bound, algorithm="sha256").hexdigest()
