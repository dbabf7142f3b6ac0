"""What runs by itself, what the server's own people do, and what happens when counting is impossible."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.utils import timezone

from accounts.queries import operator_with
from chains.actor import gate_actor
from chains.scope import scope
from config.commands import call
from config.commands.failure import CommandFailure
from members.tasks import forget_sessions
from tests.conftest import Chains
from tests.factories.chains import FurnishedChain
from tests.tenants.members.browser import Browser


def test_sessions_that_have_run_out_are_removed_and_others_stay(fresh_chain: FurnishedChain) -> None:
    for who in ("MENTOR", "SERVICE_STAFF"):
        assert Browser(fresh_chain).sign_in(who).status_code == 200
    with scope(fresh_chain.chain, gate_actor()):
        old = Session.objects.latest("session_key")
        Session.objects.filter(session_key=old.session_key).update(expire_date=timezone.now() - timedelta(days=1))
    forget_sessions.run({"chain": str(fresh_chain.chain.id), "arguments": {}}, now=datetime.now(UTC))
    with scope(fresh_chain.chain, gate_actor()):
        assert old.session_key not in Session.objects.values_list("session_key", flat=True)
        assert Session.objects.count() == 1


def test_the_command_makes_an_operator_and_shows_the_key_once(
    chains: Chains, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("operators", "Olga@OneBanner.example", "Olga") == 0
    secret = capsys.readouterr().out.splitlines()[-1]
    operator = operator_with(secret, now=timezone.now())
    assert operator is not None
    assert (operator.email, operator.name) == ("olga@onebanner.example", "Olga")


def test_the_command_refuses_a_text_that_is_no_address(chains: Chains) -> None:
    with pytest.raises(CommandFailure):
        call("operators", "olga", "Olga")


def test_f14_where_attempts_can_not_be_counted_nobody_signs_in(chains: Chains, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = Browser(chains.a)
    browser.client.raise_request_exception = False
    with scope(chains.a.chain, gate_actor()):
        monkeypatch.setattr(caches["default"], "_table", "no_such_table")
    assert browser.sign_in().status_code == 500
    assert browser.session_id is None
