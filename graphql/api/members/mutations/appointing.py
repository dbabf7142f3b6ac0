"""Deeds: giving and taking roles, ending and resuming membership."""

from datetime import datetime
from typing import Any
from uuid import UUID

import graphene

from api.base.deeds import Deed
from api.base.enums import enum_of
from api.base.inputs import IdOf, Text
from api.members.places import place_of
from api.members.types import AssignmentType, MemberType
from chains.actor import Actor
from members.actions import appointing
from members.rules.permissions import Permission, Role


class AssignRole(Deed):
    """Give a member a role at a place; it holds from their next call on."""

    class Input:
        member_id = IdOf("Member", required=True, description="Who gets the role.")
        role = graphene.InputField(enum_of(Role), required=True, description="What they are to be.")
        store_id = IdOf("Store", description="At which store, for a role of a store.")
        area_id = IdOf("Area", description="For which area, for an area supervisor.")

    assignment = graphene.Field(AssignmentType, description="The role, and where it holds.")

    @classmethod
    def perform(
        cls,
        actor: Actor,
        now: datetime,
        *,
        member_id: UUID,
        role: Role,
        store_id: UUID | None = None,
        area_id: UUID | None = None,
    ) -> dict[str, Any]:
        """Assign a role."""
        place = place_of(actor, Permission.ASSIGN_ROLE, area_id=area_id, store_id=store_id)
        return {"assignment": appointing.assign_role(actor=actor, user_id=member_id, role=role, place=place, now=now)}


class WithdrawRole(Deed):
    """Take a role away from a member; it holds from their next call on."""

    class Input:
        assignment_id = IdOf("Assignment", required=True, description="The role at its place.")

    member = graphene.Field(MemberType, description="Who had the role.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, assignment_id: UUID) -> dict[str, Any]:
        """Withdraw a role."""
        return {"member": appointing.withdraw_role(actor=actor, assignment_id=assignment_id, now=now)}


class DeactivateMember(Deed):
    """End a member's sign-in, sessions and personal tokens, at once."""

    class Input:
        member_id = IdOf("Member", required=True, description="Who may not sign in any more.")
        reason = Text(limit=appointing.LONGEST_REASON, description="Why.")

    member = graphene.Field(MemberType, description="The member, now deactivated.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, member_id: UUID, reason: str = "") -> dict[str, Any]:
        """Deactivate a member."""
        return {"member": appointing.deactivate_member(actor=actor, user_id=member_id, reason=reason, now=now)}


class ReactivateMember(Deed):
    """Let a deactivated member sign in again, with the roles they still have."""

    class Input:
        member_id = IdOf("Member", required=True, description="Who may sign in again.")

    member = graphene.Field(MemberType, description="The member, active again.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, member_id: UUID) -> dict[str, Any]:
        """Reactivate a member."""
        return {"member": appointing.reactivate_member(actor=actor, user_id=member_id, now=now)}


class AppointingMutation(graphene.ObjectType):
    """Giving and taking roles."""

    assign_role = AssignRole.mounted()
    withdraw_role = WithdrawRole.mounted()
    deactivate_member = DeactivateMember.mounted()
    reactivate_member = ReactivateMember.mounted()
