"""T03, T04, A10, S13: a token opens its own chain, its own stores and its own scopes, and dies when it is told to."""

from datetime import timedelta

import pytest
from django.utils import timezone

from api.base.ids import global_id
from chains.actor import gate_actor, system_actor
from chains.scope import scope
from kit.tokens import digest_of
from members.models import AccessToken, SecretDigest, TokenKind, User
from members.rules.scopes import Scope
from tests.conftest import Chains
from tests.factories.chains import FurnishedChain
from tests.graphql_caller import GraphQLCaller

MEMBERS = "{ members(first: 50) { nodes { name } } }"
CREATE = """mutation ($input: CreateAccessTokenInput!) { createAccessToken(input: $input) {
    secret accessToken { id name kind } userErrors { code field } } }"""
REVOKE = """mutation ($input: RevokeAccessTokenInput!) { revokeAccessToken(input: $input) {
    accessToken { revokedAt } userErrors { code field } } }"""
INVITE = """mutation ($input: InviteMemberInput!) { inviteMember(input: $input) {
    invitation { id } userErrors { code } } }"""


def token_of(
    graphql: GraphQLCaller, chain: FurnishedChain, *scopes: str, as_: str = "HQ_ADMINISTRATOR", **given: object
) -> str:
    answer = graphql(
        chain,
        CREATE,
        {
            "input": {
                "kind": "PERSONAL",
                "name": "Till",
                "scopes": list(scopes),
                "expiresAt": (timezone.now() + timedelta(days=30)).isoformat(),
                **given,
            }
        },
        as_=as_,
    )["data"]["createAccessToken"]
    assert answer["userErrors"] == []
    secret: str = answer["secret"]
    return secret


def test_t03_a_token_of_a_is_401_at_b(chains: Chains, graphql: GraphQLCaller) -> None:
    secret = token_of(graphql, chains.a, "MEMBERS_READ")
    assert graphql.post(chains.a, {"query": MEMBERS}, token=secret).status_code == 200
    assert graphql.post(chains.b, {"query": MEMBERS}, token=secret).status_code == 401


def test_t03_a_copied_row_of_a_token_opens_nothing_at_b(chains: Chains, graphql: GraphQLCaller) -> None:
    secret = token_of(graphql, chains.a, "MEMBERS_READ")
    with scope(chains.a.chain, system_actor()):
        token = AccessToken.objects.get()
        owner = User.objects.get(id=token.owner_id)
    owner.email = "copied@b.example"
    with scope(chains.b.chain, system_actor()):
        owner.save(force_insert=True)
        token.save(force_insert=True)
        SecretDigest.objects.create(opens_id=token.id, digest=digest_of(secret, bound_to=chains.a.chain.id))
    assert graphql.post(chains.b, {"query": MEMBERS}, token=secret).status_code == 401


@pytest.mark.parametrize(
    "secret",
    [
        "eyJhbGciOiJub25lIn0.eyJjaGFpbiI6ImEifQ.",
        "ob_",
        "obv_",
        "x" * 5_000,
        "ob_\x00",
        "金锅",
        "' OR 1=1--",
    ],
)
def test_t04_a_text_that_is_no_secret_of_ours_is_401(chains: Chains, graphql: GraphQLCaller, secret: str) -> None:
    assert graphql.post(chains.a, {"query": MEMBERS}, token=secret).status_code == 401


def test_a10_only_a_digest_is_kept_that_says_nothing_without_its_chain(chains: Chains, graphql: GraphQLCaller) -> None:
    secret = token_of(graphql, chains.a, "MEMBERS_READ")
    with scope(chains.a.chain, system_actor()):
        token = AccessToken.objects.get()
    with scope(chains.a.chain, gate_actor()):
        kept = SecretDigest.objects.get(opens_id=token.id)
    assert kept.digest == digest_of(secret, bound_to=chains.a.chain.id)
    assert secret not in str(vars(token)) + str(vars(kept))


def test_a10_a_secret_in_the_url_opens_nothing(chains: Chains, graphql: GraphQLCaller) -> None:
    secret = token_of(graphql, chains.a, "MEMBERS_READ")
    client = graphql.signed_in(chains.a, "STORE_MANAGER").__class__()
    answer = client.post(
        f"/graphql/?access_token={secret}&token={secret}",
        data={"query": MEMBERS},
        content_type="application/json",
        headers={"Host": chains.a.host},
        secure=True,
    )
    assert answer.status_code in (400, 401, 403)


