"""Deeds that end an inquiry and begin it again."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from inquiries.actions.keeping import turn
from inquiries.actions.owning import keep_owned
from inquiries.actions.steps import Done, lock_inquiry, start_to_wait, state_of, write_down
from inquiries.models.inquiries import InquiryState, InquiryTurnKind
from inquiries.rules.answering import ClockKind
from inquiries.rules.happenings import Happening
from inquiries.rules.states import InquiryAction
from kit.texts import text_of


@transaction.atomic(using=CHAINS_ALIAS)
def close_inquiry(
    *, actor: Actor, inquiry_id: UUID, now: datetime, result: str = "", expected_version: int | None = None
) -> Done:
    """Close an inquiry in which nothing is open: every message has its answer and every promise was kept (Q2).

    Refusals: NotFound, NotPermitted, Stale, CustomerWaits, PromiseOpen, InquiryClosed, Invalid, TooLong.
    """
    inquiry = lock_inquiry(actor, inquiry_id, InquiryAction.CLOSE_INQUIRY, expected_version)
    before = state_of(inquiry)
    turn(actor, inquiry, InquiryTurnKind.CLOSED, text_of(result, field="result", required=False), now)
    inquiry.state, inquiry.is_queued = InquiryState.CLOSED, False
    return write_down(actor, inquiry, Happening.INQUIRY_CLOSED, now, before=before)


@transaction.atomic(using=CHAINS_ALIAS)
def reopen_inquiry(
    *, actor: Actor, inquiry_id: UUID, reason: str, now: datetime, expected_version: int | None = None
) -> Done:
    """Open a closed inquiry again: a new round with a new clock; what was measured stays as it is.

    Its owner keeps it, unless they have left or lack training for it (T3). Refusals: NotFound, NotPermitted, Stale,
    InquiryNotClosed, Invalid, TooLong.
    """
    inquiry = lock_inquiry(actor, inquiry_id, InquiryAction.REOPEN_INQUIRY, expected_version)
    before = state_of(inquiry)
    keep_owned(actor, inquiry, now)
    turn(actor, inquiry, InquiryTurnKind.REOPENED, text_of(reason, field="reason"), now)
    inquiry.state, inquiry.unanswered_since = InquiryState.WAITING, now
    done = write_down(actor, inquiry, Happening.INQUIRY_REOPENED, now, before=before)
    start_to_wait(actor, done, ClockKind.NEXT_ANSWER, since=now, now=now)
    return done
