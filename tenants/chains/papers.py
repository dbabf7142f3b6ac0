"""Addresses of papers: printed when they are asked for and kept nowhere, so that nothing of them is left to erase.

Such an address is signed, short-lived, bound to its chain, its store and its caller, and worth nothing to anybody else
(corpus T14). That whoever has it may still read the paper is asked again each time.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from chains.actor import Actor
from chains.media import NoSuchLink, SignedLink
from chains.models import Chain

_LINK = re.compile(
    r"(?P<kind>[a-z]{1,20})\.(?P<subject>[0-9a-f]{32})\.(?P<store>[0-9a-f]{32})\.(?P<language>[a-z-]{2,8})"
    r"\.(?P<until>[0-9]{1,10})\.(?P<signature>[0-9a-f]{64})"
)


@dataclass(frozen=True, slots=True)
class PaperLink:
    """Which paper: of what kind, about which thing of which store, in which language."""

    kind: str
    subject_id: UUID
    store_id: UUID
    language: str


def sign_paper(link: PaperLink, *, chain: Chain, actor: Actor, now: datetime) -> SignedLink:
    """Return the address of a paper for one actor, good for MEDIA_LINK_SECONDS.

    Whoever asks has to know already that the actor may read the thing that the paper is about.
    """
    until = int((now + timedelta(seconds=settings.MEDIA_LINK_SECONDS)).timestamp())
    said = _said(link, until)
    return SignedLink(
        f"/media/papers/{said}.{_signature(said, chain.id, actor)}", expires_at=datetime.fromtimestamp(until, UTC)
    )


def paper_behind(link: str, *, chain: Chain, actor: Actor, now: datetime) -> PaperLink:
    """Return the paper behind the last part of a signed path. Refusals: NoSuchLink."""
    found = _LINK.fullmatch(link)
    if found is None:
        raise NoSuchLink
    paper = PaperLink(found["kind"], UUID(found["subject"]), UUID(found["store"]), found["language"])
    until = int(found["until"])
    # The chain and the caller are the request's own: the address does not get to say them.
    is_genuine = constant_time_compare(found["signature"], _signature(_said(paper, until), chain.id, actor))
    if not is_genuine or datetime.fromtimestamp(until, UTC) <= now:
        raise NoSuchLink
    return paper


def _said(link: PaperLink, until: int) -> str:
    return f"{link.kind}.{link.subject_id.hex}.{link.store_id.hex}.{link.language}.{until}"


def _signature(said: str, chain_id: UUID, actor: Actor) -> str:
    bound = "|".join((said, str(chain_id), str(actor.id), str(actor.token_id), str(actor.behalf_of_id)))
    return salted_hmac("chains.papers", bound, algorithm="sha256").hexdigest()
