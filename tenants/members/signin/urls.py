"""The sign-in library's endpoints that are open here; each that is missing is closed on purpose.

There is no sign-up: people are invited. Changing one's address is ours (`addresses.py`), with keys of one chain.
"""

from collections.abc import Callable
from functools import wraps

from allauth.headless.account import views as account
from allauth.headless.base.views import ConfigView
from allauth.headless.constants import Client
from allauth.headless.mfa import views as mfa
from django.http import HttpRequest, HttpResponseBadRequest, HttpResponseBase
from django.urls import path
from django.utils import timezone

from members.actions import signing_in
from members.signin.addresses import AskEmailChangeView, ConfirmEmailChangeView
from members.signin.requests import particulars_of

View = Callable[..., HttpResponseBase]


def ending_other_sessions(view: View) -> View:
    """End the user's other sessions once a second factor was added, taken away or renewed (A05)."""

    @wraps(view)
    def and_end_them(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if request.method in ("POST", "DELETE") and response.status_code == 200:
            signing_in.change_second_factor(request=request, particulars=particulars_of(request), now=timezone.now())
        return response

    return and_end_them


def refusing_malformed_credentials(view: View) -> View:
    """Answer 400 to a passkey that does not parse: the library breaks over it while it registers one."""

    @wraps(view)
    def or_refuse(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except ValueError:
            return HttpResponseBadRequest(b"Malformed credential", content_type="text/plain")

    return or_refuse


def _browser(view: type) -> View:
    opened: View = view.as_api_view(client=Client.BROWSER)  # type: ignore[attr-defined]  # the library has no hints
    return opened


urlpatterns = [
    path("config", _browser(ConfigView)),
    path("auth/session", _browser(account.SessionView)),
    path("auth/login", _browser(account.LoginView)),
    path("auth/reauthenticate", _browser(account.ReauthenticateView)),
    path("auth/password/request", _browser(account.RequestPasswordResetView)),
    path("auth/password/reset", _browser(account.ResetPasswordView)),
    path("auth/email/verify", _browser(ConfirmEmailChangeView)),
    path("auth/2fa/authenticate", _browser(mfa.AuthenticateView)),
    path("auth/2fa/reauthenticate", _browser(mfa.ReauthenticateView)),
    path("auth/webauthn/authenticate", _browser(mfa.AuthenticateWebAuthnView)),
    path("auth/webauthn/reauthenticate", _browser(mfa.ReauthenticateWebAuthnView)),
    path("auth/webauthn/login", _browser(mfa.LoginWebAuthnView)),
    path("account/email", _browser(AskEmailChangeView)),
    path("account/password/change", _browser(account.ChangePasswordView)),
    path("account/authenticators", _browser(mfa.AuthenticatorsView)),
    path("account/authenticators/totp", ending_other_sessions(_browser(mfa.ManageTOTPView))),
    path("account/authenticators/recovery-codes", ending_other_sessions(_browser(mfa.ManageRecoveryCodesView))),
    path(
        "account/authenticators/webauthn",
        refusing_malformed_credentials(ending_other_sessions(_browser(mfa.ManageWebAuthnView))),
    ),
]
