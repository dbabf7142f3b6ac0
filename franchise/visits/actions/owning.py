"""Deeds by which a visit gets its owner: routed, handed over by hand, or by itself when somebody leaves (R3)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from members.queries import get_member
from stores.models import Store
from training.models.duties import Work
from training.queries.duties import must_be_trained, trained_for
from visits.actions.steps import Done, lock_visit, note_on, state_of, write_down
from visits.models.visits import ReturnVisit, VisitHandOver, VisitHandOverReason
from visits.queries import callers_of, load_of
from visits.rules.happenings import Happening
from visits.rules.routing import chosen_caller
from visits.rules.states import VisitAction, VisitOwnerAlready, VisitOwnerNeeded, VisitOwnerNotAtStore

AT_MOST = 500


@transaction.atomic(using=CHAINS_ALIAS)
def hand_over_return_visit(
    *,
    actor: Actor,
    visit_id: UUID,
    owner_id: UUID,
    now: datetime,
    note: str = "",
    expected_version: int | None = None,
) -> Done:
    """Hand a visit over to somebody else who may make it; its history keeps who had it (R3).

    Refusals: NotFound, NotPermitted, Stale, VisitEnded, VisitOwnerAlready, VisitOwnerNotAtStore, NotTrained, Invalid,
    TooLong, and CustomerErased for a note.
    """
    visit = lock_visit(actor, visit_id, VisitAction.HAND_OVER_RETURN_VISIT, expected_version)
    note = note_on(visit, note)
    owner = get_member(actor, owner_id)
    if owner.id == visit.owner_id:
        raise VisitOwnerAlready(field="owner_id")
    must_call(owner.id, visit.store)
    must_be_trained(actor, owner.id, Work.VISITS, visit.store_id, at=now)
    return _give(actor, visit, owner.id, VisitHandOverReason.HANDED_OVER, now, note)


@transaction.atomic(using=CHAINS_ALIAS)
def hand_over_of(*, actor: Actor, member_id: UUID, now: datetime) -> int:
    """Hand over the open visits of a member who may not make them any more; return how many there were (R3)."""
    owned = ReturnVisit.objects.still_open().filter(owner_id=member_id).order_by("id").values_list("id", flat=True)
    return sum(_hand_over_left(actor, visit_id, now) for visit_id in list(owned))


@transaction.atomic(using=CHAINS_ALIAS)
def hand_over_left(*, actor: Actor, now: datetime) -> int:
    """Hand over every open visit whose owner may not make it any more; return how many there were."""
    open_visits = ReturnVisit.objects.still_open()
    held = list(open_visits.order_by("store_id", "owner_id").values_list("store_id", "owner_id").distinct())
    stores = Store.objects.in_bulk({store_id for store_id, _owner_id in held})
    left = [(store_id, owner) for store_id, owner in held if not callers_of(stores[store_id], member_id=owner)]
    handed_over = 0
    for store_id, owner_id in left:
        owned = open_visits.filter(store_id=store_id, owner_id=owner_id).order_by("id")
        for visit_id in list(owned.values_list("id", flat=True)[:AT_MOST]):
            handed_over += _hand_over_left(actor, visit_id, now)
    return handed_over


def route(store: Store, *, now: datetime, without: UUID | None = None) -> UUID:
    """Return who is to own a visit of a store: of its service staff the one with the fewest, else who answers for it.

    Whoever lacks training for it comes into question only where everybody does (T3). Raises VisitOwnerNeeded
    where nobody at all can be found.
    """
    callers = [(member_id, role) for member_id, role in callers_of(store) if member_id != without]
    callers = trained_for(store.id, Work.VISITS, callers, at=now)
    chosen = chosen_caller(callers, load_of(store, [member_id for member_id, _role in callers]))
    if chosen is None:
        raise VisitOwnerNeeded(field="owner_id")
    return chosen


def must_call(member_id: UUID, store: Store) -> None:
    """Refuse with VisitOwnerNotAtStore whoever may not make visits of a store."""
    if not callers_of(store, member_id=member_id):
        raise VisitOwnerNotAtStore(field="owner_id")


def _hand_over_left(actor: Actor, visit_id: UUID, now: datetime) -> int:
    """Hand a visit over if its owner left; locked, it is looked at once more."""
    locked = ReturnVisit.objects.still_open().select_for_update(of=("self",)).select_related("store")
    visit = locked.filter(id=visit_id).first()
    if visit is None or callers_of(visit.store, member_id=visit.owner_id):
        return 0
    _give(actor, visit, route(visit.store, now=now, without=visit.owner_id), VisitHandOverReason.OWNER_LEFT, now)
    return 1


def _give(
    actor: Actor, visit: ReturnVisit, owner_id: UUID, reason: VisitHandOverReason, now: datetime, note: str = ""
) -> Done:
    before = state_of(visit)
    VisitHandOver.objects.create(
        store_id=visit.store_id,
        visit=visit,
        from_owner_id=visit.owner_id,
        to_owner_id=owner_id,
        reason=reason,
        note=note,
        done_by_id=actor.user_id,
        done_at=now,
    )
    # Whoever was deactivated while the row was written is seen only now.
    must_call(owner_id, visit.store)
    visit.owner_id = owner_id
    return write_down(actor, visit, Happening.RETURN_VISIT_HANDED_OVER, now, before=before, more={"reason": reason})
