"""Deeds by which a member of staff comes to the desk of a store and leaves it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from inquiries.actions.owning import must_handle
from inquiries.models.inquiries import Shift
from inquiries.rules.happenings import Happening
from inquiries.rules.states import NotOnDesk, OnDeskAlready, OnlyForPeople
from journal.actions import append
from members.rules.permissions import Permission
from stores.actions.locks import lock_store_in_business, refusing_duplicates


@transaction.atomic(using=CHAINS_ALIAS)
def begin_shift(*, actor: Actor, store_id: UUID, now: datetime) -> Shift:
    """Come to the desk: what comes in is given to whoever is there, the fewest open inquiries first (L2).

    Refusals: NotFound, NotPermitted, StoreClosed, OnlyForPeople, InquiryOwnerNotAtStore, OnDeskAlready.
    """
    actor.must(Permission.BEGIN_SHIFT, at=store_id)
    if actor.user_id is None:
        raise OnlyForPeople
    store = lock_store_in_business(actor, store_id)
    must_handle(actor.user_id, store)
    shift = Shift(store=store, member_id=actor.user_id, began_at=now)
    with refusing_duplicates(OnDeskAlready()):
        shift.save(force_insert=True)
    _tell(actor, Happening.SHIFT_BEGUN, shift, now)
    return shift


@transaction.atomic(using=CHAINS_ALIAS)
def end_shift(*, actor: Actor, store_id: UUID, now: datetime) -> Shift:
    """Leave the desk; one's inquiries stay one's own until they are handed over.

    Refusals: NotFound, NotPermitted, NotOnDesk.
    """
    actor.must(Permission.BEGIN_SHIFT, at=store_id)
    running = Shift.objects.select_for_update(of=("self",)).filter(store_id=store_id, ended_at=None)
    shift = running.filter(member_id=actor.user_id).first()
    if shift is None:
        raise NotOnDesk
    shift.ended_at = max(now, shift.began_at)
    shift.save(update_fields=["ended_at"])
    _tell(actor, Happening.SHIFT_ENDED, shift, now)
    return shift


def _tell(actor: Actor, kind: Happening, shift: Shift, now: datetime) -> None:
    append(
        actor=actor,
        kind=kind,
        subject_type="Shift",
        subject_id=shift.id,
        store_id=shift.store_id,
        now=now,
        after={"member_id": shift.member_id, "began_at": shift.began_at, "ended_at": shift.ended_at},
    )
