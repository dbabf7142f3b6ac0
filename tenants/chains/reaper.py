"""The reaper: half-made chains are finished or cleared away, closed ones go when their time of grace is over."""

import logging
from dataclasses import dataclass, field
from datetime import datetime

from django.db import DatabaseError

from chains.blueprint import BlueprintMissing
from chains.growth import owner_connection
from chains.models import Chain, ChainState
from chains.provisioning import provision, remove
from chains.router import OWNER_ALIAS
from chains.rules import GIVEN_UP_AFTER, GRACE, UNFINISHED_AFTER

log = logging.getLogger("onebanner.chains")


@dataclass(slots=True)
class Reaped:
    """What one round of the reaper did, and the schemas without a chain that it found and left alone."""

    finished: list[Chain] = field(default_factory=list)
    removed: list[Chain] = field(default_factory=list)
    failed: list[Chain] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)


def reap(*, now: datetime) -> Reaped:
    """Finish chains whose making was cut short, clear away those that can't be finished, remove closed ones.

    Each chain is a transaction of its own, so a killed reaper is simply run again.
    """
    reaped = Reaped()
    chains = Chain.objects.using(OWNER_ALIAS).order_by("created_at", "id")
    for chain in chains.filter(state=ChainState.PROVISIONING, created_at__lte=now - UNFINISHED_AFTER):
        _finish(chain, reaped, now=now)
    for chain in chains.filter(state=ChainState.CLOSING, state_changed_at__lte=now - GRACE):
        reaped.removed.append(remove(chain.id, now=now))
    reaped.strays = _strays()
    return reaped


def _finish(chain: Chain, reaped: Reaped, *, now: datetime) -> None:
    try:
        reaped.finished.append(provision(chain.id, now=now))
    except BlueprintMissing as error:
        # No fault of the chain: it waits for the migration, however long that takes.
        log.error("A chain could not be made: %s", error, extra={"chain": str(chain.id)})
        reaped.failed.append(chain)
    except DatabaseError:
        log.exception("A chain could not be made.", extra={"chain": str(chain.id)})
        if now - chain.created_at < GIVEN_UP_AFTER:
            reaped.failed.append(chain)
        else:
            reaped.removed.append(remove(chain.id, now=now))


def _strays() -> list[str]:
    # Told and not dropped: after a restore, a schema without a row may be the only copy there is.
    with owner_connection().cursor() as cursor:
        cursor.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname ~ '^c_[0-9a-f]{20}$' AND NOT EXISTS"
            " (SELECT FROM public.chains_chain WHERE schema_name = nspname AND state IN"
            " ('ACTIVE', 'SUSPENDED', 'CLOSING')) ORDER BY nspname"
        )
        return [name for (name,) in cursor.fetchall()]
