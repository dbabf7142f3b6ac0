"""Questions about clocks, narrowed to what the actor may see and always ordered."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from chains.actor import Actor
from clocks.models import Clock


def running_clocks(*, actor: Actor, subject_type: str, subject_ids: Collection[UUID]) -> QuerySet[Clock]:
    """Return the clocks that run for some subjects, paused ones too, the earliest due first; with their current due."""
    clocks = Clock.objects.visible_to(actor).filter(subject_type=subject_type, subject_id__in=subject_ids)
    return clocks.running().by_due_time()


def overdue_at(*, actor: Actor, moment: datetime, store_id: UUID | None = None) -> QuerySet[Clock]:
    """Return the running clocks that are overdue at a moment, the longest first; at one store on request."""
    clocks = Clock.objects.visible_to(actor).overdue_at(moment)
    if store_id is not None:
        clocks = clocks.filter(store_id=store_id)
    return clocks.by_due_time()
