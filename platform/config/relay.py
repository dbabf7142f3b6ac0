"""The relay's process: it wakes for chains with something new, sweeps the others by turns, seals, and revives jobs.

What it costs when nothing happens does not grow with the number of chains: a sweep takes the next few of them.
"""

import logging
import signal
import time
from collections.abc import Iterator, Sequence
from types import FrameType
from uuid import UUID

import psycopg
from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import connector_params

from chains.jobs import WORKED_ON
from chains.models import Chain
from chains.router import PUBLIC_ALIAS
from chains.waking import CHANNEL
from chains.worker import Patience, bury_failed, revive
from config.rota import Rota
from journal.actions import Subscription
from journal.rules import ForeignCluster
from journal.tasks import relay, seal

# The longest that being told to end has to wait.
_LISTEN_SECONDS = 0.5
_TURN = 20
_UNTIL_IT_PASSED = 3.0
_UNTIL_SOMEBODY_CAME = 60.0

log = logging.getLogger("onebanner.relay")


class Relay:
    """Hands entries over, seals and revives until SIGTERM or SIGINT; any number of relays may run side by side."""

    def __init__(self, subscriptions: Sequence[Subscription], patience: Patience) -> None:
        self._subscriptions = subscriptions
        self._patience = patience
        self._rota = Rota()
        self._is_ending = False
        self._turn_after: UUID | None = None

    def run(self) -> None:
        """Stay until told to end. A database that can't be reached ends it with an error, to be started again."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._told_to_end)
        parameters = connector_params(PUBLIC_ALIAS)
        revive_every = self._patience.silence.total_seconds() / 3
        with psycopg.Connection.connect(**parameters, autocommit=True) as listening:
            listening.execute(f"LISTEN {CHANNEL}")
            revived_at = float("-inf")
            while not self._is_ending:
                for chain_id in _woken(listening, self._rota.pause(time.monotonic(), at_most=_LISTEN_SECONDS)):
                    self._rota.wake(chain_id, time.monotonic())
                now = time.monotonic()
                if self._rota.is_turn(now):
                    # A connection that has served many chains holds much memory; it is replaced as a web worker's is.
                    close_old_connections()
                    self._rota.add_turn(self._next_turn(), now)
                for chain_id in self._rota.take_due(now):
                    self._tend(chain_id)
                if now - revived_at >= revive_every:
                    revived_at = now
                    revive(self._patience)
                    bury_failed()

    def _told_to_end(self, _number: int, _frame: FrameType | None) -> None:
        self._is_ending = True

    def _next_turn(self) -> list[UUID]:
        chains = Chain.objects.filter(state__in=WORKED_ON).order_by("id")
        rest = chains.filter(id__gt=self._turn_after) if self._turn_after else chains
        turn = list(rest.values_list("id", flat=True)[:_TURN])
        self._turn_after = turn[-1] if len(turn) == _TURN else None
        return turn

    def _tend(self, chain_id: UUID) -> None:
        chain = Chain.objects.filter(id=chain_id, state__in=WORKED_ON).first()
        if chain is None:
            return
        try:
            progress = relay(chain, self._subscriptions, now=timezone.now())
            if self._rota.is_seal_due(chain_id, time.monotonic()):
                while seal(chain, now=timezone.now()):
                    pass
                self._rota.sealed(chain_id)
        except ForeignCluster as error:
            log.error("%s", error, extra={"chain": str(chain_id)})
            self._rota.put_aside(chain_id, time.monotonic(), seconds=_UNTIL_SOMEBODY_CAME)
        except Exception:
            # One chain's trouble, such as a migration that holds its tables, is not the others'.
            log.exception("A chain could not be tended.", extra={"chain": str(chain_id)})
            self._rota.put_aside(chain_id, time.monotonic(), seconds=_UNTIL_IT_PASSED)
            close_old_connections()
        else:
            self._rota.tended(chain_id, time.monotonic(), at_once=progress.is_more_ready, soon=progress.is_held_back)


def _woken(listening: psycopg.Connection[tuple[object, ...]], seconds: float) -> Iterator[UUID]:
    for notification in listening.notifies(timeout=seconds, stop_after=1):
        yield UUID(notification.payload)
    for notification in listening.notifies(timeout=0):
        yield UUID(notification.payload)
