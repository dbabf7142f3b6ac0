"""The types around people."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base import scalars
from api.base.call import actor_of
from api.base.enums import enum_of
from api.base.lists import Listed
from api.base.peers import gather
from api.base.things import GlobalId, Thing, computed
from api.stores.types import AreaType, StoreType
from members.models import AccessToken, Assignment, Invitation, InvitationState, TokenKind, User
from members.queries import access_tokens_for, readable_invitations
from members.rules.permissions import REACH_OF, Reach, Role
from members.rules.scopes import Scope


def _led_to(thing: type[Thing], column: str) -> Callable[..., dict[UUID, Any]]:
    """Return a computation of what a bare id leads to, for all rows of a level at once."""

    def find(rows: Sequence[Any], info: GraphQLResolveInfo) -> dict[UUID, Any]:
        keys = {getattr(row, column) for row in rows} - {None}
        found = {each.pk: each for each in gather(thing.rows(info).filter(pk__in=keys))} if keys else {}
        return {row.pk: found.get(getattr(row, column)) for row in rows}

    return find


_ROLE = enum_of(Role)
_REACH = enum_of(Reach)


class MemberType(Thing):
    """A person who can sign in to this chain, or could before being deactivated."""

    class Meta:
        name = "Member"
        model = User
        fields = ("name", "email", "language", "is_active", "joined_at")
        descriptions = {
            "name": "What the person is called.",
            "email": "The address that the person signs in with.",
            "language": "The language they are written to in, as a code such as `zh-hans`.",
            "is_active": "Whether they may sign in.",
            "joined_at": "When they first accepted an invitation.",
        }

    assignments = Listed(
        lambda: AssignmentType, by="user", order=("since",), description="Their roles at places that you see."
    )

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return the people whom the caller sees."""
        rows: QuerySet[Any] = User.objects.visible_to(actor_of(info))
        return rows


class AssignmentType(Thing):
    """A role that a member has for the chain, an area or a store."""

    class Meta:
        name = "Assignment"
        model = Assignment
        fields = ("user", "since")
        enums = {"role": Role}
        descriptions = {
            "user": "Whose role it is.",
            "role": "What the member is there.",
            "since": "When the role was given.",
        }

    reach = computed(
        _REACH,
        lambda row, _info: REACH_OF[Role(row.role)],
        needs=("role",),
        required=True,
        description="How far the role reaches.",
    )
    store_id = GlobalId("Store", source="store_id", required=False, description="The store it holds for, if any.")
    store = computed(
        StoreType, _led_to(StoreType, "store_id"), needs=("store_id",), for_all=True, description="That store."
    )
    area_id = GlobalId("Area", source="area_id", required=False, description="The area it holds for, if any.")
    area = computed(AreaType, _led_to(AreaType, "area_id"), needs=("area_id",), for_all=True, description="That area.")


class InvitationType(Thing):
    """A role offered to whoever reads a mailbox."""

    class Meta:
        name = "Invitation"
        model = Invitation
        fields = ("email", "language", "invited_at", "expires_at", "ended_at")
        enums = {"role": Role, "state": InvitationState}
        descriptions = {
            "email": "Where the invitation was sent.",
            "language": "The language it was written in.",
            "role": "The role that is offered.",
            "state": "Where it is in its life.",
            "invited_at": "When it was made.",
            "expires_at": "Until when it can be accepted.",
            "ended_at": "When it was accepted or withdrawn, or found to be too old.",
        }

    store_id = GlobalId("Store", source="store_id", required=False, description="The store it is for, if any.")
    store = computed(
        StoreType, _led_to(StoreType, "store_id"), needs=("store_id",), for_all=True, description="That store."
    )
    area_id = GlobalId("Area", source="area_id", required=False, description="The area it is for, if any.")
    area = computed(AreaType, _led_to(AreaType, "area_id"), needs=("area_id",), for_all=True, description="That area.")

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return the invitations that the caller may read."""
        rows: QuerySet[Any] = readable_invitations(actor_of(info)).order_by()
        return rows


class AccessTokenType(Thing):
    """A key for a program; its secret was shown once and is kept nowhere."""

    class Meta:
        name = "AccessToken"
        model = AccessToken
        fields = ("name", "owner", "created_at", "expires_at", "last_used_at", "revoked_at")
        enums = {"kind": TokenKind}
        descriptions = {
            "name": "What it is for.",
            "kind": "Whose rights it has.",
            "owner": "Whose it is; null for a service token.",
            "created_at": "When it was made.",
            "expires_at": "When it stops working.",
            "last_used_at": "When it was last used, to the five minutes.",
            "revoked_at": "When it was revoked.",
        }

    scopes = computed(
        graphene.List(graphene.NonNull(enum_of(Scope))),
        lambda row, _info: [Scope(scope) for scope in row.scopes if scope in Scope.values],
        needs=("scopes",),
        required=True,
        description="What it may be used for.",
    )
    store_keys = computed(
        graphene.List(graphene.NonNull(scalars.UUID)),
        lambda row, _info: row.store_ids,
        needs=("store_ids",),
        description="The keys of the stores it is limited to; null when it is not.",
    )

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return the caller's own tokens, or everybody's to who may see them."""
        rows: QuerySet[Any] = access_tokens_for(actor_of(info))
        return rows


class ViewerAssignment(graphene.ObjectType):
    """A role that the caller has, and where."""

    role = graphene.Field(_ROLE, required=True, description="What the caller is there.")
    reach = graphene.Field(_REACH, required=True, description="How far the role reaches.")
    store_id = GlobalId("Store", source="store_id", required=False, description="The store it holds for, if any.")
    area_id = GlobalId("Area", source="area_id", required=False, description="The area it holds for, if any.")


class Viewer(graphene.ObjectType):
    """Who is calling, and what they may do."""

    id = graphene.ID(required=True, description="The caller's global id as a member.")
    name = graphene.String(required=True, description="What the caller is called.")
    email = graphene.String(required=True, description="The address that the caller signs in with.")
    language = graphene.String(required=True, description="The language the caller chose.")
    permissions = graphene.List(
        graphene.NonNull(graphene.String),
        required=True,
        description="What the caller may do somewhere: names of permissions.",
    )
    assignments = graphene.List(
        graphene.NonNull(ViewerAssignment), required=True, description="The roles that the caller has."
    )
    is_represented = graphene.Boolean(
        required=True, description="Whether somebody at HQ is really acting, in this member's place."
    )


class OfferedInvitation(graphene.ObjectType):
    """What an invitation's link opens, before anybody has signed in."""

    email = graphene.String(required=True, description="Whom it was sent to.")
    chain_name = graphene.String(required=True, description="Which chain invites.")
    role = graphene.Field(_ROLE, required=True, description="The role that is offered.")
    is_member = graphene.Boolean(
        required=True, description="Whether this address can sign in already, so that no name and password are needed."
    )
    expires_at = scalars.DateTime(required=True, description="Until when it can be accepted.")
