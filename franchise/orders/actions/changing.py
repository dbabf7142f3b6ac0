"""Deeds that change where an order goes: to take the wish down, and to confirm or decline it (O2)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from kit.refusals import NotFound
from kit.texts import text_of
from orders.actions.placing import Destination
from orders.actions.steps import Done, lock_order_for, move_on, state_of
from orders.models.changes import ChangeState, IdentityCheck, OrderChange
from orders.models.orders import Order
from orders.rules.changes import IdentityNotProven, must_change_something
from orders.rules.happenings import Happening
from orders.rules.states import OrderAction


@transaction.atomic(using=CHAINS_ALIAS)
def request_order_change(
    *,
    actor: Actor,
    order_id: UUID,
    now: datetime,
    recipient: str | None = None,
    phone: str | None = None,
    address: str | None = None,
    expected_version: int | None = None,
) -> Done:
    """Take down where an order is to go instead; nothing changes until it is confirmed, and nothing leaves (O2).

    Refusals: NotFound, NotPermitted, Stale, ChangePending, NotForThisOrder, SameDestination, Invalid, TooLong.
    """
    order = lock_order_for(actor, order_id, OrderAction.REQUEST_ORDER_CHANGE, expected_version)
    before, was = state_of(order), Destination(order.recipient, order.phone, order.address)
    given = {"recipient": recipient, "phone": phone, "address": address}
    wanted = replace(was, **{name: value for name, value in given.items() if value is not None}).checked()
    must_change_something(was, wanted)
    change = OrderChange.objects.create(
        store_id=order.store_id,
        order=order,
        recipient_before=was.recipient,
        phone_before=was.phone,
        address_before=was.address,
        recipient_after=wanted.recipient,
        phone_after=wanted.phone,
        address_after=wanted.address,
        requested_by_id=actor.user_id,
        requested_at=now,
    )
    order.has_open_change = True
    changed = [name for name in given if getattr(was, name) != getattr(wanted, name)]
    return move_on(
        actor, order, Happening.ORDER_CHANGE_REQUESTED, change, before, now, change_id=change.id, changed=changed
    )


@transaction.atomic(using=CHAINS_ALIAS)
def confirm_order_change(
    *,
    actor: Actor,
    change_id: UUID,
    identity_check: IdentityCheck,
    is_identity_proven: bool,
    now: datetime,
    expected_version: int | None = None,
) -> Done:
    """Change where an order goes, once the customer's identity has been checked and proven (O2).

    Refusals: NotFound, NotPermitted, Stale, NotForThisOrder, IdentityNotProven.
    """
    order, change = _lock_change(actor, change_id, OrderAction.CONFIRM_ORDER_CHANGE, expected_version)
    if not is_identity_proven:
        raise IdentityNotProven(field="is_identity_proven")
    before = state_of(order)
    order.recipient, order.phone, order.address = change.recipient_after, change.phone_after, change.address_after
    order.has_open_change = False
    _decide(actor, change, ChangeState.CONFIRMED, now, identity_check, is_identity_proven)
    return move_on(
        actor,
        order,
        Happening.ORDER_CHANGE_CONFIRMED,
        change,
        before,
        now,
        change_id=change.id,
        identity_check=identity_check,
    )


@transaction.atomic(using=CHAINS_ALIAS)
def decline_order_change(
    *,
    actor: Actor,
    change_id: UUID,
    reason: str,
    now: datetime,
    identity_check: IdentityCheck | None = None,
    is_identity_proven: bool | None = None,
    expected_version: int | None = None,
) -> Done:
    """Leave an order as it is, with the reason and, where identity was checked, how and with what result (O2).

    Refusals: NotFound, NotPermitted, Stale, NotForThisOrder, Invalid, TooLong.
    """
    order, change = _lock_change(actor, change_id, OrderAction.DECLINE_ORDER_CHANGE, expected_version)
    before = state_of(order)
    change.reason = text_of(reason, field="reason")
    order.has_open_change = False
    _decide(actor, change, ChangeState.DECLINED, now, identity_check, is_identity_proven)
    return move_on(actor, order, Happening.ORDER_CHANGE_DECLINED, change, before, now, change_id=change.id)


def _lock_change(
    actor: Actor, change_id: UUID, action: OrderAction, expected_version: int | None
) -> tuple[Order, OrderChange]:
    found = OrderChange.objects.filter(id=change_id).first()
    if found is None:
        raise NotFound
    order = lock_order_for(actor, found.order_id, action, expected_version)
    change = OrderChange.objects.select_for_update().filter(id=change_id, state=ChangeState.REQUESTED).first()
    if change is None:
        raise NotFound
    return order, change


def _decide(
    actor: Actor,
    change: OrderChange,
    state: ChangeState,
    now: datetime,
    identity_check: IdentityCheck | None,
    is_identity_proven: bool | None,
) -> None:
    change.state, change.identity_check, change.is_identity_proven = state, identity_check, is_identity_proven
    change.decided_by_id, change.decided_at = actor.user_id, now
    change.save()
