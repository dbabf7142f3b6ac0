"""What every deed on an inquiry does: lock it, move it on, tell the journal, start and stop its clocks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from chains.actor import Actor
from clocks.actions.running import Ended, hours_at, start_clock, stop_clock
from clocks.models import Clock
from customers.queries.register import must_not_be_erased
from inquiries.models.inquiries import Inquiry, InquiryChannel, InquiryState
from inquiries.models.messages import ReplyPromise
from inquiries.queries import SUBJECT_TYPE
from inquiries.rules.answering import ANSWERS, ClockKind, target_for
from inquiries.rules.happenings import Happening
from inquiries.rules.states import MOVES, InquiryAction, check_version, must_allow
from journal.actions import append
from journal.models import Entry
from kit.refusals import NotFound
from standards.actions.clocking import Applied, Effect, apply_standards


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a deed: the inquiry as it is now, and the clauses whose clocks it started or stopped."""

    inquiry: Inquiry
    standards_applied: list[Applied]
    entry_id: UUID


def lock_inquiry(actor: Actor, inquiry_id: UUID, action: InquiryAction, expected_version: int | None) -> Inquiry:
    """Return an inquiry, locked until the transaction ends, for somebody who may do this with it as it stands.

    Raises NotFound, NotPermitted, and the refusals of `must_stand`.
    """
    inquiry = lock_permitted(actor, inquiry_id, action)
    must_stand(inquiry, action, expected_version)
    return inquiry


def lock_permitted(actor: Actor, inquiry_id: UUID, action: InquiryAction) -> Inquiry:
    """Return an inquiry, locked, however it stands, for somebody with the permission; raises NotFound, NotPermitted."""
    visible = Inquiry.objects.visible_to(actor).select_related("store")
    inquiry = visible.select_for_update(of=("self",)).filter(id=inquiry_id).first()
    if inquiry is None:
        raise NotFound
    actor.must(MOVES[action].permission, at=inquiry.store_id)
    return inquiry


def must_stand(inquiry: Inquiry, action: InquiryAction, expected_version: int | None) -> None:
    """Refuse what can't be done with a locked inquiry as it stands.

    Raises Stale with the inquiry as it is now, the refusals of `must_allow`, and CustomerErased where nothing more may
    be written about somebody.
    """
    state = InquiryState(inquiry.state)
    check_version(expected=expected_version, version=inquiry.version, state=state, current=inquiry)
    open_promises = ReplyPromise.objects.filter(inquiry=inquiry, kept_at=None).count()
    must_allow(action, state, is_queued=inquiry.is_queued, open_promises=open_promises)
    # Only of somebody with nothing open the particulars are erased; asked after the lock, for which it may have waited.
    if state is InquiryState.CLOSED:
        must_not_be_erased(inquiry.customer_id)


def write_down(
    actor: Actor,
    inquiry: Inquiry,
    kind: Happening,
    now: datetime,
    *,
    before: dict[str, Any],
    more: dict[str, Any] | None = None,
) -> Done:
    """Save what a deed changed about a locked inquiry, and tell the journal."""
    inquiry.version += 1
    inquiry.save(update_fields=["state", "unanswered_since", "owner", "is_queued", "round", "version"])
    return tell_journal(actor, inquiry, kind, now, before=before, more=more or {})


def tell_journal(
    actor: Actor,
    inquiry: Inquiry,
    kind: Happening,
    now: datetime,
    *,
    before: dict[str, Any] | None,
    more: dict[str, Any],
    entry_id: UUID | None = None,
    answer: Entry | None = None,
) -> Done:
    """Append the deed to the journal and let the standards in force start and stop their clocks.

    `answer` is a part of the deed that tells that the customer was answered already.
    """
    # What people wrote stays in the messages: the journal is kept for ever, and texts may name a customer.
    entry = append(
        actor=actor,
        kind=kind,
        subject_type=SUBJECT_TYPE,
        subject_id=inquiry.id,
        store_id=inquiry.store_id,
        now=now,
        before=before,
        after={**state_of(inquiry), "channel": inquiry.channel, **more},
        entry_id=entry_id,
        customer_id=inquiry.customer_id,
    )
    applied = apply_standards(actor=actor, entry=entry, answer=answer, is_new=before is None)
    return Done(inquiry, applied, entry.id)


def start_to_wait(
    actor: Actor, done: Done, kind: ClockKind, *, since: datetime, now: datetime, ended: Ended | None = None
) -> None:
    """Measure how long the customer waits, or has waited, unless an answer's clock or a clause measures it already."""
    inquiry = done.inquiry
    by_clause = any(
        each.effect is Effect.STARTED and each.clause.response_kind == Happening.INQUIRY_ANSWERED
        for each in done.standards_applied
    )
    measured = {*ANSWERS, Happening.INQUIRY_ANSWERED}
    if by_clause or Clock.objects.of_subject(SUBJECT_TYPE, inquiry.id).running().filter(kind__in=measured).exists():
        return
    start_clock(
        actor=actor,
        store_id=inquiry.store_id,
        subject_type=SUBJECT_TYPE,
        subject_id=inquiry.id,
        kind=kind,
        target=target_for(InquiryChannel(inquiry.channel)),
        entry_id=done.entry_id,
        now=now,
        started_at=since,
        ended=ended,
        hours=hours_at(inquiry.store),
    )


def stop_to_wait(actor: Actor, inquiry: Inquiry, *, entry_id: UUID, at: datetime) -> None:
    """Stop what measures how long the customer waits, where no clause does it; what began later goes on."""
    running = Clock.objects.of_subject(SUBJECT_TYPE, inquiry.id).running().filter(kind__in=ANSWERS, started_at__lte=at)
    for clock in running.order_by("id"):
        stop_clock(actor=actor, clock_id=clock.id, entry_id=entry_id, now=at)


def state_of(inquiry: Inquiry) -> dict[str, Any]:
    """Return what a deed changes about an inquiry, for the journal's before and after."""
    return {
        "state": inquiry.state,
        "version": inquiry.version,
        "round": inquiry.round,
        "owner_id": inquiry.owner_id,
        "is_queued": inquiry.is_queued,
    }
