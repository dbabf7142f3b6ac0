"""The queries around people."""

from typing import Any

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base.call import actor_of, call_of
from api.base.enums import enum_of
from api.base.ids import global_id
from api.base.lists import Listed
from api.gate.authenticate import given_to
from api.members.types import (
    AccessTokenType,
    InvitationType,
    MemberType,
    OfferedInvitation,
    Viewer,
    ViewerAssignment,
)
from chains.actor import ActorKind
from members.models import AccessToken, Invitation, InvitationState, User
from members.queries import access_tokens_for, invitations_for, members_for, offered
from members.rules.permissions import REACH_OF, Permission


class MembersQuery(graphene.ObjectType):
    """People."""

    viewer = graphene.Field(Viewer, description="Who is calling; null for a program that acts for nobody.")
    members = Listed(
        lambda: MemberType,
        order=("name",),
        description="The people you see.",
        is_active=graphene.Boolean(description="Only those who may sign in, or only those who may not."),
    )
    invitations = Listed(
        lambda: InvitationType,
        order=("-invited_at",),
        description="Invitations to places that you see.",
        state=enum_of(InvitationState)(description="Only those in this state."),
    )
    access_tokens = Listed(
        lambda: AccessTokenType, order=("-created_at",), description="Your tokens; everybody's if you may see them."
    )
    invitation = graphene.Field(
        OfferedInvitation,
        token=graphene.String(required=True, description="What the invitation's link carries."),
        description="What a link offers; null when it is unknown, used, withdrawn or too old.",
    )

    @staticmethod
    def resolve_viewer(_root: Any, info: GraphQLResolveInfo) -> dict[str, Any] | None:
        """Return the person who calls, or in whose place somebody calls."""
        call = call_of(info)
        actor = call.actor
        if actor.id is None or actor.kind is ActorKind.OPERATOR:
            return None
        user = User.objects.get(id=actor.id)
        return {
            "id": global_id("Member", user.id),
            "name": user.name,
            "email": user.email,
            "language": user.language,
            "permissions": [permission for permission in Permission if actor.may_somewhere(permission)],
            "assignments": [
                ViewerAssignment(
                    role=given.role,
                    reach=REACH_OF[given.role],
                    store_id=given.place.store_id,
                    area_id=given.place.area_id,
                )
                for given in given_to(call.request)
            ],
            "is_represented": actor.behalf_of_id is not None,
        }

    @staticmethod
    def resolve_members(_root: Any, info: GraphQLResolveInfo, is_active: bool | None = None) -> "QuerySet[User]":
        """Return the people whom the caller sees."""
        people = members_for(actor_of(info))
        return people if is_active is None else people.filter(is_active=is_active)

    @staticmethod
    def resolve_invitations(
        _root: Any, info: GraphQLResolveInfo, state: InvitationState | None = None
    ) -> "QuerySet[Invitation]":
        """Return invitations to places that the caller sees."""
        found = invitations_for(actor_of(info))
        return found if state is None else found.filter(state=state)

    @staticmethod
    def resolve_access_tokens(_root: Any, info: GraphQLResolveInfo) -> "QuerySet[AccessToken]":
        """Return the caller's tokens, or everybody's."""
        return access_tokens_for(actor_of(info))

    @staticmethod
    def resolve_invitation(_root: Any, info: GraphQLResolveInfo, token: str) -> dict[str, Any] | None:
        """Return what an open invitation offers."""
        call = call_of(info)
        invitation = offered(token, now=call.now)
        if invitation is None or call.chain is None:
            return None
        return {
            "email": invitation.email,
            "chain_name": call.chain.name,
            "role": invitation.role,
            "is_member": User.objects.filter(email=invitation.email).exists(),
            "expires_at": invitation.expires_at,
        }
