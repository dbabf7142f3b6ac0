"""How soon a verdict is there after the deed that it is about, with `onebanner work` as it is installed."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from uuid import UUID

from django.utils.timezone import now

from api.gate.authenticate import actor_of
from chains.actor import Actor, gate_actor
from chains.models import Chain
from chains.scope import scope
from complaints.actions.filing import accept_complaint
from complaints.actions.working import record_investigation
from members.models import User
from standards.models.verdicts import Verdict
from stores.models import Store
from tests.benchmarks.report import Report, duration
from tests.factories.chains import FurnishedChain
from tests.factories.complaints import filed
from tests.workers import empty_queue

DEEDS = 20
_KNOWN_WITHIN = 2.0
_PATIENCE = 60.0
_TREE = Path(__file__).resolve().parents[2]


def measure_live(report: Report, furnished: FurnishedChain) -> None:
    """Measure from the deeds' commits until their verdicts can be read, in a chain with a store `B007`."""
    chain = furnished.chain
    with scope(chain, gate_actor()):
        store = Store.objects.get(code="B007")
        manager = actor_of(User.objects.get(email="b007.0@crowd.example"))
    empty_queue()
    waits: dict[str, list[float]] = {"filed, open from then on": [], "looked into, and so met": []}
    with _working():
        _verdict_after(chain, manager, store, "OPEN")
        for _ in range(DEEDS):
            for what, seconds in zip(waits, _verdict_after(chain, manager, store, "MET"), strict=True):
                waits[what].append(seconds)
    report.say()
    for what, each in waits.items():
        report.goal(
            f"a complaint is {what}: the verdict is there within 2 s of the deed: the slowest of {DEEDS} after "
            f"{duration(max(each))}, median {duration(median(each))}",
            met=max(each) <= _KNOWN_WITHIN,
        )


def _verdict_after(chain: Chain, manager: Actor, store: Store, state: str) -> tuple[float, float]:
    """Return how long the verdicts took that a new complaint, and its being looked into, lead to."""
    with scope(chain, manager):
        complaint = filed(manager, store.id, now()).complaint
    first = _until(chain, manager, complaint.id, "OPEN")
    with scope(chain, manager):
        accept_complaint(actor=manager, complaint_id=complaint.id, now=now())
    if state == "OPEN":
        return first, 0
    with scope(chain, manager):
        record_investigation(actor=manager, complaint_id=complaint.id, findings="The lamp was broken.", now=now())
    return first, _until(chain, manager, complaint.id, "MET")


def _until(chain: Chain, manager: Actor, complaint_id: UUID, state: str) -> float:
    began = time.perf_counter()
    while True:
        with scope(chain, manager, read_only=True):
            if Verdict.objects.standing().filter(subject_id=complaint_id, state=state).exists():
                return time.perf_counter() - began
        if time.perf_counter() - began > _PATIENCE:
            raise RuntimeError(f"No verdict {state} after {_PATIENCE} s.")
        time.sleep(0.02)


@contextmanager
def _working() -> Iterator[None]:
    """Run `onebanner work` as it is installed, until the block ends."""
    with TemporaryDirectory() as folder, (Path(folder) / "work.log").open("wb") as log:
        command = [sys.executable, "-m", "config.commands", "work"]
        worker = subprocess.Popen(command, cwd=_TREE, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            yield
        finally:
            worker.terminate()
            worker.wait(60)
