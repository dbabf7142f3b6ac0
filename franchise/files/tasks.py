"""Background doors of the files: what nothing refers to is forgotten, and the disk is swept."""

from datetime import datetime

from chains.actor import Actor
from chains.jobs import chain_task
from files.actions import forgetting


@chain_task(name="files.forget_unattached", every="21 * * * *")
def forget_unattached(*, actor: Actor, now: datetime) -> None:
    """Forget the files that nothing referred to for a day."""
    forgetting.forget_unattached(actor=actor, now=now)


@chain_task(name="files.sweep_disk", every="41 * * * *")
def sweep_disk(*, now: datetime) -> None:
    """Remove from the disk what has no row."""
    forgetting.sweep_disk(now=now)
