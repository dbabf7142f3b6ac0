"""Background doors of training: what positions and changes ask for, renewals, reminders, and who leaves."""

from datetime import datetime
from uuid import UUID

from chains.actor import Actor
from chains.jobs import Errand, chain_task
from chains.scope import current_chain
from journal.models import Entry
from journal.tasks import entry_errand, entry_task
from training.actions import duties, keeping, leaving, reminding


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


@chain_task(name="training.remind", every="45 * * * *")
def remind(*, actor: Actor, now: datetime) -> None:
    """Remind those whose course is due soon, or overdue."""
    if reminding.remind(actor=actor, now=now):
        remind.defer(current_chain().id, key="more")


@entry_errand(consumer="training.mail_reminder")
def mail_reminder(*, entry: Entry, now: datetime, **_more: object) -> Errand | None:
    """Mail a reminder, unless the course was passed meanwhile."""
    letter = reminding.reminder_of(entry, now=now)
    return letter.send if letter else None


@entry_task(consumer="training.let_go_of_member")
def let_go_of_member(*, entry: Entry, actor: Actor, now: datetime) -> None:
    """After a member was deactivated or lost a role, end what is open where they work no more."""
    leaving.let_go(actor=actor, member_id=entry.subject_id, now=now)


@chain_task(name="training.let_go_left", every="50 2 * * *")
def let_go_left(*, actor: Actor, now: datetime) -> None:
    """End whatever is open of somebody who left: nothing stays because a job was lost."""
    leaving.let_go(actor=actor, now=now)
