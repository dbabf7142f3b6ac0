"""Deeds: inviting, accepting, taking back."""

from datetime import datetime
from typing import Any
from uuid import UUID

import graphene

from api.base.deeds import Deed
from api.base.enums import enum_of
from api.base.inputs import IdOf, Line, Secret
from api.members.places import place_of
from api.members.types import InvitationType
from chains.actor import Actor
from members.actions import inviting
from members.rules.particulars import LONGEST_ADDRESS, LONGEST_NAME, LONGEST_PASSWORD
from members.rules.permissions import Permission, Role


class InviteMember(Deed):
    """Offer somebody a role; a mail carries the link. It looks the same whether they are a member already."""

    class Input:
        email = Line(required=True, limit=LONGEST_ADDRESS, description="Whom to invite.")
        role = graphene.InputField(enum_of(Role), required=True, description="What they are to be.")
        store_id = IdOf("Store", description="At which store, for a role of a store.")
        area_id = IdOf("Area", description="For which area, for an area supervisor.")
        language = Line(limit=10, description="The language to write in; without it the chain's.")

    invitation = graphene.Field(InvitationType, description="The invitation.")

    @classmethod
    def perform(
        cls,
        actor: Actor,
        now: datetime,
        *,
        email: str,
        role: Role,
        store_id: UUID | None = None,
        area_id: UUID | None = None,
        language: str | None = None,
    ) -> dict[str, Any]:
        """Invite a member."""
        place = place_of(actor, Permission.INVITE_MEMBER, area_id=area_id, store_id=store_id)
        return {
            "invitation": inviting.invite_member(
                actor=actor, email=email, role=role, place=place, language=language, now=now
            )
        }


class AcceptInvitation(Deed):
    """Take an offered role: a newcomer chooses a name and a password; who is a member already needs neither."""

    class Input:
        token = Secret(required=True, description="What the invitation's link carries.")
        name = Line(limit=LONGEST_NAME, description="What you are called; needed by newcomers.")
        password = Secret(limit=LONGEST_PASSWORD, description="The password to sign in with; needed by newcomers.")

    email = graphene.String(description="The address to sign in with.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, token: str, name: str = "", password: str = "") -> dict[str, Any]:
        """Accept an invitation."""
        user = inviting.accept_invitation(actor=actor, secret=token, name=name, password=password, now=now)
        return {"email": user.email}


class WithdrawInvitation(Deed):
    """Take an offer back; its link is dead at once."""

    class Input:
        invitation_id = IdOf("Invitation", required=True, description="The invitation.")

    invitation = graphene.Field(InvitationType, description="The invitation, now over.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, invitation_id: UUID) -> dict[str, Any]:
        """Withdraw an invitation."""
        return {"invitation": inviting.withdraw_invitation(actor=actor, invitation_id=invitation_id, now=now)}


class InvitingMutation(graphene.ObjectType):
    """Inviting people."""

    invite_member = InviteMember.mounted()
    accept_invitation = AcceptInvitation.mounted()
    withdraw_invitation = WithdrawInvitation.mounted()
