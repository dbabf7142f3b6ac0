"""Deeds around sign-in: what the library does is journalled here, in its transaction, and mails wait for the commit."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import cast

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest

from chains.actor import Actor, ActorKind, Audience
from journal.actions import append
from members.models import Password, User
from members.rules.actors import Request
from members.rules.happenings import Happening
from members.signin.hashing import BriefScrypt, Drawn

ROLES_SEEN = "roles_epoch"
TOLD_ONCE_PER = timedelta(minutes=15)


@transaction.atomic
def begin_session(*, user: User, session: SessionBase, request: Request, now: datetime) -> None:
    """Journal a sign-in and note in the session which roles it was begun under (A03)."""
    session[ROLES_SEEN] = user.roles_epoch
    note(Happening.SIGNED_IN, user, request, now)


@transaction.atomic
def ask_password_reset(*, user: User, request: Request, now: datetime) -> None:
    """Journal that somebody asked for a new password; the mail's job derives the key."""
    note(Happening.PASSWORD_RESET_ASKED, user, request, now, by_stranger=True)


@transaction.atomic
def note_password(happening: Happening, *, user: User, request: Request, now: datetime) -> None:
    """Journal that a password was changed or reset; its owner is told by mail, and other sessions are dead (A05)."""
    note(happening, user, request, now)


@transaction.atomic
def note_lock(*, email: str, request: Request, now: datetime) -> None:
    """Journal that an account is closed for a while after failures, once per quarter of an hour (A01)."""
    address = email.lower()
    user = User.objects.filter(email=address, is_active=True).first()
    # Noted of strangers as well, so that the work does not tell who is a member (A02).
    key = f"members.told_of_lock.{sha256(address.encode()).hexdigest()}"
    is_first = cache.add(key, True, TOLD_ONCE_PER.total_seconds())
    if user is not None and is_first:
        note(Happening.SIGN_IN_LOCKED, user, request, now, by_stranger=True)


@transaction.atomic
def change_second_factor(*, request: HttpRequest, particulars: Request, now: datetime) -> None:
    """Journal that a second factor came or went, and end all other sessions of its owner (A05)."""
    # Only signed-in people reach second factors.
    user = end_sessions(cast(User, request.user))
    update_session_auth_hash(request, user)
    note(Happening.SECOND_FACTOR_CHANGED, user, particulars, now)


@transaction.atomic
def keep_password(*, user: User, password: str) -> None:
    """Keep the hash of a user's password; sessions begun under an older one are dead from the next request on (A05)."""
    hashed = make_password(password, hasher=BriefScrypt() if isinstance(password, Drawn) else "default")
    Password.objects.update_or_create(user=user, defaults={"hash": hashed})
    end_sessions(user)


def end_sessions(user: User) -> User:
    """Make every session of a user's past dead from the next request on; return the user as it is now."""
    User.objects.filter(id=user.id).update(sessions_epoch=F("sessions_epoch") + 1)
    user.refresh_from_db(fields=["sessions_epoch"])
    return user


@transaction.atomic
def forget_sessions(*, now: datetime) -> int:
    """Remove sessions that have run out; return how many there were."""
    removed, _by_model = Session.objects.filter(expire_date__lt=now).delete()
    return removed


def note(
    happening: Happening,
    user: User,
    request: Request,
    now: datetime,
    *,
    by_stranger: bool = False,
    after: dict[str, object] | None = None,
) -> None:
    """Journal what happened to somebody's sign-in, as the gate; by a stranger where nobody has shown who they are."""
    actor = Actor(
        kind=ActorKind.GATE if by_stranger else ActorKind.USER,
        id=None if by_stranger else user.id,
        audience=Audience.GATE,
        request_id=request.id,
        address=request.address,
        language=request.language,
    )
    append(actor=actor, kind=happening, subject_type="User", subject_id=user.id, store_id=None, now=now, after=after)
