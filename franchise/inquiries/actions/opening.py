"""Deeds by which a customer's word comes in: an inquiry is opened, and a message is added to it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from clocks.actions.running import Ended
from customers.actions.registering import customer_of
from customers.queries.register import groups_of
from customers.rules.particulars import Particulars
from inquiries.actions.keeping import Incoming, keep_message, known_message, message_from, turn
from inquiries.actions.owning import first_owner, keep_owned, must_handle
from inquiries.actions.steps import Done, lock_inquiry, start_to_wait, state_of, tell_journal, write_down
from inquiries.models.inquiries import Inquiry, InquiryChannel, InquiryCounter, InquiryState, InquiryTurnKind
from inquiries.models.messages import Direction, Message
from inquiries.queries import SUBJECT_TYPE
from inquiries.rules.answering import ClockKind
from inquiries.rules.happenings import CONTACT, Happening
from inquiries.rules.likeness import REPEATED_WITHIN, SAME_QUESTION, likeness
from inquiries.rules.states import InquiryAction, check_answered
from journal.actions import append
from journal.models import Entry
from kit.ids import new_id
from kit.texts import line_of
from members.rules.permissions import Permission
from stores.actions.locks import lock_store_in_business
from stores.actions.numbering import next_numbers
from stores.models import Store

MOST_LOOKED_BACK = 50


@transaction.atomic(using=CHAINS_ALIAS)
def open_inquiry(
    *,
    actor: Actor,
    store_id: UUID,
    customer: UUID | Particulars,
    subject: str,
    channel: InquiryChannel,
    said: Incoming,
    now: datetime,
    answered_at: datetime | None = None,
    owner_id: UUID | None = None,
) -> Done:
    """Take down a customer's question and start the clock of its first answer (Q1 to Q3, S9).

    `answered_at` is when a call was picked up, or a visitor greeted. Sent in again with the same external id it is the
    inquiry that is there already. Refusals: NotFound, NotPermitted, StoreClosed, Invalid, TooLong, ContactNeeded,
    CustomerErased, InquiryOwnerNeeded, InquiryOwnerNotAtStore, ExternalIdReused.
    """
    actor.must(Permission.OPEN_INQUIRY, at=store_id)
    subject = line_of(subject, field="subject")
    message = message_from(said, store_id=store_id, channel=channel, now=now, moment="received_at")
    known = known_message(message)
    if known is None:
        store = lock_store_in_business(actor, store_id)
        # Once more: it may have come in a moment ago.
        known = known_message(message)
    if known is not None:
        return Done(known.inquiry, [], known.id)
    answered_at = check_answered(answered_at, channel=channel, received_at=message.said_at, now=now)
    inquiry = _begun(actor, store, owner_id, message, now)
    deed_id = new_id()
    inquiry.customer = customer_of(
        actor=actor, store_id=store_id, customer=customer, prefix="customer_", part_of_id=deed_id, now=now
    )
    inquiry.subject, inquiry.channel = subject, channel
    inquiry.repeats = _asked_before(inquiry.customer_id, f"{subject} {message.text}", now)
    _write_down(actor, inquiry, message, now)
    return _told(actor, inquiry, message, answered_at, deed_id, now)


@transaction.atomic(using=CHAINS_ALIAS)
def record_customer_message(*, actor: Actor, inquiry_id: UUID, said: Incoming, now: datetime) -> Done:
    """Add what the customer wrote to an inquiry and start the clock of the next answer; a closed one opens again (S9).

    Sent in again with the same external id it is the message that is there already. Refusals: NotFound,
    NotPermitted, Invalid, TooLong, ExternalIdReused.
    """
    inquiry = lock_inquiry(actor, inquiry_id, InquiryAction.RECORD_CUSTOMER_MESSAGE, None)
    channel = InquiryChannel(inquiry.channel)
    message = message_from(said, store_id=inquiry.store_id, channel=channel, now=now)
    message.inquiry = inquiry
    known = known_message(message)
    if known is not None:
        return Done(inquiry, [], known.id)
    before, waited = state_of(inquiry), inquiry.unanswered_since
    is_reopened = inquiry.state == InquiryState.CLOSED
    if is_reopened:
        keep_owned(actor, inquiry, now)
        turn(actor, inquiry, InquiryTurnKind.REOPENED, "", now)
    inquiry.state = InquiryState.WAITING
    inquiry.unanswered_since = message.said_at if waited is None else min(waited, message.said_at)
    keep_message(actor, message, inquiry, now)
    more = {"message_id": message.id, "said_at": message.said_at, "is_reopened": is_reopened}
    done = write_down(actor, inquiry, Happening.CUSTOMER_WROTE, now, before=before, more=more)
    start_to_wait(actor, done, ClockKind.NEXT_ANSWER, since=message.said_at, now=now)
    return done


def _begun(actor: Actor, store: Store, owner_id: UUID | None, message: Message, now: datetime) -> Inquiry:
    routed = first_owner(actor, store, owner_id, now)
    return Inquiry(
        store=store,
        unanswered_since=message.said_at,
        received_at=message.said_at,
        opened_at=now,
        taken_down_by_id=actor.user_id,
        owner_id=routed.owner_id,
        is_queued=routed.is_queued,
    )


def _write_down(actor: Actor, inquiry: Inquiry, message: Message, now: datetime) -> None:
    inquiry.number = next_numbers(InquiryCounter, store_id=inquiry.store_id)[0]
    inquiry.save(force_insert=True)
    # Whoever was deactivated while the row was written is seen only now.
    must_handle(inquiry.owner_id, inquiry.store)
    keep_message(actor, message, inquiry, now)


def _told(
    actor: Actor, inquiry: Inquiry, message: Message, answered_at: datetime | None, deed_id: UUID, now: datetime
) -> Done:
    more = {"received_at": inquiry.received_at, "message_id": message.id, "repeats_id": inquiry.repeats_id}
    answer = None if answered_at is None else _contact(actor, inquiry, answered_at, deed_id, now)
    done = tell_journal(
        actor, inquiry, Happening.INQUIRY_OPENED, now, before=None, more=more, entry_id=deed_id, answer=answer
    )
    ended = None if answered_at is None else Ended(answered_at, deed_id)
    start_to_wait(actor, done, ClockKind.FIRST_ANSWER, since=message.said_at, now=now, ended=ended)
    return done


def _contact(actor: Actor, inquiry: Inquiry, answered_at: datetime, deed_id: UUID, now: datetime) -> Entry:
    """Tell the journal that the call was picked up, or the visitor greeted: a clause's answer as well (Q2, S9)."""
    return append(
        actor=actor,
        kind=Happening.INQUIRY_ANSWERED,
        subject_type=SUBJECT_TYPE,
        subject_id=inquiry.id,
        store_id=inquiry.store_id,
        now=now,
        after={**state_of(inquiry), "channel": inquiry.channel, "answer": CONTACT, "said_at": answered_at},
        part_of_id=deed_id,
        customer_id=inquiry.customer_id,
    )


def _asked_before(customer_id: UUID, asked: str, now: datetime) -> Inquiry | None:
    """Return the latest inquiry in which the customer asked the same, if there is one (Q3)."""
    same_person = groups_of([customer_id])[customer_id]
    recent = Inquiry.objects.filter(customer_id__in=same_person, opened_at__gte=now - REPEATED_WITHIN)
    inquiries = list(recent.order_by("-opened_at", "-id")[:MOST_LOOKED_BACK])
    first_words: dict[UUID, str] = {}
    said = Message.objects.filter(inquiry__in=inquiries, direction=Direction.IN).order_by("said_at", "id")
    for inquiry_id, text in said.values_list("inquiry_id", "text"):
        first_words.setdefault(inquiry_id, text)
    return next(
        (
            each
            for each in inquiries
            if likeness(asked, f"{each.subject} {first_words.get(each.id, '')}") >= SAME_QUESTION
        ),
        None,
    )
