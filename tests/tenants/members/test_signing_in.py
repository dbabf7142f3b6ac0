"""Signing in by password, over HTTP, and what it leaves in the journal."""

import json

import pytest
from django.conf import settings

from chains.actor import system_actor
from chains.scope import scope
from journal.models import Entry
from members.models import User
from members.rules.happenings import Happening
from tests.conftest import Chains
from tests.factories.chains import FurnishedChain
from tests.tenants.members.browser import BASE, Browser


def happenings_of(chain: FurnishedChain, who: str) -> list[str]:
    with scope(chain.chain, system_actor()):
        return list(Entry.objects.filter(subject_id=chain.people[who]).in_order().values_list("kind", flat=True))


def test_a_member_signs_in_and_out(chains: Chains) -> None:
    browser = Browser(chains.a)
    assert browser.sign_in().status_code == 200
    assert browser.is_signed_in
    assert browser.send("DELETE", "/auth/session").status_code == 401
    assert not browser.is_signed_in


def test_the_session_cookie_is_for_this_host_over_https_and_out_of_scripts_reach(chains: Chains) -> None:
    browser = Browser(chains.a)
    browser.sign_in()
    cookie = browser.client.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie.key.startswith("__Host-")
    assert (cookie["httponly"], cookie["secure"], cookie["samesite"]) == (True, True, "Lax")
    assert (cookie["domain"], cookie["path"]) == ("", "/")


def test_a_sign_in_is_journalled_with_its_address(chains: Chains) -> None:
    Browser(chains.a, address="198.51.100.7").sign_in()
    with scope(chains.a.chain, system_actor()):
        entry = Entry.objects.get(kind=Happening.SIGNED_IN)
    assert (entry.actor_id, entry.address) == (chains.a.people["STORE_MANAGER"], "198.51.100.7")


def test_an_address_is_known_in_any_case(chains: Chains) -> None:
    browser = Browser(chains.a)
    assert (
        browser.post(
            "/auth/login", email=chains.a.email("STORE_MANAGER").upper(), password="correct horse battery staple"
        ).status_code
        == 200
    )


def test_a_deactivated_member_looks_like_a_wrong_password(chains: Chains) -> None:
    wrong = Browser(chains.a).sign_in(password="not the password")
    with scope(chains.a.chain, system_actor()):
        User.objects.filter(id=chains.a.people["STORE_MANAGER"]).update(is_active=False)
    right = Browser(chains.a).sign_in()
    assert (right.status_code, right.content) == (wrong.status_code, wrong.content)


def test_nobody_signs_up(chains: Chains) -> None:
    assert Browser(chains.a).post("/auth/signup", email="new@example.com", password="x" * 12).status_code == 404


def test_without_a_csrf_token_nobody_is_signed_in(chains: Chains) -> None:
    browser = Browser(chains.a)
    answer = browser.client.post(
        f"{BASE}/auth/login",
        data={"email": chains.a.email("STORE_MANAGER"), "password": "correct horse battery staple"},
        content_type="application/json",
        secure=True,
    )
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 40_000,
        b'{"a":' * 20_000,
        b'{"email": ' + b"9" * 5_000 + b"}",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"email": {"a": 1}, "password": []}',
        b'{"email": "a@b.example\\u0000", "password": "x"}',
        b'{"email": "a@b.example", "password": "\\u0000"}',
        b'{"email": "\\ud800@b.example", "password": "\\ud800"}',
        b'{"password": "x"}',
        b"{}",
        b"",
    ],
)
@pytest.mark.parametrize(
    "path",
    [
        "/auth/login",
        "/auth/password/request",
        "/auth/password/reset",
        "/auth/reauthenticate",
        "/auth/2fa/authenticate",
        "/auth/webauthn/login",
        "/account/password/change",
        "/account/authenticators/totp",
        "/account/authenticators/webauthn",
    ],
)
def test_a_malformed_body_is_refused_and_never_breaks_us(chains: Chains, path: str, body: bytes) -> None:
    browser = Browser(chains.a)
    browser.send("GET", "/config")
    answer = browser.client.generic(
        "POST",
        f"{BASE}{path}",
        data=body,
        content_type="application/json",
        secure=True,
        headers={
            "X-CSRFToken": browser.client.cookies[settings.CSRF_COOKIE_NAME].value,
            "Origin": f"https://{chains.a.host}",
        },
    )
    assert answer.status_code < 500


@pytest.mark.parametrize(
    "credential",
    [
        5,
        "x",
        [],
        {},
        {"response": 5},
        {"response": {"userHandle": 5}},
        {"response": {"userHandle": "AAAA"}},
        {"response": {"userHandle": None}},
        {"id": "a", "rawId": "a", "type": "public-key", "response": {"clientDataJSON": "e30", "userHandle": "e30"}},
    ],
)
def test_a_malformed_passkey_is_refused_and_never_breaks_us(chains: Chains, credential: object) -> None:
    browser = Browser(chains.a)
    browser.send("GET", "/auth/webauthn/login")
    assert browser.post("/auth/webauthn/login", credential=credential).status_code == 400
    assert browser.post("/auth/webauthn/login", credential=json.dumps(credential)).status_code == 400
