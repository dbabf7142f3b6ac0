"""Background doors of the inspections: what was not carried out in time is missed."""

from datetime import datetime

from chains.actor import Actor
from chains.jobs import chain_task
from inspections.actions import scheduling


@chain_task(name="inspections.miss_due", every="4-59/10 * * * *")
def miss_due(*, actor: Actor, now: datetime) -> None:
    """Mark the inspections that did not start in time as missed."""
    scheduling.miss_due(actor=actor, now=now)
