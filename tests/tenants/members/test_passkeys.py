"""Passkeys: registered by who has signed in, good for signing in without a password, at their own host only."""

from chains.actor import system_actor
from chains.scope import scope
from members.models import User
from tests.attacks.test_a03_sessions_end import is_known
from tests.conftest import Chains
from tests.factories.chains import PASSWORD, FurnishedChain
from tests.tenants.members.browser import Browser
from tests.tenants.members.passkey import Passkey


def registered(chain: FurnishedChain, browser: Browser) -> Passkey:
    """Register a passkey of whoever is signed in."""
    assert browser.post("/auth/reauthenticate", password=PASSWORD).status_code == 200
    options = browser.send("GET", "/account/authenticators/webauthn?passwordless").json()["data"]["creation_options"]
    passkey = Passkey(chain.host)
    answer = browser.post(
        "/account/authenticators/webauthn", name="Phone", credential=passkey.register(options), passwordless=True
    )
    assert answer.status_code == 200, answer.content
    return passkey


def options_at(browser: Browser) -> dict:
    options: dict = browser.send("GET", "/auth/webauthn/login").json()["data"]["request_options"]
    return options


def test_a_passkey_signs_in_without_a_password(chains: Chains) -> None:
    owner = Browser(chains.a)
    owner.sign_in()
    passkey = registered(chains.a, owner)
    browser = Browser(chains.a, address="192.0.2.2")
    answer = browser.post("/auth/webauthn/login", credential=passkey.sign(options_at(browser)))
    assert answer.status_code == 200, answer.content
    assert is_known(browser)


def test_a_new_passkey_ends_other_sessions_and_this_one_goes_on(chains: Chains) -> None:
    owner, elsewhere = Browser(chains.a), Browser(chains.a, address="192.0.2.2")
    owner.sign_in()
    elsewhere.sign_in()
    registered(chains.a, owner)
    assert is_known(owner)
    assert not is_known(elsewhere)


def test_a_passkey_is_the_second_step_after_a_password(chains: Chains) -> None:
    owner = Browser(chains.a)
    owner.sign_in()
    passkey = registered(chains.a, owner)
    browser = Browser(chains.a, address="192.0.2.2")
    assert browser.sign_in().status_code == 401
    assert not is_known(browser)
    options = browser.send("GET", "/auth/webauthn/authenticate").json()["data"]["request_options"]
    assert browser.post("/auth/webauthn/authenticate", credential=passkey.sign(options)).status_code == 200
    assert is_known(browser)


def test_an_answer_to_one_challenge_is_no_answer_to_another(chains: Chains) -> None:
    owner = Browser(chains.a)
    owner.sign_in()
    passkey = registered(chains.a, owner)
    browser, thief = Browser(chains.a, address="192.0.2.2"), Browser(chains.a, address="192.0.2.3")
    answer = passkey.sign(options_at(browser))
    options_at(thief)
    assert thief.post("/auth/webauthn/login", credential=answer).status_code == 400
    assert not is_known(thief)


def test_a_passkey_of_one_chain_signs_nobody_in_at_another(chains: Chains) -> None:
    owner = Browser(chains.a)
    owner.sign_in()
    passkey = registered(chains.a, owner)
    there = Browser(chains.b)
    assert there.post("/auth/webauthn/login", credential=passkey.sign(options_at(there))).status_code == 400


def test_a_page_of_another_origin_gets_nothing_signed_for_us(chains: Chains) -> None:
    owner = Browser(chains.a)
    owner.sign_in()
    passkey = registered(chains.a, owner)
    passkey.origin = "https://evil.example"
    browser = Browser(chains.a, address="192.0.2.2")
    assert browser.post("/auth/webauthn/login", credential=passkey.sign(options_at(browser))).status_code == 400


def test_a_deactivated_members_passkey_signs_nobody_in(chains: Chains) -> None:
    owner = Browser(chains.a)
    owner.sign_in()
    passkey = registered(chains.a, owner)
    with scope(chains.a.chain, system_actor()):
        User.objects.filter(id=chains.a.people["STORE_MANAGER"]).update(is_active=False)
    browser = Browser(chains.a, address="192.0.2.2")
    browser.post("/auth/webauthn/login", credential=passkey.sign(options_at(browser)))
    assert not is_known(browser)
    assert not browser.is_signed_in
