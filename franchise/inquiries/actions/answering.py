"""Deeds by which a customer is answered: a reply, a promise of one, advice what to buy."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from clocks.actions.running import hours_at, start_clock, stop_clocks
from clocks.models import TargetUnit
from clocks.rules.targets import Target
from inquiries.actions.keeping import keep_message, known_message
from inquiries.actions.owning import may_own
from inquiries.actions.steps import (
    Done,
    lock_permitted,
    must_stand,
    start_to_wait,
    state_of,
    stop_to_wait,
    write_down,
)
from inquiries.models.advice import Advice, AdviceLine
from inquiries.models.inquiries import Inquiry, InquiryChannel, InquiryState
from inquiries.models.messages import LONGEST_EXTERNAL_ID, AnswerKind, Direction, Message, ReplyPromise
from inquiries.queries import PROMISE_TYPE, wording_of
from inquiries.rules.advising import AdvisedProduct, checked_lines
from inquiries.rules.answering import ClockKind
from inquiries.rules.happenings import Happening
from inquiries.rules.states import InquiryAction, PromiseNotOpen, ReasonForNewPromiseNeeded, check_promised, check_told
from inquiries.rules.wording import must_be_well_worded
from kit.moments import planned
from kit.texts import line_of, text_of


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What is said to a customer, and how.

    `promise_ids` are the promises that it keeps, all open ones if that is None. `said_at` is when it was said, if that
    was before now, by a machine or aloud; `external_id` is what the system that sent it calls it.
    """

    text: str
    accept_warnings: bool = False
    channel: InquiryChannel | None = None
    promise_ids: Collection[UUID] | None = None
    external_id: str = ""
    said_at: datetime | None = None


@transaction.atomic(using=CHAINS_ALIAS)
def reply_to_inquiry(
    *, actor: Actor, inquiry_id: UUID, reply: Outgoing, now: datetime, expected_version: int | None = None
) -> Done:
    """Answer a customer: the clock of the answer stops, and the promises that it keeps are kept (Q2, S9, S10).

    Refusals: NotFound, NotPermitted, Stale, InquiryClosed, BannedPhrase, WordingWarned, PromiseNotOpen,
    ExternalIdReused, Invalid, TooLong.
    """
    inquiry = lock_permitted(actor, inquiry_id, InquiryAction.REPLY_TO_INQUIRY)
    said = _said(actor, inquiry, reply, AnswerKind.ANSWER, now)
    known = known_message(said)
    if known is not None:
        return Done(inquiry, [], known.id)
    must_stand(inquiry, InquiryAction.REPLY_TO_INQUIRY, expected_version)
    _hold_against_norms(said, reply)
    kept = _promises(inquiry, reply.promise_ids)
    return _send(actor, inquiry, said, kept, now)


@transaction.atomic(using=CHAINS_ALIAS)
def promise_reply(
    *,
    actor: Actor,
    inquiry_id: UUID,
    promise: Outgoing,
    promised_until: datetime,
    now: datetime,
    reason: str = "",
    expected_version: int | None = None,
) -> Done:
    """Tell a customer until when they will have their answer; the promise is a clock of its own (Q2, S9).

    While an earlier one is open the customer is told the `reason` as well, and that one is measured on: only an answer
    keeps it. Refusals: NotFound, NotPermitted, Stale, InquiryClosed, BannedPhrase, WordingWarned,
    ReasonForNewPromiseNeeded, ExternalIdReused, Invalid, TooLong.
    """
    reason = text_of(reason, field="reason", required=False)
    if reason:
        promise = replace(promise, text=f"{promise.text.strip()}\n{reason}")
    inquiry = lock_permitted(actor, inquiry_id, InquiryAction.PROMISE_REPLY)
    said = _said(actor, inquiry, promise, AnswerKind.PROMISE, now)
    known = known_message(said)
    if known is not None:
        return Done(inquiry, [], known.id)
    must_stand(inquiry, InquiryAction.PROMISE_REPLY, expected_version)
    _hold_against_norms(said, promise)
    promised_until = check_promised(promised_until, now=now)
    if not reason and ReplyPromise.objects.filter(inquiry=inquiry, kept_at=None).exists():
        raise ReasonForNewPromiseNeeded(field="reason")
    # Who only promises keeps no earlier promise by that.
    done = _send(actor, inquiry, said, (), now, more={"promised_until": promised_until})
    _promise(actor, said, promised_until, done, now)
    return done


@transaction.atomic(using=CHAINS_ALIAS)
def advise_customer(
    *,
    actor: Actor,
    inquiry_id: UUID,
    advice: Outgoing,
    needs: str,
    lines: Sequence[AdvisedProduct],
    now: datetime,
    plan: str = "",
    planned_on: date | None = None,
    expected_version: int | None = None,
) -> Done:
    """Advise a customer what to buy, for which need, and how and when they plan to buy it (Q2).

    Refusals: NotFound, NotPermitted, Stale, InquiryClosed, BannedPhrase, WordingWarned, PromiseNotOpen,
    ExternalIdReused, Invalid, TooLong.
    """
    inquiry = lock_permitted(actor, inquiry_id, InquiryAction.ADVISE_CUSTOMER)
    said = _said(actor, inquiry, advice, AnswerKind.ADVICE, now)
    known = known_message(said)
    if known is not None:
        return Done(inquiry, [], known.id)
    must_stand(inquiry, InquiryAction.ADVISE_CUSTOMER, expected_version)
    _hold_against_norms(said, advice)
    products, today = checked_lines(lines), now.astimezone(ZoneInfo(inquiry.store.time_zone)).date()
    given = Advice(
        store_id=inquiry.store_id,
        inquiry=inquiry,
        needs=text_of(needs, field="needs"),
        plan=text_of(plan, field="plan", required=False),
        planned_on=planned(planned_on, field="planned_on", today=today),
        advised_by_id=actor.user_id,
        advised_at=now,
    )
    kept = _promises(inquiry, advice.promise_ids)
    done = _send(actor, inquiry, said, kept, now, more={"lines": len(products)})
    given.told_in = said
    given.save(force_insert=True)
    _keep_lines(given, products)
    return done


