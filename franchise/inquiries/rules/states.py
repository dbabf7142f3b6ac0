"""How an inquiry stands, and what can be done with it then (rulebook Q2, R3)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from inquiries.models.inquiries import InquiryChannel, InquiryState
from kit.moments import passed
from kit.refusals import Invalid, Refusal, Stale
from members.rules.permissions import Permission

LONGEST_PROMISE = timedelta(days=365)
# What is said aloud is written down afterwards; everything else goes when it is written.
SPOKEN = frozenset({InquiryChannel.PHONE, InquiryChannel.VISIT})


class InquiryAction(TextChoices):
    """What can be done with an inquiry, named as the mutation that does it."""

    TAKE_INQUIRY = "TAKE_INQUIRY", _("Take it from the queue")
    RECORD_CUSTOMER_MESSAGE = "RECORD_CUSTOMER_MESSAGE", _("Record what the customer wrote")
    REPLY_TO_INQUIRY = "REPLY_TO_INQUIRY", _("Answer the customer")
    PROMISE_REPLY = "PROMISE_REPLY", _("Promise an answer by a time")
    ADVISE_CUSTOMER = "ADVISE_CUSTOMER", _("Advise what to buy")
    HAND_OVER_INQUIRY = "HAND_OVER_INQUIRY", _("Hand the inquiry over")
    CLOSE_INQUIRY = "CLOSE_INQUIRY", _("Close the inquiry")
    REOPEN_INQUIRY = "REOPEN_INQUIRY", _("Open the inquiry again")


class InquiryClosed(Refusal):
    """A closed inquiry is opened again before anything else is done with it."""

    message = _("This inquiry is closed. Open it again first.")


class InquiryNotClosed(Refusal):
    """What was not closed can't be opened again."""

    message = _("This inquiry is open.")


class CustomerWaits(Refusal):
    """An inquiry is closed only when every message of the customer has its answer (Q2)."""

    message = _("The customer still waits for an answer, so the inquiry can't be closed.")


class PromiseOpen(Refusal):
    """An inquiry is closed only when every promise was kept (Q2, S9)."""

    message = _("An answer was promised and has not been given, so the inquiry can't be closed.")


class InquiryTaken(Refusal):
    """Somebody else took it from the queue first."""

    message = _("This inquiry was taken from the queue already; it is with its owner.")


class InquiryOwnerNeeded(Refusal):
    """Every open inquiry has exactly one owner (R3), and nobody was found."""

    message = _("Name the member of staff who will own this inquiry.")


class InquiryOwnerNotAtStore(Refusal):
    """The owner named can't answer inquiries of this store."""

    message = _("The owner must be an active member of staff who may answer inquiries of this store.")


class OwnerAlready(Refusal):
    """It is handed over to who has it."""

    message = _("This member owns the inquiry already.")


class OnlyForPeople(Refusal):
    """A machine stands at no desk."""

    message = _("Only a member of staff can do this, not a machine.")


class OnDeskAlready(Refusal):
    """Their shift began before."""

    message = _("You are on this desk already.")


class NotOnDesk(Refusal):
    """There is no shift to end."""

    message = _("You are not on this desk.")


class PromiseNotOpen(Refusal):
    """The promise belongs to another inquiry or was kept before."""

    message = _("This promise is not an open one of this inquiry.")


class ReasonForNewPromiseNeeded(Refusal):
    """Whoever has been promised an answer is told why it takes longer (S9)."""

    message = _("An answer was promised already. Say why it takes longer: the customer is told so.")


class ExternalIdReused(Refusal):
    """Another message has the external id: nothing is dropped silently, so nothing is lost."""

    message = _("Another message of this store has this external id already.")


@dataclass(frozen=True, slots=True)
class Move:
    """In which states a deed may be done, and who may do it."""

    permission: Permission
    sources: frozenset[InquiryState]


