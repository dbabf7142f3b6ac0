"""Every field and deed of the operators' schema x nobody, a chain's people and keys, an operator (S01, T06, T11)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from graphql import GraphQLInputObjectType, get_named_type
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.actions import appoint_operator
from accounts.models import Founder
from api.base.ids import global_id
from api.operators.models import OperatorsAnswer
from api.operators.permissions import TABLE
from api.operators.schema import operator_schema
from api.permissions import TABLE as CHAINS_TABLE
from chains.models import Chain
from chains.scope import scope
from kit.ids import new_id
from members.actions.tokens import create_access_token
from members.models import TokenKind
from members.rules.scopes import Scope
from tests.attacks.matrix.documents import QUESTIONS, questions, selected_fields, whole
from tests.attacks.matrix.inputs import ids_in, made_up
from tests.conftest import Chains
from tests.factories.chains import FurnishedChain
from tests.factories.people import actor_of_role
from tests.graphql_caller import GraphQLCaller

SCHEMA = operator_schema.graphql_schema
DEEDS: dict[str, Any] = dict(SCHEMA.mutation_type.fields) if SCHEMA.mutation_type else {}
ONE_CHAIN = f"query($id:ID!){{chain(id:$id){{{whole(SCHEMA.type_map['OperatedChain'])}}}}}"
FEWEST_DEEDS = 5

Ask = Callable[[str, dict[str, Any]], HttpResponse]


def at_public_host(client: Client, **headers: str) -> Ask:
    def ask(query: str, variables: dict[str, Any]) -> HttpResponse:
        sent = {"Host": settings.ONEBANNER_PUBLIC_HOST, "Accept": "application/graphql-response+json", **headers}
        body = {"query": query, "variables": variables}
        answer: Any = client.post("/graphql/", body, content_type="application/json", headers=sent, secure=True)
        return answer

    return ask


def with_secret(secret: str) -> Ask:
    return at_public_host(Client(), Authorization=f"Bearer {secret}")


@pytest.fixture
def operator(chains: Chains) -> Ask:
    return with_secret(operators_secret())


def operators_secret() -> str:
    return appoint_operator(email=f"{new_id().hex}@onebanner.example", name="Olga", now=timezone.now())[1]


@pytest.fixture
def strangers(chains: Chains, graphql: GraphQLCaller) -> dict[str, Ask]:
    """Everybody who has a place in a chain, with what opens it to them, and nobody."""
    found = {"nobody": at_public_host(Client())}
    for who in chains.a.people:
        client = graphql.signed_in(chains.a, who)
        token = client.cookies[settings.CSRF_COOKIE_NAME].value
        own_pages = f"https://{settings.ONEBANNER_PUBLIC_HOST}"
        found[who] = at_public_host(client, **{"X-CSRFToken": token, "Origin": own_pages})
    for name, secret in secrets_of(chains.a).items():
        found[name] = with_secret(secret)
    return found


def secrets_of(chain: FurnishedChain) -> dict[str, str]:
    now, creator = timezone.now(), actor_of_role(chain, "HQ_ADMINISTRATOR")
    secrets = {"no secret": "obo_nothing", "a long one": "x" * 5_000}
    with scope(chain.chain, creator):
        for kind in TokenKind:
            secrets[kind] = create_access_token(
                actor=creator,
                kind=kind,
                name="Key",
                scopes=[each.value for each in Scope],
                store_ids=None,
                expires_at=now + timedelta(days=1),
                now=now,
            )[1]
    return secrets


def input_of(name: str) -> GraphQLInputObjectType:
    named = get_named_type(DEEDS[name].args["input"].type)
    assert isinstance(named, GraphQLInputObjectType)
    return named


def document_of(name: str) -> str:
    return f"mutation($input:{input_of(name)}!){{{name}(input:$input){{{whole(get_named_type(DEEDS[name].type))}}}}}"


def given_to(name: str, chain_id: str) -> dict[str, Any]:
    """Return an input that an operator's deed takes."""
    made = made_up(input_of(name), lambda _place: chain_id)
    fitting = {"domain": "matrix.example", "founderEmail": "m@example.com", "currency": "CNY", "language": "en"}
    return {**made, **{field: value for field, value in fitting.items() if field in made}}


