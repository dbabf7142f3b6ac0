"""Deeds by which a visit becomes due: planned by hand, or by what happened; several of one customer are one (V1)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from customers.models import Customer
from customers.queries.register import get_customer, ids_of, kept_of
from kit.moments import passed
from kit.refusals import NotFound
from kit.texts import text_of
from members.queries import get_member
from members.rules.permissions import Permission
from stores.actions.locks import lock_store_in_business
from stores.actions.numbering import next_numbers
from stores.models import Store
from training.models.duties import Work
from training.queries.duties import must_be_trained
from visits.actions.owning import must_call, route
from visits.actions.steps import Done, start_to_be_due, state_of, tell_journal, write_down
from visits.models.visits import NotApplicable, OccasionKind, ReturnVisit, VisitCounter, VisitOccasion, VisitState
from visits.queries import rules_in_force, wants_calls
from visits.rules.happenings import Happening
from visits.rules.planning import due_at_of, hindrance


@dataclass(frozen=True, slots=True)
class Event:
    """What makes a visit due: its kind, when it happened, the thing it is about, and the journal's entry of it."""

    kind: OccasionKind
    happened_at: datetime
    source_id: UUID | None = None
    entry_id: UUID | None = None
    note: str = ""


@transaction.atomic(using=CHAINS_ALIAS)
def plan_return_visit(
    *,
    actor: Actor,
    store_id: UUID,
    customer_id: UUID,
    kind: OccasionKind,
    now: datetime,
    happened_at: datetime | None = None,
    note: str = "",
    owner_id: UUID | None = None,
) -> Done:
    """Plan by hand that a customer is called again, such as after service at their place (V1).

    What is due for the same customer already is done in the same call, and its owner keeps it. A customer who is not
    to be called has a visit that says so. Refusals: NotFound, NotPermitted, StoreClosed, VisitOwnerNeeded,
    VisitOwnerNotAtStore, NotTrained, Invalid, TooLong.
    """
    actor.must(Permission.PLAN_RETURN_VISIT, at=store_id)
    store = lock_store_in_business(actor, store_id)
    customer = get_customer(actor=actor, customer_id=customer_id)
    if customer.store_id != store_id:
        raise NotFound(field="customer_id")
    if owner_id is not None:
        must_call(get_member(actor, owner_id).id, store)
        must_be_trained(actor, owner_id, Work.VISITS, store_id, at=now)
    happened_at = passed(happened_at, field="happened_at", now=now)
    event = Event(kind=kind, happened_at=happened_at, note=text_of(note, field="note", required=False))
    return plan(actor, store, customer_id, event, now, owner_id=owner_id)


def plan(
    actor: Actor, store: Store, customer_id: UUID, event: Event, now: datetime, *, owner_id: UUID | None = None
) -> Done:
    """Make a visit due, or add the event to the one that is due for the same person already.

    Raises VisitOwnerNeeded, VisitOwnerNotAtStore and NotFound.
    """
    customer = _lock_person(customer_id)
    rule = rules_in_force().of(event.kind)
    due_at = due_at_of(rule, happened_at=event.happened_at, time_zone=store.time_zone)
    agreed, said_no = wants_calls(customer.id)
    why_not = hindrance(rule, has_agreed=agreed, has_said_no=said_no, is_erased=customer.erased_at is not None)
    if why_not is not None:
        return _put_aside(actor, store, customer, event, due_at, why_not, now)
    visit = _due_already(customer)
    before = None if visit is None else state_of(visit)
    if visit is None:
        visit = _begun(store, customer, due_at, now, owner_id)
    visit.due_at = min(visit.due_at, due_at)
    if before is None:
        visit.save(force_insert=True)
        # Whoever was deactivated while the row was written is seen only now.
        must_call(visit.owner_id, store)
    occasion = _occasion(actor, visit, event, due_at, now)
    more = {"kind": event.kind, "occasion_id": occasion.id, "source_id": event.source_id}
    if before is None:
        done = tell_journal(actor, visit, Happening.RETURN_VISIT_PLANNED, now, before=None, more=more)
    else:
        done = write_down(actor, visit, Happening.RETURN_VISIT_PLANNED, now, before=before, more=more)
    start_to_be_due(actor, done, occasion, now)
    return done


def _put_aside(
    actor: Actor,
    store: Store,
    customer: Customer,
    event: Event,
    due_at: datetime,
    why_not: NotApplicable,
    now: datetime,
) -> Done:
    """Write down that a visit is not to be made, and why: so that of everybody it is known."""
    visit = _begun(store, customer, due_at, now, None)
    visit.state, visit.not_applicable_because = VisitState.NOT_APPLICABLE, why_not
    visit.save(force_insert=True)
    occasion = _occasion(actor, visit, event, due_at, now)
    more = {"kind": event.kind, "occasion_id": occasion.id, "source_id": event.source_id, "because": why_not}
    return tell_journal(actor, visit, Happening.RETURN_VISIT_NOT_APPLICABLE, now, before=None, more=more)


def _lock_person(customer_id: UUID) -> Customer:
    """Return the record that is kept of a person, locked: who plans for the same person waits."""
    kept_id = kept_of([customer_id]).get(customer_id, customer_id)
    customer = Customer.objects.select_for_update(no_key=True, of=("self",)).filter(id=kept_id).first()
    if customer is None:
        raise NotFound(field="customer_id")
    return customer


def _due_already(customer: Customer) -> ReturnVisit | None:
    # It may be due under a record that was merged into this one since.
    due = (
        ReturnVisit.objects.select_related("store")
        .select_for_update(of=("self",))
        .filter(store_id=customer.store_id, customer_id__in=ids_of(customer.id), state=VisitState.DUE)
    )
    return due.order_by("due_at", "id").first()


def _begun(store: Store, customer: Customer, due_at: datetime, now: datetime, owner_id: UUID | None) -> ReturnVisit:
    return ReturnVisit(
        store=store,
        number=next_numbers(VisitCounter, store_id=store.id)[0],
        customer=customer,
        owner_id=owner_id or route(store, now=now),
        planned_at=now,
        due_at=due_at,
    )


def _occasion(actor: Actor, visit: ReturnVisit, event: Event, due_at: datetime, now: datetime) -> VisitOccasion:
    return VisitOccasion.objects.create(
        store_id=visit.store_id,
        visit=visit,
        kind=event.kind,
        source_id=event.source_id,
        entry_id=event.entry_id,
        note=event.note,
        happened_at=event.happened_at,
        due_at=due_at,
        planned_by_id=actor.user_id,
        planned_at=now,
    )
