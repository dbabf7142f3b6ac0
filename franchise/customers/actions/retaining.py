"""Deeds on how long a person is known: a legal hold is placed and lifted, and after two years they are forgotten."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from customers.actions.erasing import erase_customer
from customers.actions.registering import lock_customer, lock_register, tell_journal
from customers.models import Customer
from customers.queries.dealings import silent_since
from customers.queries.register import get_customer
from customers.rules.happenings import Happening
from customers.rules.holdings import MattersOpen
from customers.rules.merging import CustomerErased, CustomerMerged, must_be_kept
from customers.rules.retention import NotHeld, UnderLegalHold, forgotten_before
from kit.texts import text_of
from members.rules.permissions import Permission

BATCH = 50


@transaction.atomic(using=CHAINS_ALIAS)
def place_legal_hold(
    *, actor: Actor, customer_id: UUID, reason: str, now: datetime, expected_version: int | None = None
) -> Customer:
    """Keep what is held on a person from being erased, by hand or by time, until the hold is lifted.

    Refusals: NotFound, NotPermitted, Stale, CustomerMerged, CustomerErased, UnderLegalHold, Invalid, TooLong.
    """
    customer = _lock(actor, customer_id, expected_version)
    must_be_kept(customer)
    if customer.held_at is not None:
        raise UnderLegalHold(field="customer_id")
    customer.held_at, customer.hold_reason = now, text_of(reason, field="reason")
    return _written(actor, customer, Happening.LEGAL_HOLD_PLACED, now)


@transaction.atomic(using=CHAINS_ALIAS)
def lift_legal_hold(*, actor: Actor, customer_id: UUID, now: datetime, expected_version: int | None = None) -> Customer:
    """Let a person be erased and forgotten again. Refusals: NotFound, NotPermitted, Stale, NotHeld."""
    customer = _lock(actor, customer_id, expected_version)
    if customer.held_at is None:
        raise NotHeld(field="customer_id")
    customer.held_at, customer.hold_reason = None, ""
    return _written(actor, customer, Happening.LEGAL_HOLD_LIFTED, now)


@transaction.atomic(using=CHAINS_ALIAS)
def forget_some(*, actor: Actor, after_id: UUID, now: datetime) -> UUID | None:
    """Erase the next people, by key, with whom nothing has happened for two years; return the last one looked at.

    Whoever has something open, or is held, is left as they are. None when there are no more (corpus R10).
    Refusals: NotPermitted.
    """
    actor.must(Permission.ERASE_CUSTOMER)
    ids = silent_since(forgotten_before(now), after_id=after_id, most=BATCH)
    for customer_id in ids:
        try:
            with transaction.atomic(using=CHAINS_ALIAS):
                erase_customer(actor=actor, customer_id=customer_id, now=now)
        except (MattersOpen, UnderLegalHold, CustomerErased, CustomerMerged):
            continue
    return ids[-1] if len(ids) == BATCH else None


def _lock(actor: Actor, customer_id: UUID, expected_version: int | None) -> Customer:
    seen = get_customer(actor=actor, customer_id=customer_id)
    actor.must(Permission.ERASE_CUSTOMER, at=seen.store_id)
    # Before or after an erasure of any of the person's records, and never in the midst of it.
    lock_register(actor, seen.store_id)
    return lock_customer(actor, customer_id, Permission.ERASE_CUSTOMER, expected_version)


def _written(actor: Actor, customer: Customer, kind: Happening, now: datetime) -> Customer:
    customer.version += 1
    customer.save(update_fields=["held_at", "hold_reason", "version"])
    # Why somebody is held stays with the record: the journal is kept for ever.
    tell_journal(actor, customer, kind, now, after={"held_at": customer.held_at, "version": customer.version})
    return customer
