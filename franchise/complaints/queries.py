"""Questions about complaints, narrowed to what the actor may see and always ordered."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from chains.actor import Actor
from clocks.models import Clock
from complaints.models import Complaint, Stage
from complaints.rules.stages import reference_of
from journal.models import Entry
from kit.refusals import NotFound
from members.rules.permissions import Permission
from stores.models import Store

SUBJECT_TYPE = "Complaint"


@dataclass(frozen=True, slots=True)
class Due:
    """Until when the next thing is due on a complaint, and whether that moment has passed."""

    at: datetime | None
    is_overdue: bool


def get_complaint(*, actor: Actor, complaint_id: UUID) -> Complaint:
    """Return a complaint of a store that the actor sees; raises NotFound and NotPermitted."""
    complaint = Complaint.objects.visible_to(actor).filter(id=complaint_id).first()
    if complaint is None:
        raise NotFound
    actor.must(Permission.READ_COMPLAINTS, at=complaint.store_id)
    return complaint


def complaints_for(
    actor: Actor, *, store_id: UUID | None = None, stages: Collection[Stage] | None = None
) -> QuerySet[Complaint]:
    """Return the complaints that the actor may read, the latest first; raises NotFound and NotPermitted."""
    if store_id is not None:
        actor.must(Permission.READ_COMPLAINTS, at=store_id)
    actor.must_somewhere(Permission.READ_COMPLAINTS)
    complaints = Complaint.objects.visible_to(actor)
    stores = actor.stores_with(Permission.READ_COMPLAINTS)
    if stores is not None:
        complaints = complaints.filter(store_id__in=stores)
    if store_id is not None:
        complaints = complaints.filter(store_id=store_id)
    if stages is not None:
        complaints = complaints.filter(stage__in=stages)
    return complaints.order_by("-filed_at", "-id")


def references_of(complaints: Iterable[Complaint]) -> dict[UUID, str]:
    """Return the numbers by which people name these complaints, with the codes of their stores asked for at once."""
    complaints = list(complaints)
    stores = Store.objects.filter(id__in={complaint.store_id for complaint in complaints}).order_by()
    codes = dict(stores.values_list("id", "code"))
    return {each.id: reference_of(store_code=codes[each.store_id], number=each.number) for each in complaints}


def due_of(complaints: Iterable[Complaint], *, actor: Actor, now: datetime) -> dict[UUID, Due]:
    """Return for each complaint what its running clocks say, all of them asked for at once."""
    ids = [complaint.id for complaint in complaints]
    found = {complaint_id: Due(at=None, is_overdue=False) for complaint_id in ids}
    of_these = Clock.objects.visible_to(actor).filter(subject_type=SUBJECT_TYPE, subject_id__in=ids)
    running: QuerySet[Any] = of_these.running().with_current_due()
    for complaint_id, due_at in running.values_list("subject_id", "current_due_at"):
        known = found[complaint_id].at
        if due_at is not None and (known is None or due_at < known):
            found[complaint_id] = Due(at=due_at, is_overdue=due_at < now)
    return found


def entries_of(*, actor: Actor, complaint_id: UUID) -> QuerySet[Entry]:
    """Return everything that happened to a complaint, the oldest first; raises NotFound and NotPermitted."""
    complaint = get_complaint(actor=actor, complaint_id=complaint_id)
    entries = Entry.objects.visible_to(actor).filter(subject_type=SUBJECT_TYPE, subject_id=complaint.id)
    return entries.order_by("at", "id")
