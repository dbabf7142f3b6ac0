"""Sign-in, sent what no browser sends: half characters, numbers for texts, credentials of nothing (I01, I05)."""

import json

import pytest
from django.conf import settings

from tests.conftest import Chains
from tests.factories.chains import PASSWORD
from tests.tenants.members.browser import BASE, Browser

HALF = "\ud800"
CREDENTIAL = {"id": "AA", "rawId": "AA", "type": "public-key"}
RESPONSE = dict.fromkeys(("clientDataJSON", "attestationObject", "authenticatorData", "signature"), "AA")
VALUES = {
    "half a character": HALF,
    "NUL": "a\x00b",
    "a number": 1,
    "a moment without end": float("inf"),
    "nothing": None,
    "a list": ["a"],
    "an object": {"a": 1},
    "a long text": "x" * 50_000,
    "a credential of other ids": {**CREDENTIAL, "rawId": "BB", "response": RESPONSE},
    "a credential of nothing": {**CREDENTIAL, "response": RESPONSE},
    "a credential with half a character": {"id": HALF, "rawId": 1, "response": []},
}
FIELDS = (
    "email",
    "password",
    "current_password",
    "new_password",
    "key",
    "code",
    "credential",
    "name",
    "authenticators",
)
FOR_ANYBODY = (
    "/auth/login",
    "/auth/password/request",
    "/auth/password/reset",
    "/auth/2fa/authenticate",
    "/auth/webauthn/authenticate",
    "/auth/webauthn/login",
)
FOR_MEMBERS = (
    "/auth/reauthenticate",
    "/auth/webauthn/reauthenticate",
    "/account/authenticators/webauthn",
    "/account/authenticators/totp",
    "/account/authenticators/recovery-codes",
    "/account/password/change",
)


def statuses(browser: Browser, path: str, *methods: str) -> set[int]:
    """Send every odd value in every field at once, and return how it was answered."""
    return {
        browser.send(method, path, dict.fromkeys(FIELDS, value)).status_code
        for value in VALUES.values()
        for method in methods
    }


@pytest.mark.parametrize("path", FOR_ANYBODY)
def test_nobodys_odd_values_are_refused(path: str, chains: Chains) -> None:
    assert statuses(Browser(chains.a), path, "POST", "DELETE") <= {400, 401, 405, 429}


@pytest.mark.parametrize("path", FOR_MEMBERS)
def test_a_members_odd_values_are_refused(path: str, chains: Chains) -> None:
    browser = Browser(chains.a)
    browser.sign_in()
    browser.post("/auth/reauthenticate", password=PASSWORD)
    browser.send("GET", "/account/authenticators/webauthn")
    assert statuses(browser, path, "POST", "PUT") <= {400, 401, 404, 405, 429}
    assert browser.is_signed_in


@pytest.mark.parametrize("key", ["", "-", "x", "zz-zz", f"{'a' * 32}-x-y", f"{'0' * 32}-0-0", "é", "a" * 5_000, "%00"])
def test_a_reset_key_that_is_none_is_refused(key: str, chains: Chains) -> None:
    browser = Browser(chains.a)
    assert browser.post("/auth/password/reset", key=key, password="a long passphrase 7").status_code == 400
    answer = browser.client.get(f"{BASE}/auth/password/reset", headers={"X-Password-Reset-Key": key}, secure=True)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"null", b"{", b'{"a":' * 20_000, b'{"email":' + b"9" * 5_000 + b"}", "{}".encode("utf-16"), b"\xff"],
    ids=range(8),
)
def test_a_body_that_is_no_object_is_refused(body: bytes, chains: Chains) -> None:
    browser = Browser(chains.a)
    browser.send("GET", "/config")
    answer = browser.client.post(
        f"{BASE}/auth/login",
        data=body,
        content_type="application/json",
        secure=True,
        headers={
            "X-CSRFToken": browser.client.cookies[settings.CSRF_COOKIE_NAME].value,
            "Origin": f"https://{chains.a.host}",
        },
    )
    assert answer.status_code == 400


def test_the_odd_values_arrive_as_they_are() -> None:
    assert json.loads(json.dumps(HALF)) == HALF
