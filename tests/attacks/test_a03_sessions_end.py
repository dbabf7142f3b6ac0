"""A03, A05, S10: session ids change when they must, other sessions die, and rights follow at the next call."""

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from api.base.ids import global_id
from chains.actor import Actor, gate_actor, system_actor
from chains.scope import scope
from members.actions.appointing import assign_role, deactivate_member, withdraw_role
from members.models import Assignment, User
from members.rules.permissions import Role
from members.rules.reach import Place
from members.signin.keys import reset_key
from tests.conftest import Chains
from tests.factories.chains import PASSWORD, FurnishedChain
from tests.tenants.members.browser import Browser
from tests.tenants.members.second_factor import code_for, turn_on_totp

NEW = "a better horse battery staple"
AsRole = Callable[[FurnishedChain, str], Actor]


def ask(browser: Browser, document: str, **variables: object) -> tuple[int, dict]:
    browser.send("GET", "/config")
    answer = browser.client.post(
        "/graphql/",
        data={"query": document, "variables": variables},
        content_type="application/json",
        headers={
            "X-CSRFToken": browser.client.cookies[settings.CSRF_COOKIE_NAME].value,
            "Origin": f"https://{browser.chain.host}",
        },
        secure=True,
    )
    return answer.status_code, answer.json()


def is_known(browser: Browser) -> bool:
    return ask(browser, "{ viewer { name } }")[0] == 200


def two_sessions(chain: FurnishedChain, who: str = "STORE_MANAGER") -> tuple[Browser, Browser]:
    here, elsewhere = Browser(chain), Browser(chain, address="192.0.2.2")
    for browser in (here, elsewhere):
        assert browser.sign_in(who).status_code == 200
        assert is_known(browser)
    return here, elsewhere


def test_a03_a_session_id_set_beforehand_is_not_the_one_after_sign_in(chains: Chains) -> None:
    browser = Browser(chains.a)
    browser.client.cookies[settings.SESSION_COOKIE_NAME] = "chosen0by0the0attacker0000000000"
    browser.sign_in()
    assert browser.session_id != "chosen0by0the0attacker0000000000"
    thief = Browser(chains.a)
    thief.client.cookies[settings.SESSION_COOKIE_NAME] = "chosen0by0the0attacker0000000000"
    assert not is_known(thief)


def test_a03_a_role_change_gives_a_new_session_id_and_kills_the_old_one(chains: Chains, as_role: AsRole) -> None:
    browser = Browser(chains.a)
    browser.sign_in("SERVICE_STAFF")
    before = browser.session_id
    administrator = as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, administrator):
        assign_role(
            actor=administrator,
            user_id=chains.a.people["SERVICE_STAFF"],
            role=Role.SERVICE_SUPERVISOR,
            place=Place(store_id=chains.a.store),
            now=timezone.now(),
        )
    assert is_known(browser)
    assert browser.session_id not in (None, before)
    thief = Browser(chains.a)
    thief.client.cookies[settings.SESSION_COOKIE_NAME] = before
    assert not is_known(thief)
    assert is_known(browser)


def test_a05_a_changed_password_ends_all_other_sessions(chains: Chains) -> None:
    here, elsewhere = two_sessions(chains.a)
    answer = here.post("/account/password/change", current_password=PASSWORD, new_password=NEW)
    assert answer.status_code == 200, answer.content
    assert is_known(here)
    assert not is_known(elsewhere)


def test_a05_a_reset_password_ends_all_sessions_and_works_once(chains: Chains) -> None:
    here, elsewhere = two_sessions(chains.a)
    with scope(chains.a.chain, gate_actor()):
        key = reset_key(User.objects.get(id=chains.a.people["STORE_MANAGER"]))
    stranger = Browser(chains.a, address="192.0.2.3")
    assert stranger.post("/auth/password/reset", key=key, password=NEW).status_code == 401
    assert not is_known(here)
    assert not is_known(elsewhere)
    assert stranger.post("/auth/password/reset", key=key, password=NEW + "!").status_code == 400
    assert stranger.sign_in(password=NEW).status_code == 200


