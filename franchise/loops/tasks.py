"""Background doors of the loops: matters are brought back to clauses, and what conforms again is closed."""

from datetime import datetime
from uuid import UUID

from chains.actor import Actor
from chains.jobs import chain_task
from chains.scope import current_chain
from journal.models import Entry
from journal.tasks import entry_task
from loops.actions import closing, opening


@entry_task(consumer="loops.open_loops")
def open_loops(*, entry: Entry, actor: Actor, now: datetime) -> None:
    """After a complaint, a rating or a finding, bring the clauses that it brings up back to who was to follow them."""
    opening.open_loops(actor=actor, entry=entry, now=now)


# By rounds and not by the journal: a job for every verdict would cost more than ten minutes are worth.
@chain_task(name="loops.close_measured", every="9-59/10 * * * *")
def close_measured(*, actor: Actor, now: datetime) -> None:
    """Close the loops of which enough cases conform again."""
    _go_on(closing.close_measured(actor=actor, now=now))


@chain_task(name="loops.close_more")
def close_more(*, actor: Actor, now: datetime, after: UUID) -> None:
    """Go on with the loops behind one, until all were looked at."""
    _go_on(closing.close_measured(actor=actor, now=now, after=after))


def _go_on(last: UUID | None) -> None:
    if last is not None:
        close_more.defer(current_chain().id, key=f"after:{last}", after=last)
