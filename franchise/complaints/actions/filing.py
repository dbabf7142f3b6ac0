"""Deeds that bring a complaint in: to file it and to accept it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from complaints.actions.steps import Done, lock_complaint, state_of, take_step, tell_journal
from complaints.models.complaints import LONGEST_ORDER_NUMBER, Channel, Complaint, ComplaintCounter, Severity, Stage
from complaints.models.steps import Acceptance
from complaints.rules.happenings import Happening
from complaints.rules.stages import ComplaintAction, OwnerNeeded, OwnerNotAtStore, check_received, stage_after
from customers.actions.registering import register_customer
from customers.rules.particulars import Particulars
from kit.ids import new_id
from kit.texts import line_of, text_of
from members.queries import get_member, works_at
from members.rules.permissions import Permission
from stores.actions.locks import lock_store_in_business


@transaction.atomic(using=CHAINS_ALIAS)
def file_complaint(
    *,
    actor: Actor,
    store_id: UUID,
    customer: Particulars,
    subject: str,
    channel: Channel,
    severity: Severity,
    now: datetime,
    description: str = "",
    order_number: str = "",
    received_at: datetime | None = None,
    owner_id: UUID | None = None,
) -> Done:
    """Take down a customer's complaint at once and start its clocks (C1, C3); its taker owns it until it is accepted.

    Refusals: NotFound, NotPermitted, StoreClosed, Invalid, TooLong, ContactNeeded, OwnerNeeded, OwnerNotAtStore.
    """
    actor.must(Permission.FILE_COMPLAINT, at=store_id)
    store = lock_store_in_business(actor, store_id)
    received_at = check_received(received_at or now, now=now)
    owner_id, deed_id = _owner(actor, store_id, owner_id), new_id()
    complaint = Complaint(
        store=store,
        customer=register_customer(
            actor=actor, store_id=store_id, particulars=customer, prefix="customer_", part_of_id=deed_id, now=now
        ),
        subject=line_of(subject, field="subject"),
        description=text_of(description, field="description", required=False),
        order_number=line_of(order_number, field="order_number", required=False, limit=LONGEST_ORDER_NUMBER),
        channel=channel,
        severity=severity,
    )
    complaint.received_at, complaint.filed_at = received_at, now
    complaint.taken_by_id, complaint.owner_id = actor.user_id, owner_id
    complaint.number = _next_number(store_id)
    complaint.save(force_insert=True)
    more = {"received_at": received_at, "customer_id": complaint.customer_id}
    return tell_journal(actor, complaint, Happening.COMPLAINT_FILED, now, before=None, more=more, entry_id=deed_id)


@transaction.atomic(using=CHAINS_ALIAS)
def accept_complaint(
    *,
    actor: Actor,
    complaint_id: UUID,
    now: datetime,
    owner_id: UUID | None = None,
    expected_version: int | None = None,
) -> Done:
    """Take a complaint on; the owner named, or else whoever accepts it, owns it from now on (C2, R3).

    Refusals: NotFound, NotPermitted, Stale, NotAtThisStage, OwnerNeeded, OwnerNotAtStore.
    """
    action = ComplaintAction.ACCEPT_COMPLAINT
    complaint = lock_complaint(actor, complaint_id, action, expected_version)
    before, stage = state_of(complaint), stage_after(action, Stage(complaint.stage))
    complaint.owner_id = _owner(actor, complaint.store_id, owner_id)
    step = Acceptance(owner_id=complaint.owner_id)
    return take_step(actor, complaint, stage, Happening.COMPLAINT_ACCEPTED, step, before, now)


def _owner(actor: Actor, store_id: UUID, owner_id: UUID | None) -> UUID:
    if owner_id is None:
        if actor.user_id is None:
            raise OwnerNeeded(field="owner_id")
        return actor.user_id
    if owner_id != actor.user_id and not works_at(get_member(actor, owner_id).id, store_id):
        raise OwnerNotAtStore(field="owner_id")
    return owner_id


def _next_number(store_id: UUID) -> int:
    counters = ComplaintCounter.objects.filter(store_id=store_id)
    if not counters.update(last_number=F("last_number") + 1):
        ComplaintCounter.objects.bulk_create([ComplaintCounter(store_id=store_id)], ignore_conflicts=True)
        counters.update(last_number=F("last_number") + 1)
    return counters.get().last_number
