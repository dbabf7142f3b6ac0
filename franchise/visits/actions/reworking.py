"""The deed by which a complaint whose customer said on a visit that all is not well is worked again (C2, V3)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from complaints.actions.ending import rework_complaint
from complaints.rules.refusals import NotAtThisStage
from customers.rules.merging import CustomerErased
from visits.models.visits import OccasionKind, ReturnVisit, VisitOccasion


@transaction.atomic(using=CHAINS_ALIAS)
def rework_complaints(*, actor: Actor, visit_id: UUID, now: datetime) -> int:
    """Let the complaints that a visit was about be worked again, if their customer was not satisfied.

    One that is being worked already, or whose customer was erased meanwhile, stays as it is. Returns how many there
    were. For the system alone.
    """
    visit = ReturnVisit.objects.filter(id=visit_id, is_satisfied=False).first()
    if visit is None:
        return 0
    of_complaints = VisitOccasion.objects.filter(visit=visit, kind=OccasionKind.COMPLAINT, dropped_at=None)
    found = {source_id for source_id in of_complaints.values_list("source_id", flat=True) if source_id is not None}
    reworked = 0
    for complaint_id in sorted(found):
        try:
            with transaction.atomic(using=CHAINS_ALIAS):
                rework_complaint(actor=actor, complaint_id=complaint_id, reason=visit.dissatisfied_because, now=now)
        except (NotAtThisStage, CustomerErased):
            continue
        reworked += 1
    return reworked
