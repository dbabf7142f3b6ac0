"""What operators do with chains."""

from datetime import datetime
from typing import Any
from uuid import UUID

import graphene

from api.base.deeds import Deed
from api.base.inputs import IdOf, Line, Text
from api.base.scalars import DateTime
from api.operators.types import OperatedChainType
from chains.actor import Actor
from members.actions import founding, visiting
from members.rules.particulars import LONGEST_ADDRESS


class OpenChain(Deed):
    """Open a chain; its founder is invited by mail as the first HQ administrator as soon as it is ready."""

    class Input:
        name = Line(required=True, limit=120, description="What the chain is called.")
        domain = Line(required=True, limit=253, description="The host name it is to be reached under.")
        founder_email = Line(required=True, limit=LONGEST_ADDRESS, description="Who is to run it.")
        currency = Line(limit=3, description="The currency of its amounts, as in ISO 4217; without it `CNY`.")
        language = Line(limit=10, description="The language it writes in by default; without it `en`.")

    chain = graphene.Field(OperatedChainType, description="The chain, being set up.")

    @classmethod
    def perform(
        cls,
        actor: Actor,
        now: datetime,
        *,
        name: str,
        domain: str,
        founder_email: str,
        currency: str = "CNY",
        language: str = "en",
    ) -> dict[str, Any]:
        """Open a chain."""
        return {
            "chain": founding.open_chain(
                actor=actor,
                name=name,
                domain=domain,
                founder_email=founder_email,
                currency=currency,
                language=language,
                now=now,
            )
        }


class SuspendChain(Deed):
    """Let a chain be read and exported but not changed."""

    class Input:
        chain_id = IdOf("OperatedChain", required=True, description="The chain.")

    chain = graphene.Field(OperatedChainType, description="The chain, now suspended.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, chain_id: UUID) -> dict[str, Any]:
        """Suspend a chain."""
        return {"chain": founding.suspend_chain(actor=actor, chain_id=chain_id, now=now)}


class ResumeChain(Deed):
    """Let a suspended chain work again, or one that is closing."""

    class Input:
        chain_id = IdOf("OperatedChain", required=True, description="The chain.")

    chain = graphene.Field(OperatedChainType, description="The chain, now active.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, chain_id: UUID) -> dict[str, Any]:
        """Resume a chain."""
        return {"chain": founding.resume_chain(actor=actor, chain_id=chain_id, now=now)}


class CloseChain(Deed):
    """Begin to close a chain; it can be exported until its time of grace is over."""

    class Input:
        chain_id = IdOf("OperatedChain", required=True, description="The chain.")

    chain = graphene.Field(OperatedChainType, description="The chain, now closing.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, chain_id: UUID) -> dict[str, Any]:
        """Close a chain."""
        return {"chain": founding.close_chain(actor=actor, chain_id=chain_id, now=now)}


class EnterChain(Deed):
    """Look into a chain for an hour, for a reason that its own journal keeps."""

    class Meta:
        shown_once = ("secret",)

    class Input:
        chain_id = IdOf("OperatedChain", required=True, description="The chain.")
        reason = Text(required=True, limit=visiting.LONGEST_REASON, description="Why.")

    ends_at = DateTime(description="Until when.")
    secret = graphene.String(description="What to send as `Authorization: Bearer` to the chain's host meanwhile.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, chain_id: UUID, reason: str) -> dict[str, Any]:
        """Enter a chain."""
        visit, secret = visiting.enter_chain(actor=actor, chain_id=chain_id, reason=reason, now=now)
        return {"ends_at": visit.ends_at, "secret": secret}


class OperatorsMutation(graphene.ObjectType):
    """Everything that operators can do."""

    open_chain = OpenChain.mounted()
    suspend_chain = SuspendChain.mounted()
    resume_chain = ResumeChain.mounted()
    close_chain = CloseChain.mounted()
    enter_chain = EnterChain.mounted()
