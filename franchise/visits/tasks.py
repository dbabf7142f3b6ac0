"""Background doors of the return visits: visits become due, or needless; credits; nobody's visit stays ownerless."""

from datetime import datetime
from uuid import UUID

from chains.actor import Actor
from chains.jobs import chain_task
from complaints.models.complaints import Stage
from journal.models import Entry
from journal.tasks import entry_task
from visits.actions import crediting, following, owning, reworking
from visits.models.visits import NotApplicable


@entry_task(consumer="visits.plan_after_complaint")
def plan_after_complaint(*, entry: Entry, actor: Actor, now: datetime) -> None:
    """After a complaint was closed or taken back, make a visit due: for every one of them."""
    # What was taken back has its visit already when the form for the file is written.
    is_planned = (entry.after or {}).get("from_stage") == Stage.WITHDRAWN
    if not is_planned and entry.store_id is not None and entry.customer_id is not None:
        following.plan_after_complaint(
            actor=actor,
            store_id=entry.store_id,
            customer_id=entry.customer_id,
            complaint_id=entry.subject_id,
            closed_at=entry.at,
            entry_id=entry.id,
            now=now,
        )


@entry_task(consumer="visits.drop_reworked")
def drop_reworked(*, entry: Entry, actor: Actor, now: datetime) -> None:
    """After a complaint was taken up again, make no visit about it until it is closed again."""
    because = NotApplicable.WORKED_AGAIN
    following.drop_occasions(actor=actor, source_id=entry.subject_id, because=because, now=now)


@entry_task(consumer="visits.plan_after_purchase")
def plan_after_purchase(*, entry: Entry, actor: Actor, now: datetime) -> None:
    """After a purchase was noted, make a visit due, if HQ's rules ask for it."""
    following.plan_after_purchase(actor=actor, purchase_id=entry.subject_id, told_at=entry.at, now=now)


@entry_task(consumer="visits.credit_purchase")
def credit_purchase(*, entry: Entry, actor: Actor, now: datetime) -> None:
    """After a purchase was noted, credit it to whoever called the customer before."""
    crediting.credit_purchase(actor=actor, purchase_id=entry.subject_id, now=now)


@entry_task(consumer="visits.take_back_order")
def take_back_order(*, entry: Entry, actor: Actor, now: datetime) -> None:
    """After an order was cancelled, or its purchases count no more, take its credits back and make no visit of it."""
    told = (entry.after or {}).get("order_id")
    order_id = UUID(told) if told else entry.subject_id
    crediting.take_back_credits(actor=actor, order_id=order_id, now=now)
    because = NotApplicable.ORDER_CANCELLED
    following.drop_occasions(actor=actor, source_id=order_id, because=because, now=now)


@entry_task(consumer="visits.leave_alone")
def leave_alone(*, entry: Entry, actor: Actor, now: datetime) -> None:
    """After somebody said no to service calls, make no visit to them."""
    following.leave_who_said_no(actor=actor, customer_id=entry.subject_id, now=now)


@entry_task(consumer="visits.forget_erased")
def forget_erased(*, entry: Entry, actor: Actor, now: datetime) -> None:
    """After somebody's particulars were erased, make no visit to them."""
    because = NotApplicable.CUSTOMER_ERASED
    following.leave_alone(actor=actor, customer_id=entry.subject_id, because=because, now=now)


@entry_task(consumer="visits.join_visits")
def join_visits(*, entry: Entry, actor: Actor, now: datetime) -> None:
    """After two records were found to be one person's, make one call of what is due for both."""
    following.join_visits(actor=actor, customer_id=entry.subject_id, now=now)


@entry_task(consumer="visits.rework_complaints")
def rework_complaints(*, entry: Entry, actor: Actor, now: datetime) -> None:
    """After a visit to a customer who is not satisfied, let the complaint be worked again."""
    reworking.rework_complaints(actor=actor, visit_id=entry.subject_id, now=now)


@entry_task(consumer="visits.hand_over_of_member")
def hand_over_of_member(*, entry: Entry, actor: Actor, now: datetime) -> None:
    """After a member was deactivated or lost a role, hand over the visits that they may not make any more."""
    owning.hand_over_of(actor=actor, member_id=entry.subject_id, now=now)


@entry_task(consumer="visits.hand_over_after_move")
def hand_over_after_move(*, actor: Actor, now: datetime) -> None:
    """After a store went to another area, hand over what the supervisor of the old one owned there."""
    owning.hand_over_left(actor=actor, now=now)


@chain_task(name="visits.hand_over_left", every="6-59/10 * * * *")
def hand_over_left(*, actor: Actor, now: datetime) -> None:
    """Hand over whatever is owned by somebody who left: no visit stays with them because a job was lost."""
    owning.hand_over_left(actor=actor, now=now)
