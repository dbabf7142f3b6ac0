"""The commands `onebanner work` and `onebanner jobs`, as somebody at the keyboard uses them."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateWorker
from procrastinate.jobs import Job

from chains.models import DeadLetter
from chains.queueing import enqueue
from config.commands import main
from tests.patience import PATIENCE_SECONDS
from tests.workers import TREE, empty_queue, eventually


@pytest.fixture(autouse=True)
def _nothing_waits(committed: None) -> None:
    empty_queue()


def test_work_gives_the_owners_address_to_one_process_alone_and_stops_them_all(run_database, tmp_path: Path) -> None:
    path = os.pathsep.join([str(TREE), *filter(None, [os.environ.get("PYTHONPATH")])])
    with (tmp_path / "log").open("wb") as log:
        working = subprocess.Popen(
            [sys.executable, "-m", "config.commands", "work", "--workers", "1", "--grace", "5"],
            env={**os.environ, "PYTHONPATH": path},
            cwd=TREE,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        eventually(lambda: ProcrastinateWorker.objects.exists())
        children = [int(pid) for pid in Path(f"/proc/{working.pid}/task/{working.pid}/children").read_text().split()]
        assert len(children) == 4
        owners = []
        for child in children:
            around = dict(pair.split("=", 1) for pair in Path(f"/proc/{child}/environ").read_text().split("\0") if pair)
            if around["DATABASE_OWNER_URL"] != os.environ["DATABASE_LOGIN_URL"]:
                assert around["DATABASE_OWNER_URL"] == os.environ["DATABASE_OWNER_URL"]
                owners.append(Path(f"/proc/{child}/cmdline").read_text().split("\0"))
        assert [command[command.index("--only") + 1] for command in owners] == ["owner"]
        working.send_signal(signal.SIGTERM)
        assert working.wait(PATIENCE_SECONDS) == 0
        assert not any(Path(f"/proc/{child}").exists() for child in children)
        assert not ProcrastinateWorker.objects.exists()
    finally:
        if working.poll() is None:
            working.kill()
            working.wait()


def test_dead_jobs_are_listed_and_one_is_given_another_try(capsys) -> None:
    assert main(["jobs", "dead"]) == 0
    assert capsys.readouterr().out == "0 of 0 dead jobs.\n"
    enqueue([Job(queue="chains", lock=None, queueing_lock=None, task_name="tests.note", task_kwargs={})])
    DeadLetter.objects.create(
        job_id=7,
        task="tests.note",
        arguments={},
        attempts=5,
        reason="OSError in send, smtp.py:1",
        died_at=timezone.now(),
    )
    assert main(["jobs", "dead"]) == 0
    told = capsys.readouterr().out
    assert "no chain  tests.note  5 attempts  OSError in send, smtp.py:1" in told
    assert told.endswith("1 of 1 dead jobs.\n")
    assert main(["jobs", "retry", "8"]) == 1
    assert capsys.readouterr().err == "onebanner: There is no dead job 8.\n"


def test_a_journal_of_an_unknown_host_is_told_in_one_line(capsys) -> None:
    assert main(["journal", "verify", "--chain", "nowhere.onebanner.localhost"]) == 1
    assert capsys.readouterr().err == "onebanner: There is no chain at nowhere.onebanner.localhost.\n"
    assert main(["journal", "verify", "--head", "1:00"]) == 1
    assert "name it with --chain" in capsys.readouterr().err
