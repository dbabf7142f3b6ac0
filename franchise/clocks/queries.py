"""Questions about clocks, narrowed to what the actor may see and always ordered."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from chains.actor import Actor
from clocks.models import Clock


def clocks_of(*, actor: Actor, subject_type: str, subject_ids: Collection[UUID]) -> QuerySet[Clock]:
    """Return all clocks of some subjects, running and stopped, in the order of their start, with their current due."""
    clocks = Clock.objects.visible_to(actor).filter(subject_type=subject_type, subject_id__in=subject_ids)
    return clocks.with_current_due().order_by("started_at", "id")


def running_clocks(*, actor: Actor, subject_type: str, subject_id: UUID, kind: str) -> QuerySet[Clock]:
    """Return the clocks of one kind that run for a subject, one for each clause that asks, the earliest due first."""
    clocks = Clock.objects.visible_to(actor).of_subject(subject_type, subject_id).filter(kind=kind).running()
    return clocks.by_due_time()


def overdue_at(*, actor: Actor, moment: datetime, store_id: UUID | None = None) -> QuerySet[Clock]:
    """Return the running clocks whose time is up at a moment, the longest overdue first; at one store on request."""
    clocks = Clock.objects.visible_to(actor).overdue_at(moment)
    if store_id is not None:
        clocks = clocks.filter(store_id=store_id)
    return clocks.by_due_time()
