"""Background doors of the orders: purchases are noted, delays taken up, nobody's matters left behind (K1, O4, R3)."""

from datetime import datetime

from chains.actor import Actor
from chains.jobs import chain_task
from journal.models import Entry
from journal.tasks import entry_task
from orders.actions import excepting
from orders.actions.excepting import hand_over_exceptions, take_up_delay
from orders.actions.purchasing import tell_purchases
from orders.models.orders import OrderState
from orders.queries import SHIPMENT_TYPE


@entry_task(consumer="orders.take_up_delay")
def take_up_delays(*, entry: Entry, actor: Actor, now: datetime) -> None:
    """Take up a shipment whose clock says that it is overdue."""
    if entry.subject_type == SHIPMENT_TYPE:
        take_up_delay(actor=actor, shipment_id=entry.subject_id, now=now)


@entry_task(consumer="orders.note_purchases")
def note_purchases(*, entry: Entry, actor: Actor, now: datetime) -> None:
    """Tell the register of customers what was bought, once an order is completed, and that it is no more."""
    if (entry.after or {}).get("state") == OrderState.COMPLETED:
        tell_purchases(actor=actor, order_id=entry.subject_id, now=now)


@entry_task(consumer="orders.hand_over")
def hand_over(*, entry: Entry, actor: Actor, now: datetime) -> None:
    """Hand over what somebody owned who has left the chain, or a store."""
    hand_over_exceptions(actor=actor, user_id=entry.subject_id, store_id=entry.store_id, now=now)


@entry_task(consumer="orders.hand_over_after_move")
def hand_over_after_move(*, actor: Actor, now: datetime) -> None:
    """After a store went to another area, hand over what the supervisor of the old one owned there."""
    excepting.hand_over_left(actor=actor, now=now)


@chain_task(name="orders.hand_over_left", every="1-59/10 * * * *")
def hand_over_left(*, actor: Actor, now: datetime) -> None:
    """Hand over whatever is owned by somebody who left: no exception stays with them because a job was lost."""
    excepting.hand_over_left(actor=actor, now=now)
