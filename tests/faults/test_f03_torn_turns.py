"""F03: a step in a chain's life and the chain's journal agree in the end, wherever between them a process is killed."""

import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from chains.actor import system_actor
from chains.models import Chain, ChainState, Turn
from chains.scope import scope
from chains.worker import Patience, revive
from journal.models import Entry
from members.actions.founding import TELL_TURN
from tests.patience import PATIENCE_SECONDS
from tests.workers import TREE, drain, drain_until_killed_after, empty_queue

SUSPEND = """
import os, signal, sys
import django
django.setup()
from django.db import transaction
from django.utils import timezone
from chains.actor import system_actor
from members.actions.founding import suspend_chain
def die():
    os.kill(os.getpid(), signal.SIGKILL)
moment, chain_id = sys.argv[1:]
with transaction.atomic(using="public"):
    suspend_chain(actor=system_actor(), chain_id=chain_id, now=timezone.now())
    if moment == "before the commit":
        die()
die()
"""


@pytest.fixture(autouse=True)
def _nothing_waits(fresh_chain) -> None:
    empty_queue()


def _suspended_by_somebody_who_is_killed(chain: Chain, moment: str) -> None:
    died = subprocess.run(
        [sys.executable, "-c", SUSPEND, moment, str(chain.id)], cwd=TREE, timeout=PATIENCE_SECONDS, check=False
    )
    assert died.returncode == -signal.SIGKILL


def _told(chain: Chain) -> list[tuple[str, object]]:
    with scope(chain, system_actor(), read_only=True):
        entries = Entry.objects.filter(subject_type="Chain", subject_id=chain.id).in_order()
        return [(entry.kind, entry.at) for entry in entries]


def test_a_step_whose_process_dies_right_after_it_is_told_to_the_journal_once(fresh_chain, tmp_path: Path) -> None:
    chain = fresh_chain.chain
    _suspended_by_somebody_who_is_killed(chain, "after the commit")
    step = Turn.objects.get(chain=chain)
    assert (Chain.objects.get(id=chain.id).state, _told(chain)) == (ChainState.SUSPENDED, [])
    drain(tmp_path)
    assert _told(chain) == [("CHAIN_SUSPENDED", step.taken_at)]
    assert not ProcrastinateJob.objects.filter(task_name=TELL_TURN).exists()


def test_a_step_whose_process_dies_before_its_commit_was_never_taken(fresh_chain, tmp_path: Path) -> None:
    chain = fresh_chain.chain
    _suspended_by_somebody_who_is_killed(chain, "before the commit")
    drain(tmp_path)
    assert (Chain.objects.get(id=chain.id).state, _told(chain)) == (ChainState.ACTIVE, [])
    assert not Turn.objects.filter(chain=chain).exists()


def test_a_step_is_told_once_when_the_worker_dies_between_the_journals_commit_and_the_queues(
    fresh_chain, tmp_path: Path
) -> None:
    chain = fresh_chain.chain
    _suspended_by_somebody_who_is_killed(chain, "after the commit")
    drain_until_killed_after(TELL_TURN, tmp_path)
    (job,) = ProcrastinateJob.objects.filter(task_name=TELL_TURN)
    assert (job.status, len(_told(chain))) == ("doing", 1)
    assert revive(Patience(silence=timedelta(0))) == 1
    drain(tmp_path)
    assert [kind for kind, _at in _told(chain)] == ["CHAIN_SUSPENDED"]
    assert not ProcrastinateJob.objects.filter(task_name=TELL_TURN).exists()
