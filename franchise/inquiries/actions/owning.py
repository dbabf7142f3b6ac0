"""Deeds by which an inquiry gets its owner: routed, taken from the queue, handed over, by hand or by itself."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from inquiries.actions.steps import Done, lock_inquiry, state_of, write_down
from inquiries.models.inquiries import HandOver, HandOverReason, Inquiry, Shift
from inquiries.queries import handlers_of
from inquiries.rules.happenings import Happening
from inquiries.rules.routing import Routed, answers_for_the_queue, least_loaded
from inquiries.rules.states import (
    InquiryAction,
    InquiryOwnerNeeded,
    InquiryOwnerNotAtStore,
    OwnerAlready,
)
from kit.texts import text_of
from members.queries import get_member
from stores.models import Store
from training.models.duties import Work
from training.queries.duties import is_trained, must_be_trained, trained_for

AT_MOST = 500


@transaction.atomic(using=CHAINS_ALIAS)
def take_inquiry(*, actor: Actor, inquiry_id: UUID, now: datetime, expected_version: int | None = None) -> Done:
    """Take an inquiry from the queue; whoever takes it owns it (R3).

    Refusals: NotFound, NotPermitted, Stale, InquiryTaken, InquiryClosed, InquiryOwnerNeeded, InquiryOwnerNotAtStore,
    NotTrained.
    """
    inquiry = lock_inquiry(actor, inquiry_id, InquiryAction.TAKE_INQUIRY, expected_version)
    if actor.user_id is None:
        raise InquiryOwnerNeeded
    must_handle(actor.user_id, inquiry.store)
    must_be_trained(actor, actor.user_id, Work.INQUIRIES, inquiry.store_id, at=now)
    return _give(actor, inquiry, Routed(actor.user_id, is_queued=False), HandOverReason.TAKEN, now)


@transaction.atomic(using=CHAINS_ALIAS)
def hand_over_inquiry(
    *,
    actor: Actor,
    inquiry_id: UUID,
    owner_id: UUID,
    now: datetime,
    note: str = "",
    expected_version: int | None = None,
) -> Done:
    """Hand an inquiry over to somebody else who may answer it; its history keeps who had it (R3).

    Refusals: NotFound, NotPermitted, Stale, InquiryClosed, OwnerAlready, InquiryOwnerNotAtStore, NotTrained,
    Invalid, TooLong.
    """
    inquiry = lock_inquiry(actor, inquiry_id, InquiryAction.HAND_OVER_INQUIRY, expected_version)
    note = text_of(note, field="note", required=False)
    owner = get_member(actor, owner_id)
    if owner.id == inquiry.owner_id and not inquiry.is_queued:
        raise OwnerAlready(field="owner_id")
    must_handle(owner.id, inquiry.store)
    must_be_trained(actor, owner.id, Work.INQUIRIES, inquiry.store_id, at=now)
    return _give(actor, inquiry, Routed(owner.id, is_queued=False), HandOverReason.HANDED_OVER, now, note)


@transaction.atomic(using=CHAINS_ALIAS)
def hand_over_of(*, actor: Actor, member_id: UUID, now: datetime) -> int:
    """Hand over the open inquiries of a member who may not answer them any more; return how many there were (R3)."""
    owned = Inquiry.objects.still_open().filter(owner_id=member_id).order_by("id").values_list("id", flat=True)
    return sum(_hand_over_left(actor, inquiry_id, now) for inquiry_id in list(owned))


@transaction.atomic(using=CHAINS_ALIAS)
def hand_over_left(*, actor: Actor, now: datetime) -> int:
    """Hand over every open inquiry whose owner may not answer it any more; return how many there were."""
    held = Inquiry.objects.still_open().order_by("store_id", "owner_id").values_list("store_id", "owner_id").distinct()
    stores = Store.objects.in_bulk({store_id for store_id, _owner_id in held})
    left = [(store_id, owner) for store_id, owner in held if not handlers_of(stores[store_id], member_id=owner)]
    handed_over = 0
    for store_id, owner_id in left:
        owned = Inquiry.objects.still_open().filter(store_id=store_id, owner_id=owner_id).order_by("id")
        for inquiry_id in list(owned.values_list("id", flat=True)[:AT_MOST]):
            handed_over += _hand_over_left(actor, inquiry_id, now)
    return handed_over


def route(store: Store, *, now: datetime, without: UUID | None = None) -> Routed:
    """Return who is to own an inquiry of a store: who is on the desk with the fewest, else it waits in the queue.

    Whoever lacks training for it comes into question only where everybody does (T3). Raises
    InquiryOwnerNeeded where nobody at all can be found.
    """
    handlers = [(member_id, role) for member_id, role in handlers_of(store) if member_id != without]
    handlers = trained_for(store.id, Work.INQUIRIES, handlers, at=now)
    able = {member_id for member_id, _role in handlers}
    on_desk = Shift.objects.running_at(now).filter(store=store, member_id__in=able).order_by("began_at", "id")
    present = list(on_desk.values_list("member_id", "began_at"))
    owned = Inquiry.objects.still_open().filter(store=store, owner_id__in=[each for each, _since in present])
    load = dict(owned.order_by("owner_id").values_list("owner_id").annotate(number=Count("id")))
    chosen = least_loaded(present, load)
    if chosen is not None:
        return Routed(chosen, is_queued=False)
    answering = answers_for_the_queue(handlers)
    if answering is None:
        raise InquiryOwnerNeeded(field="owner_id")
    return Routed(answering, is_queued=True)


def keep_owned(actor: Actor, inquiry: Inquiry, now: datetime) -> None:
    """Give a locked inquiry that opens again to somebody else if its owner has left; it is still to be saved.

    So it is where the owner lacks training for it, and somebody else does not (T3).
    """
    store, owner_id = inquiry.store, inquiry.owner_id
    if may_own(owner_id, store, now=now):
        return
    has_left = not handlers_of(store, member_id=owner_id)
    try:
        routed = route(store, now=now, without=owner_id)
    except InquiryOwnerNeeded:
        # Nobody whom this caller sees: what the customer wrote is kept all the same, and a job finds somebody.
        return
    if has_left or is_trained(routed.owner_id, Work.INQUIRIES, store.id, at=now):
        reason = HandOverReason.OWNER_LEFT if has_left else HandOverReason.NOT_TRAINED
        _change_owner(actor, inquiry, routed, reason, now)


def first_owner(actor: Actor, store: Store, owner_id: UUID | None, now: datetime) -> Routed:
    """Return who owns a new inquiry: who is named, else who takes it down at the store, else whom it is routed to.

    What somebody takes down without the training for it is routed (T3). Raises NotFound, InquiryOwnerNotAtStore,
    NotTrained and InquiryOwnerNeeded.
    """
    if owner_id is not None:
        must_handle(get_member(actor, owner_id).id, store)
        must_be_trained(actor, owner_id, Work.INQUIRIES, store.id, at=now)
        return Routed(owner_id, is_queued=False)
    own = actor.user_id
    if own is None or not may_own(own, store, now=now):
        return route(store, now=now)
    return Routed(own, is_queued=False)


def must_handle(member_id: UUID, store: Store) -> None:
    """Refuse with InquiryOwnerNotAtStore whoever may not answer inquiries of a store."""
    if not handlers_of(store, member_id=member_id):
        raise InquiryOwnerNotAtStore(field="owner_id")


def may_own(member_id: UUID, store: Store, *, now: datetime) -> bool:
    """Tell whether somebody may answer inquiries of a store, and has passed what that asks for (T3)."""
    is_able = bool(handlers_of(store, member_id=member_id))
    return is_able and is_trained(member_id, Work.INQUIRIES, store.id, at=now)


def _hand_over_left(actor: Actor, inquiry_id: UUID, now: datetime) -> int:
    """Hand an inquiry over if its owner left; locked, it is looked at once more."""
    locked = Inquiry.objects.still_open().select_for_update(of=("self",)).select_related("store")
    inquiry = locked.filter(id=inquiry_id).first()
    if inquiry is None or handlers_of(inquiry.store, member_id=inquiry.owner_id):
        return 0
    routed = route(inquiry.store, now=now, without=inquiry.owner_id)
    _give(actor, inquiry, routed, HandOverReason.OWNER_LEFT, now)
    return 1


def _give(
    actor: Actor, inquiry: Inquiry, routed: Routed, reason: HandOverReason, now: datetime, note: str = ""
) -> Done:
    before = state_of(inquiry)
    _change_owner(actor, inquiry, routed, reason, now, note)
    kind = Happening.INQUIRY_TAKEN if reason is HandOverReason.TAKEN else Happening.INQUIRY_HANDED_OVER
    return write_down(actor, inquiry, kind, now, before=before, more={"reason": reason})


def _change_owner(
    actor: Actor, inquiry: Inquiry, routed: Routed, reason: HandOverReason, now: datetime, note: str = ""
) -> None:
    HandOver.objects.create(
        store_id=inquiry.store_id,
        inquiry=inquiry,
        from_owner_id=inquiry.owner_id,
        to_owner_id=routed.owner_id,
        reason=reason,
        note=note,
        done_by_id=actor.user_id,
        done_at=now,
    )
    if reason is not HandOverReason.OWNER_LEFT:
        # Whoever was deactivated while the row was written is seen only now.
        must_handle(routed.owner_id, inquiry.store)
    inquiry.owner_id, inquiry.is_queued = routed.owner_id, routed.is_queued
