"""Secrets that are derived and never stored; each holds in one chain only."""

import base64
import hashlib
from uuid import UUID

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.signing import BadSignature, Signer

from chains.scope import current_chain
from members.models import EmailChange, User

_SEPARATOR = "."


def invitation_secret(invitation_id: UUID) -> str:
    """Return what the mail of an invitation carries; whoever shows it reads that mailbox."""
    return _invitations().sign(invitation_id.hex)


def invitation_in(secret: str) -> UUID | None:
    """Return which invitation of this chain a secret is for, or None for any other text."""
    try:
        return UUID(hex=_invitations().unsign(secret))
    except (BadSignature, ValueError):
        return None


class ResetKeys(PasswordResetTokenGenerator):
    """Keys of password resets: dead in another chain, after a sign-in, and once the user's sessions were ended.

    A new password and a deactivation end them, so a key works once.
    """

    key_salt = "members.password_reset"

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        signed_in = user.last_login.replace(microsecond=0, tzinfo=None) if user.last_login else ""
        epoch = user.sessions_epoch
        return f"{current_chain().id}:{user.pk}:{user.email}:{user.is_active}:{epoch}:{signed_in}:{timestamp}"


def reset_key(user: User) -> str:
    """Return the key that the mail of a password reset carries."""
    return f"{user.pk.hex}-{ResetKeys().make_token(user)}"


def email_change_secret(change: EmailChange) -> str:
    """Return what the mail to a new address carries; dead with the sessions of the moment, as by a new password."""
    return _email_changes(change.user).sign(change.id.hex)


def email_change_in(secret: str) -> UUID | None:
    """Return which change of address a secret claims to be for, or None for any other text."""
    try:
        return UUID(hex=secret.partition(_SEPARATOR)[0])
    except ValueError:
        return None


def is_secret_of(change: EmailChange, secret: str) -> bool:
    """Tell whether a secret was made for this change, with its user as it is now."""
    try:
        return _email_changes(change.user).unsign(secret) == change.id.hex
    except BadSignature:
        return False


def encrypt(text: str) -> str:
    """Encrypt the seed of a second factor, so that a copied table gives nobody a code."""
    return _cipher().encrypt(text.encode()).decode()


def decrypt(text: str) -> str:
    """Return what `encrypt` was given in this chain."""
    return _cipher().decrypt(text.encode()).decode()


def _cipher() -> MultiFernet:
    chain_id = current_chain().id.bytes
    keys = (str(settings.SECRET_KEY), *map(str, settings.SECRET_KEY_FALLBACKS))
    digests = (hashlib.sha256(b"members.second_factor" + chain_id + key.encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


def _invitations() -> Signer:
    return Signer(salt=f"members.invitation.{current_chain().id}", sep=_SEPARATOR)


def _email_changes(user: User) -> Signer:
    return Signer(salt=f"members.email_change.{current_chain().id}.{user.email}.{user.sessions_epoch}", sep=_SEPARATOR)
