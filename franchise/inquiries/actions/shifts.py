"""Deeds by which a member of staff comes to the desk of a store and leaves it; who forgets to leave, leaves so too."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from inquiries.actions.owning import must_handle
from inquiries.models.inquiries import Shift
from inquiries.rules.happenings import Happening
from inquiries.rules.routing import shift_ends_at
from inquiries.rules.states import NotOnDesk, OnDeskAlready, OnlyForPeople
from journal.actions import append_all, entry_of
from journal.models import Entry
from kit.ids import new_id
from members.rules.permissions import Permission
from stores.actions.locks import lock_store_in_business, refusing_duplicates
from stores.queries import calendar_of

AT_MOST = 500


@transaction.atomic(using=CHAINS_ALIAS)
def begin_shift(*, actor: Actor, store_id: UUID, now: datetime) -> Shift:
    """Come to the desk: what comes in is given to whoever is there, the fewest open inquiries first (L2).

    It ends by itself when the store closes, after 16 hours at the latest.
    Refusals: NotFound, NotPermitted, StoreClosed, OnlyForPeople, InquiryOwnerNotAtStore, OnDeskAlready.
    """
    actor.must(Permission.BEGIN_SHIFT, at=store_id)
    if actor.user_id is None:
        raise OnlyForPeople
    store, deed_id = lock_store_in_business(actor, store_id), new_id()
    must_handle(actor.user_id, store)
    mine = Shift.objects.filter(store=store, member_id=actor.user_id, ended_at=None, ends_at__lte=now)
    _end_forgotten(actor, list(mine.select_for_update(of=("self",))), now, part_of_id=deed_id)
    ends_at = shift_ends_at(calendar_of(store), now)
    shift = Shift(store=store, member_id=actor.user_id, began_at=now, ends_at=ends_at)
    with refusing_duplicates(OnDeskAlready()):
        shift.save(force_insert=True)
    append_all([_told(actor, Happening.SHIFT_BEGUN, shift, now, entry_id=deed_id)])
    return shift


@transaction.atomic(using=CHAINS_ALIAS)
def end_shift(*, actor: Actor, store_id: UUID, now: datetime) -> Shift:
    """Leave the desk, as of the store's closing at the latest; one's inquiries stay one's own until handed over.

    Refusals: NotFound, NotPermitted, NotOnDesk.
    """
    actor.must(Permission.BEGIN_SHIFT, at=store_id)
    running = Shift.objects.select_for_update(of=("self",)).filter(store_id=store_id, ended_at=None)
    shift = running.filter(member_id=actor.user_id).first()
    if shift is None:
        raise NotOnDesk
    shift.ended_at = min(max(now, shift.began_at), shift.ends_at)
    shift.save(update_fields=["ended_at"])
    append_all([_told(actor, Happening.SHIFT_ENDED, shift, now)])
    return shift


@transaction.atomic(using=CHAINS_ALIAS)
def end_forgotten_shifts(*, actor: Actor, now: datetime) -> int:
    """End the shifts that nobody ended, as of the closing of their stores; return how many there were."""
    free = Shift.objects.select_for_update(of=("self",), skip_locked=True)
    forgotten = list(free.filter(ended_at=None, ends_at__lte=now).order_by("ends_at", "id")[:AT_MOST])
    _end_forgotten(actor, forgotten, now)
    return len(forgotten)


def _end_forgotten(actor: Actor, shifts: Sequence[Shift], now: datetime, *, part_of_id: UUID | None = None) -> None:
    if not shifts:
        return
    Shift.objects.filter(id__in=[shift.id for shift in shifts]).update(ended_at=F("ends_at"))
    for shift in shifts:
        shift.ended_at = shift.ends_at
    kind = Happening.SHIFT_ENDED
    append_all([_told(actor, kind, each, now, part_of_id=part_of_id, by_itself=True) for each in shifts])


def _told(
    actor: Actor,
    kind: Happening,
    shift: Shift,
    now: datetime,
    *,
    entry_id: UUID | None = None,
    part_of_id: UUID | None = None,
    by_itself: bool = False,
) -> Entry:
    return entry_of(
        actor=actor,
        kind=kind,
        subject_type="Shift",
        subject_id=shift.id,
        store_id=shift.store_id,
        now=now,
        after={
            "member_id": shift.member_id,
            "began_at": shift.began_at,
            "ends_at": shift.ends_at,
            "ended_at": shift.ended_at,
            "by_itself": by_itself,
        },
        entry_id=entry_id,
        part_of_id=part_of_id,
    )