def test_a05_a_reset_key_of_another_chain_opens_nothing(chains: Chains) -> None:
    with scope(chains.b.chain, gate_actor()):
        user = User.objects.get(id=chains.b.people["STORE_MANAGER"])
        key = reset_key(user)
    user.email = "copied@a.example"
    with scope(chains.a.chain, system_actor()):
        user.save(force_insert=True)
    assert Browser(chains.a).post("/auth/password/reset", key=key, password=NEW).status_code == 400


def test_a05_a_new_second_factor_ends_all_other_sessions(chains: Chains) -> None:
    here, elsewhere = two_sessions(chains.a)
    turn_on_totp(here)
    assert is_known(here)
    assert not is_known(elsewhere)


def test_a05_a_second_factor_taken_away_ends_all_other_sessions(chains: Chains) -> None:
    here = Browser(chains.a)
    here.sign_in()
    secret = turn_on_totp(here)
    elsewhere = Browser(chains.a, address="192.0.2.2")
    elsewhere.sign_in()
    assert elsewhere.post("/auth/2fa/authenticate", code=code_for(secret)).status_code == 200
    assert is_known(elsewhere)
    assert here.send("DELETE", "/account/authenticators/totp").status_code == 200
    assert is_known(here)
    assert not is_known(elsewhere)


def test_a05_signing_out_everywhere_ends_all_sessions(chains: Chains) -> None:
    here, elsewhere = two_sessions(chains.a)
    status, answer = ask(here, "mutation { signOutEverywhere(input: {}) { isSignedOut userErrors { code } } }")
    assert (status, answer["data"]["signOutEverywhere"]) == (200, {"isSignedOut": True, "userErrors": []})
    assert not is_known(here)
    assert not is_known(elsewhere)


def test_s10_a_deactivated_member_is_nobody_at_the_next_call(chains: Chains, as_role: AsRole) -> None:
    here, _elsewhere = two_sessions(chains.a)
    administrator = as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, administrator):
        deactivate_member(
            actor=administrator, user_id=chains.a.people["STORE_MANAGER"], reason="left", now=timezone.now()
        )
    assert not is_known(here)


def test_s10_a_session_from_before_a_deactivation_stays_dead_after_it(chains: Chains, as_role: AsRole) -> None:
    here, _elsewhere = two_sessions(chains.a)
    with scope(chains.a.chain, system_actor()):
        user = User.objects.get(id=chains.a.people["STORE_MANAGER"])
    administrator = as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, administrator):
        deactivate_member(actor=administrator, user_id=user.id, reason="", now=timezone.now())
        User.objects.filter(id=user.id).update(is_active=True)
    assert not is_known(here)


def test_s10_a_member_moved_to_another_store_sees_that_one_at_the_next_call(chains: Chains, as_role: AsRole) -> None:
    browser = Browser(chains.a)
    browser.sign_in("SERVICE_STAFF")
    people = "{ members(first: 50) { nodes { name } } }"
    assert "Store manager" in str(ask(browser, people)[1])
    administrator = as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, administrator):
        held = Assignment.objects.get(user_id=chains.a.people["SERVICE_STAFF"])
        withdraw_role(actor=administrator, assignment_id=held.id, now=timezone.now())
        assign_role(
            actor=administrator,
            user_id=chains.a.people["SERVICE_STAFF"],
            role=Role.SERVICE_STAFF,
            place=Place(store_id=chains.a.other_store),
            now=timezone.now(),
        )
    names = {node["name"] for node in ask(browser, people)[1]["data"]["members"]["nodes"]}
    assert "Store manager 2" in names
    assert "Store manager" not in names
    mine = ask(browser, "{ viewer { assignments { storeId } } }")[1]["data"]["viewer"]["assignments"]
    assert mine == [{"storeId": global_id("Store", chains.a.other_store)}]


def test_a_session_that_ran_out_is_nobodys(chains: Chains) -> None:
    browser = Browser(chains.a)
    browser.sign_in()
    with scope(chains.a.chain, gate_actor()):
        Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert not is_known(browser)
