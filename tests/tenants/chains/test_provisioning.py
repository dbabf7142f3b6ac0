"""A chain comes and goes as a whole; what was cut short is finished or cleared away by the reaper."""

import os
import signal
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connections, transaction
from django.utils.timezone import now

from chains.actions import close_chain, open_chain, resume_chain, suspend_chain
from chains.actor import system_actor
from chains.blueprint import render_blueprint
from chains.catalogue import strayed_chains
from chains.fleet import chains_behind, migrate_fleet
from chains.growth import owner_connection
from chains.models import Chain, ChainState, Domain
from chains.provisioning import new_schema_name, provision, remove
from chains.reaper import reap
from chains.release import this_release
from chains.rules import (
    GIVEN_UP_AFTER,
    GRACE,
    UNFINISHED_AFTER,
    ChainCannotBecome,
    ChainClosing,
    ChainSuspended,
    DomainTaken,
    must_be_writable,
)
from chains.scope import scope
from stores.models import Store
from tests.factories.chains import operator_actor
from tests.installation import ADD_A_COLUMN, has_column, open_chains, release_with, run_as_owner
from tests.patience import PATIENCE_SECONDS


def entered(host: str = "new.example", at: datetime | None = None) -> Chain:
    return open_chain(actor=operator_actor(), name="New", domain=host, now=at or now())


def schemas() -> set[str]:
    with owner_connection().cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'c\\_%'")
        return {name for (name,) in cursor.fetchall()}


def read_again(chain: Chain) -> Chain:
    found: Chain = Chain.objects.using("owner").get(pk=chain.pk)
    return found


def test_a_chain_is_entered_first_and_has_no_schema_before_it_is_active(installation: str) -> None:
    chain = entered()
    assert chain.state == ChainState.PROVISIONING
    assert chain.schema_name not in schemas()

    chain = provision(chain.id, now=now())

    assert chain.state == ChainState.ACTIVE
    assert chain.schema_name in schemas()
    assert chain.migration_hash
    with scope(chain, system_actor()):
        assert Store.objects.count() == 0


def test_provisioning_twice_changes_nothing(installation: str) -> None:
    chain = provision(entered().id, now=now())
    run_as_owner(f'CREATE TABLE "{chain.schema_name}".kept (id uuid PRIMARY KEY)')

    assert provision(chain.id, now=now()).state_changed_at == chain.state_changed_at
    assert list(strayed_chains()) == [chain]


@pytest.mark.parametrize("pause", [0.0, 0.05, 0.1, 0.2, 0.4])
def test_killed_in_the_middle_there_is_no_half_chain_and_the_reaper_finishes_it(
    installation: str, pause: float
) -> None:
    chain = entered(at=now() - UNFINISHED_AFTER)
    connections.close_all()
    process = os.fork()
    if process == 0:
        try:
            provision(chain.id, now=now())
        finally:
            os._exit(0)
    time.sleep(pause)
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)

    assert (read_again(chain).state == ChainState.ACTIVE) == (chain.schema_name in schemas())
    reap(now=now())
    assert read_again(chain).state == ChainState.ACTIVE
    assert strayed_chains() == {}


def test_a_chain_that_can_not_be_made_is_cleared_away_in_the_end_and_its_domain_is_free(installation: str) -> None:
    chain = entered()
    run_as_owner('UPDATE public.chains_blueprint SET statements = \'["CREATE SCHEMA @chain@", "SELECT nothing"]\'')

    young = reap(now=chain.created_at + UNFINISHED_AFTER)
    assert [young.failed, young.removed] == [[chain], []]
    assert read_again(chain).state == ChainState.PROVISIONING

    assert reap(now=chain.created_at + GIVEN_UP_AFTER).removed == [chain]
    assert read_again(chain).state == ChainState.CLOSED
    assert chain.schema_name not in schemas()
    entered()


def test_a_chain_that_only_waits_for_the_blueprint_is_never_given_up(installation: str) -> None:
    chain = entered()
    run_as_owner("UPDATE public.chains_blueprint SET statements = '[]'")

    reaped = reap(now=chain.created_at + 7 * GIVEN_UP_AFTER)

    assert [reaped.failed, reaped.removed] == [[chain], []]
    assert read_again(chain).state == ChainState.PROVISIONING
    render_blueprint(now=now())
    assert reap(now=chain.created_at + 7 * GIVEN_UP_AFTER).finished == [chain]


def test_old_code_makes_a_chain_that_the_release_after_it_can_serve(installation: str, tmp_path: Path) -> None:
    chain = entered()
    with release_with(tmp_path, "stores", m9001_fax=ADD_A_COLUMN):
        assert migrate_fleet().failed == []
        newest = this_release().hash

    assert provision(chain.id, now=now()).migration_hash == newest
    assert has_column(chain, "stores_store", "fax")


