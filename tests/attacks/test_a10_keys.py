"""A10: a key that leaks through a log, an address or a table is of no use, is changed at once, and never grows."""

import logging
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from pythonjsonlogger.json import JsonFormatter

from api.base.ids import global_id
from api.schema import schema
from chains.actor import gate_actor, system_actor
from chains.scope import scope
from journal.models import Entry
from kit.tokens import digest_of
from members.models import AccessToken, Assignment, SecretDigest
from tests.attacks.test_t03_tokens_of_another_chain import CREATE, INVITE, MEMBERS, REVOKE, token_of
from tests.conftest import Chains
from tests.factories.chains import FurnishedChain
from tests.graphql_caller import GraphQLCaller

PLACES = [
    "/graphql/?access_token={}",
    "/graphql/?token={}",
    "/graphql/?api_key={}",
    "/graphql/?authorization=Bearer%20{}",
]


def created(graphql: GraphQLCaller, chain: FurnishedChain, *scopes: str, **given: object) -> dict:
    expires = (timezone.now() + timedelta(days=1)).isoformat()
    made = {"kind": "PERSONAL", "name": "Till", "scopes": list(scopes), "expiresAt": expires, **given}
    answer: dict = graphql(chain, CREATE, {"input": made}, as_="STORE_MANAGER")["data"]["createAccessToken"]
    return answer


@pytest.mark.parametrize("place", PLACES)
def test_a10_a_key_in_the_address_opens_nothing(chains: Chains, graphql: GraphQLCaller, place: str) -> None:
    secret = token_of(graphql, chains.a, "MEMBERS_READ")
    answer = Client().post(
        place.format(secret),
        data={"query": MEMBERS},
        content_type="application/json",
        headers={"Host": chains.a.host},
        secure=True,
    )
    assert answer.status_code in (400, 401)
    assert secret.encode() not in answer.content
    assert b"Store manager" not in answer.content


def test_a10_a_key_is_in_no_log_wherever_it_was_sent(
    chains: Chains, graphql: GraphQLCaller, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = token_of(graphql, chains.a, "MEMBERS_READ")
    graphql(chains.a, MEMBERS, token=secret)
    graphql(chains.b, MEMBERS, token=secret)
    graphql(chains.a, MEMBERS, token=secret + "x")
    graphql(chains.a, "{ members(first: 1) { nodes { nothing } } }", token=secret)
    for place in PLACES:
        Client().post(
            place.format(secret), data={}, content_type="application/json", headers={"Host": chains.a.host}, secure=True
        )
    given = settings.LOGGING["formatters"]["line"]
    line = JsonFormatter(given["format"], **{name: given[name] for name in given if name not in ("()", "format")})
    lines = [line.format(record) for record in caplog.records]
    assert any("secret that opens nothing" in each for each in lines)
    assert any("django.request" in each for each in lines)
    assert not [each for each in lines if secret in each]


def test_a10_a_key_is_in_no_table_that_an_audience_reads(chains: Chains, graphql: GraphQLCaller) -> None:
    secret = token_of(graphql, chains.a, "MEMBERS_READ")
    digest = digest_of(secret, bound_to=chains.a.chain.id)
    with scope(chains.a.chain, system_actor()):
        rows = [*AccessToken.objects.values(), *Entry.objects.values()]
    assert rows
    assert not [row for row in rows if secret in str(row) or digest in str(row)]
    with scope(chains.a.chain, gate_actor()):
        assert [kept.digest for kept in SecretDigest.objects.all()] == [digest]


def test_a10_a_leaked_key_is_changed_for_a_new_one_and_the_old_one_is_dead(
    chains: Chains, graphql: GraphQLCaller
) -> None:
    leaked = created(graphql, chains.a, "MEMBERS_READ")
    fresh = created(graphql, chains.a, "MEMBERS_READ")
    given = {"input": {"accessTokenId": leaked["accessToken"]["id"]}}
    assert graphql(chains.a, REVOKE, given, as_="STORE_MANAGER")["data"]["revokeAccessToken"]["userErrors"] == []
    assert graphql.post(chains.a, {"query": MEMBERS}, token=leaked["secret"]).status_code == 401
    assert graphql.post(chains.a, {"query": MEMBERS}, token=fresh["secret"]).status_code == 200


def test_a10_an_administrator_ends_somebody_elses_leaked_key(chains: Chains, graphql: GraphQLCaller) -> None:
    leaked = created(graphql, chains.a, "MEMBERS_READ")
    given = {"input": {"accessTokenId": leaked["accessToken"]["id"]}}
    for who, expected in (("SERVICE_STAFF", "NOT_FOUND"), ("AREA_SUPERVISOR", "NOT_FOUND")):
        answer = graphql(chains.a, REVOKE, given, as_=who)["data"]["revokeAccessToken"]
        assert [error["code"] for error in answer["userErrors"]] == [expected]
    assert graphql.post(chains.a, {"query": MEMBERS}, token=leaked["secret"]).status_code == 200
    assert graphql(chains.a, REVOKE, given, as_="HQ_ADMINISTRATOR")["data"]["revokeAccessToken"]["userErrors"] == []
    assert graphql.post(chains.a, {"query": MEMBERS}, token=leaked["secret"]).status_code == 401


def test_a10_no_deed_changes_what_a_key_may_do_and_a_key_does_not_say_it_itself(
    chains: Chains, graphql: GraphQLCaller
) -> None:
    touching = [name for name in schema.graphql_schema.mutation_type.fields if "oken" in name]
    assert touching == ["createAccessToken", "revokeAccessToken"]
    secret = created(graphql, chains.a, "MEMBERS_READ")["secret"]
    given = {"email": "x@example.com", "role": "MENTOR", "storeId": global_id("Store", chains.a.store)}
    refused = graphql(chains.a, INVITE, {"input": given}, token=secret)["data"]["inviteMember"]["userErrors"]
    assert [error["code"] for error in refused] == ["NOT_PERMITTED"]
    widened = graphql(chains.a, INVITE, {"input": {**given, "scopes": ["MEMBERS_WRITE"]}}, token=secret)
    assert widened["errors"]
    assert not widened.get("data")


def test_a10_a_key_has_never_more_than_its_owner_has_now(chains: Chains, graphql: GraphQLCaller) -> None:
    made = created(graphql, chains.a, "MEMBERS_READ", "MEMBERS_WRITE")
    given = {"email": "x@example.com", "role": "MENTOR", "storeId": global_id("Store", chains.a.store)}
    with scope(chains.a.chain, system_actor()):
        Assignment.objects.filter(user_id=chains.a.people["STORE_MANAGER"]).update(role="SERVICE_STAFF")
    refused = graphql(chains.a, INVITE, {"input": given}, token=made["secret"])["data"]["inviteMember"]["userErrors"]
    assert [error["code"] for error in refused] == ["NOT_PERMITTED"]
