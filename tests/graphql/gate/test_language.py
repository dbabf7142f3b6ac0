"""In which language a member is answered: the one asked for, else their own."""

from typing import Any

import pytest

from api.base.ids import global_id
from chains.actor import gate_actor
from chains.scope import scope
from members.models import User
from tests.conftest import Chains

LEAVE = "mutation($store: ID!) { endShift(input: {storeId: $store}) { userErrors { message } } }"
ENGLISH, SIMPLIFIED, TRADITIONAL = "You are not on this desk.", "您未在本店当班。", "您未在本店當班。"


@pytest.mark.parametrize(
    ("member", "asked", "told"),
    [
        ("zh-hans", "", SIMPLIFIED),
        ("zh-hant", "", TRADITIONAL),
        ("en", "", ENGLISH),
        ("zh-hans", "*", SIMPLIFIED),
        ("zh-hans", "fr, tlh;q=0.5", SIMPLIFIED),
        ("zh-hans", "en", ENGLISH),
        ("en", "fr, zh-TW;q=0.8, en;q=0.1", TRADITIONAL),
    ],
)
def test_the_language_asked_for_comes_first_and_the_members_own_after_it(
    chains: Chains, graphql: Any, member: str, asked: str, told: str
) -> None:
    with scope(chains.a.chain, gate_actor()):
        User.objects.filter(id=chains.a.people["SERVICE_STAFF"]).update(language=member)
    store = global_id("Store", chains.a.store)
    answer = graphql(chains.a, LEAVE, {"store": store}, as_="SERVICE_STAFF", language=asked)
    assert answer["data"]["endShift"]["userErrors"] == [{"message": told}]
