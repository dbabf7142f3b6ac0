"""Deeds: one's own particulars, sessions and tokens, and acting in a member's place."""

from datetime import datetime
from typing import Any
from uuid import UUID

import graphene

from api.base.deeds import Deed
from api.base.enums import enum_of
from api.base.inputs import IdOf, Line, Text
from api.base.scalars import DateTime
from api.members.places import refuse_unseen_stores
from api.members.types import AccessTokenType, MemberType
from chains.actor import Actor
from members.actions import own, tokens, visiting
from members.models import TokenKind
from members.rules.particulars import LONGEST_NAME
from members.rules.scopes import Scope


class CorrectOwnParticulars(Deed):
    """Change how you are called and written to."""

    class Input:
        name = Line(required=True, limit=LONGEST_NAME, description="What you are called.")
        language = Line(required=True, limit=10, description="The language to write to you in.")

    member = graphene.Field(MemberType, description="You, as you are now.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, name: str, language: str) -> dict[str, Any]:
        """Correct one's own particulars."""
        return {"member": own.correct_own_particulars(actor=actor, name=name, language=language, now=now)}


class SignOutEverywhere(Deed):
    """End all your sessions, this one too."""

    class Meta:
        while_suspended = True

    is_signed_out = graphene.Boolean(description="Whether all sessions are over.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime) -> dict[str, Any]:
        """Sign out everywhere."""
        own.sign_out_everywhere(actor=actor, now=now)
        return {"is_signed_out": True}


class CreateAccessToken(Deed):
    """Make a key for a program; its secret is in this answer and nowhere else."""

    class Meta:
        shown_once = ("secret",)

    class Input:
        kind = graphene.InputField(enum_of(TokenKind), required=True, description="Whose rights it is to have.")
        name = Line(required=True, limit=tokens.LONGEST_NAME, description="What it is for.")
        scopes = graphene.InputField(
            graphene.List(graphene.NonNull(enum_of(Scope))), required=True, description="What it may be used for."
        )
        store_ids = IdOf("Store", many=True, description="The stores to limit it to; without them it is not limited.")
        expires_at = graphene.InputField(DateTime, required=True, description="When it is to stop working.")

    access_token = graphene.Field(AccessTokenType, description="The token.")
    secret = graphene.String(description="The secret, to be sent as `Authorization: Bearer`. It is shown this once.")

    @classmethod
    def perform(
        cls,
        actor: Actor,
        now: datetime,
        *,
        kind: TokenKind,
        name: str,
        scopes: list[Scope],
        expires_at: datetime,
        store_ids: list[UUID] | None = None,
    ) -> dict[str, Any]:
        """Create an access token."""
        refuse_unseen_stores(actor, store_ids)
        token, secret = tokens.create_access_token(
            actor=actor, kind=kind, name=name, scopes=scopes, store_ids=store_ids, expires_at=expires_at, now=now
        )
        return {"access_token": token, "secret": secret}


class RevokeAccessToken(Deed):
    """Make a token dead from its next use on."""

    class Meta:
        while_suspended = True

    class Input:
        access_token_id = IdOf("AccessToken", required=True, description="The token.")

    access_token = graphene.Field(AccessTokenType, description="The token, now revoked.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, access_token_id: UUID) -> dict[str, Any]:
        """Revoke an access token."""
        return {"access_token": tokens.revoke_access_token(actor=actor, token_id=access_token_id, now=now)}


class ActForMember(Deed):
    """Act in the place of a member of a store or area for an hour; the journal names both of you."""

    class Meta:
        shown_once = ("secret",)

    class Input:
        member_id = IdOf("Member", required=True, description="In whose place.")
        reason = Text(required=True, limit=visiting.LONGEST_REASON, description="Why.")

    ends_at = DateTime(description="Until when.")
    secret = graphene.String(description="What to send as `Authorization: Bearer` meanwhile. It is shown this once.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, member_id: UUID, reason: str) -> dict[str, Any]:
        """Act for a member."""
        visit, secret = visiting.act_for_member(actor=actor, user_id=member_id, reason=reason, now=now)
        return {"ends_at": visit.ends_at, "secret": secret}


class EndVisit(Deed):
    """End the visit whose secret you are using, before its time."""

    class Meta:
        while_suspended = True

    ended_at = DateTime(description="When it was ended.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime) -> dict[str, Any]:
        """End the visit."""
        return {"ended_at": visiting.end_visit(actor=actor, now=now).ended_at}


class OwnMutation(graphene.ObjectType):
    """One's own matters."""

    correct_own_particulars = CorrectOwnParticulars.mounted()
    sign_out_everywhere = SignOutEverywhere.mounted()
    create_access_token = CreateAccessToken.mounted()
    revoke_access_token = RevokeAccessToken.mounted()
    act_for_member = ActForMember.mounted()
    end_visit = EndVisit.mounted()
