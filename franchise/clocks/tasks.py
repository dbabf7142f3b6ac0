"""Background doors of the clocks: what is due is noted right after its moment, with nobody looking."""

from datetime import datetime
from uuid import UUID

from chains.actor import Actor
from chains.jobs import PROMPT_QUEUE, chain_task
from chains.scope import current_chain
from clocks.actions import watching


@chain_task(name=watching.WATCH_CLOCK.name, queue=PROMPT_QUEUE)
def watch_clock(*, actor: Actor, now: datetime, clock_id: UUID) -> None:
    """Note what there is to note about one clock."""
    watching.watch_clock(actor=actor, clock_id=clock_id, now=now)


@chain_task(name="clocks.watch_due", every="3-59/5 * * * *")
def watch_due(*, actor: Actor, now: datetime) -> None:
    """Note what jobs that were lost have left: nothing stays unnoted because a job was lost."""
    if watching.watch_due(actor=actor, now=now):
        watch_due.defer(current_chain().id, key="more")
