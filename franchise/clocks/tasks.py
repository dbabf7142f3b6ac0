"""Background doors of the clocks: what is due is noted right after its moment, with nobody looking."""

from datetime import datetime

from chains.actor import Actor
from chains.jobs import PROMPT_QUEUE, chain_task
from chains.scope import current_chain
from clocks.actions import watching


@chain_task(name=watching.WATCH_MOMENT.name, queue=PROMPT_QUEUE)
def watch_moment(*, actor: Actor, now: datetime, moment: datetime) -> None:
    """Note what there is to note about all clocks of the chain by a moment."""
    if watching.watch_moment(actor=actor, moment=moment, now=now):
        watch_moment.defer(current_chain().id, key="more", moment=moment)


@chain_task(name="clocks.watch_due", every="3-59/5 * * * *")
def watch_due(*, actor: Actor, now: datetime) -> None:
    """Note what jobs that were lost have left: nothing stays unnoted because a job was lost."""
    if watching.watch_due(actor=actor, now=now):
        watch_moment.defer(current_chain().id, key="more", moment=now)
