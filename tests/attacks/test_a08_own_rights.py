"""A08 through HTTP: nobody makes themself or others more than they may, and somebody always runs the chain."""

from threading import Barrier, Thread

import pytest
from django.db import connections
from django.utils import timezone

from api.base.ids import global_id
from chains.actor import system_actor
from chains.scope import scope
from journal.models import Entry
from members.models import Assignment, Invitation, User
from members.rules.permissions import Role
from tests.conftest import Chains
from tests.factories.chains import FurnishedChain
from tests.graphql_caller import GraphQLCaller

ASSIGN = """mutation ($input: AssignRoleInput!) { assignRole(input: $input) {
    assignment { id } userErrors { code } } }"""
WITHDRAW = """mutation ($input: WithdrawRoleInput!) { withdrawRole(input: $input) {
    member { id } userErrors { code } } }"""
INVITE = """mutation ($input: InviteMemberInput!) { inviteMember(input: $input) {
    invitation { id } userErrors { code } } }"""
DEACTIVATE = """mutation ($input: DeactivateMemberInput!) { deactivateMember(input: $input) {
    member { isActive } userErrors { code } } }"""
BELOW_ADMINISTRATORS = [role for role in Role if role is not Role.HQ_ADMINISTRATOR]
ABOVE_A_MANAGER = [
    Role.HQ_ADMINISTRATOR,
    Role.QUALITY_OFFICER,
    Role.HQ_TRAINER,
    Role.AREA_SUPERVISOR,
    Role.STORE_MANAGER,
]


def codes(answer: dict) -> list[str]:
    (payload,) = answer["data"].values()
    return [error["code"] for error in payload["userErrors"]]


def place_in(chain: FurnishedChain, role: Role) -> dict[str, str]:
    if role is Role.AREA_SUPERVISOR:
        return {"areaId": global_id("Area", chain.area)}
    if role in (Role.HQ_ADMINISTRATOR, Role.QUALITY_OFFICER, Role.HQ_TRAINER):
        return {}
    return {"storeId": global_id("Store", chain.store)}


def rights_in(chain: FurnishedChain) -> tuple[set, int, int]:
    with scope(chain.chain, system_actor()):
        held = set(Assignment.objects.values_list("user_id", "role", "area_id", "store_id"))
        return held, Invitation.objects.count(), Entry.objects.count()


def assignment_of(chain: FurnishedChain, who: str) -> str:
    with scope(chain.chain, system_actor()):
        return global_id("Assignment", Assignment.objects.get(user_id=chain.people[who]).id)


@pytest.mark.parametrize("wanted", list(Role))
@pytest.mark.parametrize("who", BELOW_ADMINISTRATORS)
def test_a08_nobody_below_an_administrator_gives_themself_a_role(
    chains: Chains, graphql: GraphQLCaller, who: Role, wanted: Role
) -> None:
    before = rights_in(chains.a)
    given = {"memberId": global_id("Member", chains.a.people[who]), "role": wanted.value, **place_in(chains.a, wanted)}
    refused = codes(graphql(chains.a, ASSIGN, {"input": given}, as_=who))
    assert refused in (["NOT_PERMITTED"], ["OWN_ROLE"], ["NOT_FOUND"])
    assert rights_in(chains.a) == before


@pytest.mark.parametrize("who", BELOW_ADMINISTRATORS)
def test_a08_nobody_below_an_administrator_takes_their_own_role_away(
    chains: Chains, graphql: GraphQLCaller, who: Role
) -> None:
    own = assignment_of(chains.a, who)
    before = rights_in(chains.a)
    refused = codes(graphql(chains.a, WITHDRAW, {"input": {"assignmentId": own}}, as_=who))
    assert refused in (["NOT_PERMITTED"], ["OWN_ROLE"], ["NOT_FOUND"])
    assert rights_in(chains.a) == before


@pytest.mark.parametrize("role", ABOVE_A_MANAGER)
def test_a08_a_manager_neither_appoints_nor_invites_an_equal_or_a_superior(
    chains: Chains, graphql: GraphQLCaller, role: Role
) -> None:
    before = rights_in(chains.a)
    place = place_in(chains.a, role)
    staff = global_id("Member", chains.a.people["SERVICE_STAFF"])
    appointed = {"memberId": staff, "role": role.value, **place}
    invited = {"email": "friend@example.com", "role": role.value, **place}
    assert codes(graphql(chains.a, ASSIGN, {"input": appointed}, as_="STORE_MANAGER")) in (
        ["NOT_PERMITTED"],
        ["NOT_FOUND"],
    )
    assert codes(graphql(chains.a, INVITE, {"input": invited}, as_="STORE_MANAGER")) in (
        ["NOT_PERMITTED"],
        ["NOT_FOUND"],
    )
    assert rights_in(chains.a) == before


