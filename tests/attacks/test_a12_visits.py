"""A12, S12: an operator's look into a chain and HQ's acting for a member have a reason, an end, and both names."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.actions import appoint_operator
from accounts.models import Operator
from api.base.ids import global_id
from chains.actor import system_actor
from chains.scope import scope
from journal.models import Entry
from members.models import Invitation, Visit
from members.rules.happenings import Happening
from tests.conftest import Chains
from tests.factories.chains import FurnishedChain
from tests.graphql_caller import GraphQLCaller

ENTER = """mutation ($input: EnterChainInput!) { enterChain(input: $input) {
    secret endsAt userErrors { code field } } }"""
ACT = """mutation ($input: ActForMemberInput!) { actForMember(input: $input) {
    secret endsAt userErrors { code field } } }"""
MEMBERS = "{ members(first: 50) { nodes { name } } }"
INVITE = """mutation ($input: InviteMemberInput!) { inviteMember(input: $input) {
    invitation { id } userErrors { code } } }"""
TRAINER = {"input": {"email": "new@example.com", "role": "HQ_TRAINER"}}


@pytest.fixture
def operator(chains: Chains) -> Iterator[tuple[Operator, str]]:
    yield appoint_operator(email="op@onebanner.example", name="Olga Operator", now=timezone.now())


def at_public_host(secret: str | None, document: str, variables: dict | None = None) -> tuple[int, dict]:
    headers = {"Host": settings.ONEBANNER_PUBLIC_HOST}
    if secret is not None:
        headers["Authorization"] = f"Bearer {secret}"
    answer = Client().post(
        "/graphql/",
        data={"query": document, "variables": variables or {}},
        content_type="application/json",
        headers=headers,
        secure=True,
    )
    return answer.status_code, answer.json()


def enter(secret: str, chain: FurnishedChain, reason: str = "Ticket 4711: figures look wrong") -> dict:
    given = {"input": {"chainId": global_id("OperatedChain", chain.chain.id), "reason": reason}}
    answer: dict = at_public_host(secret, ENTER, given)[1]["data"]["enterChain"]
    return answer


def test_a12_an_operator_enters_with_a_reason_that_the_chains_own_journal_keeps(
    chains: Chains, operator: tuple[Operator, str], graphql: GraphQLCaller
) -> None:
    entered = enter(operator[1], chains.a)
    assert entered["userErrors"] == []
    assert graphql.post(chains.a, {"query": MEMBERS}, token=entered["secret"]).status_code == 200
    with scope(chains.a.chain, system_actor()):
        entry = Entry.objects.get(kind=Happening.VISIT_STARTED)
    assert (entry.actor_kind, entry.actor_id) == ("OPERATOR", operator[0].id)
    assert entry.after["visitor_name"] == "Olga Operator"
    assert entry.after["reason"] == "Ticket 4711: figures look wrong"


def test_a12_without_a_reason_nobody_enters(chains: Chains, operator: tuple[Operator, str]) -> None:
    assert [error["code"] for error in enter(operator[1], chains.a, reason="  ")["userErrors"]] == ["INVALID"]
    with scope(chains.a.chain, system_actor()):
        assert not Visit.objects.exists()


def test_a12_an_operator_on_a_visit_changes_nothing(
    chains: Chains, operator: tuple[Operator, str], graphql: GraphQLCaller
) -> None:
    secret = enter(operator[1], chains.a)["secret"]
    answer = graphql(chains.a, INVITE, TRAINER, token=secret)["data"]["inviteMember"]
    assert [error["code"] for error in answer["userErrors"]] == ["NOT_PERMITTED"]
    with scope(chains.a.chain, system_actor()):
        assert not Invitation.objects.exists()


def test_a12_a_visit_is_over_when_its_hour_is(
    chains: Chains, operator: tuple[Operator, str], graphql: GraphQLCaller
) -> None:
    secret = enter(operator[1], chains.a)["secret"]
    with scope(chains.a.chain, system_actor()):
        visit = Visit.objects.get()
        assert visit.ends_at - visit.began_at == timedelta(hours=1)
        Visit.objects.update(began_at=visit.began_at - timedelta(hours=2), ends_at=timezone.now())
    assert graphql.post(chains.a, {"query": MEMBERS}, token=secret).status_code == 401


def test_a12_a_visit_to_one_chain_is_none_to_another(
    chains: Chains, operator: tuple[Operator, str], graphql: GraphQLCaller
) -> None:
    secret = enter(operator[1], chains.a)["secret"]
    assert graphql.post(chains.b, {"query": MEMBERS}, token=secret).status_code == 401


def test_a12_an_operators_own_key_opens_no_chain(
    chains: Chains, operator: tuple[Operator, str], graphql: GraphQLCaller
) -> None:
    assert graphql.post(chains.a, {"query": MEMBERS}, token=operator[1]).status_code == 401


def test_a12_a_renewed_key_kills_the_one_before(chains: Chains, operator: tuple[Operator, str]) -> None:
    appoint_operator(email="op@onebanner.example", name="Olga Operator", now=timezone.now())
    assert at_public_host(operator[1], "{ chains(first: 1) { totalCount } }")[0] == 401


@pytest.mark.parametrize("secret", [None, "obo_wrong", "x" * 5_000, "ob_x"])
def test_nobody_but_operators_is_heard_at_the_public_host(chains: Chains, secret: str | None) -> None:
    status, body = at_public_host(secret, "{ chains(first: 10) { nodes { name domain } } }")
    assert status == 401
    assert "Golden" not in str(body)


def test_a_chains_token_is_nobodys_at_the_public_host(chains: Chains, graphql: GraphQLCaller) -> None:
    acting = graphql(
        chains.a,
        ACT,
        {"input": {"memberId": global_id("Member", chains.a.people["STORE_MANAGER"]), "reason": "Sick leave"}},
        as_="HQ_ADMINISTRATOR",
    )["data"]["actForMember"]
    assert at_public_host(acting["secret"], "{ chains(first: 10) { totalCount } }")[0] == 401


def test_s12_hq_acts_for_a_store_manager_and_the_journal_names_both(chains: Chains, graphql: GraphQLCaller) -> None:
    manager = chains.a.people["STORE_MANAGER"]
    acting = graphql(
        chains.a,
        ACT,
        {"input": {"memberId": global_id("Member", manager), "reason": "Sick leave"}},
        as_="HQ_ADMINISTRATOR",
    )["data"]["actForMember"]
    given = {"input": {"email": "new@example.com", "role": "MENTOR", "storeId": global_id("Store", chains.a.store)}}
    answer = graphql(chains.a, INVITE, given, token=acting["secret"])["data"]["inviteMember"]
    assert answer["userErrors"] == []
    with scope(chains.a.chain, system_actor()):
        entry = Entry.objects.get(kind=Happening.MEMBER_INVITED)
    assert (entry.actor_id, entry.behalf_of_id) == (manager, chains.a.people["HQ_ADMINISTRATOR"])


def test_s12_who_acts_for_a_manager_may_no_more_than_the_manager(chains: Chains, graphql: GraphQLCaller) -> None:
    manager = global_id("Member", chains.a.people["STORE_MANAGER"])
    acting = graphql(chains.a, ACT, {"input": {"memberId": manager, "reason": "Sick leave"}}, as_="HQ_ADMINISTRATOR")[
        "data"
    ]["actForMember"]
    answer = graphql(chains.a, INVITE, TRAINER, token=acting["secret"])["data"]["inviteMember"]
    assert [error["code"] for error in answer["userErrors"]] == ["NOT_PERMITTED"]
    names = str(graphql(chains.a, MEMBERS, token=acting["secret"]))
    assert "Store manager 2" not in names


def test_s12_who_acts_for_somebody_makes_no_tokens_for_them(chains: Chains, graphql: GraphQLCaller) -> None:
    manager = global_id("Member", chains.a.people["STORE_MANAGER"])
    acting = graphql(chains.a, ACT, {"input": {"memberId": manager, "reason": "Sick leave"}}, as_="HQ_ADMINISTRATOR")[
        "data"
    ]["actForMember"]
    create = """mutation ($input: CreateAccessTokenInput!) { createAccessToken(input: $input) {
        secret userErrors { code } } }"""
    given = {
        "kind": "PERSONAL",
        "name": "Back door",
        "scopes": ["MEMBERS_READ"],
        "expiresAt": (timezone.now() + timedelta(days=300)).isoformat(),
    }
    answer = graphql(chains.a, create, {"input": given}, token=acting["secret"])["data"]["createAccessToken"]
    assert answer == {"secret": None, "userErrors": [{"code": "PERSONS_ONLY"}]}


def test_s12_a_visit_ends_when_the_visitor_ends_it(chains: Chains, graphql: GraphQLCaller) -> None:
    manager = global_id("Member", chains.a.people["STORE_MANAGER"])
    acting = graphql(chains.a, ACT, {"input": {"memberId": manager, "reason": "Sick leave"}}, as_="HQ_ADMINISTRATOR")[
        "data"
    ]["actForMember"]
    ended = graphql(
        chains.a, "mutation { endVisit(input: {}) { endedAt userErrors { code } } }", token=acting["secret"]
    )["data"]["endVisit"]
    assert ended["userErrors"] == []
    assert graphql.post(chains.a, {"query": MEMBERS}, token=acting["secret"]).status_code == 401


@pytest.mark.parametrize("who", ["HQ_ADMINISTRATOR", "QUALITY_OFFICER", "HQ_TRAINER"])
def test_s12_nobody_acts_for_somebody_at_hq(chains: Chains, graphql: GraphQLCaller, who: str) -> None:
    given = {"input": {"memberId": global_id("Member", chains.a.people[who]), "reason": "Curiosity"}}
    answer = graphql(chains.a, ACT, given, as_="HQ_ADMINISTRATOR")["data"]["actForMember"]
    assert [error["code"] for error in answer["userErrors"]] == ["NOT_IN_HQS_PLACE"]


@pytest.mark.parametrize("who", ["QUALITY_OFFICER", "AREA_SUPERVISOR", "STORE_MANAGER", "MENTOR"])
def test_s12_only_administrators_act_for_others(chains: Chains, graphql: GraphQLCaller, who: str) -> None:
    given = {"input": {"memberId": global_id("Member", chains.a.people["SERVICE_STAFF"]), "reason": "Curiosity"}}
    answer = graphql(chains.a, ACT, given, as_=who)["data"]["actForMember"]
    assert [error["code"] for error in answer["userErrors"]] == ["NOT_PERMITTED"]
