"""Questions about clocks, narrowed to what the actor may see and always ordered."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from chains.actor import Actor
from clocks.models import Clock, ClockQuerySet
from clocks.rules.reading import needed
from members.rules.permissions import Permission


def running_clocks(*, actor: Actor, subject_type: str, subject_ids: Collection[UUID]) -> QuerySet[Clock]:
    """Return the clocks that run for some subjects, paused ones too, the earliest due first."""
    clocks = Clock.objects.visible_to(actor).filter(subject_type=subject_type, subject_id__in=subject_ids)
    return clocks.running().by_due_time()


def clocks_for(actor: Actor) -> ClockQuerySet:
    """Return the clocks that the actor may read: at stores whose clocks they may read, of things that they may read."""
    clocks = Clock.objects.visible_to(actor)
    stores = actor.stores_with(Permission.READ_CLOCKS)
    if stores is not None:
        clocks = clocks.filter(store_id__in=stores)
    for permission, subject_types in needed():
        there = actor.stores_with(permission)
        if there is not None and (stores is None or not stores <= there):
            clocks = clocks.exclude(~Q(store_id__in=there), subject_type__in=subject_types)
    return clocks


def due_now(*, actor: Actor, store_id: UUID) -> QuerySet[Clock]:
    """Return what runs against time at a store, whatever it is about, the earliest due first, what is late included.

    What stands still in time is not among it. Raises NotFound and NotPermitted.
    """
    actor.must(Permission.READ_CLOCKS, at=store_id)
    running = clocks_for(actor).filter(store_id=store_id).running()
    return running.filter(current_due_at__isnull=False).by_due_time()


def overdue_at(*, actor: Actor, moment: datetime, store_id: UUID | None = None) -> QuerySet[Clock]:
    """Return the running clocks that are overdue at a moment, the longest first; at one store on request."""
    clocks = Clock.objects.visible_to(actor).overdue_at(moment)
    if store_id is not None:
        clocks = clocks.filter(store_id=store_id)
    return clocks.by_due_time()
