"""Background doors of the complaints: they rise by their clocks, come from deliveries, and stay with nobody who left.

What each of them does by itself: rulebook C3, O5, R3, L2.
"""

from datetime import datetime
from uuid import UUID

from chains.actor import Actor
from chains.jobs import chain_task
from complaints.actions import owning
from complaints.actions.climbing import escalate_by_clock, find_owner_at_level
from complaints.actions.delivering import file_from_damage
from complaints.actions.waiting import hear_from_inquiry
from complaints.queries import SUBJECT_TYPE
from journal.models import Entry
from journal.tasks import entry_task


@entry_task(consumer="complaints.escalate_overdue")
def escalate_overdue(*, entry: Entry, actor: Actor, now: datetime) -> None:
    """After a complaint's clock became overdue, bring it to the next level."""
    clock_id = (entry.after or {}).get("clock_id")
    if entry.subject_type == SUBJECT_TYPE and clock_id:
        escalate_by_clock(actor=actor, complaint_id=entry.subject_id, clock_id=UUID(clock_id), now=now)


@entry_task(consumer="complaints.find_owner")
def find_owner(*, entry: Entry, actor: Actor, now: datetime) -> None:
    """After a complaint rose to a level that its store can't see, give it to somebody of that level."""
    find_owner_at_level(actor=actor, complaint_id=entry.subject_id, now=now)


@entry_task(consumer="complaints.hear_customer")
def hear_customer(*, entry: Entry, actor: Actor, now: datetime) -> None:
    """After a customer wrote to an inquiry, let the complaints that came from it wait for them no longer."""
    message_id = UUID((entry.after or {})["message_id"])
    hear_from_inquiry(actor=actor, message_id=message_id, entry_id=entry.id, now=now)


@entry_task(consumer="complaints.file_from_delivery")
def file_from_delivery(*, entry: Entry, actor: Actor, now: datetime) -> None:
    """After goods came damaged or not whole, file the complaint about it (O5)."""
    report_id = UUID((entry.after or {})["damage_report_id"])
    file_from_damage(actor=actor, damage_report_id=report_id, now=now)


@entry_task(consumer="complaints.hand_over_of_member")
def hand_over_of_member(*, entry: Entry, actor: Actor, now: datetime) -> None:
    """After a member was deactivated or lost a role, hand over the complaints that they may not work on any more."""
    owning.hand_over_open(actor=actor, user_id=entry.subject_id, now=now)


@entry_task(consumer="complaints.hand_over_after_move")
def hand_over_after_move(*, actor: Actor, now: datetime) -> None:
    """After a store went to another area, hand over what the supervisor of the old one owned there."""
    owning.hand_over_left(actor=actor, now=now)


@chain_task(name="complaints.hand_over_left", every="9-59/10 * * * *")
def hand_over_left(*, actor: Actor, now: datetime) -> None:
    """Hand over whatever is owned by somebody who left: no complaint stays with them because a job was lost."""
    owning.hand_over_left(actor=actor, now=now)
