"""Deeds that bring a complaint in: to file it, by somebody or by itself from a delivery, and to accept it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from complaints.actions.owning import first_owner, owner_from
from complaints.actions.remedying import keep_remedies
from complaints.actions.steps import Done, lock_complaint, state_of, take_step, tell_journal
from complaints.actions.timing import begin_clocks
from complaints.models.complaints import (
    LONGEST_ORDER_NUMBER,
    Channel,
    Complaint,
    ComplaintCounter,
    Level,
    Severity,
    Stage,
)
from complaints.models.ladder import Escalation
from complaints.models.remedies import RemedyStanding
from complaints.models.steps import Acceptance
from complaints.rules.happenings import Happening
from complaints.rules.ladder import higher
from complaints.rules.moments import check_received
from complaints.rules.refusals import OwnerNeeded
from complaints.rules.remedies import RemedyDraft, check_remedies
from complaints.rules.stages import ComplaintAction, stage_after, standing_of
from customers.actions.registering import customer_of
from customers.models import Customer
from customers.rules.particulars import Particulars
from inquiries.models.inquiries import Inquiry
from kit.ids import new_id
from kit.moments import passed
from kit.refusals import NotFound
from kit.texts import line_of, text_of
from members.rules.permissions import Permission
from orders.models.orders import Order
from orders.queries import ORDER, references_of
from standards.queries import clauses_for
from stores.actions.locks import lock_store_in_business
from stores.actions.numbering import next_numbers
from stores.models import Store


@dataclass(frozen=True, slots=True)
class Links:
    """What a complaint is about beside its customer: bare ids of the store's own things, and of a clause's version."""

    order_id: UUID | None = None
    inquiry_id: UUID | None = None
    clause_id: UUID | None = None
    inspection_id: UUID | None = None


NO_LINKS = Links()


@transaction.atomic(using=CHAINS_ALIAS)
def file_complaint(
    *,
    actor: Actor,
    store_id: UUID,
    customer: UUID | Particulars,
    subject: str,
    channel: Channel,
    severity: Severity,
    now: datetime,
    description: str = "",
    order_number: str = "",
    received_at: datetime | None = None,
    owner_id: UUID | None = None,
    links: Links = NO_LINKS,
    remedies: Sequence[RemedyDraft] = (),
) -> Done:
    """Take down a customer's complaint at once and start its clocks (C1, C3); its taker owns it until it is accepted.

    `customer` is known by id, or is written down; `remedies` are what they ask for. What a machine files goes to who
    has the fewest. Refusals: NotFound, NotPermitted, StoreClosed, Invalid, TooLong, ContactNeeded, CustomerErased,
    OwnerNeeded, OwnerNotAtStore, CurrencyDiffers.
    """
    actor.must(Permission.FILE_COMPLAINT, at=store_id)
    store = lock_store_in_business(actor, store_id)
    complaint = Complaint(
        store=store,
        subject=line_of(subject, field="subject"),
        description=text_of(description, field="description", required=False),
        order_number=line_of(order_number, field="order_number", required=False, limit=LONGEST_ORDER_NUMBER),
        channel=channel,
        severity=severity,
        received_at=passed(received_at, field="received_at", now=now),
    )
    _link(actor, complaint, links)
    deed_id, sought = new_id(), check_remedies(remedies, field="remedies", currency=store.currency, is_decided=False)
    complaint.owner_id, complaint.level = first_owner(actor, store, owner_id, now=now)
    complaint.customer = customer_of(
        actor=actor, store_id=store_id, customer=customer, prefix="customer_", part_of_id=deed_id, now=now
    )
    return _filed(actor, complaint, deed_id, now, sought)


@transaction.atomic(using=CHAINS_ALIAS)
def file_from_delivery(
    *,
    actor: Actor,
    order_id: UUID,
    source_id: UUID,
    subject: str,
    description: str,
    now: datetime,
) -> Done | None:
    """File a complaint by itself from an order whose goods came damaged or not whole (O5); None if that was done.

    `source_id` is the delivery's confirmation or the report of the damage: each is complained of once, and none of
    somebody who was erased meanwhile (K4). It belongs to whoever of the store has the fewest. The store may be closed
    by now. Refusals: NotFound, NotPermitted, OwnerNeeded, Invalid, TooLong.
    """
    order = Order.objects.visible_to(actor).filter(id=order_id).first()
    if order is None:
        raise NotFound(field="order_id")
    actor.must(Permission.FILE_COMPLAINT, at=order.store_id)
    store = Store.objects.select_for_update(no_key=True).get(id=order.store_id)
    # Asked after the store's lock, which an erasure holds as well.
    is_erased = Customer.objects.filter(id=order.customer_id, erased_at__isnull=False).exists()
    if is_erased or Complaint.objects.filter(store=store, filed_from_id=source_id).exists():
        return None
    complaint = Complaint(
        store=store,
        customer_id=order.customer_id,
        subject=line_of(subject, field="subject"),
        description=text_of(description, field="description", required=False),
        channel=Channel.VISIT,
        severity=Severity.SERIOUS,
        received_at=now,
        filed_from_id=source_id,
    )
    _link(actor, complaint, Links(order_id=order.id))
    found = owner_from(store, Level.STORE_STAFF, now=now)
    if found is None:
        raise OwnerNeeded
    complaint.owner_id, complaint.level = found
    return _filed(actor, complaint, new_id(), now, ())


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
    before, stage = state_of(complaint), stage_after(action, standing_of(complaint))
    complaint.owner_id, level = first_owner(actor, complaint.store, owner_id, now=now)
    has_risen = Escalation.objects.filter(store_id=complaint.store_id, complaint=complaint).exists()
    complaint.level = higher(Level(complaint.level), level) if has_risen else level
    step = Acceptance(owner_id=complaint.owner_id)
    return take_step(actor, complaint, Happening.COMPLAINT_ACCEPTED, step, before, now, stage=stage)


def _filed(actor: Actor, complaint: Complaint, deed_id: UUID, now: datetime, sought: Sequence[RemedyDraft]) -> Done:
    complaint.stage, complaint.filed_at, complaint.taken_by_id = Stage.FILED, now, actor.user_id
    complaint.number = next_numbers(ComplaintCounter, store_id=complaint.store_id)[0]
    complaint.save(force_insert=True)
    keep_remedies(actor, complaint, sought, RemedyStanding.SOUGHT, None, now)
    more = {
        "received_at": complaint.received_at,
        "customer_id": complaint.customer_id,
        "order_id": complaint.order_id,
        "inquiry_id": complaint.inquiry_id,
        "clause_id": complaint.clause_id,
        "inspection_id": complaint.inspection_id,
        "filed_from_id": complaint.filed_from_id,
        "sought": [_without_words(each) for each in sought],
    }
    done = tell_journal(actor, complaint, Happening.COMPLAINT_FILED, now, before=None, more=more, entry_id=deed_id)
    is_measured = bool(done.standards_applied)
    begin_clocks(actor, complaint, entry_id=deed_id, now=now, since=complaint.received_at, is_measured=is_measured)
    return done


def _link(actor: Actor, complaint: Complaint, links: Links) -> None:
    """Put links into a complaint that is still to be saved.

    Raises NotFound for what is not the store's, and Invalid where the complaint came in before it.
    """
    if links.order_id is not None:
        order = Order.objects.visible_to(actor).filter(id=links.order_id, store_id=complaint.store_id).first()
        if order is None:
            raise NotFound(field="order_id")
        check_received(complaint.received_at, since=order.placed_at)
        complaint.order_number = complaint.order_number or references_of([order], ORDER)[order.id]
    if links.inquiry_id is not None:
        inquiries = Inquiry.objects.visible_to(actor).filter(store_id=complaint.store_id)
        asked_at = inquiries.filter(id=links.inquiry_id).values_list("received_at", flat=True).first()
        if asked_at is None:
            raise NotFound(field="inquiry_id")
        check_received(complaint.received_at, since=asked_at)
    if links.clause_id is not None and not clauses_for(actor).filter(id=links.clause_id).exists():
        raise NotFound(field="clause_id")
    for name, value in asdict(links).items():
        setattr(complaint, name, value)


def _without_words(remedy: RemedyDraft) -> dict[str, object]:
    return {"kind": remedy.kind, "amount_minor": remedy.amount_minor, "currency": remedy.currency}
