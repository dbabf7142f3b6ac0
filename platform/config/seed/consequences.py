"""What follows by itself from the past that is told, at the moment at which the background work would have done it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from uuid import UUID

from procrastinate.jobs import Job

from chains.actor import system_actor
from chains.jobs import ChainTask, task_named
from chains.models import Chain
from chains.scope import scope
from clocks.actions.watching import SOON, WATCH_MOMENT, watch_moment
from clocks.models import Clock
from customers.actions.caring import classify_some
from customers.tasks import classify_buyer
from journal.actions import Subscription, pass_over
from journal.models import NO_ENTRY, Entry
from standards.actions.pairs import measured_kinds
from standards.rules.happenings import Happening as StandardHappening
from standards.tasks import measure_entry

_A_SECOND = timedelta(seconds=1)
# Nobody gets a letter of last month.
_WRITES_LETTERS = ".mail_"
# Consumers come seconds after a deed. Together for some time's deeds it is the same, and cheaper.
_ROUND = timedelta(hours=2)
# Every night the classes of all are looked at, and what each purchase changes is found: of the past, one night a week.
_LOOK_AT_CLASSES = timedelta(days=7)
_BEFORE_ALL = UUID(int=0)
# With these come clauses that may speak of what nothing spoke of before.
_NEW_CLAUSES = frozenset({StandardHappening.STANDARD_DRAFTED, StandardHappening.STANDARD_REVISED})


class Consequences:
    """The background work of a chain in the time that is told: clocks, consumers of the journal, what was put off.

    It is the same code at other moments. Measuring is left out for the kinds of entries that no clause speaks of: for
    them it does nothing.
    """

    def __init__(self, chain: Chain, subscriptions: Sequence[Subscription], held: list[Job]) -> None:
        self._chain, self._held = chain, held
        self._system = system_actor()
        self._last: UUID = NO_ENTRY
        self._followed_at: datetime | None = None
        self._classes_looked_at: datetime | None = None
        self._quiet_until = datetime.min.replace(tzinfo=UTC)
        self._jobs: list[tuple[datetime, int, Job]] = []
        self._turn = count()
        self._consumers = [subscription.task.name for subscription in subscriptions]
        self._wanted: dict[str, list[ChainTask]] = {}
        self._measured: frozenset[str] = frozenset()
        for subscription in subscriptions:
            if _WRITES_LETTERS in subscription.task.name or subscription.task is classify_buyer:
                continue
            for kind in subscription.kinds:
                self._wanted.setdefault(kind, []).append(subscription.task)

    def until(self, moment: datetime) -> None:
        """Let everything happen that happens by itself before a moment."""
        self._take(moment)
        is_round = self._followed_at is None or moment - self._followed_at >= _ROUND
        if not is_round and moment <= self._quiet_until and not self._has_job(moment):
            return
        with scope(self._chain, self._system):
            self._watch(moment)
            if is_round:
                self._follow(moment)
                self._look_at_classes(moment)
            self._take(moment)
            while self._has_job(moment):
                is_round = True
                at, _turn, job = heappop(self._jobs)
                task_named(job.task_name).run_in_scope(job.task_kwargs, actor=self._system, now=at)
                self._take(moment)
        if is_round:
            # What was done at moments before this one may have begun clocks that are due before it.
            self._quiet_until = moment

    def end(self, moment: datetime) -> list[Job]:
        """Bring everything up to the present, and return the jobs that are still to come.

        The journal's consumers begin behind what was told: nobody gets a letter of last month.
        """
        self._followed_at = None
        self._classes_looked_at = None
        self.until(moment)
        with scope(self._chain, self._system):
            self._follow(moment)
            pass_over(consumers=self._consumers, now=moment)
        return [job for _at, _turn, job in self._jobs]

    def _has_job(self, moment: datetime) -> bool:
        return bool(self._jobs) and self._jobs[0][0] < moment

    def _watch(self, moment: datetime) -> None:
        """Let clocks tell their reminders, and that they are overdue, right after the moment at which it is so."""
        coming = Clock.objects.filter(watch_at__isnull=False).order_by("watch_at").values_list("watch_at", flat=True)
        while (found := coming.first()) is not None and found < moment:
            at = found + _A_SECOND
            watch_moment(actor=self._system, moment=at, now=at)
            self._follow(at)
        # What begins from now on and is due before that puts off a job, which tells.
        self._quiet_until = min(found or moment + SOON, moment + SOON)

    def _follow(self, moment: datetime) -> None:
        """Let the consumers have the entries that were written since."""
        self._followed_at = moment
        entries = Entry.objects.order_by("id").values_list("id", "kind", "at")
        # Who takes them may write more.
        is_more = True
        while is_more and (fresh := list(entries.filter(id__gt=self._last))):
            if any(kind in _NEW_CLAUSES for _entry_id, kind, _at in fresh):
                self._measured = measured_kinds()
            is_more = any(self._tasks_for(kind) for _entry_id, kind, _at in fresh)
            for entry_id, kind, at in fresh:
                for task in self._tasks_for(kind):
                    job = task.job(self._chain.id, entry_id=entry_id)
                    task.run_in_scope(job.task_kwargs, actor=self._system, now=at + _A_SECOND)
            self._last = fresh[-1][0]

    def _tasks_for(self, kind: str) -> list[ChainTask]:
        """Return who takes entries of a kind; measuring is not asked for what no clause speaks of."""
        wanted = self._wanted.get(kind, [])
        return wanted if kind in self._measured else [task for task in wanted if task is not measure_entry]

    def _look_at_classes(self, moment: datetime) -> None:
        if self._classes_looked_at is not None and moment - self._classes_looked_at < _LOOK_AT_CLASSES:
            return
        self._classes_looked_at = moment
        last: UUID | None = _BEFORE_ALL
        while last is not None:
            last = classify_some(actor=self._system, after_id=last, now=moment)

    def _take(self, moment: datetime) -> None:
        for job in self._held:
            at = job.scheduled_at or moment
            if job.task_name != WATCH_MOMENT.name:
                heappush(self._jobs, (at, next(self._turn), job))
            else:
                # Clocks are looked after by their rows; the job is there at the second after.
                self._quiet_until = min(self._quiet_until, at - 2 * _A_SECOND)
        self._held.clear()
