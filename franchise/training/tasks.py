"""Background doors of training: courses that positions and changed standards ask for, renewals, and who leaves."""

from datetime import datetime
from uuid import UUID

from chains.actor import Actor
from chains.jobs import chain_task
from journal.models import Entry
from journal.tasks import entry_task
from training.actions import duties, keeping, leaving


@entry_task(consumer="training.begin_path")
def begin_path(*, entry: Entry, actor: Actor, now: datetime) -> None:
    """After somebody was given a position, let them take the courses that lead to it."""
    duties.begin_path(actor=actor, staff_position_id=entry.subject_id, now=now)


@entry_task(consumer="training.assign_changed")
def assign_changed(*, entry: Entry, actor: Actor, now: datetime) -> None:
    """After a standard was pushed, let those whom its changes touch take the lessons that teach them."""
    store_ids = [UUID(each) for each in (entry.after or {}).get("store_ids", ())]
    keeping.assign_changed(actor=actor, version_id=entry.subject_id, store_ids=store_ids, now=now)


@chain_task(name="training.renew_certificates", every="20 2 * * *")
def renew_certificates(*, actor: Actor, now: datetime) -> None:
    """Let whoever's certificate is about to expire take the course again."""
    keeping.renew_certificates(actor=actor, now=now)


@entry_task(consumer="training.let_go_of_member")
def let_go_of_member(*, entry: Entry, actor: Actor, now: datetime) -> None:
    """After a member was deactivated or lost a role, end what is open where they work no more."""
    leaving.let_go(actor=actor, member_id=entry.subject_id, now=now)


@chain_task(name="training.let_go_left", every="50 2 * * *")
def let_go_left(*, actor: Actor, now: datetime) -> None:
    """End whatever is open of somebody who left: nothing stays because a job was lost."""
    leaving.let_go(actor=actor, now=now)
