"""T01, T02: a session of chain A opens nothing at chain B, not even where the tables were copied."""

import logging

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from chains.actor import gate_actor, system_actor
from chains.scope import scope
from members.models import User
from tests.conftest import Chains
from tests.factories.chains import FurnishedChain
from tests.graphql_caller import GraphQLCaller
from tests.tenants.members.browser import Browser

VIEWER = {"query": "{ viewer { email } }"}


def viewer_at(chain: FurnishedChain, session_id: str) -> tuple[int, bytes]:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session_id
    client.cookies[settings.CSRF_COOKIE_NAME] = "t" * 32
    headers = {"Host": chain.host, "X-CSRFToken": "t" * 32, "Origin": f"https://{chain.host}"}
    answer = client.post("/graphql/", data=VIEWER, content_type="application/json", headers=headers, secure=True)
    return answer.status_code, answer.content


def signed_in_session(chain: FurnishedChain) -> str:
    browser = Browser(chain)
    browser.sign_in()
    assert browser.session_id is not None
    return browser.session_id


def test_t01_a_session_of_a_is_nobodys_at_b_and_leaves_a_log_row(
    chains: Chains, caplog: pytest.LogCaptureFixture
) -> None:
    session_id = signed_in_session(chains.a)
    assert viewer_at(chains.a, session_id)[0] == 200
    with caplog.at_level(logging.WARNING, logger="onebanner.signin"):
        status, body = viewer_at(chains.b, session_id)
    assert status == 401
    assert chains.a.email("STORE_MANAGER").encode() not in body
    assert [record.name for record in caplog.records].count("onebanner.signin") == 1


def test_t01_the_refusal_reads_like_that_of_a_session_that_never_was(chains: Chains) -> None:
    assert viewer_at(chains.b, signed_in_session(chains.a)) == viewer_at(chains.b, "x" * 32)


def test_t02_a_copied_user_and_a_copied_session_are_still_nobodys(chains: Chains) -> None:
    session_id = signed_in_session(chains.a)
    with scope(chains.a.chain, gate_actor()):
        session = Session.objects.get(session_key=session_id)
        user = User.objects.get(id=chains.a.people["STORE_MANAGER"])
    user.email = "copied@b.example"
    with scope(chains.b.chain, system_actor()):
        user.save(force_insert=True)
    with scope(chains.b.chain, gate_actor()):
        session.save(force_insert=True)
    assert viewer_at(chains.b, session_id)[0] == 401


def test_the_public_host_knows_no_sessions(chains: Chains) -> None:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = signed_in_session(chains.a)
    answer = client.get(
        "/_allauth/browser/v1/auth/session", headers={"Host": settings.ONEBANNER_PUBLIC_HOST}, secure=True
    )
    assert answer.status_code == 404


def test_a_session_beside_a_bad_secret_is_not_looked_at(chains: Chains, graphql: GraphQLCaller) -> None:
    assert graphql.post(chains.a, VIEWER, as_="STORE_MANAGER").status_code == 200
    assert graphql.post(chains.a, VIEWER, as_="STORE_MANAGER", token="ob_wrong").status_code == 401
