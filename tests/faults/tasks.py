"""Tasks that do harm, and tasks that show whether their neighbours were done."""

import ctypes
import os
import signal
import time
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from chains.actor import Actor
from chains.cache import chain_key
from chains.jobs import chain_task
from chains.scope import current_chain
from journal.actions import Subscription, append
from journal.models import Entry
from journal.tasks import entry_errand, entry_task

NO_SUBJECT = UUID(int=0)


def traces() -> Path:
    """A folder for what a rolled-back transaction can't tell."""
    return Path(os.environ["FAULTS_FOLDER"])


def leave_trace(name: str) -> None:
    with (traces() / name).open("a") as file:
        file.write(f"{os.getpid()}\n")


def record(actor: Actor, kind: str, now: datetime, **after: object) -> None:
    append(actor=actor, kind=kind, subject_type="Test", subject_id=NO_SUBJECT, store_id=None, now=now, after=after)


@chain_task(name="tests.note")
def note(*, actor: Actor, now: datetime, number: int) -> None:
    """Write the number into the chain's journal, with the chain it believes to be in and the cache's key."""
    record(actor, "NOTED", now, number=number, chain=current_chain().id, cache_key=chain_key("k", "", 1))


@chain_task(name="tests.note_slowly")
def note_slowly(*, actor: Actor, now: datetime, number: int, seconds: int) -> None:
    """Write the number, and take that long over it."""
    record(actor, "NOTED", now, number=number)
    leave_trace("slow")
    time.sleep(seconds)


@chain_task(name="tests.kill_worker")
def kill_worker() -> None:
    """Take the whole process down."""
    leave_trace("kills")
    os.kill(os.getpid(), signal.SIGKILL)


@chain_task(name="tests.never_end", attempts=2, ceiling=timedelta(seconds=1))
def never_end(*, actor: Actor, now: datetime) -> None:
    """Write something and never come to an end."""
    record(actor, "NOTED", now, number=-1)
    leave_trace("endless")
    while True:
        time.sleep(0.01)


@chain_task(name="tests.hold_the_interpreter", ceiling=timedelta(seconds=1))
def hold_the_interpreter() -> None:
    """Let no other thread of the process run, as an endless regular expression would."""
    leave_trace("holds")
    ctypes.PyDLL(None).sleep(3_600)


@chain_task(name="tests.fail", attempts=3)
def fail(*, actor: Actor, now: datetime) -> None:
    """Write something and fail after it."""
    record(actor, "NOTED", now, number=-1)
    leave_trace("failures")
    raise ZeroDivisionError("division by zero")


@entry_task(consumer="tests.answer")
def answer(*, entry: Entry, actor: Actor, now: datetime) -> None:
    """Answer every question once."""
    record(actor, "ANSWERED", now, question=entry.id)


@entry_errand(consumer="tests.post")
def post(*, entry: Entry) -> object:
    """Do something outside."""
    return lambda: leave_trace(f"post-{entry.id}")


SUBSCRIPTIONS = (
    Subscription(task=answer, kinds=frozenset({"ASKED"})),
    Subscription(task=post, kinds=frozenset({"ASKED"})),
)
