"""Background doors of the standards: an entry is measured, and a case whose limit has passed is judged."""

from datetime import datetime, timedelta
from uuid import UUID

from chains.actor import Actor
from chains.jobs import chain_task
from chains.scope import current_chain
from journal.models import Entry
from journal.tasks import entry_task
from standards.actions import measuring

# A limit is kept up to its last moment; only after it is a case missed.
_AFTER_THE_LIMIT = timedelta(seconds=1)


@entry_task(consumer="standards.measure_entry")
def measure_entry(*, entry: Entry, actor: Actor, now: datetime) -> None:
    """Measure what an entry of the journal begins or ends, and come back when a limit has passed."""
    for due in measuring.measure_entry(actor=actor, entry=entry, now=now):
        judge_span.defer(
            current_chain().id, key=f"{due.span_id}:{due.at}", at=due.at + _AFTER_THE_LIMIT, span_id=due.span_id
        )


@chain_task(name="standards.judge_span")
def judge_span(*, actor: Actor, now: datetime, span_id: UUID) -> None:
    """Judge one span whose limit has passed."""
    measuring.judge_span(actor=actor, span_id=span_id, now=now)


@chain_task(name="standards.judge_due", every="*/10 * * * *")
def judge_due(*, actor: Actor, now: datetime) -> None:
    """Judge whatever is due and was not judged: no case stays open because a job was lost."""
    measuring.judge_due(actor=actor, now=now)
