"""Changing one's own e-mail address: asked for with a fresh proof, confirmed by who reads the mailbox."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from members.actions.signing_in import note
from members.models import EmailChange, User
from members.rules.actors import Request
from members.rules.happenings import Happening
from members.rules.own_address import CONFIRM_WITHIN, KEPT, EmailChangeNotValid, SameEmail
from members.rules.particulars import email_of
from members.signin.keys import email_change_in, is_secret_of


def open_changes(*, now: datetime) -> QuerySet[EmailChange]:
    """Return the changes that can still be confirmed."""
    return EmailChange.objects.select_related("user").filter(
        confirmed_at=None, asked_at__gt=now - CONFIRM_WITHIN, user__is_active=True
    )


def find_email_change(*, secret: str, now: datetime) -> EmailChange:
    """Return the change that a secret confirms; raises EmailChangeNotValid."""
    change_id = email_change_in(secret)
    change = open_changes(now=now).filter(id=change_id).first() if change_id else None
    if change is None or not is_secret_of(change, secret):
        raise EmailChangeNotValid(field="key")
    return change


@transaction.atomic
def ask_email_change(*, user: User, email: str, request: Request, now: datetime) -> EmailChange:
    """Note the wish for another address, in place of an earlier one; whether it is somebody else's shows nowhere (A02).

    Refusals: Invalid, TooLong, SameEmail.
    """
    address = email_of(email)
    if address == user.email:
        raise SameEmail(field="email")
    # One wish at a time, also of two windows at once.
    User.objects.select_for_update().get(id=user.id)
    EmailChange.objects.filter(user=user, confirmed_at=None).delete()
    change = EmailChange.objects.create(user=user, former_email=user.email, email=address, asked_at=now)
    note(Happening.EMAIL_CHANGE_ASKED, user, request, now, after={"email_change_id": str(change.id)})
    return change


@transaction.atomic
def confirm_email_change(*, secret: str, request: Request, now: datetime) -> EmailChange:
    """Make the asked address the one to sign in with: the secret is the permission.

    Refusals: EmailChangeNotValid.
    """
    found = find_email_change(secret=secret, now=now)
    change = EmailChange.objects.select_for_update().filter(id=found.id, confirmed_at=None).first()
    if change is None:
        raise EmailChangeNotValid(field="key")
    try:
        with transaction.atomic():
            User.objects.filter(id=change.user_id).update(email=change.email)
    except IntegrityError as error:
        # Somebody else has come to use that mailbox meanwhile.
        raise EmailChangeNotValid(field="key") from error
    change.confirmed_at = now
    change.save(update_fields=["confirmed_at"])
    note(Happening.EMAIL_CHANGED, change.user, request, now, after={"email_change_id": str(change.id)})
    return change


@transaction.atomic
def forget_email_changes(*, now: datetime) -> int:
    """Remove changes that are long over; return how many there were."""
    removed, _by_model = EmailChange.objects.filter(asked_at__lt=now - KEPT).delete()
    return removed
