"""F07: the fleet's migration is killed at random points; running it again converges, and nothing is ever half."""

import os
import random
import signal
import time
from pathlib import Path

import pytest
from django.db import connections, transaction

from chains.blueprint import render_blueprint
from chains.catalogue import strayed_chains
from chains.fleet import migrate_fleet
from chains.growth import owner_connection
from chains.models import Chain
from chains.release import this_release
from tests.installation import ADD_A_COLUMN, open_chains, release_with, run_as_owner
from tests.patience import PATIENCE_SECONDS

CHAINS = int(os.environ.get("ONEBANNER_F07_CHAINS", "10"))
KILLS = 20


def test_killed_at_twenty_points_it_converges(installation: str, tmp_path: Path) -> None:
    open_chains(CHAINS - 2)
    chosen = random.Random(7)
    before = Chain.objects.using("owner").first().migration_hash
    cut_in_the_middle = 0
    with release_with(tmp_path, "stores", m9001_fax=ADD_A_COLUMN):
        after = this_release().hash
        for kill in range(KILLS):
            # The first kills also hit the rendering of the blueprint; the others come when so many chains are done.
            enough = 0 if kill < 4 else chosen.randrange(CHAINS)
            _start_and_kill(enough, after, pause=chosen.random() * (0.5 if kill < 4 else 0.01))
            done = _chains_wholly_there(before, after)
            cut_in_the_middle += 0 < done < CHAINS
            if done > CHAINS * 2 // 3:
                _take_back(before)

        assert cut_in_the_middle > 0
        assert migrate_fleet().failed == []
        assert _chains_wholly_there(before, after) == CHAINS
        assert strayed_chains() == {}


def _start_and_kill(enough: int, after: str, *, pause: float) -> None:
    """Start a migration in a process of its own and kill it when enough more chains are done, and a pause later."""
    already = _count(after)
    connections.close_all()
    process = os.fork()
    if process == 0:
        try:
            migrate_fleet()
        finally:
            os._exit(0)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while _count(after) < min(already + enough, CHAINS) and time.monotonic() < deadline:
        if os.waitpid(process, os.WNOHANG) != (0, 0):
            return
        # Short beside what a chain takes, long beside what asking takes.
        time.sleep(0.003)
    time.sleep(pause)
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)


def _count(migration_hash: str) -> int:
    return Chain.objects.using("owner").filter(migration_hash=migration_hash).count()


def _chains_wholly_there(before: str, after: str) -> int:
    """Count the chains that are at the new release, and fail for one that is neither wholly there nor untouched."""
    states = []
    with transaction.atomic(using="owner"), owner_connection().cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT schema_name, migration_hash FROM public.chains_chain")
        for schema, noted in cursor.fetchall():
            cursor.execute(
                f"SELECT EXISTS (SELECT FROM \"{schema}\".django_migrations WHERE name = 'm9001_fax'), EXISTS"
                " (SELECT FROM pg_attribute WHERE attrelid = %s::regclass AND attname = 'fax' AND NOT attisdropped)",
                [f'"{schema}".stores_store'],
            )
            states.append((noted, *cursor.fetchone()))
    assert set(states) <= {(before, False, False), (after, True, True)}
    return states.count((after, True, True))


def _take_back(before: str) -> None:
    """Put all chains back to the release before, so that there is something to kill."""
    for chain in Chain.objects.using("owner").exclude(migration_hash=before):
        run_as_owner(
            f'ALTER TABLE "{chain.schema_name}".stores_store DROP COLUMN fax',
            f"DELETE FROM \"{chain.schema_name}\".django_migrations WHERE name = 'm9001_fax'",
            f"UPDATE public.chains_chain SET migration_hash = '{before}' WHERE id = '{chain.id}'",
        )


@pytest.mark.parametrize("pause", [0.02, 0.2, 0.8])
def test_killed_while_the_blueprint_is_rendered_no_statement_is_lost(
    installation: str, tmp_path: Path, pause: float
) -> None:
    with release_with(tmp_path, "stores", m9001_fax=ADD_A_COLUMN):
        _start_and_kill(0, this_release().hash, pause=pause)

        blueprint = render_blueprint(now=Chain.objects.using("owner").first().created_at)

        assert blueprint.statements
        assert [step["name"] for step in blueprint.growth] == ["m9001_fax"]
        assert migrate_fleet().failed == []
        assert strayed_chains() == {}
