"""Deeds that nobody does: to look at clocks at the moments at which there is something to note about them (L2)."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from django.db import transaction

from chains.actor import Actor
from chains.jobs import PROMPT_QUEUE, ChainCall
from chains.queueing import put_off
from chains.scope import CHAINS_ALIAS, current_chain
from clocks.actions.noting import course_of, note_what_is_due
from clocks.models import Clock, ClockPause
from clocks.rules.watching import Noted, next_watch

# By its name, for the deeds that put it off: the door itself lies above them.
WATCH_MOMENT = ChainCall(name="clocks.watch_moment", takes={"moment": datetime}, queue=PROMPT_QUEUE)
# Up to its last moment a thing is in time.
_AFTER_THE_MOMENT = timedelta(milliseconds=100)
# A job is put off to a whole second, and looks at all that is due by then: a thousand at once are one job's work.
_A_SECOND = timedelta(seconds=1)
# What is known is committed, and known, before the rest is looked at.
_AT_ONCE = 500
# What is further away is put off by a later round, so that the queue stays short: each job in it makes fetching slower.
SOON = timedelta(minutes=15)


@transaction.atomic(using=CHAINS_ALIAS)
def watch_moment(*, actor: Actor, moment: datetime, now: datetime) -> bool:
    """Note what there is to note about the clocks by now, once, and come back when there is more.

    Tells whether more is left than is done at once. One that comes too early comes back at its moment.
    """
    if now < moment:
        _come_back([moment])
        return False
    free = Clock.objects.visible_to(actor).select_for_update(no_key=True, of=("self",), skip_locked=True)
    # Many share one calendar: read once, not with each.
    due = free.filter(watch_at__lte=now - _AFTER_THE_MOMENT).prefetch_related("calendar")
    clocks = list(due.order_by("watch_at", "id")[:_AT_ONCE])
    note_what_is_due(actor, clocks, now)
    _come_back_to(clocks, now)
    return len(clocks) == _AT_ONCE


@transaction.atomic(using=CHAINS_ALIAS)
def watch_due(*, actor: Actor, now: datetime) -> bool:
    """Note what jobs that were lost have left, and put off what is due soon; tell whether there is more to note."""
    is_more = watch_moment(actor=actor, moment=now, now=now)
    soon = Clock.objects.visible_to(actor).filter(watch_at__gte=now, watch_at__lt=now + SOON)
    _come_back_to(soon.order_by("watch_at", "id"), now)
    return is_more


def watch_anew(clock: Clock, pauses: Sequence[ClockPause], noted: Noted, now: datetime) -> None:
    """Reckon when there is something to note next, and let a job come back then; the caller saves `watch_at`."""
    clock.watch_at = next_watch(course_of(clock, pauses), clock.reminder_shares, noted, is_paused=clock.is_paused)
    _come_back_to([clock], now)


def _come_back_to(clocks: Iterable[Clock], now: datetime) -> None:
    moments = {clock.watch_at for clock in clocks if clock.watch_at is not None and clock.watch_at < now + SOON}
    _come_back(sorted({_whole_second(moment + _AFTER_THE_MOMENT) for moment in moments}))


def _come_back(moments: Sequence[datetime]) -> None:
    chain_id = current_chain().id
    jobs = [WATCH_MOMENT.job(chain_id, key=moment.isoformat(), at=moment, moment=moment) for moment in moments]
    if jobs:
        put_off(jobs)


def _whole_second(moment: datetime) -> datetime:
    """Return the first whole second that is not before a moment."""
    begun = moment.astimezone(UTC).replace(microsecond=0)
    return begun if begun >= moment else begun + _A_SECOND
