"""Deeds by which a complaint gets its owner: routed, handed over, by hand or by itself (R3)."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from complaints.actions.steps import Done, lock_complaint, state_of, take_step
from complaints.models.complaints import Complaint, Level
from complaints.models.ladder import OwnerChange, OwnerChangeReason
from complaints.queries import handlers_of, load_of
from complaints.rules.happenings import Happening
from complaints.rules.ladder import chosen, higher, level_of, levels_from
from complaints.rules.refusals import ComplaintOwnerAlready, OwnerNeeded, OwnerNotAtStore
from complaints.rules.stages import ComplaintAction
from inquiries.models.inquiries import Shift
from kit.texts import text_of
from members.queries import get_member
from stores.models import Store
from training.models.duties import Work
from training.queries.duties import is_trained, must_be_trained, trained_for

AT_MOST = 500


@transaction.atomic(using=CHAINS_ALIAS)
def hand_over_complaint(
    *,
    actor: Actor,
    complaint_id: UUID,
    owner_id: UUID,
    now: datetime,
    note: str = "",
    expected_version: int | None = None,
) -> Done:
    """Hand a complaint over to somebody else who may work on it; its history keeps who had it (R3).

    With somebody of a higher level it rises to that level. Refusals: NotFound, NotPermitted, Stale, NotAtThisStage,
    ComplaintOwnerAlready, OwnerNotAtStore, NotTrained, Invalid, TooLong.
    """
    complaint = lock_complaint(actor, complaint_id, ComplaintAction.HAND_OVER_COMPLAINT, expected_version)
    note = text_of(note, field="note", required=False)
    level = level_of_owner(actor, complaint.store, owner_id)
    if owner_id == complaint.owner_id:
        raise ComplaintOwnerAlready(field="owner_id")
    must_be_trained(actor, owner_id, Work.COMPLAINTS, complaint.store_id, at=now)
    before = state_of(complaint)
    complaint.level = higher(Level(complaint.level), level)
    return give(actor, complaint, owner_id, OwnerChangeReason.HANDED_OVER, before, now, note=note)


@transaction.atomic(using=CHAINS_ALIAS)
def hand_over_open(*, actor: Actor, user_id: UUID, now: datetime, store_ids: Collection[UUID] | None = None) -> int:
    """Hand over the open complaints of a member who may not work on them any more; return how many there were (R3).

    At some stores, or everywhere where none are named; those that the member may still work on stay theirs.
    """
    owned = Complaint.objects.visible_to(actor).still_open().filter(owner_id=user_id)
    if store_ids is not None:
        owned = owned.filter(store_id__in=store_ids)
    return sum(_hand_over_left(actor, key, now) for key in list(owned.order_by("id").values_list("id", flat=True)))


@transaction.atomic(using=CHAINS_ALIAS)
def hand_over_left(*, actor: Actor, now: datetime) -> int:
    """Hand over every open complaint whose owner may not work on it any more; return how many there were."""
    held = Complaint.objects.visible_to(actor).still_open().order_by("store_id", "owner_id")
    pairs = list(held.values_list("store_id", "owner_id").distinct())
    stores = Store.objects.in_bulk({store_id for store_id, _owner_id in pairs})
    left = [(store_id, owner) for store_id, owner in pairs if not handlers_of(stores[store_id], member_id=owner)]
    handed_over = 0
    for store_id, owner_id in left:
        owned = Complaint.objects.still_open().filter(store_id=store_id, owner_id=owner_id).order_by("id")
        for complaint_id in list(owned.values_list("id", flat=True)[:AT_MOST]):
            handed_over += _hand_over_left(actor, complaint_id, now)
    return handed_over


def give(
    actor: Actor,
    complaint: Complaint,
    owner_id: UUID,
    reason: OwnerChangeReason,
    before: dict[str, object],
    now: datetime,
    *,
    note: str = "",
) -> Done:
    """Give a locked complaint to somebody, and tell the journal: a whole deed."""
    step = changed_owner(complaint, owner_id, reason, note)
    kind = Happening.COMPLAINT_HANDED_OVER
    return take_step(actor, complaint, kind, step, before, now, more={"reason": reason})


def changed_owner(complaint: Complaint, owner_id: UUID, reason: OwnerChangeReason, note: str = "") -> OwnerChange:
    """Put another owner into a locked complaint and return the step that tells so; both are still to be saved."""
    step = OwnerChange(from_owner_id=complaint.owner_id, to_owner_id=owner_id, reason=reason, note=note)
    complaint.owner_id = owner_id
    return step


def first_owner(actor: Actor, store: Store, owner_id: UUID | None, *, now: datetime) -> tuple[UUID, Level]:
    """Return who owns a complaint that is taken up, and their level: who is named, else who does it, else by routing.

    What somebody takes up without the training for it is routed (T3). Raises NotFound, OwnerNotAtStore, NotTrained and
    OwnerNeeded.
    """
    if owner_id is not None:
        level = level_of_owner(actor, store, owner_id)
        must_be_trained(actor, owner_id, Work.COMPLAINTS, store.id, at=now)
        return owner_id, level
    own = actor.user_id
    if own is not None and is_trained(own, Work.COMPLAINTS, store.id, at=now):
        return own, level_of_owner(actor, store, own)
    found = owner_from(store, Level.STORE_STAFF, now=now)
    if found is None:
        raise OwnerNeeded(field="owner_id")
    return found


def level_of_owner(actor: Actor, store: Store, owner_id: UUID) -> Level:
    """Return the level of somebody who may own a complaint of a store; raises NotFound and OwnerNotAtStore."""
    if owner_id == actor.user_id:
        return level_of(actor.roles_at(store.id))
    roles = [role for _who, role in handlers_of(store, member_id=get_member(actor, owner_id).id)]
    if not roles:
        raise OwnerNotAtStore(field="owner_id")
    return level_of(roles)


def owner_from(store: Store, level: Level, *, now: datetime, without: UUID | None = None) -> tuple[UUID, Level] | None:
    """Return who gets a complaint at a level, or at the next above where nobody is; None where nobody is at all.

    Whoever lacks training for it comes into question only where everybody does (T3).
    """
    handlers = [(who, role) for who, role in handlers_of(store) if who != without]
    handlers = trained_for(store.id, Work.COMPLAINTS, handlers, at=now)
    able = {who for who, _role in handlers}
    load = load_of(store, able)
    shifts = Shift.objects.running_at(now).filter(store=store, member_id__in=able).order_by()
    on_desk = set(shifts.values_list("member_id", flat=True))
    for each in levels_from(level):
        found = chosen(handlers, each, load=load, on_desk=on_desk)
        if found is not None:
            return found, each
    return None


def _hand_over_left(actor: Actor, complaint_id: UUID, now: datetime) -> int:
    """Hand a complaint over if its owner left; locked, it is looked at once more."""
    locked = Complaint.objects.still_open().select_for_update(of=("self",)).select_related("store")
    complaint = locked.filter(id=complaint_id).first()
    if complaint is None or handlers_of(complaint.store, member_id=complaint.owner_id):
        return 0
    found = owner_from(complaint.store, Level(complaint.level), now=now, without=complaint.owner_id)
    found = found or owner_from(complaint.store, Level.STORE_STAFF, now=now, without=complaint.owner_id)
    if found is None:
        # Whoever left stays named until somebody comes: a complaint is never nobody's.
        return 0
    before = state_of(complaint)
    complaint.level = higher(Level(complaint.level), found[1])
    give(actor, complaint, found[0], OwnerChangeReason.OWNER_LEFT, before, now)
    return 1
