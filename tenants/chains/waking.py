"""Waking the background work of a chain as soon as a deed is committed, without the deed ever waiting for it."""

from dataclasses import dataclass
from uuid import UUID

from django.db import connections, transaction

from chains.router import PUBLIC_ALIAS
from chains.scope import CHAINS_ALIAS

CHANNEL = "onebanner_stir"


@dataclass(frozen=True, slots=True)
class Wake:
    """A call that tells whoever listens that a chain has something new."""

    chain_id: UUID

    def __call__(self) -> None:
        """Send the notification; it holds nothing but the chain's id."""
        with connections[PUBLIC_ALIAS].cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(self.chain_id)])


def wake_after_commit(chain_id: UUID) -> None:
    """Wake the chain's background work once the open transaction is committed; at most one call per transaction.

    A call that is lost costs time, nothing else: the relay also sweeps by itself.
    """
    connection = connections[CHAINS_ALIAS]
    wake = Wake(chain_id)
    savepoints = set(connection.savepoint_ids)
    # A call registered inside a savepoint that may still be rolled back does not count.
    if any(hook[1] == wake and hook[0] <= savepoints for hook in connection.run_on_commit):
        return
    # Robust: the deed is done, and a queue that can't be reached must not make it look undone.
    transaction.on_commit(wake, using=CHAINS_ALIAS, robust=True)