_OPEN = frozenset({InquiryState.WAITING, InquiryState.ANSWERED})
MOVES: dict[InquiryAction, Move] = {
    InquiryAction.TAKE_INQUIRY: Move(Permission.TAKE_INQUIRY, _OPEN),
    # What a customer writes is never refused: a closed inquiry is opened again by it.
    InquiryAction.RECORD_CUSTOMER_MESSAGE: Move(Permission.RECORD_CUSTOMER_MESSAGE, frozenset(InquiryState)),
    InquiryAction.REPLY_TO_INQUIRY: Move(Permission.REPLY_TO_INQUIRY, _OPEN),
    InquiryAction.PROMISE_REPLY: Move(Permission.PROMISE_REPLY, _OPEN),
    InquiryAction.ADVISE_CUSTOMER: Move(Permission.ADVISE_CUSTOMER, _OPEN),
    InquiryAction.HAND_OVER_INQUIRY: Move(Permission.HAND_OVER_INQUIRY, _OPEN),
    InquiryAction.CLOSE_INQUIRY: Move(Permission.CLOSE_INQUIRY, frozenset({InquiryState.ANSWERED})),
    InquiryAction.REOPEN_INQUIRY: Move(Permission.REOPEN_INQUIRY, frozenset({InquiryState.CLOSED})),
}


def must_allow(action: InquiryAction, state: InquiryState, *, is_queued: bool, open_promises: int = 0) -> None:
    """Refuse a deed that the inquiry's state does not allow (Q2).

    Raises InquiryClosed, InquiryNotClosed, InquiryTaken, CustomerWaits and PromiseOpen.
    """
    if state not in MOVES[action].sources:
        if action is InquiryAction.REOPEN_INQUIRY:
            raise InquiryNotClosed
        raise InquiryClosed if state is InquiryState.CLOSED else CustomerWaits
    if action is InquiryAction.TAKE_INQUIRY and not is_queued:
        raise InquiryTaken
    if action is InquiryAction.CLOSE_INQUIRY and open_promises:
        raise PromiseOpen


def possible_actions(
    state: InquiryState, *, is_queued: bool, open_promises: int, is_erased: bool = False
) -> list[InquiryAction]:
    """List what can be done with an inquiry that stands so, in the order of the work.

    With that of somebody who was erased nothing can be done (K4).
    """
    possible: list[InquiryAction] = []
    if is_erased:
        return possible
    for action in InquiryAction:
        try:
            must_allow(action, state, is_queued=is_queued, open_promises=open_promises)
        except Refusal:
            continue
        possible.append(action)
    return possible


def available_actions(
    state: InquiryState,
    may: Callable[[Permission], bool],
    *,
    is_queued: bool,
    open_promises: int,
    is_erased: bool = False,
) -> list[InquiryAction]:
    """List what somebody with these permissions can do with it, in the order of the work."""
    possible = possible_actions(state, is_queued=is_queued, open_promises=open_promises, is_erased=is_erased)
    return [action for action in possible if may(MOVES[action].permission)]


def check_version(*, expected: int | None, version: int, state: InquiryState, current: object = None) -> None:
    """Refuse with Stale, telling the state and version now, when the caller looked at an older version (C04)."""
    if expected is not None and expected != version:
        raise Stale(field="expected_version", version=version, state=state, current=current)


def check_told(moment: datetime | None, *, channel: InquiryChannel, is_machine: bool, now: datetime) -> datetime:
    """Return when the store said something; raises Invalid where a person would stop a clock before now (S9).

    A machine tells when its system sent it, a person when they spoke: what they write goes when they write it.
    """
    told_at = passed(moment, field="said_at", now=now)
    if told_at < now and not is_machine and channel not in SPOKEN:
        raise Invalid(field="said_at", why=_("an earlier moment only for what was said by phone or in person"))
    return told_at


def check_answered(
    answered_at: datetime | None, *, channel: InquiryChannel, received_at: datetime, now: datetime
) -> datetime | None:
    """Return when a call was picked up or a visitor greeted.

    Raises Invalid for what is not spoken, and for a moment before it rang or still to come.
    """
    if answered_at is None:
        return None
    if channel not in SPOKEN:
        raise Invalid(field="answered_at", why=_("nothing for what was written: its answer is a message"))
    answered_at = passed(answered_at, field="answered_at", now=now)
    if answered_at < received_at:
        raise Invalid(field="answered_at", why=_("a moment after the call came in"))
    return answered_at


def check_promised(promised_until: datetime, *, now: datetime) -> datetime:
    """Return until when an answer is promised; raises Invalid for the past and for more than a year ahead (S9)."""
    if not now < promised_until <= now + LONGEST_PROMISE:
        raise Invalid(field="promised_until", why=_("a moment still to come, within a year"))
    return promised_until


def reference_of(*, store_code: str, number: int) -> str:
    """Return the number by which people name an inquiry: the store's code and a running number."""
    return f"{store_code}-Q{number:05d}"
