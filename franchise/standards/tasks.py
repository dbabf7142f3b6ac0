"""Background doors of the standards: entries are measured; cases are judged when a limit has passed or hours come."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from chains.actor import Actor
from chains.jobs import Errand, chain_task
from chains.scope import current_chain
from journal.models import Entry
from journal.tasks import entry_errand, entry_task
from standards.actions import adopting, measuring, measuring_past, recounting, reminding, replaying, waves

# A limit is kept up to its last moment; only after it is a case missed.
_AFTER_THE_LIMIT = timedelta(seconds=1)
_BEFORE_ALL = UUID(int=0)


@entry_task(consumer="standards.measure_entry")
def measure_entry(*, entry: Entry, actor: Actor, now: datetime) -> None:
    """Measure what an entry of the journal begins or ends, and come back when a limit has passed."""
    _come_back(measuring.measure_entry(actor=actor, entry=entry, now=now))


@entry_task(consumer="standards.look_at_hours")
def look_at_hours(*, entry: Entry, actor: Actor, now: datetime) -> None:
    """After a store's hours have changed, judge what was measured too early for them, and what was not known."""
    _come_back(measuring.judge_by_new_hours(actor=actor, entry=entry, now=now))
    _judge_unknown(actor, now)


@chain_task(name="standards.judge_unknown", every="5-59/10 * * * *")
def judge_unknown(*, actor: Actor, now: datetime) -> None:
    """Judge what can be known by now and was not: no case stays not known because a job was lost."""
    _judge_unknown(actor, now)


@chain_task(name="standards.judge_span")
def judge_span(*, actor: Actor, now: datetime, span_id: UUID) -> None:
    """Judge one span whose limit has passed."""
    measuring.judge_span(actor=actor, span_id=span_id, now=now)


@chain_task(name="standards.judge_due", every="*/10 * * * *")
def judge_due(*, actor: Actor, now: datetime) -> None:
    """Judge whatever is due and was not judged: no case stays open because a job was lost."""
    measuring.judge_due(actor=actor, now=now)


@chain_task(name="standards.measure_past", every="3-59/10 * * * *")
def measure_past(*, now: datetime) -> None:
    """Measure what happened before a clause spoke of it, batch by batch until all of it is measured."""
    if measuring_past.measure_past(now=now):
        measure_past.defer(current_chain().id, key="past")


@chain_task(name="standards.work_out_replays", every="7-59/10 * * * *", ceiling=timedelta(minutes=15))
def work_out_replays(*, now: datetime) -> None:
    """Work out the replays that were too much to wait for, one after the other."""
    if replaying.work_out_replay(now=now):
        work_out_replays.defer(current_chain().id, key="replays")


@chain_task(name="standards.start_waves", every="1-59/10 * * * *")
def start_waves(*, actor: Actor, now: datetime) -> None:
    """Start the waves of rollouts that are due, and pause rollouts by their rules."""
    waves.start_waves(actor=actor, now=now)


@chain_task(name="standards.note_adoption", every="9-59/10 * * * *")
def note_adoption(*, now: datetime) -> None:
    """Note where versions were kept for the first time, and where for good."""
    _note_on(adopting.note_adoption(now=now))


@chain_task(name="standards.note_more_adoption")
def note_more_adoption(*, now: datetime, after: UUID) -> None:
    """Go on with the versions in stores behind one, until all were looked at."""
    _note_on(adopting.note_adoption(now=now, after=after))


@chain_task(name="standards.recount_tallies", every="35 3 * * *")
def recount_tallies(*, now: datetime) -> None:
    """Hold the tallies of some months against the verdicts that they are the sum of."""
    for month in recounting.months_to_recount(now=now):
        recount_stores.defer(current_chain().id, key=f"{month}:", month=month, after=_BEFORE_ALL)


@chain_task(name="standards.recount_stores")
def recount_stores(*, actor: Actor, now: datetime, month: date, after: UUID) -> None:
    """Go on with a month at the stores behind one, then with that month of the chain."""
    last = recounting.recount_stores(actor=actor, month=month, after=after, now=now)
    if last is None:
        recount_chain.defer(current_chain().id, key=f"{month}", month=month)
    else:
        recount_stores.defer(current_chain().id, key=f"{month}:{last}", month=month, after=last)


@chain_task(name="standards.recount_chain")
def recount_chain(*, actor: Actor, now: datetime, month: date) -> None:
    """Hold a month of the chain against those of its stores."""
    recounting.recount_chain(actor=actor, month=month, now=now)


@entry_task(consumer="standards.note_training")
def note_training(*, entry: Entry) -> None:
    """After somebody has passed what teaches requirements, note who was trained in what is in force there."""
    told = entry.after or {}
    lineages = [UUID(each) for each in told.get("lineage_ids", ())]
    if entry.store_id is not None and lineages:
        who = UUID(told["member_id"])
        adopting.note_training(store_id=entry.store_id, member_id=who, lineage_ids=lineages, at=entry.at)


@chain_task(name="standards.remind", every="40 * * * *")
def remind(*, actor: Actor, now: datetime) -> None:
    """Remind those who have not acknowledged what came to their store some days ago."""
    if reminding.remind(actor=actor, now=now):
        remind.defer(current_chain().id, key="more")


@entry_errand(consumer="standards.mail_reminder")
def mail_reminder(*, entry: Entry, now: datetime, **_more: object) -> Errand | None:
    """Mail a reminder, unless it was acknowledged meanwhile."""
    letter = reminding.reminder_of(entry, now=now)
    return letter.send if letter else None


def _judge_unknown(actor: Actor, now: datetime) -> None:
    due, is_more_left = measuring.judge_unknown(actor=actor, now=now)
    _come_back(due)
    if is_more_left:
        judge_unknown.defer(current_chain().id, key="more")


def _come_back(dues: Iterable[measuring.Due]) -> None:
    for due in dues:
        judge_span.defer(
            current_chain().id, key=f"{due.span_id}:{due.at}", at=due.at + _AFTER_THE_LIMIT, span_id=due.span_id
        )


def _note_on(last: UUID | None) -> None:
    if last is not None:
        note_more_adoption.defer(current_chain().id, key=f"after:{last}", after=last)
