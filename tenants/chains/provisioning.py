"""Making a chain's schema, and taking it away: the only two moments at which schemas come and go."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from chains.blueprint import newest_blueprint, replay
from chains.growth import owner_connection
from chains.models import Chain, ChainState, Domain
from chains.router import OWNER_ALIAS
from chains.rules import owner_may_turn

# Any number will do; it has only to be the same for everybody.
_CHAINS_ARE_MADE = 7_305_001


def new_schema_name() -> str:
    """Return a random name; no input of anybody is in it, and the chains' rows keep it from being used again."""
    return f"c_{secrets.token_hex(10)}"


def provision(chain_id: UUID, *, now: datetime) -> Chain:
    """Make the chain's schema by the newest blueprint and let the chain in: all of it or nothing.

    Running it again does nothing more. Raises BlueprintMissing; refuses ChainCannotBecome for a closed chain.
    """
    with transaction.atomic(using=OWNER_ALIAS), _one_at_a_time():
        blueprint = newest_blueprint()
        chain = _locked(chain_id)
        if chain.state == ChainState.ACTIVE:
            return chain
        owner_may_turn(chain.state, ChainState.ACTIVE)
        _drop(chain.schema_name)
        replay(blueprint, schema=chain.schema_name)
        chain.migration_hash = blueprint.migration_hash
        chain.state, chain.state_changed_at = ChainState.ACTIVE, now
        chain.save(using=OWNER_ALIAS, update_fields=["migration_hash", "state", "state_changed_at"])
    return chain


def remove(chain_id: UUID, *, now: datetime) -> Chain:
    """Drop a closing or half-made chain's schema and files and release its host names; the row stays (T20).

    Refuses ChainCannotBecome for a chain in any other state.
    """
    with transaction.atomic(using=OWNER_ALIAS), _one_at_a_time():
        chain = _locked(chain_id)
        owner_may_turn(chain.state, ChainState.CLOSED)
        _drop(chain.schema_name)
        Domain.objects.using(OWNER_ALIAS).filter(tenant=chain).delete()
        chain.state, chain.state_changed_at = ChainState.CLOSED, now
        chain.save(using=OWNER_ALIAS, update_fields=["state", "state_changed_at"])
    # Nobody can reach these files any more: the chain's id is part of their path. A later run takes what is left.
    shutil.rmtree(Path(settings.MEDIA_ROOT) / str(chain.id), ignore_errors=True)
    return chain


def wait_for_makers() -> None:
    """Wait until every chain is there that was begun by a blueprint which may not be the newest any more."""
    with transaction.atomic(using=OWNER_ALIAS), _one_at_a_time():
        return


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    # Citus makes schemas one after the other or not at all.
    with owner_connection().cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_CHAINS_ARE_MADE])
    yield


def _locked(chain_id: UUID) -> Chain:
    chain: Chain = Chain.objects.using(OWNER_ALIAS).select_for_update().get(pk=chain_id)
    return chain


def _drop(schema: str) -> None:
    with owner_connection().cursor() as cursor:
        cursor.execute(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE')
