"""Background doors of the journal: how an entry's consumer is declared, and the relay's and the sealer's ways in."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.utils import timezone

from chains.actor import Actor, system_actor
from chains.jobs import MOST_ATTEMPTS, ChainTask, Errand, call_with, chain_task
from chains.models import Chain
from chains.scope import current_chain, scope
from journal import actions
from journal.models import Seal
from journal.queries import get_entry, was_taken

RECEIPTS_KEPT = timedelta(days=30)


def entry_task(*, consumer: str, attempts: int = MOST_ATTEMPTS) -> Callable[[Callable[..., None]], ChainTask]:
    """Declare a consumer `(*, entry, actor, now)` of the journal, named `app.verb_noun`.

    What it writes into the chain's tables is there once, however often its job runs: the receipt is written with it.
    """

    def declare(function: Callable[..., None]) -> ChainTask:
        def run(*, actor: Actor, now: datetime, entry_id: UUID) -> None:
            entry = actions.take_entry(consumer=consumer, entry_id=entry_id, now=now)
            if entry is not None:
                call_with(function, entry=entry, actor=actor, now=now)

        return chain_task(name=consumer, attempts=attempts)(run)

    return declare


def entry_errand(
    *, consumer: str, attempts: int = MOST_ATTEMPTS
) -> Callable[[Callable[..., Errand | None]], ChainTask]:
    """Declare a consumer `(*, entry, actor, now)` that reads what it needs and returns what is to be done outside.

    The errand, such as sending a mail, is run outside every transaction and happens at least once: its receipt is
    written after it. None means that there is nothing to do.
    """

    def declare(function: Callable[..., Errand | None]) -> ChainTask:
        def run(*, actor: Actor, now: datetime, entry_id: UUID) -> Errand | None:
            if was_taken(consumer=consumer, entry_id=entry_id):
                return None
            errand = call_with(function, entry=get_entry(entry_id), actor=actor, now=now)
            return partial(_run_errand, errand, current_chain(), consumer, entry_id) if errand else None

        return chain_task(name=consumer, attempts=attempts)(run)

    return declare


def relay(chain: Chain, subscriptions: Sequence[actions.Subscription], *, now: datetime) -> actions.Progress:
    """Hand a chain's new entries over to their consumers."""
    with scope(chain, system_actor()):
        return actions.hand_over(subscriptions=subscriptions, now=now)


def seal(chain: Chain, *, now: datetime) -> Seal | None:
    """Seal a chain's settled entries."""
    with scope(chain, system_actor()):
        return actions.seal(now=now)


@chain_task(name="journal.forget_receipts", every="17 3 * * *")
def forget_receipts(*, now: datetime) -> None:
    """Remove receipts older than RECEIPTS_KEPT: no job is that old."""
    actions.forget_receipts(before=now - RECEIPTS_KEPT)


def _run_errand(errand: Errand, chain: Chain, consumer: str, entry_id: UUID) -> None:
    errand()
    with scope(chain, system_actor()):
        actions.take(consumer=consumer, entry_id=entry_id, now=timezone.now())