def test_a_chain_that_old_code_makes_while_the_blueprint_is_rendered_is_migrated_as_well(
    installation: str, tmp_path: Path
) -> None:
    chain, waits_to_be_made = entered(), threading.Event()

    def make() -> None:
        """Hold the makers' lock as a slow worker of the old code would, until the migration is waiting for it."""
        try:
            with transaction.atomic(using="owner"):
                provision(chain.id, now=now())
                waits_to_be_made.set()
                _wait_until_somebody_waits_for_a_lock()
        finally:
            connections.close_all()

    maker = threading.Thread(target=make)
    maker.start()
    assert waits_to_be_made.wait(PATIENCE_SECONDS)
    with release_with(tmp_path, "stores", m9001_fax=ADD_A_COLUMN):
        assert migrate_fleet().failed == []
        assert chains_behind(this_release().hash) == []
    maker.join()
    assert has_column(chain, "stores_store", "fax")


def _wait_until_somebody_waits_for_a_lock() -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    # Another process's tests wait for locks of this kind on this server, in their own database.
    asked = (
        "SELECT EXISTS (SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database"
        " WHERE locktype = 'advisory' AND NOT granted AND datname = current_database())"
    )
    with owner_connection().cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute(asked)
            if cursor.fetchone()[0]:
                return
            time.sleep(0.01)
    pytest.fail("The migration did not wait for the maker.")


def test_a_young_chain_is_left_to_whoever_is_making_it(installation: str) -> None:
    chain = entered()

    assert reap(now=chain.created_at + UNFINISHED_AFTER - timedelta(seconds=1)).finished == []


def test_a_schema_without_a_chain_is_told_and_left_alone(installation: str) -> None:
    stray = new_schema_name()
    run_as_owner(f'CREATE SCHEMA "{stray}"')

    assert reap(now=now()).strays == [stray]
    assert stray in schemas()


def test_a_closing_chain_goes_when_its_grace_is_over_and_its_row_stays(installation: str) -> None:
    (chain,) = open_chains(1)
    host = chain.domains.get().domain
    closing_since = now()
    close_chain(actor=operator_actor(), chain_id=chain.id, now=closing_since)
    with pytest.raises(DomainTaken):
        entered(host)

    assert reap(now=closing_since + GRACE - timedelta(seconds=1)).removed == []
    with scope(chain, system_actor(), read_only=True):
        assert Store.objects.count() == 0
    assert reap(now=closing_since + GRACE).removed == [chain]

    assert chain.schema_name not in schemas()
    assert read_again(chain).state == ChainState.CLOSED
    assert not Domain.objects.filter(domain=host).exists()
    assert entered(host).schema_name != chain.schema_name


def test_a_schema_name_is_never_given_twice(installation: str) -> None:
    (chain,) = open_chains(1)
    close_chain(actor=operator_actor(), chain_id=chain.id, now=now())
    remove(chain.id, now=now())

    # django-tenants asks first; behind it stands the unique key.
    with pytest.raises(ValidationError):
        Chain(name="Again", schema_name=chain.schema_name, created_at=now()).save()
    with pytest.raises(IntegrityError):
        Chain.objects.bulk_create([Chain(name="Again", schema_name=chain.schema_name, created_at=now())])
    assert len({new_schema_name() for _ in range(1_000)}) == 1_000


def test_operators_lead_a_chain_through_its_life(installation: str) -> None:
    (chain,) = open_chains(1)
    operator = operator_actor()

    assert suspend_chain(actor=operator, chain_id=chain.id, now=now()).chain.state == ChainState.SUSPENDED
    assert resume_chain(actor=operator, chain_id=chain.id, now=now()).chain.state == ChainState.ACTIVE
    assert close_chain(actor=operator, chain_id=chain.id, now=now()).chain.state == ChainState.CLOSING
    assert resume_chain(actor=operator, chain_id=chain.id, now=now()).chain.state == ChainState.ACTIVE


def test_operators_neither_make_nor_drop_schemas_by_turning_states(installation: str) -> None:
    half_made = entered()
    for deed in (suspend_chain, resume_chain, close_chain):
        with pytest.raises(ChainCannotBecome):
            deed(actor=operator_actor(), chain_id=half_made.id, now=now())
    (chain,) = open_chains(1)
    with pytest.raises(ChainCannotBecome):
        remove(chain.id, now=now())
    close_chain(actor=operator_actor(), chain_id=chain.id, now=now())
    remove(chain.id, now=now())
    for deed in (suspend_chain, resume_chain, close_chain):
        with pytest.raises(ChainCannotBecome):
            deed(actor=operator_actor(), chain_id=chain.id, now=now())
    with pytest.raises(ChainCannotBecome):
        provision(chain.id, now=now())


def test_suspended_and_closing_chains_take_no_changes() -> None:
    must_be_writable(ChainState.ACTIVE)
    with pytest.raises(ChainSuspended):
        must_be_writable(ChainState.SUSPENDED)
    with pytest.raises(ChainClosing):
        must_be_writable(ChainState.CLOSING)
