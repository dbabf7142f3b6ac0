"""Checking a password: the same work for a member, for somebody who left and for a stranger."""

from allauth.account.auth_backends import AuthenticationBackend

from members.models import User


class PasswordBackend(AuthenticationBackend):
    """The library's own, for passwords that lie in a table of their own."""

    def _mitigate_timing_attack(self, password: str) -> None:
        # Nobody's password is looked up and hashed, too (A02).
        User().check_password(password)
