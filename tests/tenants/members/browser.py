"""A browser at the sign-in endpoints of one chain: cookies, CSRF token, JSON."""

import json
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from tests.factories.chains import PASSWORD, FurnishedChain

BASE = "/_allauth/browser/v1"


class Browser:
    """One person's browser on one chain's host, from one address."""

    def __init__(self, chain: FurnishedChain, *, address: str = "192.0.2.1") -> None:
        self.chain = chain
        self.client = Client(enforce_csrf_checks=True, REMOTE_ADDR=address, HTTP_HOST=chain.host)

    def send(self, method: str, path: str, body: dict[str, Any] | None = None) -> HttpResponse:
        """Return the answer of one sign-in endpoint."""
        if settings.CSRF_COOKIE_NAME not in self.client.cookies:
            self.client.get(f"{BASE}/config", secure=True)
        return self.client.generic(
            method,
            f"{BASE}{path}",
            data="" if body is None else json.dumps(body),
            content_type="application/json",
            secure=True,
            headers={
                "X-CSRFToken": self.client.cookies[settings.CSRF_COOKIE_NAME].value,
                "Origin": f"https://{self.chain.host}",
            },
        )

    def post(self, path: str, **body: Any) -> HttpResponse:
        """Return the answer to a POST of these fields."""
        return self.send("POST", path, body)

    def sign_in(self, who: str = "STORE_MANAGER", *, password: str = PASSWORD) -> HttpResponse:
        """Try to sign in as a furnished person."""
        return self.post("/auth/login", email=self.chain.email(who), password=password)

    @property
    def session_id(self) -> str | None:
        """The session cookie that this browser holds, if any."""
        cookie = self.client.cookies.get(settings.SESSION_COOKIE_NAME)
        return cookie.value or None if cookie else None

    @property
    def is_signed_in(self) -> bool:
        """Whether the server knows who this is."""
        return self.send("GET", "/auth/session").status_code == 200