def traces() -> tuple[int, ...]:
    """Count what a deed of operators leaves in the schema `public`."""
    return tuple(model.objects.count() for model in (Chain, Founder, OperatorsAnswer, ProcrastinateJob))


def codes_of(answer: Any) -> list[str]:
    return [error["extensions"]["code"] for error in answer.json().get("errors", ())]


def test_nobody_but_an_operator_sees_or_does_anything(chains: Chains, strangers: dict[str, Ask]) -> None:
    own = global_id("OperatedChain", chains.a.chain.id)
    asked = [(document, {}) for document in questions(SCHEMA).values()] + [(ONE_CHAIN, {"id": own})]
    asked += [(document_of(name), {"input": given_to(name, own)}) for name in DEEDS]
    before = traces()
    for who, ask in strangers.items():
        answers = [ask(document, variables) for document, variables in asked]
        assert {answer.status_code for answer in answers} == {401}, who
        # The same words whatever was asked, so that nothing is told of the schema or of what there is.
        assert len({answer.content for answer in answers}) == 1, who
        assert codes_of(answers[0]) == ["UNAUTHENTICATED"]
        assert traces() == before, who


def test_an_operator_sees_every_field_of_every_chain(chains: Chains, operator: Ask) -> None:
    for document in questions(SCHEMA).values():
        assert codes_of(operator(document, {})) == []
    shown: Any = operator(ONE_CHAIN, {"id": global_id("OperatedChain", chains.a.chain.id)}).json()
    assert {name for name, _selection in selected_fields(SCHEMA.type_map["OperatedChain"])} == set(
        shown["data"]["chain"]
    )
    assert shown["data"]["chain"]["domain"] == chains.a.host


@pytest.mark.parametrize("name", DEEDS)
def test_an_operator_does_every_deed(name: str, chains: Chains, operator: Ask) -> None:
    own = global_id("OperatedChain", chains.a.chain.id)
    if name == "resumeChain":
        operator(document_of("suspendChain"), {"input": {"chainId": own}})
    answer: Any = operator(document_of(name), {"input": given_to(name, own)})
    assert (answer.status_code, codes_of(answer)) == (200, [])
    assert answer.json()["data"][name]["userErrors"] == []


@pytest.mark.parametrize("name", DEEDS)
def test_t06_what_is_no_id_of_a_chain_here_is_refused_at_its_field(name: str, chains: Chains, operator: Ask) -> None:
    before = traces()
    wrong = dict.fromkeys(("1", "", "x" * 10000, global_id("Store", chains.a.store)), "BAD_ID")
    # The id that the chain's own people know is of another type.
    wrong[global_id("Chain", chains.a.chain.id)] = "BAD_ID"
    wrong[global_id("OperatedChain", new_id())] = "NOT_FOUND"
    for text, code in wrong.items():
        for place in ids_in(input_of(name)):
            answer: Any = operator(document_of(name), {"input": given_to(name, text)}).json()
            (error,) = answer["data"][name]["userErrors"]
            assert (error["code"], error["field"]) == (code, list(place.path)), text
        assert codes_of(operator(ONE_CHAIN, {"id": text})) == [code]
    assert traces() == before


def test_t11_an_operators_key_opens_nothing_on_a_chains_host(chains: Chains, graphql: GraphQLCaller) -> None:
    secret = operators_secret()
    for document in [*QUESTIONS.values(), *questions(SCHEMA).values()]:
        answer = graphql.post(chains.a, {"query": document}, token=secret)
        assert answer.status_code == 401


def test_the_tables_of_both_hosts_share_no_permission() -> None:
    assert not {str(needs) for needs in TABLE.values()} & {str(needs) for needs in CHAINS_TABLE.values()}


def test_the_operators_matrix_has_not_shrunk() -> None:
    assert len(DEEDS) >= FEWEST_DEEDS
    reached = set(questions(SCHEMA)) | {"chain"} | set(DEEDS)
    assert {name.partition(".")[2] for name in TABLE if name.startswith(("Query.", "Mutation."))} == reached
