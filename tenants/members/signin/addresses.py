"""The endpoints of changing one's own e-mail address, shaped like the sign-in library's own ones.

The library's own change is closed here: its keys name a row by a number, which is good in every chain.
"""

from typing import cast

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.core import ratelimit
from allauth.core.exceptions import ReauthenticationRequired
from allauth.headless.base.views import APIView, AuthenticatedAPIView
from allauth.headless.internal.restkit import inputs
from allauth.headless.internal.restkit.response import APIResponse
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from kit.refusals import Refusal
from members.actions.own_address import ask_email_change, confirm_email_change, find_email_change
from members.models import User
from members.signin.requests import particulars_of

KEY_HEADER = "X-Email-Verification-Key"


class AskEmailChangeInput(inputs.Input):
    """The address somebody wants to use; what is wrong with it is said by our own rule."""

    email = inputs.CharField()


class ConfirmEmailChangeInput(inputs.Input):
    """The key from the mail."""

    key = inputs.CharField()


class AskEmailChangeView(AuthenticatedAPIView):
    """Ask for another address, having shown once more who one is."""

    http_method_names = ("post",)
    input_class = AskEmailChangeInput

    def post(self, request: HttpRequest, *_args: object, **_kwargs: object) -> HttpResponseBase:
        """Note the wish; a job writes to the new address, unless it is somebody else's."""
        if not did_recently_reauthenticate(request):
            raise ReauthenticationRequired
        held_back: HttpResponseBase | None = ratelimit.consume_or_429(request, action="change_email", user=request.user)
        if held_back is not None:
            return held_back
        try:
            # Only signed-in people get here.
            ask_email_change(
                user=cast(User, request.user),
                email=self.input.cleaned_data["email"],
                request=particulars_of(request),
                now=timezone.now(),
            )
        except Refusal as refusal:
            return _refused(request, refusal)
        return _told(request)


class ConfirmEmailChangeView(APIView):
    """Look at what a key from the mail would change, or confirm it; whoever has the key reads the mailbox."""

    http_method_names = ("get", "post")
    input_class = ConfirmEmailChangeInput

    def handle(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Count the tries of one address before anything is looked up."""
        answer: HttpResponseBase = ratelimit.consume_or_429(request, action="confirm_email") or super().handle(
            request, *args, **kwargs
        )
        return answer

    def get(self, request: HttpRequest, *_args: object, **_kwargs: object) -> HttpResponseBase:
        """Tell the address that a key is for."""
        try:
            change = find_email_change(secret=request.headers.get(KEY_HEADER, ""), now=timezone.now())
        except Refusal as refusal:
            return _refused(request, refusal)
        return _told(request, data={"email": change.email})

    def post(self, request: HttpRequest, *_args: object, **_kwargs: object) -> HttpResponseBase:
        """Use the address from now on."""
        try:
            change = confirm_email_change(
                secret=self.input.cleaned_data["key"], request=particulars_of(request), now=timezone.now()
            )
        except Refusal as refusal:
            return _refused(request, refusal)
        return _told(request, data={"email": change.email})


def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponseBase:
    error = {"code": refusal.code.lower(), "message": refusal.text(), "param": refusal.field[-1]}
    return _told(request, errors=[error], status=400)


def _told(request: HttpRequest, **answer: object) -> HttpResponseBase:
    response: HttpResponseBase = APIResponse(request, **answer)
    return response
