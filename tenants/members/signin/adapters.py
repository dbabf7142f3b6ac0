"""How the sign-in library behaves here: nobody signs up, mails are jobs, and everything is journalled."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chains.scope import current_chain
from members.actions import signing_in
from members.models import User
from members.rules.happenings import Happening
from members.signin import keys
from members.signin.requests import address_of, particulars_of

# As in ACCOUNT_RATE_LIMITS: the part that counts one account's failures, whoever made them.
FAILURES_OF_ONE_ACCOUNT = {"login_failed": "5/900s/key"}

_WRONG_CODE = _("This code is not right, or it is too old.")

HAPPENING_OF_NOTICE = {
    "account/email/password_changed": Happening.PASSWORD_CHANGED,
    "account/email/password_set": Happening.PASSWORD_CHANGED,
    "account/email/password_reset": Happening.PASSWORD_RESET,
}


class AccountAdapter(DefaultAccountAdapter):
    """Passwords, limits and notices of one chain's users."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The e-mail address or the password is not right."),
        "incorrect_code": _WRONG_CODE,
        "incorrect_password": _("This password is not right."),
        "invalid_password_reset": _("This link has been used or is too old. Ask for a new one."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up: people are invited."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address that limits count by; without one nobody signs in."""
        address = address_of(request)
        if address is None:
            raise PermissionDenied("No address to count by.")
        return address

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse once an account or an address has failed too often, and tell the account's owner (A01)."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            self._tell_owner_of_lock(request, **credentials)
            raise

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Return the user; a deactivated one looks like a wrong password."""
        user: User | None = super().authenticate(request, **credentials)
        return user if user is not None and user.is_active else None

    def login(self, request: HttpRequest, user: User) -> None:
        """Begin a session under a new id and journal it."""
        super().login(request, user)
        signing_in.begin_session(
            user=user, session=request.session, request=particulars_of(request), now=timezone.now()
        )

    def set_password(self, user: User, password: str) -> None:
        """Keep the new password, and end the sessions that were begun under the old one (A05)."""
        signing_in.keep_password(user=user, password=password)

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """Note the wish; a job derives the key and writes the mail after the commit."""
        signing_in.ask_password_reset(user=user, request=particulars_of(self.request), now=timezone.now())

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Journal what happened to a password; a job tells its owner. Second factors are journalled at their URLs."""
        happening = HAPPENING_OF_NOTICE.get(template_prefix)
        if happening is not None:
            signing_in.note_password(happening, user=user, request=particulars_of(self.request), now=timezone.now())

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send nothing: no mail leaves from inside a transaction."""

    def _tell_owner_of_lock(self, request: HttpRequest, **credentials: Any) -> None:
        key = self._get_login_attempts_cache_key(request, **credentials)
        is_account_locked = not ratelimit.consume(
            request,
            app="allauth.account",
            action="login_failed",
            config=FAILURES_OF_ONE_ACCOUNT,
            key=key,
            dry_run=True,
        )
        if is_account_locked:
            signing_in.note_lock(
                email=credentials.get("email", ""), request=particulars_of(request), now=timezone.now()
            )


class SecondFactorAdapter(DefaultMFAAdapter):
    """Second factors: seeds encrypted at rest, named after the chain."""

    error_messages = {**DefaultMFAAdapter.error_messages, "incorrect_code": _WRONG_CODE}

    def encrypt(self, text: str) -> str:
        """Encrypt a seed under this chain's key."""
        return keys.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Return the seed of this chain's user."""
        return keys.decrypt(encrypted_text)

    def get_totp_issuer(self) -> str:
        """Return the name under which an authenticator app lists the code."""
        return current_chain().name


def name_of_user(user: User) -> str:
    """Return what a user is shown as."""
    return user.name
