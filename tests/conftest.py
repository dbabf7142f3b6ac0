"""Fixtures for everything: chains that are ready, actors, a GraphQL caller, servers.

A test that names `chains` runs in a transaction of its own that is rolled back; one that names `fresh_chain` works on
a chain that is really committed and is gone afterwards. A test that names neither gets no database at all.
"""

import gc
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.db import connections, transaction
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from pytest_django.plugin import DjangoDbBlocker

from chains.actor import Actor
from tests import database
from tests.factories.chains import FurnishedChain, read_furnished
from tests.factories.people import actor_of_role
from tests.fresh_chains import FreshChains
from tests.graphql_caller import GraphQLCaller
from tests.lasting_codes import lasting_codes
from tests.live_server import LiveServer, serving
from tests.middleware_once import one_chain_of_middleware
from tests.passwords import cheap_passwords
from tests.workers import empty_queue

# A busy machine is no reason to call a property slow.
hypothesis_settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("unhurried")


# Where tests start servers and processes. What takes long begins first, so that no core is idle in the end.
SLOW_FOLDERS = ("tests/journeys/", "tests/faults/", "tests/platform/config/", "tests/tenants/chains/", "tests/attacks/")
# What takes half a minute and more: browsers, demos, servers and workers that are killed, fleets that are migrated, the
# crowd at every deed. `make test-long` runs it, `make test` everything else.
LONG = (
    "tests/journeys/web/",
    "tests/journeys/test_demo.py",
    "tests/faults/",
    "tests/attacks/test_c04_every_deed_at_once.py",
    "tests/tenants/chains/test_blueprint.py",
    "tests/tenants/chains/test_fleet.py",
    "tests/platform/config/test_seed.py",
    "tests/platform/kit/test_embedded_postgres.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what takes long; put the slow folders first, in their order; the others stay as they are."""
    for item in items:
        if item.nodeid.startswith(LONG):
            item.add_marker(pytest.mark.long)
    items.sort(key=lambda item: [not item.nodeid.startswith(folder) for folder in SLOW_FOLDERS])


def pytest_collection() -> None:
    """Until all tests are collected nothing becomes garbage."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Look for garbage among what tests make, not among the modules, models and tests that stay to the end."""
    gc.enable()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@dataclass(frozen=True)
class Chains:
    """The two chains of the template: rivals who must never see each other."""

    a: FurnishedChain
    b: FurnishedChain


@pytest.fixture(scope="session", autouse=True)
def _what_holds_for_every_test() -> Iterator[None]:
    with cheap_passwords(), lasting_codes(), one_chain_of_middleware():
        yield


@pytest.fixture(scope="session")
def run_database(django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A copy of the template for this run; every alias and every process started by a test uses it."""
    with django_db_blocker.unblock():
        source = database.template()
        with database.copy_of(source) as name, database.pointed_at(name):
            yield name
            connections.close_all()


@pytest.fixture(scope="session")
def furnished(run_database: str, django_db_blocker: DjangoDbBlocker) -> Chains:
    """The template's chains as they were made, read once."""
    with django_db_blocker.unblock():
        return Chains(a=read_furnished("a.onebanner.localhost"), b=read_furnished("b.onebanner.localhost"))


@pytest.fixture
def chains(furnished: Chains, django_db_blocker: DjangoDbBlocker) -> Iterator[Chains]:
    """The two chains; whatever a test does to them is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic("public"), transaction.atomic("default"):
        yield furnished
        transaction.set_rollback(True, "default")
        transaction.set_rollback(True, "public")


@pytest.fixture
def committed(furnished: Chains, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Lets a test commit for real; it works on a `fresh_chain`. Jobs that it leaves in the queue are forgotten."""
    with django_db_blocker.unblock():
        yield
        empty_queue()
        connections.close_all()


@pytest.fixture(scope="session")
def _fresh_chains() -> FreshChains:
    return FreshChains()


@pytest.fixture
def fresh_chain(committed: None, _fresh_chains: FreshChains) -> Iterator[FurnishedChain]:
    """A chain of this test's own, really committed, furnished like A and B, and gone afterwards."""
    with _fresh_chains.one() as chain:
        yield chain


@pytest.fixture(scope="session")
def server(run_database: str) -> Iterator[LiveServer]:
    """The real server on a free port, one worker; it sees what is committed: A, B and fresh chains."""
    with serving() as running:
        yield running


@pytest.fixture
def as_role() -> Callable[[FurnishedChain, str], Actor]:
    """`as_role(chains.a, "STORE_MANAGER")` is the actor of that chain's person with that role."""
    return actor_of_role


@pytest.fixture
def graphql(furnished: Chains) -> GraphQLCaller:
    """`graphql(chains.a, document, variables, as_="STORE_MANAGER")` posts to /graphql/ and returns the answer."""
    return GraphQLCaller((furnished.a, furnished.b))
