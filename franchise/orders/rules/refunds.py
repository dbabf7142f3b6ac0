"""How a refund moves: granted, approved by a second person where it must be, executed, reported (O3, C6)."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from kit.refusals import Conflict, Invalid, Refusal
from kit.wording import money
from members.rules.permissions import Permission
from orders.models.refunds import RefundState

# By when a customer has the money back, where nobody says otherwise.
USUAL_WAIT = timedelta(days=7)
LONGEST_WAIT = timedelta(days=90)


class RefundAction(TextChoices):
    """What can be done with a refund, named as the mutation that does it."""

    APPROVE_REFUND = "APPROVE_REFUND", _("Approve the refund")
    DECLINE_REFUND = "DECLINE_REFUND", _("Decline the refund")
    EXECUTE_REFUND = "EXECUTE_REFUND", _("Pay the refund out")
    REPORT_REFUND = "REPORT_REFUND", _("Tell the customer")


class RefundNotApproved(Refusal):
    """Above the granter's limit a second person has to approve it (C6)."""

    message = _("This refund is above the limit of whoever granted it. A second person has to approve it first.")


class SecondPersonNeeded(Refusal):
    """Nobody approves what they have granted themselves (C6)."""

    message = _("Somebody else has to approve this: you granted it yourself.")


class AboveYourLimit(Refusal):
    """The role may not decide that much (C6)."""

    message = _("This is above what you may decide: at most %(limit)s.")


_FROM: dict[RefundAction, frozenset[RefundState]] = {
    RefundAction.APPROVE_REFUND: frozenset({RefundState.GRANTED}),
    RefundAction.DECLINE_REFUND: frozenset({RefundState.GRANTED, RefundState.APPROVED}),
    RefundAction.EXECUTE_REFUND: frozenset({RefundState.APPROVED}),
    RefundAction.REPORT_REFUND: frozenset({RefundState.EXECUTED}),
}
_TO: dict[RefundAction, RefundState] = {
    RefundAction.APPROVE_REFUND: RefundState.APPROVED,
    RefundAction.DECLINE_REFUND: RefundState.DECLINED,
    RefundAction.EXECUTE_REFUND: RefundState.EXECUTED,
    RefundAction.REPORT_REFUND: RefundState.REPORTED,
}
NEEDS: dict[RefundAction, Permission] = {
    RefundAction.APPROVE_REFUND: Permission.APPROVE_REFUND,
    RefundAction.DECLINE_REFUND: Permission.APPROVE_REFUND,
    RefundAction.EXECUTE_REFUND: Permission.EXECUTE_REFUND,
    RefundAction.REPORT_REFUND: Permission.EXECUTE_REFUND,
}


def refund_state_after(action: RefundAction, state: RefundState) -> RefundState:
    """Return the state that a deed leads to.

    Raises RefundNotApproved when paying out too early, and Conflict for what was done before or can't be done any more.
    """
    if state not in _FROM[action]:
        if action is RefundAction.EXECUTE_REFUND and state is RefundState.GRANTED:
            raise RefundNotApproved
        raise Conflict
    return _TO[action]


def available_refund_actions(state: RefundState) -> list[RefundAction]:
    """List what can be done with a refund, in the order of the work."""
    return [action for action, sources in _FROM.items() if state in sources]


def check_second_person(*, granter_ids: Collection[UUID | None], approver_ids: Collection[UUID]) -> None:
    """Refuse with SecondPersonNeeded whoever granted it, in their own name or in somebody's place (C6, A12)."""
    if not approver_ids or set(approver_ids) & {each for each in granter_ids if each}:
        raise SecondPersonNeeded


def check_limit(*, amount_minor: int, limit_minor: int, currency: str) -> None:
    """Refuse with AboveYourLimit what a role may not decide (C6); amounts in smallest units."""
    if amount_minor > limit_minor:
        raise AboveYourLimit(limit=money(limit_minor, currency))


def expected_on_of(expected_on: date | None, *, now: datetime, time_zone: str) -> date:
    """Return the store's day by which the customer has the money: the one given, or the usual one; raises Invalid."""
    today = now.astimezone(ZoneInfo(time_zone)).date()
    if expected_on is None:
        return today + USUAL_WAIT
    if not today <= expected_on <= today + LONGEST_WAIT:
        raise Invalid(field="expected_on", why=_("a day of the next 90 days"))
    return expected_on