def test_a10_a_revoked_token_is_dead_with_its_next_call(chains: Chains, graphql: GraphQLCaller) -> None:
    created = graphql(
        chains.a,
        CREATE,
        {
            "input": {
                "kind": "PERSONAL",
                "name": "Till",
                "scopes": ["MEMBERS_READ"],
                "expiresAt": (timezone.now() + timedelta(days=1)).isoformat(),
            }
        },
        as_="STORE_MANAGER",
    )["data"]["createAccessToken"]
    answer = graphql(chains.a, REVOKE, {"input": {"accessTokenId": created["accessToken"]["id"]}}, as_="STORE_MANAGER")
    assert answer["data"]["revokeAccessToken"]["userErrors"] == []
    assert graphql.post(chains.a, {"query": MEMBERS}, token=created["secret"]).status_code == 401


def test_a10_a_token_that_ran_out_is_dead(chains: Chains, graphql: GraphQLCaller) -> None:
    secret = token_of(graphql, chains.a, "MEMBERS_READ")
    with scope(chains.a.chain, system_actor()):
        AccessToken.objects.update(expires_at=timezone.now())
    assert graphql.post(chains.a, {"query": MEMBERS}, token=secret).status_code == 401


def test_a10_a_token_makes_no_tokens_whatever_its_owner_may(chains: Chains, graphql: GraphQLCaller) -> None:
    secret = token_of(graphql, chains.a, *Scope.__members__)
    answer = graphql(
        chains.a,
        CREATE,
        {
            "input": {
                "kind": "PERSONAL",
                "name": "Another",
                "scopes": ["MEMBERS_READ"],
                "expiresAt": (timezone.now() + timedelta(days=1)).isoformat(),
            }
        },
        token=secret,
    )["data"]["createAccessToken"]
    assert [error["code"] for error in answer["userErrors"]] == ["NOT_PERMITTED"]


def test_a10_the_use_of_a_token_is_noted(chains: Chains, graphql: GraphQLCaller) -> None:
    secret = token_of(graphql, chains.a, "MEMBERS_READ")
    graphql(chains.a, MEMBERS, token=secret)
    with scope(chains.a.chain, system_actor()):
        assert AccessToken.objects.get().last_used_at is not None


def test_s13_a_reading_token_changes_nothing(chains: Chains, graphql: GraphQLCaller) -> None:
    secret = token_of(graphql, chains.a, "MEMBERS_READ")
    given = {"input": {"email": "new@example.com", "role": "HQ_TRAINER"}}
    answer = graphql(chains.a, INVITE, given, token=secret)["data"]["inviteMember"]
    assert [error["code"] for error in answer["userErrors"]] == ["NOT_PERMITTED"]


def test_s13_a_token_limited_to_one_store_sees_nobody_of_another(chains: Chains, graphql: GraphQLCaller) -> None:
    secret = token_of(graphql, chains.a, "MEMBERS_READ", storeIds=[global_id("Store", chains.a.store)])
    names = {node["name"] for node in graphql(chains.a, MEMBERS, token=secret)["data"]["members"]["nodes"]}
    assert "Store manager" in names
    assert "Store manager 2" not in names


def test_s13_a_token_is_not_limited_to_a_store_that_its_maker_does_not_see(
    chains: Chains, graphql: GraphQLCaller
) -> None:
    answer = graphql(
        chains.a,
        CREATE,
        {
            "input": {
                "kind": "PERSONAL",
                "name": "Till",
                "scopes": ["MEMBERS_READ"],
                "storeIds": [global_id("Store", chains.a.store), global_id("Store", chains.a.other_store)],
                "expiresAt": (timezone.now() + timedelta(days=1)).isoformat(),
            }
        },
        as_="STORE_MANAGER",
    )["data"]["createAccessToken"]
    assert answer["userErrors"] == [{"code": "NOT_FOUND", "field": ["storeIds"]}]
    with scope(chains.a.chain, system_actor()):
        assert not AccessToken.objects.exists()


def test_s13_only_those_who_may_make_service_tokens(chains: Chains, graphql: GraphQLCaller) -> None:
    secret = token_of(graphql, chains.a, "MEMBERS_READ", kind=TokenKind.SERVICE.value)
    assert graphql.post(chains.a, {"query": MEMBERS}, token=secret).status_code == 200
    answer = graphql(
        chains.a,
        CREATE,
        {
            "input": {
                "kind": "SERVICE",
                "name": "Till",
                "scopes": ["MEMBERS_READ"],
                "expiresAt": (timezone.now() + timedelta(days=1)).isoformat(),
            }
        },
        as_="STORE_MANAGER",
    )["data"]["createAccessToken"]
    assert [error["code"] for error in answer["userErrors"]] == ["NOT_PERMITTED"]


def test_s13_the_token_of_a_deactivated_member_is_dead(chains: Chains, graphql: GraphQLCaller) -> None:
    secret = token_of(graphql, chains.a, "MEMBERS_READ", as_="STORE_MANAGER")
    with scope(chains.a.chain, system_actor()):
        User.objects.filter(id=chains.a.people["STORE_MANAGER"]).update(is_active=False)
    assert graphql.post(chains.a, {"query": MEMBERS}, token=secret).status_code == 401
