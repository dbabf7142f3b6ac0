"""Customers through the API: what each role sees of them (S15), what is searched (I09), what a list costs (G20)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from api.base.ids import global_id
from chains.actor import Actor
from chains.scope import scope
from customers.actions.registering import register_customer
from customers.models import Customer
from customers.rules.particulars import Particulars
from journal.models import Entry
from tests.conftest import Chains
from tests.factories.stores import NOW
from tests.graphql_caller import GraphQLCaller

AsRole = Callable[..., Actor]
WANG = Particulars(
    name="王小明",
    phone="13812345678",
    email="wang@example.com",
    address="南京东路123号",
    birthday="1990-05-17",
    note="猫",
)
# Signing in, and finding out who calls.
_BEFORE_THE_QUERY = 3
SECRETS = ("13812345678", "wang@", "东路123", "1990", "05-17", "猫")
SEEN = "id name maskedPhone maskedEmail maskedAddress state availableActions customerClass { code }"
SEARCH = (
    "query Search($store: ID!, $text: String!) "
    f"{{ searchCustomers(storeId: $store, text: $text, first: 20) {{ totalCount nodes {{ {SEEN} }} }} }}"
)
READ = """mutation Read($input: ReadCustomerContactInput!) { readCustomerContact(input: $input) {
  name phone email address birthday note userErrors { code } } }"""


@pytest.fixture
def wang(chains: Chains, as_role: AsRole) -> Customer:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        return register_customer(actor=manager, store_id=chains.a.store, particulars=WANG, now=NOW)


def asked(chains: Chains, text: str) -> dict[str, Any]:
    return {"store": global_id("Store", chains.a.store), "text": text}


@pytest.mark.parametrize(
    ("who", "name", "may_read"),
    [
        ("SERVICE_STAFF", "王小明", True),
        ("STORE_MANAGER", "王小明", True),
        ("QUALITY_OFFICER", "王小明", True),
        ("MENTOR", "王•••", False),
    ],
)
def test_s15_a_list_shows_each_role_what_it_needs_and_no_contact(
    who: str, name: str, may_read: bool, wang: Customer, chains: Chains, graphql: GraphQLCaller
) -> None:
    answer = graphql(chains.a, SEARCH, asked(chains, "王小明"), as_=who)
    (seen,) = answer["data"]["searchCustomers"]["nodes"]
    assert (seen["name"], seen["maskedPhone"], seen["maskedAddress"]) == (name, "•••5678", "南京东•••")
    assert ("READ_CUSTOMER_CONTACT" in seen["availableActions"]) == may_read
    assert not any(secret in str(answer) for secret in SECRETS)
    read = graphql(chains.a, READ, {"input": {"customerId": global_id("Customer", wang.id)}}, as_=who)
    told = read["data"]["readCustomerContact"]
    if may_read:
        assert (told["phone"], told["birthday"], told["note"]) == ("13812345678", "1990-05-17", "猫")
    else:
        assert [error["code"] for error in told["userErrors"]] == ["NOT_PERMITTED"]
        assert (told["name"], told["phone"]) == (None, None)


def test_s15_a_trainer_sees_nobody(wang: Customer, chains: Chains, graphql: GraphQLCaller) -> None:
    answer = graphql(chains.a, SEARCH, asked(chains, "王"), as_="HQ_TRAINER")
    assert answer["errors"][0]["extensions"]["code"] == "NOT_PERMITTED"


def test_only_who_looks_up_a_contact_is_written_down(
    wang: Customer, chains: Chains, as_role: AsRole, graphql: GraphQLCaller
) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")

    def readings() -> list[Any]:
        with scope(chains.a.chain, staff):
            return list(Entry.objects.filter(kind="CUSTOMER_READ").values_list("actor_id", "customer_id"))

    graphql(chains.a, SEARCH, asked(chains, "王"), as_="SERVICE_STAFF")
    assert readings() == []
    graphql(chains.a, READ, {"input": {"customerId": global_id("Customer", wang.id)}}, as_="SERVICE_STAFF")
    assert readings() == [(chains.a.people["SERVICE_STAFF"], wang.id)]


@pytest.mark.parametrize("text", ["%", "_", "\\", "' OR 1=1--", "a' | 'b", "王:*", "&", "<->", "(", "王%明"])
def test_i09_a_search_takes_every_sign_literally(
    text: str, wang: Customer, chains: Chains, graphql: GraphQLCaller
) -> None:
    answer = graphql(chains.a, SEARCH, asked(chains, text), as_="SERVICE_STAFF")
    assert answer["data"]["searchCustomers"] == {"totalCount": 0, "nodes": []}


def test_g20_a_search_costs_as_much_for_one_as_for_many(
    wang: Customer, chains: Chains, as_role: AsRole, graphql: GraphQLCaller
) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connections["default"]) as captured:
            answer = graphql(chains.a, SEARCH, asked(chains, "138"), as_="SERVICE_STAFF")
        assert answer["data"]["searchCustomers"]["totalCount"] in (1, 11)
        return sum(query["sql"].startswith("SELECT") for query in captured.captured_queries)

    before = statements()
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        for number in range(10):
            register_customer(
                actor=staff,
                store_id=chains.a.store,
                particulars=Particulars(f"Customer {number}", phone=f"13800000{number:02d}"),
                now=NOW,
            )
    assert statements() == before <= 10 + _BEFORE_THE_QUERY
