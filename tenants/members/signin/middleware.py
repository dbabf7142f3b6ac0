"""Sessions per chain, and the gate's scope around the library that signs people in."""

import json
from typing import cast

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest

from chains.actor import gate_actor
from chains.models import Chain
from chains.scope import CHAINS_ALIAS, scope
from members.signin.requests import address_of

SIGN_IN_PATHS = "/_allauth/"


class SignInMiddleware(SessionMiddleware):
    """Keeps sessions in the chain's own schema; on the public host there are none.

    Everything under /_allauth/ runs as the gate in one transaction, which is rolled back when we break (5xx).
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle a request with the session of its chain."""
        chain: Chain | None = getattr(request, "chain", None)
        if chain is None:
            return self._answer(request)
        if not request.path.startswith(SIGN_IN_PATHS):
            return self._with_session(request, chain)
        if _is_malformed(request):
            return HttpResponseBadRequest(b"Malformed body", content_type="text/plain")
        with scope(chain, gate_actor(address=address_of(request))):
            self.process_request(request)
            response = self.process_response(request, self._answer(request))
            if response.status_code >= 500:
                transaction.set_rollback(True, using=CHAINS_ALIAS)
            return response

    def _with_session(self, request: HttpRequest, chain: Chain) -> HttpResponse:
        self.process_request(request)
        response = self._answer(request)
        if not request.session.modified:
            return self.process_response(request, response)
        with scope(chain, gate_actor(address=address_of(request))):
            return self.process_response(request, response)

    def _answer(self, request: HttpRequest) -> HttpResponse:
        # Nothing here is asynchronous, whatever the library allows for.
        return cast(HttpResponse, self.get_response(request))


class UserMiddleware(AuthenticationMiddleware):
    """Puts `request.user` where there are users: on the hosts of chains."""

    def process_request(self, request: HttpRequest) -> None:
        """Attach the user, looked up only when somebody asks."""
        if getattr(request, "chain", None) is not None:
            super().process_request(request)


def _is_malformed(request: HttpRequest) -> bool:
    """Tell what the library would break over: numbers or lists without end, half a character, no object at all."""
    if request.method in ("GET", "HEAD") or not request.body:
        return False
    try:
        parsed = json.loads(request.body)
        # Half of a pair of surrogates is JSON, but no text that can be hashed or kept.
        json.dumps(parsed, ensure_ascii=False).encode()
        return not isinstance(parsed, dict)
    except (ValueError, RecursionError):
        return True
