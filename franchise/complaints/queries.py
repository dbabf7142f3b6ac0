"""Questions about complaints, narrowed to what the actor may see and always ordered."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from chains.actor import Actor
from clocks.queries import running_clocks
from complaints.models.complaints import Complaint, Stage
from complaints.rules.stages import reference_of
from members.rules.permissions import Permission
from stores.models import Store

SUBJECT_TYPE = "Complaint"


@dataclass(frozen=True, slots=True)
class Due:
    """Until when the next thing is due on a complaint, and whether that moment has passed."""

    at: datetime | None
    is_overdue: bool


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
    # The earliest due come last, and stay.
    for clock in reversed(running_clocks(actor=actor, subject_type=SUBJECT_TYPE, subject_ids=ids)):
        if clock.current_due_at is not None:
            found[clock.subject_id] = Due(at=clock.current_due_at, is_overdue=clock.current_due_at < now)
    return found
