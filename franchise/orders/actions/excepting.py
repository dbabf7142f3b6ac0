"""Deeds on what goes wrong on the way: taken up by one owner, solved, explained to the customer, closed (O4, R3)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from customers.queries.register import must_not_be_erased
from inquiries.queries import warned_of
from kit.refusals import Conflict, NotFound
from kit.texts import text_of
from members.queries import get_member, works_at
from members.rules.permissions import Permission
from orders.actions.steps import Done, lock_order, tell_journal
from orders.models.orders import Order
from orders.models.refunds import ToldBy
from orders.models.shipping import ExceptionKind, Shipment, ShipmentException, ShipmentState
from orders.queries import answers_at, heads_of, owned_by
from orders.rules.happenings import Happening
from orders.rules.shipping import ExceptionSettled, NobodyAnswers, OwnerElsewhere
from training.models.duties import Work
from training.queries.duties import missing_courses, must_be_trained


@transaction.atomic(using=CHAINS_ALIAS)
def raise_shipment_exception(
    *,
    actor: Actor,
    shipment_id: UUID,
    kind: ExceptionKind,
    description: str,
    now: datetime,
    owner_id: UUID | None = None,
) -> Done:
    """Take up what went wrong with a shipment; whoever is named, or else takes it up, owns it (O4, R3).

    Refusals: NotFound, NotPermitted, CustomerErased, Conflict, OwnerElsewhere, NotTrained, NobodyAnswers, Invalid,
    TooLong.
    """
    shipment, order = _lock_shipment(actor, shipment_id, Permission.RAISE_SHIPMENT_EXCEPTION)
    must_not_be_erased(order.customer_id)
    description = text_of(description, field="description")
    if owner_id is None:
        owner_id = actor.user_id
    elif not works_at(get_member(actor, owner_id).id, order.store_id):
        raise OwnerElsewhere(field="owner_id")
    if owner_id is None:
        raise NobodyAnswers(field="owner_id")
    must_be_trained(actor, owner_id, Work.ORDERS, order.store_id, at=now)
    return _raised(actor, order, shipment, kind, description, owner_id, now)


@transaction.atomic(using=CHAINS_ALIAS)
def take_up_delay(*, actor: Actor, shipment_id: UUID, now: datetime) -> Done | None:
    """Take up by itself that a shipment did not come when it was expected; None where that is no matter any more.

    Whoever shipped it owns it while they work at the store, else the store's supervisor or manager (O4, R3).
    """
    shipment, order = _lock_shipment(actor, shipment_id, Permission.RAISE_SHIPMENT_EXCEPTION)
    of_it = ShipmentException.objects.filter(shipment=shipment, kind=ExceptionKind.DELAYED)
    has_come = shipment.is_confirmed or shipment.state == ShipmentState.DELIVERED
    if has_come or of_it.exists():
        return None
    return _raised(actor, order, shipment, ExceptionKind.DELAYED, "", _owner_for(shipment, now), now)


@transaction.atomic(using=CHAINS_ALIAS)
def settle_shipment_exception(
    *,
    actor: Actor,
    exception_id: UUID,
    solution: str,
    told_by: ToldBy,
    explanation: str,
    now: datetime,
    accept_warnings: bool = False,
) -> Done:
    """Close what went wrong: what solved it, and what the customer was told of it, and how (O4).

    What the customer is told is held against the norms of wording first (S10). Refusals: NotFound, NotPermitted,
    ExceptionSettled, BannedPhrase, WordingWarned, Invalid, TooLong.
    """
    order, exception = _lock_exception(actor, exception_id)
    if exception.settled_at is not None:
        raise ExceptionSettled
    exception.solution = text_of(solution, field="solution")
    exception.told_by, exception.explanation = told_by, text_of(explanation, field="explanation")
    warned = warned_of([("explanation", exception.explanation)], accept_warnings=accept_warnings)
    exception.settled_by_id, exception.settled_at = actor.user_id, max(now, exception.raised_at)
    exception.save()
    return tell_journal(
        actor,
        order,
        Happening.SHIPMENT_EXCEPTION_SETTLED,
        exception,
        now,
        before={"is_open": True},
        exception_id=exception.id,
        exception_kind=exception.kind,
        told_by=told_by,
        warned_of=warned,
    )


@transaction.atomic(using=CHAINS_ALIAS)
def hand_over_exceptions(*, actor: Actor, user_id: UUID, store_id: UUID | None, now: datetime) -> int:
    """Give the open exceptions of somebody who has left to whoever answers for the store; return how many (R3)."""
    owned = owned_by(user_id, store_id=store_id).values_list("id", flat=True)
    return sum(_hand_over_left(actor, exception_id, now) for exception_id in list(owned))


@transaction.atomic(using=CHAINS_ALIAS)
def hand_over_left(*, actor: Actor, now: datetime) -> int:
    """Give every open exception whose owner answers for its store no more to somebody who does; return how many."""
    held = ShipmentException.objects.filter(settled_at__isnull=True).order_by("store_id", "owner_id")
    pairs = list(held.values_list("store_id", "owner_id").distinct())
    left = [(store_id, owner_id) for store_id, owner_id in pairs if not answers_at(owner_id, store_id)]
    return sum(
        hand_over_exceptions(actor=actor, user_id=owner_id, store_id=store_id, now=now) for store_id, owner_id in left
    )


def _hand_over_left(actor: Actor, exception_id: UUID, now: datetime) -> int:
    """Hand an exception over if its owner left; with its order locked it is looked at once more."""
    order, exception = _lock_exception(actor, exception_id)
    if exception.settled_at is not None or answers_at(exception.owner_id, exception.store_id):
        return 0
    heads = [each for each in heads_of(exception.store_id) if each != exception.owner_id]
    owner_id = _first_trained(exception.store_id, heads, now)
    if owner_id is None:
        # Whoever left stays named until somebody comes: an exception is never nobody's.
        return 0
    before = {"owner_id": exception.owner_id}
    exception.owner_id = owner_id
    exception.save(update_fields=["owner"])
    more = {"exception_id": exception.id, "owner_id": owner_id}
    tell_journal(actor, order, Happening.SHIPMENT_EXCEPTION_HANDED_OVER, exception, now, before=before, **more)
    return 1


def _raised(
    actor: Actor,
    order: Order,
    shipment: Shipment,
    kind: ExceptionKind,
    description: str,
    owner_id: UUID,
    now: datetime,
) -> Done:
    if ShipmentException.objects.filter(shipment=shipment, kind=kind, settled_at__isnull=True).exists():
        raise Conflict
    exception = ShipmentException.objects.create(
        store_id=order.store_id,
        shipment=shipment,
        kind=kind,
        description=description,
        owner_id=owner_id,
        raised_by_id=actor.user_id,
        raised_at=now,
    )
    # Whoever left while the row was written is seen only now; who leaves later has to wait for this transaction.
    if owner_id != actor.user_id and not answers_at(owner_id, order.store_id):
        raise OwnerElsewhere(field="owner_id")
    return tell_journal(
        actor,
        order,
        Happening.SHIPMENT_EXCEPTION_RAISED,
        exception,
        now,
        before=None,
        exception_id=exception.id,
        shipment_id=shipment.id,
        exception_kind=kind,
        owner_id=owner_id,
    )


def _owner_for(shipment: Shipment, now: datetime) -> UUID:
    able = heads_of(shipment.store_id)
    if shipment.shipped_by_id is not None and works_at(shipment.shipped_by_id, shipment.store_id):
        able.insert(0, shipment.shipped_by_id)
    owner_id = _first_trained(shipment.store_id, able, now)
    if owner_id is None:
        raise NobodyAnswers
    return owner_id


def _first_trained(store_id: UUID, able: Sequence[UUID], now: datetime) -> UUID | None:
    """Return the first who lacks no training for orders, or where all lack some the first of all (T3, R3)."""
    lacking = missing_courses(store_id, Work.ORDERS, able, at=now)
    return next((each for each in able if each not in lacking), able[0] if able else None)


def _lock_shipment(actor: Actor, shipment_id: UUID, permission: Permission) -> tuple[Shipment, Order]:
    found = Shipment.objects.visible_to(actor).filter(id=shipment_id).first()
    if found is None:
        raise NotFound
    order = lock_order(actor, found.order_id, permission, None)
    return Shipment.objects.get(id=shipment_id), order


def _lock_exception(actor: Actor, exception_id: UUID) -> tuple[Order, ShipmentException]:
    found = ShipmentException.objects.filter(id=exception_id).select_related("shipment").first()
    if found is None:
        raise NotFound
    order = lock_order(actor, found.shipment.order_id, Permission.SETTLE_SHIPMENT_EXCEPTION, None)
    return order, ShipmentException.objects.get(id=exception_id)
