"""Inviting people: a role is offered to a mailbox, and whoever reads it may take it."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F

from chains.actor import Actor, ActorKind
from chains.scope import current_chain
from journal.actions import append
from kit.refusals import Conflict, Invalid
from members.actions.signing_in import keep_password
from members.models import Assignment, Invitation, InvitationState, User
from members.queries import get_invitation, offered
from members.rules.appointments import must_appoint
from members.rules.happenings import Happening
from members.rules.invitations import AlreadyInvited, InvitationEnded, InvitationNotValid
from members.rules.particulars import email_of, language_of, name_of, refuse_endless_password
from members.rules.permissions import Permission, Role
from members.rules.reach import Place, refuse_unfit_reach

INVITATION_LASTS = timedelta(days=14)


@transaction.atomic
def invite_member(
    *, actor: Actor, email: str, role: Role, place: Place, language: str | None = None, now: datetime
) -> Invitation:
    """Offer somebody a role at a place; whether they are a member already shows nowhere (A02).

    The letter is in `language`, else in the chain's own.
    Refusals: NotFound, NotPermitted, ReachDoesNotFit, Invalid, TooLong, AlreadyInvited (C16).
    """
    must_appoint(actor, Permission.INVITE_MEMBER, role, place)
    refuse_unfit_reach(role, place)
    offer = {"email": email_of(email), "role": role, "area_id": place.area_id, "store_id": place.store_id}
    Invitation.objects.filter(**offer, state=InvitationState.OPEN, expires_at__lte=now).update(
        state=InvitationState.EXPIRED, ended_at=now
    )
    invitation = Invitation(
        **offer,
        language=language_of(language or current_chain().language),
        invited_by_id=actor.id,
        invited_at=now,
        expires_at=now + INVITATION_LASTS,
    )
    try:
        with transaction.atomic():
            invitation.save(force_insert=True)
    except IntegrityError as error:
        raise AlreadyInvited(field="email") from error
    _journal(Happening.MEMBER_INVITED, actor, invitation, now)
    return invitation


@transaction.atomic
def accept_invitation(*, actor: Actor, secret: str, name: str, password: str, now: datetime) -> User:
    """Take an offered role: the secret is the permission; name and password make a newcomer's sign-in.

    Refusals: InvitationNotValid, Invalid, TooLong, Conflict.
    """
    invitation = _open_invitation(secret, now)
    user = User.objects.filter(email=invitation.email).first() or _newcomer(invitation, name, password, now)
    if not user.is_active:
        raise InvitationNotValid(field="token")
    Assignment.objects.bulk_create(
        [
            Assignment(
                user=user,
                role=invitation.role,
                area_id=invitation.area_id,
                store_id=invitation.store_id,
                given_by_id=invitation.invited_by_id,
                since=now,
            )
        ],
        ignore_conflicts=True,
    )
    User.objects.filter(id=user.id).update(roles_epoch=F("roles_epoch") + 1)
    _end(invitation, InvitationState.ACCEPTED, by=user.id, now=now)
    _journal(Happening.INVITATION_ACCEPTED, replace(actor, kind=ActorKind.USER, id=user.id), invitation, now)
    return user


@transaction.atomic
def withdraw_invitation(*, actor: Actor, invitation_id: UUID, now: datetime) -> Invitation:
    """Take an offer back; its link is dead from now on. Refusals: NotFound, NotPermitted, InvitationEnded."""
    invitation = get_invitation(actor, invitation_id)
    place = Place(area_id=invitation.area_id, store_id=invitation.store_id)
    must_appoint(actor, Permission.WITHDRAW_INVITATION, Role(invitation.role), place)
    if invitation.state != InvitationState.OPEN:
        raise InvitationEnded(state=InvitationState(invitation.state).label)
    _end(invitation, InvitationState.WITHDRAWN, by=actor.id, now=now)
    _journal(Happening.INVITATION_WITHDRAWN, actor, invitation, now)
    return invitation


def _open_invitation(secret: str, now: datetime) -> Invitation:
    found = offered(secret, now=now)
    invitation = (
        Invitation.objects.select_for_update().filter(id=found.id, state=InvitationState.OPEN).first()
        if found is not None
        else None
    )
    if invitation is None:
        raise InvitationNotValid(field="token")
    return invitation


def _newcomer(invitation: Invitation, name: str, password: str, now: datetime) -> User:
    user = User(email=invitation.email, name=name_of(name), language=invitation.language, joined_at=now)
    refuse_endless_password(password)
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid(field="password", why=" ".join(error.messages)) from error
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        # Somebody took another invitation to the same mailbox at the same moment.
        raise Conflict from error
    keep_password(user=user, password=password)
    return user


def _end(invitation: Invitation, state: InvitationState, *, by: UUID | None, now: datetime) -> None:
    invitation.state, invitation.ended_at, invitation.ended_by_id = state, now, by
    invitation.save(update_fields=["state", "ended_at", "ended_by_id"])


def _journal(happening: Happening, actor: Actor, invitation: Invitation, now: datetime) -> None:
    append(
        actor=actor,
        kind=happening,
        subject_type="Invitation",
        subject_id=invitation.id,
        store_id=invitation.store_id,
        now=now,
        after={"role": invitation.role, "area_id": invitation.area_id, "store_id": invitation.store_id},
    )
