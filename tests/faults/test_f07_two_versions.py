"""F07: the code of two releases serves while the fleet's migration runs, in chains that are there and that are not."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.models import Model

from chains.actor import system_actor
from chains.fleet import migrate_fleet
from chains.models import Chain, ChainState
from chains.scope import scope
from tests.factories.chains import FurnishedChain, read_furnished
from tests.graphql_caller import GraphQLCaller
from tests.installation import ADD_A_COLUMN, has_column, open_chains, release_with, run_as_owner
from tests.patience import PATIENCE_SECONDS

CONTRACT = """
    from django.db import migrations

    class Migration(migrations.Migration):
        dependencies = [("stores", "m9001_fax")]
        contracts = ("stores", "m9001_fax")
        operations = [migrations.RemoveField("store", "fax")]
"""
ROOMS = 4


def store_of_this_release() -> type[Model]:
    """The model as the code of this release has it, with exactly its columns."""
    model: type[Model] = (
        MigrationLoader(None, ignore_no_migrations=True).project_state().apps.get_model("stores", "Store")
    )
    return model


def all_chains() -> list[Chain]:
    return list(Chain.objects.using("owner").filter(state=ChainState.ACTIVE).order_by("created_at", "id"))


def work_in(chain: Chain, store: type[Model], code: str, **more: str) -> None:
    """Write, read and change a store in a chain, as a request would."""
    with scope(chain, system_actor()):
        made = store.objects.create(
            code=code, name=code, kind="COMPANY_OWNED", time_zone="Asia/Shanghai", currency="CNY",
            opened_at="2026-01-01T00:00:00Z", **more,
        )  # fmt: skip
        found = store.objects.get(pk=made.pk)
        found.name = f"{code} again"
        found.save()
        assert store.objects.filter(name=f"{code} again").count() == 1


@contextmanager
def serving(store: type[Model]) -> Iterator[Callable[[], int]]:
    """Let code of one release work in all chains in turn; yields how often it has; fails if it ever failed."""
    done: list[str] = []
    failures: list[Exception] = []
    over = threading.Event()
    chains = all_chains()

    def serve() -> None:
        try:
            while not over.is_set():
                for chain in chains:
                    work_in(chain, store, f"W{len(done)}")
                    done.append(chain.schema_name)
        except Exception as failure:
            failures.append(failure)
        finally:
            connections.close_all()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield lambda: len(done)
    finally:
        over.set()
        thread.join(timeout=PATIENCE_SECONDS)
    assert failures == []


def test_code_of_the_release_before_serves_before_during_and_after_an_expansion(
    installation: str, tmp_path: Path
) -> None:
    open_chains(ROOMS)
    old = store_of_this_release()
    with serving(old) as count:
        _wait_for(count, ROOMS)
        before = count()
        with release_with(tmp_path, "stores", m9001_fax=ADD_A_COLUMN):
            assert migrate_fleet().failed == []
            _wait_for(count, before + 2 * ROOMS)
    assert all(has_column(chain, "stores_store", "fax") for chain in all_chains())


def test_code_that_has_stopped_using_a_column_serves_before_during_and_after_its_contract(
    installation: str, tmp_path: Path
) -> None:
    open_chains(ROOMS)
    without_the_column = store_of_this_release()
    with release_with(tmp_path, "stores", m9001_fax=ADD_A_COLUMN):
        migrate_fleet()
    with serving(without_the_column) as count:
        _wait_for(count, ROOMS)
        with release_with(tmp_path, "stores", m9001_fax=ADD_A_COLUMN, m9002_no_fax=CONTRACT):
            assert migrate_fleet().failed == []
            _wait_for(count, count() + 2 * ROOMS)
    assert not any(has_column(chain, "stores_store", "fax") for chain in all_chains())


def test_in_an_expanded_chain_both_versions_keep_each_others_rows(installation: str, tmp_path: Path) -> None:
    old = store_of_this_release()
    with release_with(tmp_path, "stores", m9001_fax=ADD_A_COLUMN):
        migrate_fleet()
        new = store_of_this_release()
    chain = all_chains()[0]

    work_in(chain, old, "OLD")
    work_in(chain, new, "NEW", fax="12345")

    with scope(chain, system_actor()):
        by_old = old.objects.get(code="NEW")
        by_old.name = "changed by old code"
        by_old.save()
        assert new.objects.get(code="NEW").fax == "12345"
        assert new.objects.get(code="OLD").fax is None


def test_a_chain_that_is_behind_waits_alone_and_sees_no_error(
    installation: str, tmp_path: Path, graphql: GraphQLCaller
) -> None:
    a, b = read_furnished("a.onebanner.localhost"), read_furnished("b.onebanner.localhost")
    # Where the old code stands, both chains are served.
    assert [_status(graphql, each) for each in (a, b)] == [200, 200]
    run_as_owner(f'ALTER TABLE "{b.chain.schema_name}".stores_store ADD COLUMN fax text')
    with release_with(tmp_path, "stores", m9001_fax=ADD_A_COLUMN):
        assert [_status(graphql, each) for each in (a, b)] == [503, 503]
        assert len(migrate_fleet().failed) == 1
        # The new code serves the chain that is there; the one whose migration failed has to wait.
        assert [_status(graphql, each) for each in (a, b)] == [200, 503]
    # The old code serves both: an expansion takes nothing away.
    assert [_status(graphql, each) for each in (a, b)] == [200, 200]


def _status(graphql: GraphQLCaller, furnished: FurnishedChain) -> int:
    answer = graphql.post(furnished, {"query": "{ chain { name } }"})
    assert b"fax" not in answer.content
    return answer.status_code


def _wait_for(count: Callable[[], int], wanted: int) -> None:
    ready = threading.Event()
    for _ in range(18_000):
        if count() >= wanted:
            return
        ready.wait(0.01)
    pytest.fail(f"The code that serves came to {count()} of {wanted}.")
