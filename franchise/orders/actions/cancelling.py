"""The deed of cancelling an order, and what follows from it (O3)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from clocks.actions.running import stop_clocks
from kit.ids import new_id
from kit.texts import text_of
from orders.actions.refunding import owe_all_back
from orders.actions.steps import Done, lock_order_for, move_on, state_of, tell_journal
from orders.models.changes import Cancellation, CancelReason, ChangeState, OrderChange
from orders.models.orders import Order, OrderState
from orders.queries import SUBJECT_TYPE
from orders.rules.happenings import ENDED_BY_CANCELLING, Happening
from orders.rules.refunds import expected_on_of
from orders.rules.states import OrderAction


@transaction.atomic(using=CHAINS_ALIAS)
def cancel_order(
    *,
    actor: Actor,
    order_id: UUID,
    reason: CancelReason,
    now: datetime,
    remark: str = "",
    expected_version: int | None = None,
) -> Done:
    """Cancel an order of which nothing has left, with the reason; what was paid is granted to be paid back (O3).

    The cancellation says what follows: how much comes back, and by which day. A change that was asked for is declined
    with it, and one refund of everything takes the place of one of a part that is under way. Nothing waits any more
    for what can't happen now.
    `remark` is needed with OTHER. Refusals: NotFound, NotPermitted, Stale, NotForThisOrder, Invalid, TooLong.
    """
    order, deed_id = lock_order_for(actor, order_id, OrderAction.CANCEL_ORDER, expected_version), new_id()
    before, remark = state_of(order), text_of(remark, field="remark", required=reason == CancelReason.OTHER)
    _decline_change(actor, order, reason, now, part_of_id=deed_id)
    order.state = OrderState.CANCELLED
    due = owe_all_back(actor, order, str(CancelReason(reason).label), now, part_of_id=deed_id)
    cancellation = _write_down(actor, order, reason, remark, due, now)
    facts = {"cancellation_id": cancellation.id, "reason": reason, "refund_due_minor": due}
    done = move_on(actor, order, Happening.ORDER_CANCELLED, cancellation, before, now, entry_id=deed_id, **facts)
    stop_clocks(
        actor=actor,
        subject_type=SUBJECT_TYPE,
        subject_id=order.id,
        entry_id=deed_id,
        now=now,
        kinds=ENDED_BY_CANCELLING,
    )
    return done


def _write_down(actor: Actor, order: Order, reason: CancelReason, remark: str, due: int, now: datetime) -> Cancellation:
    return Cancellation.objects.create(
        store_id=order.store_id,
        order=order,
        reason=reason,
        remark=remark,
        cancelled_by_id=actor.user_id,
        cancelled_at=now,
        refund_due_minor=due,
        refund_expected_on=expected_on_of(None, now=now, time_zone=order.store.time_zone) if due else None,
    )


def _decline_change(actor: Actor, order: Order, reason: CancelReason, now: datetime, *, part_of_id: UUID) -> None:
    change = OrderChange.objects.filter(order=order, state=ChangeState.REQUESTED).first()
    if change is None:
        return
    before = state_of(order)
    order.has_open_change = False
    change.state, change.reason = ChangeState.DECLINED, str(reason.label)
    change.decided_by_id, change.decided_at = actor.user_id, now
    change.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    kind = Happening.ORDER_CHANGE_DECLINED
    tell_journal(actor, order, kind, change, now, before=before, part_of_id=part_of_id, change_id=change.id)
