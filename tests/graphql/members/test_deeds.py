"""Every deed around people over HTTP: who may, whose things, and that a refusal leaves nothing behind."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from api.base.ids import global_id
from chains.actor import gate_actor, system_actor
from chains.scope import scope
from journal.models import Entry
from members.actions.inviting import invite_member
from members.models import AccessToken, Assignment, TokenKind, User
from members.rules.permissions import Role
from members.rules.reach import Place
from members.signin.keys import invitation_secret
from tests.conftest import Chains
from tests.factories.chains import PASSWORD, FurnishedChain
from tests.graphql_caller import GraphQLCaller

HQ = {Role.HQ_ADMINISTRATOR}
MANAGERS = {Role.HQ_ADMINISTRATOR, Role.AREA_SUPERVISOR, Role.STORE_MANAGER}
MAKERS = {*MANAGERS, Role.QUALITY_OFFICER, Role.HQ_TRAINER}
EVERYBODY = set(Role)


def staff_of(chain: FurnishedChain) -> str:
    return global_id("Member", chain.people["SERVICE_STAFF"])


def store_of(chain: FurnishedChain) -> str:
    return global_id("Store", chain.store)


def invitation_to(chain: FurnishedChain) -> str:
    with scope(chain.chain, system_actor()):
        made = invite_member(
            actor=system_actor(),
            email="new@example.com",
            role=Role.MENTOR,
            place=Place(store_id=chain.store),
            now=timezone.now(),
        )
    return global_id("Invitation", made.id)


def assignment_at(chain: FurnishedChain) -> str:
    with scope(chain.chain, system_actor()):
        return global_id("Assignment", Assignment.objects.get(user_id=chain.people["SERVICE_STAFF"]).id)


def token_in(chain: FurnishedChain) -> str:
    with scope(chain.chain, system_actor()):
        made = AccessToken.objects.create(
            kind=TokenKind.PERSONAL,
            owner_id=chain.people["SERVICE_STAFF"],
            name="Till",
            scopes=["members:read"],
            created_by_id=chain.people["SERVICE_STAFF"],
            created_at=timezone.now(),
            expires_at=timezone.now() + timedelta(days=1),
        )
    return global_id("AccessToken", made.id)


def deactivated(chain: FurnishedChain) -> str:
    with scope(chain.chain, system_actor()):
        User.objects.filter(id=chain.people["STORE_MANAGER_2"]).update(is_active=False)
    return global_id("Member", chain.people["STORE_MANAGER_2"])


@dataclass(frozen=True)
class Case:
    """A deed, its input in a chain, who may do it there, and what the others are told."""

    deed: str
    given: Callable[[FurnishedChain], dict[str, Any]]
    may: set[Role]
    told: frozenset[str] = frozenset({"NOT_PERMITTED"})


CASES = [
    Case(
        "inviteMember",
        lambda chain: {"email": "new@example.com", "role": "MENTOR", "storeId": store_of(chain)},
        MANAGERS,
    ),
    Case("withdrawInvitation", lambda chain: {"invitationId": invitation_to(chain)}, MANAGERS),
    Case(
        "assignRole",
        lambda chain: {"memberId": staff_of(chain), "role": "MENTOR", "storeId": store_of(chain)},
        MANAGERS,
    ),
    Case("withdrawRole", lambda chain: {"assignmentId": assignment_at(chain)}, MANAGERS),
    Case("deactivateMember", lambda chain: {"memberId": staff_of(chain), "reason": "left"}, HQ),
    Case("reactivateMember", lambda chain: {"memberId": deactivated(chain)}, HQ),
    Case("correctOwnParticulars", lambda _chain: {"name": "王小明", "language": "zh-hans"}, EVERYBODY),
    Case(
        "createAccessToken",
        lambda _chain: {
            "kind": "PERSONAL",
            "name": "Till",
            "scopes": ["MEMBERS_READ"],
            "expiresAt": (timezone.now() + timedelta(days=1)).isoformat(),
        },
        MAKERS,
    ),
    Case(
        "revokeAccessToken",
        lambda chain: {"accessTokenId": token_in(chain)},
        {Role.HQ_ADMINISTRATOR, Role.SERVICE_STAFF},
        frozenset({"NOT_FOUND"}),
    ),
    Case("actForMember", lambda chain: {"memberId": staff_of(chain), "reason": "Sick leave"}, HQ),
    Case("signOutEverywhere", lambda _chain: {}, EVERYBODY),
    Case("endVisit", lambda _chain: {}, set(), frozenset({"NOT_FOUND"})),
]


def do(
    graphql: GraphQLCaller, chain: FurnishedChain, deed: str, given: dict[str, Any], as_: str | None
) -> dict[str, Any]:
    payload: dict[str, Any] = graphql.attempt(chain, deed, "", given, as_=as_)
    return payload


def entries_in(chain: FurnishedChain) -> int:
    with scope(chain.chain, system_actor()):
        return Entry.objects.exclude(kind="SIGNED_IN").count()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.deed)
@pytest.mark.parametrize("caller", list(Role))
def test_a_deed_is_done_by_those_who_may_and_journalled_once(
    chains: Chains, graphql: GraphQLCaller, caller: Role, case: Case
) -> None:
    given = case.given(chains.a)
    before = entries_in(chains.a)
    errors = do(graphql, chains.a, case.deed, given, caller)["userErrors"]
    if caller in case.may:
        assert errors == []
        assert entries_in(chains.a) == before + 1
    else:
        assert {error["code"] for error in errors} <= {*case.told, "NOT_FOUND"}
        assert errors
        assert entries_in(chains.a) == before


FOREIGN = [case for case in CASES if case.deed not in ("correctOwnParticulars", "signOutEverywhere", "endVisit")]


@pytest.mark.parametrize("case", FOREIGN, ids=lambda case: case.deed)
def test_t05_a_thing_of_the_other_chain_looks_like_one_that_is_not_there(
    chains: Chains, graphql: GraphQLCaller, case: Case
) -> None:
    if case.deed == "createAccessToken":
        given = {**case.given(chains.b), "storeIds": [store_of(chains.b)]}
        missing = {**given, "storeIds": [global_id("Store", uuid4())]}
    else:
        given = case.given(chains.b)
        missing = {
            key: global_id(_type_of(key), uuid4()) if key.endswith("Id") else value for key, value in given.items()
        }
    before = entries_in(chains.a)
    foreign = do(graphql, chains.a, case.deed, given, "HQ_ADMINISTRATOR")
    assert foreign == do(graphql, chains.a, case.deed, missing, "HQ_ADMINISTRATOR")
    assert [error["code"] for error in foreign["userErrors"]] == ["NOT_FOUND"]
    assert entries_in(chains.a) == before


OTHER_TYPE = global_id("Store", UUID(int=7))


@pytest.mark.parametrize("text", ["", "1", "x" * 10_000, "TWVtYmVyOg==", "金", OTHER_TYPE])
def test_t06_a_bad_id_is_told_at_its_field(chains: Chains, graphql: GraphQLCaller, text: str) -> None:
    errors = do(graphql, chains.a, "deactivateMember", {"memberId": text, "reason": "x"}, "HQ_ADMINISTRATOR")
    assert [(error["code"], error["field"]) for error in errors["userErrors"]] == [("BAD_ID", ["memberId"])]


def test_a_newcomer_accepts_over_http_without_signing_in_first(chains: Chains, graphql: GraphQLCaller) -> None:
    with scope(chains.a.chain, system_actor()):
        made = invite_member(
            actor=system_actor(), email="li@example.com", role=Role.HQ_TRAINER, place=Place(), now=timezone.now()
        )
        secret = invitation_secret(made.id)
    weak = do(graphql, chains.a, "acceptInvitation", {"token": secret, "name": "Li", "password": "x"}, None)
    assert [(error["code"], error["field"]) for error in weak["userErrors"]] == [("INVALID", ["password"])]
    given = {"token": secret, "name": "Li Na", "password": PASSWORD}
    assert do(graphql, chains.a, "acceptInvitation", given, None)["userErrors"] == []
    again = do(graphql, chains.a, "acceptInvitation", given, None)["userErrors"]
    assert [(error["code"], error["field"]) for error in again] == [("INVITATION_NOT_VALID", ["token"])]
    with scope(chains.a.chain, gate_actor()):
        assert User.objects.get(email="li@example.com").name == "Li Na"


@pytest.mark.parametrize("who", ["SERVICE_STAFF", "AREA_SUPERVISOR", "HQ_ADMINISTRATOR"])
def test_whoever_shows_the_link_accepts_also_where_somebody_is_signed_in(
    chains: Chains, graphql: GraphQLCaller, who: str
) -> None:
    offers = {"li@example.com": chains.a.store, chains.a.email(who): chains.a.other_store}
    for email, store_id in offers.items():
        with scope(chains.a.chain, system_actor()):
            place = Place(store_id=store_id)
            made = invite_member(actor=system_actor(), email=email, role=Role.MENTOR, place=place, now=timezone.now())
            secret = invitation_secret(made.id)
        given = {"token": secret, "name": "Li Na", "password": PASSWORD}
        assert do(graphql, chains.a, "acceptInvitation", given, who)["userErrors"] == []
        with scope(chains.a.chain, system_actor()):
            assert Assignment.objects.get(role=Role.MENTOR, store_id=store_id, user__email=email).user.is_active


@pytest.mark.parametrize("deed", [case.deed for case in CASES])
def test_nobody_in_particular_does_nothing_but_accept(chains: Chains, graphql: GraphQLCaller, deed: str) -> None:
    answer = graphql.post(chains.a, {"query": f"mutation {{ {deed} {{ userErrors {{ code }} }} }}"})
    assert answer.status_code == 401


@pytest.mark.parametrize("field", ["isActive", "role", "password", "sessionsEpoch", "id"])
def test_i16_a_field_that_the_input_does_not_have_is_refused(
    chains: Chains, graphql: GraphQLCaller, field: str
) -> None:
    document = """mutation ($input: CorrectOwnParticularsInput!) {
        correctOwnParticulars(input: $input) { userErrors { code } } }"""
    given = {"input": {"name": "A", "language": "en", field: "x"}}
    assert "errors" in graphql(chains.a, document, given, as_="SERVICE_STAFF")


def test_a_refusal_names_the_permission_and_who_has_it(chains: Chains, graphql: GraphQLCaller) -> None:
    given = {"assignmentId": assignment_at(chains.a)}
    (error,) = do(graphql, chains.a, "withdrawRole", given, "SERVICE_SUPERVISOR")["userErrors"]
    assert error["message"] == (
        "This needs the permission WITHDRAW_ROLE. "
        "These roles have it: Store manager, Area supervisor, HQ administrator."
    )


def _type_of(key: str) -> str:
    return {"memberId": "Member", "storeId": "Store", "assignmentId": "Assignment"}.get(key, key[0].upper() + key[1:-2])
