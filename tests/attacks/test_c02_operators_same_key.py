"""C02 on the public host: an operator's deed that is sent again under its key is answered, and not done twice."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.actions import appoint_operator
from api.base.ids import global_id
from api.operators.models import OperatorsAnswer
from chains.actor import system_actor
from chains.models import Chain
from chains.scope import scope
from members.models import Visit
from tests.attacks.test_a12_visits import ENTER, at_public_host
from tests.conftest import Chains

OPEN = "mutation($input:OpenChainInput!){openChain(input:$input){chain{id name} userErrors{code field}}}"
GIVEN = {"name": "Bun", "domain": "bun.example", "founderEmail": "bun@example.com", "idempotencyKey": "k"}


@pytest.fixture
def secret(chains: Chains) -> str:
    return appoint_operator(email="op@onebanner.example", name="Olga", now=timezone.now())[1]


def open_chain(secret: str, **changed: str) -> Any:
    return at_public_host(secret, OPEN, {"input": GIVEN | changed})[1]["data"]["openChain"]


def test_c02_a_chain_is_opened_once_and_the_answer_is_the_same(secret: str) -> None:
    first = open_chain(secret)
    assert first["userErrors"] == []
    assert open_chain(secret) == first
    assert Chain.objects.filter(domains__domain="bun.example").count() == 1


def test_another_deed_under_the_same_key_is_refused(secret: str) -> None:
    open_chain(secret)
    refused = {"chain": None, "userErrors": [{"code": "IDEMPOTENCY_KEY_REUSED", "field": ["idempotencyKey"]}]}
    assert open_chain(secret, name="Other", domain="other.example") == refused
    assert not Chain.objects.filter(domains__domain="other.example").exists()


def test_a_key_belongs_to_one_operator_and_to_one_day(secret: str) -> None:
    open_chain(secret)
    other = appoint_operator(email="oleg@onebanner.example", name="Oleg", now=timezone.now())[1]
    assert open_chain(other, domain="other.example")["userErrors"] == []
    OperatorsAnswer.objects.update(claimed_at=timezone.now() - timedelta(hours=25))
    assert open_chain(secret, domain="third.example")["userErrors"] == []


def test_a_refused_deed_leaves_its_key_free(secret: str) -> None:
    assert open_chain(secret, domain="not a host")["userErrors"]
    assert open_chain(secret)["userErrors"] == []


def test_entering_again_under_the_same_key_is_the_same_visit_without_its_secret(chains: Chains, secret: str) -> None:
    given = {"chainId": global_id("OperatedChain", chains.a.chain.id), "reason": "Ticket 1", "idempotencyKey": "k"}
    first, again = (at_public_host(secret, ENTER, {"input": given})[1]["data"]["enterChain"] for _ in range(2))
    assert first["secret"] and again == first | {"secret": None}
    with scope(chains.a.chain, system_actor()):
        assert Visit.objects.count() == 1
