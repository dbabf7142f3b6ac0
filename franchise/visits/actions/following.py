"""What follows for visits from what happens elsewhere: visits become due, or are not to be made any more (V1, K4)."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from clocks.actions.running import stop_clocks
from complaints.models.complaints import ENDED, Complaint
from customers.models import Customer, Purchase
from customers.queries.register import ids_of
from stores.models import Store
from visits.actions.planning import Event, plan
from visits.actions.steps import Done, state_of, stop_at_end, write_down
from visits.models.visits import NotApplicable, OccasionKind, ReturnVisit, VisitOccasion, VisitState
from visits.queries import OCCASION_TYPE, rules_in_force, wants_calls
from visits.rules.happenings import Happening
from visits.rules.planning import LATEST_NEWS, hindrance


@transaction.atomic(using=CHAINS_ALIAS)
def plan_after_complaint(
    *,
    actor: Actor,
    store_id: UUID,
    customer_id: UUID,
    complaint_id: UUID,
    closed_at: datetime,
    entry_id: UUID,
    now: datetime,
) -> Done | None:
    """Make a visit due for a complaint that came to its end, each time it does: all of them (V1).

    None for one that is planned already, or that is worked again by now. For the system alone.
    """
    ended = Complaint.objects.select_for_update(of=("self",), no_key=True).filter(id=complaint_id, stage__in=ENDED)
    if ended.first() is None:
        return None
    if VisitOccasion.objects.filter(kind=OccasionKind.COMPLAINT, entry_id=entry_id).exists():
        return None
    event = Event(OccasionKind.COMPLAINT, happened_at=closed_at, source_id=complaint_id, entry_id=entry_id)
    return plan(actor, Store.objects.get(id=store_id), customer_id, event, now)


@transaction.atomic(using=CHAINS_ALIAS)
def plan_after_purchase(*, actor: Actor, purchase_id: UUID, told_at: datetime, now: datetime) -> Done | None:
    """Make a visit due for who bought something, once for all lines of an order, if HQ's rules ask for it (V1).

    Whoever is not to be called has none. What was bought longer ago than LATEST_NEWS is history. For the system alone.
    """
    purchase = Purchase.objects.select_for_update(of=("self",)).filter(id=purchase_id, taken_back_at=None).first()
    rule = rules_in_force().of(OccasionKind.PURCHASE)
    if purchase is None or not rule.is_on:
        return None
    agreed, said_no = wants_calls(purchase.customer_id)
    # Most who buy were never asked: a visit not to be made for each of them would bury those that are.
    if hindrance(rule, has_agreed=agreed, has_said_no=said_no, is_erased=False) is not None:
        return None
    # The goods of an order came when it was completed, which is when it is told here.
    happened_at = purchase.bought_at if purchase.order_id is None else told_at
    source_id = purchase.order_id or purchase.id
    if now - happened_at > LATEST_NEWS:
        return None
    store = Store.objects.get(id=purchase.store_id)
    # Lines of one order wait for each other here.
    list(Customer.objects.select_for_update(no_key=True).filter(id=purchase.customer_id).values_list("id"))
    if VisitOccasion.objects.filter(kind=OccasionKind.PURCHASE, source_id=source_id, store=store).exists():
        return None
    return plan(actor, store, purchase.customer_id, Event(OccasionKind.PURCHASE, happened_at, source_id), now)


@transaction.atomic(using=CHAINS_ALIAS)
def drop_occasions(*, actor: Actor, source_id: UUID, because: NotApplicable, now: datetime) -> int:
    """Let what has not been visited yet count no more, as its complaint is worked again or its order was cancelled.

    A visit of which nothing is left is not to be made. Returns how many occasions there were. For the system alone.
    """
    found = VisitOccasion.objects.filter(source_id=source_id, dropped_at=None, visit__state=VisitState.DUE)
    dropped = 0
    for visit_id in list(found.order_by("visit_id").values_list("visit_id", flat=True).distinct()):
        visit = _lock_due(visit_id)
        if visit is not None:
            dropped += _drop(actor, visit, found.filter(visit=visit), because, now)
    return dropped


@transaction.atomic(using=CHAINS_ALIAS)
def leave_who_said_no(*, actor: Actor, customer_id: UUID, now: datetime) -> int:
    """Make no visit to somebody whose last word on service calls was no (K4). For the system alone."""
    _agreed, said_no = wants_calls(customer_id)
    if not said_no:
        return 0
    return leave_alone(actor=actor, customer_id=customer_id, because=NotApplicable.CONSENT_WITHDRAWN, now=now)


@transaction.atomic(using=CHAINS_ALIAS)
def leave_alone(*, actor: Actor, customer_id: UUID, because: NotApplicable, now: datetime) -> int:
    """Make no visit to somebody who does not want calls any more, or whose particulars are gone (K4).

    Returns how many visits there were. For the system alone.
    """
    due = ReturnVisit.objects.filter(customer_id__in=ids_of(customer_id), state=VisitState.DUE).order_by("id")
    left = 0
    for visit_id in list(due.values_list("id", flat=True)):
        visit = _lock_due(visit_id)
        if visit is not None:
            _put_aside(actor, visit, because, now)
            left += 1
    return left


@transaction.atomic(using=CHAINS_ALIAS)
def join_visits(*, actor: Actor, customer_id: UUID, now: datetime) -> int:
    """Make one call of what is due for two records that turned out to be one person's (V1).

    The visit that is due first takes over the others' occasions. Returns how many visits were joined to it. For the
    system alone.
    """
    due = ReturnVisit.objects.filter(customer_id__in=ids_of(customer_id), state=VisitState.DUE)
    visits = list(due.select_for_update(of=("self",)).order_by("due_at", "id"))
    for other in visits[1:]:
        before = state_of(other)
        VisitOccasion.objects.filter(visit=other, dropped_at=None).update(visit=visits[0])
        other.state, other.not_applicable_because = VisitState.NOT_APPLICABLE, NotApplicable.JOINED
        more = {"because": NotApplicable.JOINED, "joined_to_id": visits[0].id}
        done = write_down(actor, other, Happening.RETURN_VISIT_NOT_APPLICABLE, now, before=before, more=more)
        stop_at_end(actor, other, entry_id=done.entry_id, at=now)
    return max(0, len(visits) - 1)


def _lock_due(visit_id: UUID) -> ReturnVisit | None:
    """Return a visit, locked, if it is still to be made."""
    locked = ReturnVisit.objects.select_for_update(of=("self",)).filter(id=visit_id, state=VisitState.DUE)
    return locked.first()


def _drop(
    actor: Actor, visit: ReturnVisit, occasions: "Collection[VisitOccasion]", because: NotApplicable, now: datetime
) -> int:
    going = list(occasions)
    left = VisitOccasion.objects.filter(Q(visit=visit, dropped_at=None) & ~Q(id__in=[each.id for each in going]))
    if not left.exists():
        _put_aside(actor, visit, because, now)
        return len(going)
    before = state_of(visit)
    visit.due_at = min(each.due_at for each in left)
    more = {"because": because, "occasion_ids": [each.id for each in going]}
    done = write_down(actor, visit, Happening.VISIT_OCCASION_DROPPED, now, before=before, more=more)
    for each in going:
        each.dropped_because, each.dropped_at = because, now
        each.save(update_fields=["dropped_because", "dropped_at"])
        stop_clocks(actor=actor, subject_type=OCCASION_TYPE, subject_id=each.id, entry_id=done.entry_id, now=now)
    return len(going)


def _put_aside(actor: Actor, visit: ReturnVisit, because: NotApplicable, now: datetime) -> None:
    before = state_of(visit)
    visit.state, visit.not_applicable_because = VisitState.NOT_APPLICABLE, because
    more = {"because": because}
    done = write_down(actor, visit, Happening.RETURN_VISIT_NOT_APPLICABLE, now, before=before, more=more)
    stop_at_end(actor, visit, entry_id=done.entry_id, at=now)
