"""Deeds on refunds: to grant, approve or decline, pay out, and report them; never more than was paid (O3, C6)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, Sum

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from customers.queries.register import must_not_be_erased
from kit.refusals import Conflict, NotFound
from kit.texts import text_of
from members.rules.permissions import Permission
from orders.actions.steps import Done, lock_order, move_on, next_number, state_of, tell_journal
from orders.models.orders import Order, PaymentMethod
from orders.models.refunds import OPEN_STATES, Refund, RefundState, ToldBy
from orders.queries import REFUND
from orders.rules.happenings import Happening
from orders.rules.money import amount_of
from orders.rules.refunds import (
    NEEDS,
    RefundAction,
    check_limit,
    check_second_person,
    expected_on_of,
    refund_state_after,
)
from orders.rules.states import OrderAction, check_possible, standing_of
from standards.models.deciding import DecisionKind
from standards.queries.deciding import limit_of


@transaction.atomic(using=CHAINS_ALIAS)
def grant_refund(
    *,
    actor: Actor,
    order_id: UUID,
    amount_minor: int,
    reason: str,
    now: datetime,
    expected_version: int | None = None,
) -> Done:
    """Grant to pay some of an order back, at most what was paid and is not paid back yet; one refund at a time (C01).

    Above the limit of the granter's role a second person has to approve it; for the limit counts all that was granted
    of this order by one person alone. Amounts are in smallest units.
    Refusals: NotFound, NotPermitted, Stale, CustomerErased, Conflict, NotForThisOrder, Invalid, TooLong.
    """
    order = lock_order(actor, order_id, Permission.GRANT_REFUND, expected_version)
    must_not_be_erased(order.customer_id)
    if order.refund_granted_minor:
        raise Conflict
    check_possible(OrderAction.GRANT_REFUND, standing_of(order))
    most = standing_of(order).refundable_minor
    amount_of(amount_minor, field="amount_minor", currency=order.currency, most=most)
    before = state_of(order)
    refund = _granted(actor, order, amount_minor, reason, now)
    return move_on(actor, order, Happening.REFUND_GRANTED, refund, before, now, **_facts(refund))


@transaction.atomic(using=CHAINS_ALIAS)
def approve_refund(*, actor: Actor, refund_id: UUID, now: datetime, expected_version: int | None = None) -> Done:
    """Approve what somebody else has granted above their limit and within one's own (C6).

    For the limit counts all of this order that one has decided.
    Refusals: NotFound, NotPermitted, Stale, Conflict, SecondPersonNeeded, AboveYourLimit.
    """
    order, refund = _lock_refund(actor, refund_id, RefundAction.APPROVE_REFUND, expected_version)
    check_second_person(
        granter_ids=(refund.granted_by_id, refund.granted_in_visit_by_id),
        approver_ids=[each for each in (actor.user_id, actor.behalf_of_id) if each],
    )
    limit = _limit_of(actor, order)
    mine = Q(decided_by_id=actor.user_id) | Q(granted_by_id=actor.user_id, needs_second=False)
    decided = refund.amount_minor + _amount_of(order, mine & ~Q(id=refund.id))
    check_limit(amount_minor=decided, limit_minor=limit, currency=refund.currency)
    return _moved(actor, order, refund, RefundAction.APPROVE_REFUND, Happening.REFUND_APPROVED, now)


@transaction.atomic(using=CHAINS_ALIAS)
def decline_refund(*, actor: Actor, refund_id: UUID, now: datetime, expected_version: int | None = None) -> Done:
    """Take a refund back that was not paid out; the order can be refunded again.

    Refusals: NotFound, NotPermitted, Stale, Conflict.
    """
    order, refund = _lock_refund(actor, refund_id, RefundAction.DECLINE_REFUND, expected_version)
    return _moved(actor, order, refund, RefundAction.DECLINE_REFUND, Happening.REFUND_DECLINED, now)


@transaction.atomic(using=CHAINS_ALIAS)
def execute_refund(
    *,
    actor: Actor,
    refund_id: UUID,
    method: PaymentMethod,
    now: datetime,
    expected_on: date | None = None,
    expected_version: int | None = None,
) -> Done:
    """Pay a refund out; `expected_on` is the day by which the customer has it, a week from now if not given.

    Refusals: NotFound, NotPermitted, Stale, Conflict, RefundNotApproved, Invalid.
    """
    order, refund = _lock_refund(actor, refund_id, RefundAction.EXECUTE_REFUND, expected_version)
    refund.method = method
    refund.expected_on = expected_on_of(expected_on, now=now, time_zone=order.store.time_zone)
    refund.executed_by_id, refund.executed_at = actor.user_id, now
    return _moved(actor, order, refund, RefundAction.EXECUTE_REFUND, Happening.REFUND_EXECUTED, now)


@transaction.atomic(using=CHAINS_ALIAS)
def report_refund(
    *, actor: Actor, refund_id: UUID, told_by: ToldBy, now: datetime, expected_version: int | None = None
) -> Done:
    """Record that the customer was told of a refund that was paid out, and by which day they have it (O3).

    Refusals: NotFound, NotPermitted, Stale, Conflict.
    """
    order, refund = _lock_refund(actor, refund_id, RefundAction.REPORT_REFUND, expected_version)
    refund.told_by, refund.reported_by_id, refund.reported_at = told_by, actor.user_id, now
    return _moved(actor, order, refund, RefundAction.REPORT_REFUND, Happening.REFUND_REPORTED, now)


def owe_all_back(actor: Actor, order: Order, reason: str, now: datetime, *, part_of_id: UUID) -> int:
    """Grant that all money of the locked order goes back, in the course of a deed that saves it; return how much it is.

    The refund takes the place of one of a part that is under way.
    """
    _take_refund_back(actor, order, now, part_of_id=part_of_id)
    due = standing_of(order).refundable_minor
    if due:
        before = state_of(order)
        refund = _granted(actor, order, due, reason, now)
        _tell_part(actor, order, Happening.REFUND_GRANTED, refund, before, now, part_of_id)
    return due


def _take_refund_back(actor: Actor, order: Order, now: datetime, *, part_of_id: UUID) -> None:
    if not order.refund_granted_minor:
        return
    refund = Refund.objects.select_for_update().filter(order=order, state__in=OPEN_STATES).first()
    if refund is None:
        return
    before = state_of(order)
    order.refund_granted_minor -= refund.amount_minor
    refund.state, refund.decided_by_id, refund.decided_at = RefundState.DECLINED, actor.user_id, now
    refund.save(update_fields=["state", "decided_by", "decided_at"])
    _tell_part(actor, order, Happening.REFUND_DECLINED, refund, before, now, part_of_id)


def _tell_part(
    actor: Actor,
    order: Order,
    kind: Happening,
    refund: Refund,
    before: dict[str, Any],
    now: datetime,
    part_of_id: UUID,
) -> None:
    tell_journal(actor, order, kind, refund, now, before=before, part_of_id=part_of_id, **_facts(refund))


def _granted(actor: Actor, order: Order, amount_minor: int, reason: str, now: datetime) -> Refund:
    # Many small refunds are one large one: what was granted alone before counts for the limit, too.
    alone = Q(needs_second=False)
    is_within = _amount_of(order, alone) + amount_minor <= _limit_of(actor, order)
    order.refund_granted_minor += amount_minor
    return Refund.objects.create(
        store_id=order.store_id,
        order=order,
        number=next_number(order.store_id, REFUND),
        state=RefundState.APPROVED if is_within else RefundState.GRANTED,
        amount_minor=amount_minor,
        currency=order.currency,
        reason=text_of(reason, field="reason"),
        needs_second=not is_within,
        granted_by_id=actor.user_id,
        granted_in_visit_by_id=actor.behalf_of_id,
        granted_at=now,
    )


def _limit_of(actor: Actor, order: Order) -> int:
    # An order keeps its currency when its store's is put right.
    return limit_of(actor, DecisionKind.REFUND, store_id=order.store_id, currency=order.currency)


def _amount_of(order: Order, of_which: Q) -> int:
    """Return how much of an order is paid back, or granted to be, by those of its refunds of which this is true."""
    refunds = Refund.objects.filter(of_which, order=order).exclude(state=RefundState.DECLINED)
    return refunds.aggregate(amount=Sum("amount_minor"))["amount"] or 0


def _lock_refund(
    actor: Actor, refund_id: UUID, action: RefundAction, expected_version: int | None
) -> tuple[Order, Refund]:
    found = Refund.objects.filter(id=refund_id).first()
    if found is None:
        raise NotFound
    order = lock_order(actor, found.order_id, NEEDS[action], expected_version)
    return order, Refund.objects.select_for_update().get(id=refund_id)


def _moved(actor: Actor, order: Order, refund: Refund, action: RefundAction, kind: Happening, now: datetime) -> Done:
    before, state = state_of(order), refund_state_after(action, RefundState(refund.state))
    if action in (RefundAction.APPROVE_REFUND, RefundAction.DECLINE_REFUND):
        refund.decided_by_id, refund.decided_at = actor.user_id, now
    if action in (RefundAction.EXECUTE_REFUND, RefundAction.DECLINE_REFUND):
        order.refund_granted_minor -= refund.amount_minor
    if action is RefundAction.EXECUTE_REFUND:
        order.refunded_minor += refund.amount_minor
    refund.state = state
    refund.save()
    return move_on(actor, order, kind, refund, before, now, **_facts(refund))


def _facts(refund: Refund) -> dict[str, Any]:
    return {"refund_id": refund.id, "amount_minor": refund.amount_minor, "needs_second": refund.needs_second}
