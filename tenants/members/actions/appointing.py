"""Giving and taking roles, and ending and resuming membership."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F

from chains.actor import Actor
from journal.actions import append
from kit.refusals import NotFound
from kit.texts import text_of
from members.actions.signing_in import end_sessions
from members.models import Assignment, Deactivation, User
from members.queries import get_assignment, get_member
from members.rules.appointments import (
    must_appoint,
    must_appoint_whoever_holds,
    refuse_leaving_no_administrator,
    refuse_own_deactivation,
    refuse_own_role,
)
from members.rules.happenings import Happening
from members.rules.membership import AlreadyAssigned, MemberActive, MemberDeactivated
from members.rules.permissions import Permission, Role
from members.rules.reach import Place, refuse_unfit_reach

LONGEST_REASON = 1_000


@transaction.atomic
def assign_role(*, actor: Actor, user_id: UUID, role: Role, place: Place, now: datetime) -> Assignment:
    """Give a member a role at a place; it holds from their next request on (S10), under a new session id (A03).

    Refusals: NotFound, NotPermitted, ReachDoesNotFit, OwnRole, MemberDeactivated, AlreadyAssigned (A08).
    """
    must_appoint(actor, Permission.ASSIGN_ROLE, role, place)
    refuse_unfit_reach(role, place)
    refuse_own_role(actor, user_id)
    user = get_member(actor, user_id)
    if not user.is_active:
        raise MemberDeactivated
    assignment = Assignment(
        user=user, role=role, area_id=place.area_id, store_id=place.store_id, given_by_id=actor.id, since=now
    )
    try:
        with transaction.atomic():
            assignment.save(force_insert=True)
    except IntegrityError as error:
        raise AlreadyAssigned(field="role") from error
    _changed_role(Happening.ROLE_ASSIGNED, actor, assignment, now)
    return assignment


@transaction.atomic
def withdraw_role(*, actor: Actor, assignment_id: UUID, now: datetime) -> User:
    """Take a role away again; it holds from the member's next request on (S10).

    Refusals: NotFound, NotPermitted, OwnRole, LastAdministrator (A08).
    """
    assignment = get_assignment(actor, assignment_id)
    place = Place(area_id=assignment.area_id, store_id=assignment.store_id)
    must_appoint(actor, Permission.WITHDRAW_ROLE, Role(assignment.role), place)
    refuse_own_role(actor, assignment.user_id)
    if assignment.role == Role.HQ_ADMINISTRATOR:
        refuse_leaving_no_administrator(remaining=_administrators_without(assignment.user_id))
    # Whoever gives them work at this moment has named them in a row: that is waited for, so that it is handed over.
    _locked(assignment.user)
    removed, _by_model = Assignment.objects.filter(id=assignment.id).delete()
    if not removed:
        # Somebody else withdrew it at the same moment.
        raise NotFound
    _changed_role(Happening.ROLE_WITHDRAWN, actor, assignment, now)
    return assignment.user


@transaction.atomic
def deactivate_member(*, actor: Actor, user_id: UUID, reason: str, now: datetime) -> User:
    """End a member's sign-in, sessions and personal tokens, all from their next request on (S10).

    Refusals: NotPermitted, NotFound, OwnDeactivation, MemberDeactivated, LastAdministrator, Invalid, TooLong.
    """
    actor.must(Permission.DEACTIVATE_MEMBER)
    refuse_own_deactivation(actor, user_id)
    member = get_member(actor, user_id)
    must_appoint_whoever_holds(actor, _roles_of(member))
    if Assignment.objects.filter(user=member, role=Role.HQ_ADMINISTRATOR).exists():
        refuse_leaving_no_administrator(remaining=_administrators_without(member.id))
    user = _locked(member)
    if not user.is_active:
        raise MemberDeactivated
    Deactivation.objects.create(
        user=user,
        reason=text_of(reason, field="reason", required=False, limit=LONGEST_REASON),
        began_at=now,
        began_by_id=actor.id,
    )
    user.is_active = False
    user.save(update_fields=["is_active"])
    end_sessions(user)
    _changed_membership(Happening.MEMBER_DEACTIVATED, actor, user, now)
    return user


@transaction.atomic
def reactivate_member(*, actor: Actor, user_id: UUID, now: datetime) -> User:
    """Let a deactivated member sign in again, in their roles. Refusals: NotPermitted, NotFound, MemberActive."""
    actor.must(Permission.REACTIVATE_MEMBER)
    member = get_member(actor, user_id)
    must_appoint_whoever_holds(actor, _roles_of(member))
    user = _locked(member)
    if user.is_active:
        raise MemberActive
    Deactivation.objects.filter(user=user, ended_at=None).update(ended_at=now, ended_by_id=actor.id)
    user.is_active = True
    user.save(update_fields=["is_active"])
    _changed_membership(Happening.MEMBER_REACTIVATED, actor, user, now)
    return user


def _administrators_without(user_id: UUID) -> int:
    """Count the other active HQ administrators; all of them stay locked, so that no two can go at the same moment.

    They are locked in one order and before anything else, or two who go at once would wait for each other for ever.
    """
    held = Assignment.objects.select_for_update().filter(role=Role.HQ_ADMINISTRATOR).order_by("id")
    others = {assignment.user_id for assignment in held} - {user_id}
    # Asked once the locks are held: whoever was deactivated while they were waited for does not count.
    return User.objects.filter(id__in=others, is_active=True).count()


def _roles_of(user: User) -> list[Role]:
    return [Role(role) for role in Assignment.objects.filter(user=user).order_by().values_list("role", flat=True)]


def _locked(member: User) -> User:
    return User.objects.select_for_update().get(id=member.id)


def _changed_role(happening: Happening, actor: Actor, assignment: Assignment, now: datetime) -> None:
    User.objects.filter(id=assignment.user_id).update(roles_epoch=F("roles_epoch") + 1)
    held = {"role": assignment.role, "area_id": assignment.area_id, "store_id": assignment.store_id}
    is_given = happening is Happening.ROLE_ASSIGNED
    append(
        actor=actor,
        kind=happening,
        subject_type="User",
        subject_id=assignment.user_id,
        store_id=assignment.store_id,
        now=now,
        before=None if is_given else held,
        after=held if is_given else None,
    )


def _changed_membership(happening: Happening, actor: Actor, user: User, now: datetime) -> None:
    append(
        actor=actor,
        kind=happening,
        subject_type="User",
        subject_id=user.id,
        store_id=None,
        now=now,
        before={"is_active": not user.is_active},
        after={"is_active": user.is_active},
    )