def _promise(actor: Actor, said: Message, promised_until: datetime, done: Done, now: datetime) -> None:
    """Keep a promise that a message made, and let its clock run."""
    made = ReplyPromise.objects.create(
        store_id=said.store_id,
        inquiry_id=said.inquiry_id,
        made_in=said,
        promised_by_id=actor.user_id,
        made_at=now,
        promised_until=promised_until,
    )
    start_clock(
        actor=actor,
        store_id=said.store_id,
        subject_type=PROMISE_TYPE,
        subject_id=made.id,
        kind=ClockKind.PROMISED_REPLY,
        target=Target(TargetUnit.WALL, int((promised_until - now).total_seconds())),
        entry_id=done.entry_id,
        now=now,
        hours=hours_at(done.inquiry.store),
    )


def _keep_lines(advice: Advice, products: Sequence[AdvisedProduct]) -> None:
    AdviceLine.objects.bulk_create(
        AdviceLine(
            store_id=advice.store_id,
            advice=advice,
            position=position,
            product=line.product,
            model=line.model,
            quantity=line.quantity,
            why=line.why,
        )
        for position, line in enumerate(products, start=1)
    )


def _said(actor: Actor, inquiry: Inquiry, given: Outgoing, answer: AnswerKind, now: datetime) -> Message:
    """Return the message that is to be sent, not kept yet; raises Invalid and TooLong."""
    channel = given.channel or InquiryChannel(inquiry.channel)
    return Message(
        store_id=inquiry.store_id,
        inquiry=inquiry,
        direction=Direction.OUT,
        answer=answer,
        channel=channel,
        text=text_of(given.text, field="text"),
        said_at=check_told(given.said_at, channel=channel, is_machine=actor.user_id is None, now=now),
        external_id=line_of(given.external_id, field="external_id", required=False, limit=LONGEST_EXTERNAL_ID),
    )


def _hold_against_norms(said: Message, given: Outgoing) -> None:
    """Refuse a message that breaks norms of wording, and keep of which it was warned (S10)."""
    findings = wording_of(said.text, said.inquiry)
    must_be_well_worded(findings, accept_warnings=given.accept_warnings, field="text")
    said.warned_of = [str(finding.norm.id) for finding in findings]


def _promises(inquiry: Inquiry, promise_ids: Collection[UUID] | None) -> list[ReplyPromise]:
    still_open = ReplyPromise.objects.filter(inquiry=inquiry, kept_at=None).order_by("made_at", "id")
    if promise_ids is None:
        return list(still_open)
    chosen = list(still_open.filter(id__in=promise_ids))
    if len(chosen) != len(set(promise_ids)):
        raise PromiseNotOpen(field="promise_ids")
    return chosen


def _send(
    actor: Actor,
    inquiry: Inquiry,
    said: Message,
    kept: Sequence[ReplyPromise],
    now: datetime,
    more: dict[str, object] | None = None,
) -> Done:
    """Keep what was said, answer the inquiry by it, and keep promises."""
    before = state_of(inquiry)
    keep_message(actor, said, inquiry, now)
    inquiry.unanswered_since = _waiting_since(inquiry, said)
    inquiry.state = InquiryState.WAITING if inquiry.unanswered_since else InquiryState.ANSWERED
    if inquiry.is_queued and actor.user_id and may_own(actor.user_id, inquiry.store, now=now):
        # Whoever answers what nobody has taken yet takes it by that.
        inquiry.owner_id, inquiry.is_queued = actor.user_id, False
    told: dict[str, Any] = {"message_id": said.id, "answer": said.answer, "said_at": said.said_at}
    told |= {"promise_ids": [promise.id for promise in kept]}
    if said.warned_of:
        told["warned_of"] = said.warned_of
    done = write_down(actor, inquiry, Happening.INQUIRY_ANSWERED, now, before=before, more={**told, **(more or {})})
    stop_to_wait(actor, inquiry, entry_id=done.entry_id, at=said.said_at)
    if inquiry.unanswered_since is not None:
        start_to_wait(actor, done, ClockKind.NEXT_ANSWER, since=inquiry.unanswered_since, now=now)
    for promise in kept:
        promise.kept_in, promise.kept_at = said, max(said.said_at, promise.made_at)
        promise.save(update_fields=["kept_in", "kept_at"])
        stop_clocks(
            actor=actor,
            subject_type=PROMISE_TYPE,
            subject_id=promise.id,
            entry_id=done.entry_id,
            now=promise.kept_at,
        )
    return done


def _waiting_since(inquiry: Inquiry, said: Message) -> datetime | None:
    """Return since when the customer has waited for what this does not answer: it was said before they asked."""
    waited = inquiry.unanswered_since
    if waited is None or waited > said.said_at:
        # What was answered stays answered, even when an earlier answer is told after that.
        return waited
    later = Message.objects.filter(inquiry=inquiry, direction=Direction.IN, said_at__gt=said.said_at)
    return min(later.values_list("said_at", flat=True), default=None)
