"""S13, A08: what a key for a program may never do, whoever made it and whatever its scopes say."""

from datetime import timedelta

import pytest
from django.utils import timezone

from api.base.ids import global_id
from chains.actor import system_actor
from chains.scope import scope
from members.models import AccessToken, Assignment, User
from members.rules.scopes import Scope
from standards.actions.drafting import draft_standard, submit_standard
from standards.models.texts import Version
from tests.attacks.test_t03_tokens_of_another_chain import token_of
from tests.conftest import Chains
from tests.factories.people import actor_of_role
from tests.factories.standards import TITLES, same_day_clause
from tests.graphql_caller import GraphQLCaller

DO = {
    "deactivateMember": "DeactivateMemberInput",
    "reactivateMember": "ReactivateMemberInput",
    "revokeAccessToken": "RevokeAccessTokenInput",
    "approveStandard": "ApproveStandardInput",
}


def do(graphql: GraphQLCaller, chains: Chains, deed: str, given: dict[str, str], secret: str) -> list[str]:
    document = f"mutation($input:{DO[deed]}!){{{deed}(input:$input){{userErrors{{code}}}}}}"
    answer = graphql(chains.a, document, {"input": given}, token=secret)
    return [error["code"] for error in answer["data"][deed]["userErrors"]]


def test_s13_a_token_that_reads_revokes_no_token_of_its_owner(chains: Chains, graphql: GraphQLCaller) -> None:
    reading = token_of(graphql, chains.a, "STORES_READ", as_="STORE_MANAGER")
    token_of(graphql, chains.a, "MEMBERS_READ", as_="STORE_MANAGER")
    with scope(chains.a.chain, system_actor()):
        keys = [token.id for token in AccessToken.objects.order_by("id")]
    for key in keys:
        given = {"accessTokenId": global_id("AccessToken", key)}
        assert do(graphql, chains, "revokeAccessToken", given, reading) == ["PERSONS_ONLY"]
    with scope(chains.a.chain, system_actor()):
        assert AccessToken.objects.filter(revoked_at=None).count() == 2


@pytest.mark.parametrize("kind", ["PERSONAL", "SERVICE"])
def test_a08_a_token_neither_locks_hq_out_nor_lets_it_in_again(
    kind: str, chains: Chains, graphql: GraphQLCaller
) -> None:
    secret = token_of(graphql, chains.a, *Scope.__members__, kind=kind)
    officer = {"memberId": global_id("Member", chains.a.people["QUALITY_OFFICER"])}
    assert do(graphql, chains, "deactivateMember", officer, secret) == ["NOT_PERMITTED"]
    with scope(chains.a.chain, system_actor()):
        User.objects.filter(id=chains.a.people["QUALITY_OFFICER"]).update(is_active=False)
    assert do(graphql, chains, "reactivateMember", officer, secret) == ["NOT_PERMITTED"]
    mentor = {"memberId": global_id("Member", chains.a.people["MENTOR"])}
    assert do(graphql, chains, "deactivateMember", mentor, secret) == []
    assert do(graphql, chains, "reactivateMember", mentor, secret) == []


def test_a_machine_is_no_second_pair_of_eyes(chains: Chains, graphql: GraphQLCaller) -> None:
    """Whoever writes a standard can make a service token; it must not approve the text for them."""
    author, now = actor_of_role(chains.a, "HQ_ADMINISTRATOR"), timezone.now()
    with scope(chains.a.chain, author):
        version = draft_standard(actor=author, titles=TITLES, clauses=(same_day_clause(),), now=now)
        submit_standard(actor=author, version_id=version.id, now=now)
    given = {"versionId": global_id("Version", version.id)}
    for kind in ("SERVICE", "PERSONAL"):
        secret = token_of(graphql, chains.a, *Scope.__members__, kind=kind)
        assert do(graphql, chains, "approveStandard", given, secret) == ["APPROVER_IS_AUTHOR"]
    with scope(chains.a.chain, author):
        assert Version.objects.get().state == "SUBMITTED"


def test_s13_a_token_shrinks_with_its_owners_roles(chains: Chains, graphql: GraphQLCaller) -> None:
    secret = token_of(graphql, chains.a, "STORES_WRITE", "STORES_READ", as_="STORE_MANAGER")
    stores = "{ stores(first: 9) { nodes { code } } }"
    assert graphql(chains.a, stores, token=secret)["data"]["stores"]["nodes"] == [{"code": "S1"}]
    with scope(chains.a.chain, system_actor()):
        Assignment.objects.filter(user_id=chains.a.people["STORE_MANAGER"]).update(role="SERVICE_STAFF")
    document = "mutation($input:CorrectStoreInput!){correctStore(input:$input){userErrors{code}}}"
    given = {"input": {"storeId": global_id("Store", chains.a.store), "name": "Mine"}}
    answer = graphql(chains.a, document, given, token=secret)["data"]["correctStore"]
    assert [error["code"] for error in answer["userErrors"]] == ["NOT_PERMITTED"]
    with scope(chains.a.chain, system_actor()):
        Assignment.objects.filter(user_id=chains.a.people["STORE_MANAGER"]).delete()
    assert graphql(chains.a, stores, token=secret)["data"]["stores"] is None


def test_s13_a_token_limited_to_no_store_sees_none(chains: Chains, graphql: GraphQLCaller) -> None:
    for kind in ("PERSONAL", "SERVICE"):
        secret = token_of(graphql, chains.a, "STORES_READ", "JOURNAL_READ", storeIds=[], kind=kind)
        answer = graphql(chains.a, "{ stores(first: 9) { totalCount } journal(first: 9) { totalCount } }", token=secret)
        assert answer["data"] == {"stores": {"totalCount": 0}, "journal": {"totalCount": 0}}


def test_s13_a_token_of_a_day_is_dead_after_it(chains: Chains, graphql: GraphQLCaller) -> None:
    secret = token_of(graphql, chains.a, "STORES_READ", expiresAt=(timezone.now() + timedelta(days=1)).isoformat())
    with scope(chains.a.chain, system_actor()):
        AccessToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert graphql.post(chains.a, {"query": "{ chain { id } }"}, token=secret).status_code == 401
