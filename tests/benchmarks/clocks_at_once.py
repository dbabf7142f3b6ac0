"""How late it is known that clocks are overdue which are all due in the same second, with a real worker (L2)."""

import time
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils import timezone

from chains.actor import system_actor
from chains.scope import scope
from clocks.actions.running import start_clock
from clocks.models import Clock, Overdue, TargetUnit
from clocks.rules.targets import Due, Target
from kit.ids import new_id
from stores.models import Store
from tests.benchmarks.report import Report, duration
from tests.factories.chains import furnish
from tests.installation import open_chains
from tests.workers import empty_queue, eventually, process

AT_ONCE = (200, 2_000)
ROUNDS = 3
KNOWN_WITHIN = timedelta(seconds=5)
_WORKER_STARTS = timedelta(seconds=30)


def measure_clocks(report: Report) -> None:
    """Measure from the moment at which clocks are due until the last of them is committed as overdue."""
    for number in AT_ONCE:
        lateness = max(_lateness(number) for _ in range(ROUNDS))
        report.goal(
            f"{number:,} clocks that are due at once are known to be overdue within 5 s: the last of {ROUNDS} rounds' "
            f"after {duration(lateness.total_seconds())}",
            met=lateness <= KNOWN_WITHIN,
        )


def _lateness(number: int) -> timedelta:
    (chain,) = open_chains(1)
    furnish(chain)
    empty_queue()
    machine = system_actor()
    due_at = timezone.now() + _WORKER_STARTS
    with scope(chain, machine):
        store = Store.objects.order_by("code")[0].id
        first = start_clock(
            actor=machine,
            store_id=store,
            subject_type="Complaint",
            subject_id=new_id(),
            kind="ANSWER",
            target=Target(TargetUnit.WALL, 60),
            entry_id=new_id(),
            now=timezone.now(),
            due=Due(due_at),
            reminders=(),
        )
        # Started one by one, the others would not be there in time: they are the same but for what they are about.
        same = {field.attname: getattr(first, field.attname) for field in Clock._meta.concrete_fields}
        Clock.objects.bulk_create(Clock(**{**same, "id": new_id(), "subject_id": new_id()}) for _ in range(number - 1))
    if timezone.now() >= due_at:
        raise RuntimeError("The machine is too busy: the clocks were due before they were there.")

    def are_known() -> bool:
        with scope(chain, machine, read_only=True):
            return Overdue.objects.count() == number

    with TemporaryDirectory() as folder, process(Path(folder), "prompt"):
        _sleep_until(due_at)
        eventually(are_known)
        return timezone.now() - due_at


def _sleep_until(moment: datetime) -> None:
    while (left := (moment - timezone.now()).total_seconds()) > 0:
        time.sleep(min(left, 1))
