"""Background doors of the register: customers come into classes by what they buy, and are forgotten in the end."""

from datetime import datetime
from uuid import UUID

from chains.actor import Actor
from chains.jobs import chain_task
from chains.scope import current_chain
from customers.actions import caring, retaining
from journal.models import Entry
from journal.tasks import entry_task

_FIRST = UUID(int=0)


@entry_task(consumer="customers.classify_buyer")
def classify_buyer(*, entry: Entry, actor: Actor, now: datetime) -> None:
    """Look at the class of whoever bought something, gave it back, or was merged."""
    others = (entry.after or {}).get("merged_id"), (entry.after or {}).get("unmerged_id")
    for customer_id in (entry.customer_id, *(UUID(other) for other in others if other)):
        if customer_id is not None:
            caring.classify_customer(actor=actor, customer_id=customer_id, now=now)


@entry_task(consumer="customers.classify_all")
def classify_all() -> None:
    """Look at everybody's class after HQ has set the classes anew."""
    classify_some.defer(current_chain().id, after_id=_FIRST)


@chain_task(name="customers.classify_daily", every="23 2 * * *")
def classify_daily() -> None:
    """Look at everybody's class: who has bought nothing for long leaves it, though nothing happens."""
    classify_some.defer(current_chain().id, after_id=_FIRST)


@chain_task(name="customers.classify_some")
def classify_some(*, actor: Actor, now: datetime, after_id: UUID) -> None:
    """Look at the classes of the next customers, and come back for the rest."""
    last = caring.classify_some(actor=actor, after_id=after_id, now=now)
    if last is not None:
        classify_some.defer(current_chain().id, after_id=last)


@chain_task(name="customers.forget_daily", every="41 3 * * *")
def forget_daily() -> None:
    """Begin to forget those with whom nothing has happened for two years (corpus R10)."""
    forget_some.defer(current_chain().id, after_id=_FIRST)


@chain_task(name="customers.forget_some")
def forget_some(*, actor: Actor, now: datetime, after_id: UUID) -> None:
    """Forget the next ones, and come back for the rest; what was done is done when it comes back after a failure."""
    last = retaining.forget_some(actor=actor, after_id=after_id, now=now)
    if last is not None:
        forget_some.defer(current_chain().id, after_id=last)
