"""Background doors of the inquiries: no inquiry stays with who left, no shift runs overnight, norms are planted."""

from datetime import datetime

from chains.actor import Actor
from chains.jobs import chain_task
from inquiries.actions import norms, owning, shifts
from journal.models import Entry
from journal.tasks import entry_task


@entry_task(consumer="inquiries.hand_over_of_member")
def hand_over_of_member(*, entry: Entry, actor: Actor, now: datetime) -> None:
    """After a member was deactivated or lost a role, hand over the inquiries that they may not answer any more."""
    owning.hand_over_of(actor=actor, member_id=entry.subject_id, now=now)


@entry_task(consumer="inquiries.hand_over_after_move")
def hand_over_after_move(*, actor: Actor, now: datetime) -> None:
    """After a store went to another area, hand over what the supervisor of the old one owned there."""
    owning.hand_over_left(actor=actor, now=now)


@entry_task(consumer="inquiries.plant_norms")
def plant_norms(*, actor: Actor, now: datetime) -> None:
    """After a chain was opened, give it the norms of wording to begin with."""
    norms.plant_default_norms(actor=actor, now=now)


@chain_task(name="inquiries.hand_over_left", every="3-59/10 * * * *")
def hand_over_left(*, actor: Actor, now: datetime) -> None:
    """Hand over whatever is owned by somebody who left: no inquiry stays with them because a job was lost."""
    owning.hand_over_left(actor=actor, now=now)


@chain_task(name="inquiries.end_forgotten_shifts", every="1-59/5 * * * *")
def end_forgotten_shifts(*, actor: Actor, now: datetime) -> None:
    """End the shifts of who went home without saying so, as of the closing of their stores."""
    while shifts.end_forgotten_shifts(actor=actor, now=now) == shifts.AT_MOST:
        pass
