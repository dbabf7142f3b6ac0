"""A06: the second step can't be left out, replayed, borrowed or guessed."""

from threading import Barrier, Thread

import pytest
from allauth.mfa.models import Authenticator
from django.db import connections

from chains.actor import gate_actor
from chains.scope import scope
from members.signin.urls import urlpatterns
from tests.attacks.test_a03_sessions_end import is_known
from tests.conftest import Chains
from tests.factories.chains import FurnishedChain
from tests.tenants.members.browser import Browser
from tests.tenants.members.second_factor import code_for, turn_on_totp


def with_totp(chains: Chains, who: str = "STORE_MANAGER") -> str:
    browser = Browser(chains.a)
    browser.sign_in(who)
    return turn_on_totp(browser)


def half_signed_in(chains: Chains, who: str = "STORE_MANAGER", *, address: str = "192.0.2.2") -> Browser:
    browser = Browser(chains.a, address=address)
    assert browser.sign_in(who).status_code == 401
    return browser


def test_a06_the_password_alone_opens_nothing(chains: Chains) -> None:
    with_totp(chains)
    browser = half_signed_in(chains)
    assert not browser.is_signed_in
    assert not is_known(browser)
    assert browser.send("GET", "/account/authenticators").status_code == 401
    assert browser.post("/account/password/change", current_password="x", new_password="y" * 12).status_code == 401


def test_a06_the_code_of_the_moment_completes_the_sign_in(chains: Chains) -> None:
    secret = with_totp(chains)
    browser = half_signed_in(chains)
    assert browser.post("/auth/2fa/authenticate", code=code_for(secret)).status_code == 200
    assert is_known(browser)


def test_a06_a_code_without_the_password_before_it_opens_nothing(chains: Chains) -> None:
    secret = with_totp(chains)
    browser = Browser(chains.a, address="192.0.2.2")
    assert browser.post("/auth/2fa/authenticate", code=code_for(secret)).status_code == 401
    assert not is_known(browser)


def test_a06_a_code_is_good_once(chains: Chains) -> None:
    secret = with_totp(chains)
    code = code_for(secret)
    assert half_signed_in(chains).post("/auth/2fa/authenticate", code=code).status_code == 200
    assert half_signed_in(chains, address="192.0.2.3").post("/auth/2fa/authenticate", code=code).status_code == 400


def test_a06_the_codes_before_and_after_are_refused(chains: Chains) -> None:
    secret = with_totp(chains)
    for periods in (-1, 2):
        code = code_for(secret, periods_later=periods)
        assert half_signed_in(chains).post("/auth/2fa/authenticate", code=code).status_code == 400


def test_a06_somebody_elses_code_is_refused(chains: Chains) -> None:
    with_totp(chains)
    code_of_another = code_for(with_totp(chains, "SERVICE_STAFF"))
    assert half_signed_in(chains).post("/auth/2fa/authenticate", code=code_of_another).status_code == 400


def test_a06_five_guesses_and_then_not_even_the_right_code(chains: Chains) -> None:
    secret = with_totp(chains)
    for number in range(5):
        browser = half_signed_in(chains, address=f"198.51.100.{number}")
        assert browser.post("/auth/2fa/authenticate", code=f"{number:06}").status_code == 400
    answer = half_signed_in(chains, address="198.51.100.9").post("/auth/2fa/authenticate", code=code_for(secret))
    assert [error["code"] for error in answer.json()["errors"]] == ["too_many_login_attempts"]


def test_a06_a_recovery_code_is_good_once(chains: Chains) -> None:
    owner = Browser(chains.a)
    owner.sign_in()
    turn_on_totp(owner)
    codes = owner.send("GET", "/account/authenticators/recovery-codes").json()["data"]["unused_codes"]
    assert len(codes) == 10
    assert half_signed_in(chains).post("/auth/2fa/authenticate", code=codes[0]).status_code == 200
    again = half_signed_in(chains, address="192.0.2.3").post("/auth/2fa/authenticate", code=codes[0])
    assert again.status_code == 400


def test_a06_the_seed_is_not_in_the_table_in_clear(chains: Chains) -> None:
    secret = with_totp(chains)
    with scope(chains.a.chain, gate_actor()):
        rows = [str(row.data) for row in Authenticator.objects.all()]
    assert rows
    assert not any(secret in row for row in rows)


def test_a06_second_factors_are_the_gates_alone(chains: Chains) -> None:
    browser = Browser(chains.a)
    browser.sign_in()
    assert browser.post("/account/authenticators/totp", code="123456").status_code in (400, 401)
    with scope(chains.a.chain, gate_actor()):
        assert not Authenticator.objects.exists()


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_a06_the_password_alone_opens_no_address_of_the_sign_in_either(chains: Chains, method: str) -> None:
    with_totp(chains)
    browser = half_signed_in(chains)
    for pattern in urlpatterns:
        path = f"/{pattern.pattern}"
        if path.startswith("/account/") or path.endswith(("reauthenticate", "auth/session")):
            answer = browser.send(method, path, None if method == "GET" else {})
            assert answer.status_code in (401, 403, 405), path
    assert Browser(chains.a).client.get("/admin/", secure=True).status_code == 404
    assert not is_known(browser)


def test_a06_ten_thousand_guesses_are_five(chains: Chains) -> None:
    secret = with_totp(chains)
    browser = half_signed_in(chains)
    answers = [browser.post("/auth/2fa/authenticate", code=f"{number:06}").json() for number in range(100)]
    judged = [answer for answer in answers if "incorrect_code" in str(answer)]
    assert len(judged) <= 5
    assert browser.post("/auth/2fa/authenticate", code=code_for(secret)).status_code != 200
    assert not is_known(browser)
    assert Browser(chains.a, address="192.0.2.7").sign_in("SERVICE_STAFF").status_code == 200


def test_a06_who_has_stolen_a_session_guesses_neither_a_code_nor_a_password(chains: Chains) -> None:
    secret = with_totp(chains)
    stolen = half_signed_in(chains)
    assert stolen.post("/auth/2fa/authenticate", code=code_for(secret)).status_code == 200
    for path, guess in (("/auth/2fa/reauthenticate", "code"), ("/auth/reauthenticate", "password")):
        answers = [stolen.post(path, **{guess: f"{number:06}"}) for number in range(20)]
        assert all(answer.status_code != 200 for answer in answers)
        judged = [answer for answer in answers if f"incorrect_{guess}" in answer.content.decode()]
        assert len(judged) <= 5


@pytest.mark.parametrize("kind", ["totp", "recovery"])
def test_a06_a_code_used_twice_at_the_same_moment_opens_once(fresh_chain: FurnishedChain, kind: str) -> None:
    owner = Browser(fresh_chain)
    owner.sign_in()
    secret = turn_on_totp(owner)
    codes = owner.send("GET", "/account/authenticators/recovery-codes").json()["data"]["unused_codes"]
    browsers = [Browser(fresh_chain, address=f"192.0.2.{number}") for number in range(10, 14)]
    for browser in browsers:
        assert browser.sign_in().status_code == 401
    code = codes[0] if kind == "recovery" else code_for(secret)
    start, opened = Barrier(len(browsers)), []

    def use(browser: Browser) -> None:
        start.wait()
        opened.append(browser.post("/auth/2fa/authenticate", code=code).status_code)
        connections.close_all()

    threads = [Thread(target=use, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(opened) == [200, 400, 400, 400]
