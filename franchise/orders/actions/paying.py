"""The deed of paying: money that came in for an order."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from kit.ids import new_id
from kit.moments import LAST_TEN_YEARS, passed
from orders.actions.refunding import owe_all_back
from orders.actions.steps import Done, lock_order_for, move_on, state_of
from orders.models.orders import OrderState, Payment, PaymentMethod
from orders.rules.happenings import Happening
from orders.rules.money import amount_of
from orders.rules.states import OrderAction, standing_of


@transaction.atomic(using=CHAINS_ALIAS)
def record_payment(
    *,
    actor: Actor,
    order_id: UUID,
    amount_minor: int,
    method: PaymentMethod,
    now: datetime,
    paid_at: datetime | None = None,
    expected_version: int | None = None,
) -> Done:
    """Record money that came in, in smallest units of the order's currency and at most what is still to be paid.

    What comes in after the order was cancelled is taken whatever it is, and granted to be paid back in the same deed
    with all that is still here: one refund of everything takes the place of one of a part that is under way (O3).
    Refusals: NotFound, NotPermitted, Stale, NotForThisOrder, Invalid.
    """
    order, deed_id = lock_order_for(actor, order_id, OrderAction.RECORD_PAYMENT, expected_version), new_id()
    before = state_of(order)
    most = standing_of(order).receivable_minor
    payment = Payment.objects.create(
        store_id=order.store_id,
        order=order,
        amount_minor=amount_of(amount_minor, field="amount_minor", currency=order.currency, most=most),
        method=method,
        paid_at=passed(paid_at, field="paid_at", now=now, within=LAST_TEN_YEARS),
        recorded_by_id=actor.user_id,
        recorded_at=now,
    )
    order.paid_minor += payment.amount_minor
    more = {"payment_id": payment.id, "amount_minor": payment.amount_minor, "method": method}
    if order.state == OrderState.CANCELLED:
        reason = gettext("Paid after the order was cancelled")
        more["refund_due_minor"] = owe_all_back(actor, order, reason, now, part_of_id=deed_id)
    return move_on(actor, order, Happening.PAYMENT_RECORDED, payment, before, now, entry_id=deed_id, **more)