def test_a08_a_manager_neither_degrades_nor_deactivates_an_equal(chains: Chains, graphql: GraphQLCaller) -> None:
    with scope(chains.a.chain, system_actor()):
        equal = User.objects.create(email="equal@a.example", name="Equal", joined_at=timezone.now())
        held = Assignment.objects.create(
            user=equal, role=Role.STORE_MANAGER, store_id=chains.a.store, since=timezone.now()
        )
    before = rights_in(chains.a)
    taken = {"input": {"assignmentId": global_id("Assignment", held.id)}}
    ended = {"input": {"memberId": global_id("Member", equal.id)}}
    assert codes(graphql(chains.a, WITHDRAW, taken, as_="STORE_MANAGER")) == ["NOT_PERMITTED"]
    assert codes(graphql(chains.a, DEACTIVATE, ended, as_="STORE_MANAGER")) == ["NOT_PERMITTED"]
    assert rights_in(chains.a) == before


def test_a08_the_last_administrator_neither_takes_their_role_away_nor_deactivates_themself(
    chains: Chains, graphql: GraphQLCaller
) -> None:
    own = assignment_of(chains.a, "HQ_ADMINISTRATOR")
    before = rights_in(chains.a)
    oneself = {"input": {"memberId": global_id("Member", chains.a.people["HQ_ADMINISTRATOR"])}}
    taken = graphql(chains.a, WITHDRAW, {"input": {"assignmentId": own}}, as_="HQ_ADMINISTRATOR")
    assert codes(taken) == ["LAST_ADMINISTRATOR"]
    assert codes(graphql(chains.a, DEACTIVATE, oneself, as_="HQ_ADMINISTRATOR")) == ["OWN_DEACTIVATION"]
    assert rights_in(chains.a) == before


@pytest.mark.parametrize("deed", ["withdrawRole", "deactivateMember", "one of each"])
def test_a08_two_administrators_who_remove_each_other_at_once_leave_one(
    fresh_chain: FurnishedChain, graphql: GraphQLCaller, deed: str
) -> None:
    first, second = "HQ_ADMINISTRATOR", "QUALITY_OFFICER"
    with scope(fresh_chain.chain, system_actor()):
        Assignment.objects.filter(user_id=fresh_chain.people[second]).update(role=Role.HQ_ADMINISTRATOR)
    held = {who: assignment_of(fresh_chain, who) for who in (first, second)}
    withdrawn = {who: (WITHDRAW, {"input": {"assignmentId": held[who]}}) for who in (first, second)}
    deactivated = {
        who: (DEACTIVATE, {"input": {"memberId": global_id("Member", fresh_chain.people[who])}})
        for who in (first, second)
    }
    against_second = deactivated if deed == "deactivateMember" else withdrawn
    against_first = withdrawn if deed == "withdrawRole" else deactivated
    start, answers = Barrier(2), []

    def remove(who: str, document: str, variables: dict) -> None:
        start.wait()
        answers.append(graphql.post(fresh_chain, {"query": document, "variables": variables}, as_=who).status_code)
        connections.close_all()

    threads = [
        Thread(target=remove, args=(first, *against_second[second])),
        Thread(target=remove, args=(second, *against_first[first])),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Who was removed first is nobody any more, or may no longer, or is the last one: never is nobody left.
    assert set(answers) <= {200, 401}
    with scope(fresh_chain.chain, system_actor()):
        left = Assignment.objects.filter(role=Role.HQ_ADMINISTRATOR, user__is_active=True)
        assert left.count() == 1


def test_a_member_whom_two_deactivate_at_once_is_deactivated_once(
    fresh_chain: FurnishedChain, graphql: GraphQLCaller
) -> None:
    given = {
        "query": DEACTIVATE,
        "variables": {"input": {"memberId": global_id("Member", fresh_chain.people["MENTOR"])}},
    }
    start, refused = Barrier(2), []

    def deactivate() -> None:
        start.wait()
        refused.extend(codes(graphql.post(fresh_chain, given, as_="HQ_ADMINISTRATOR").json()))
        connections.close_all()

    threads = [Thread(target=deactivate) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["MEMBER_DEACTIVATED"]
