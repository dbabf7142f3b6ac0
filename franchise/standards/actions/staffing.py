"""The deed by which HQ says what is seen of the staff of a kind of store."""

from datetime import datetime

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS, current_chain
from journal.actions import append
from members.rules.permissions import Permission
from standards.models.staffing import StaffFigures, StaffFiguresPolicy
from standards.queries.staffing import KindPolicy
from standards.rules.happenings import Happening
from stores.models import StoreKind


@transaction.atomic(using=CHAINS_ALIAS)
def set_staff_figures_policy(*, actor: Actor, kind: StoreKind, sees: StaffFigures, now: datetime) -> KindPolicy:
    """Say what HQ and area supervisors see of the staff of all stores of a kind, from the next question on.

    Refusals: NotPermitted.
    """
    actor.must(Permission.SET_STAFF_FIGURES_POLICY)
    before = StaffFiguresPolicy.objects.filter(kind=kind).values_list("sees", flat=True).first() or StaffFigures.NAMED
    StaffFiguresPolicy.objects.bulk_create(
        [StaffFiguresPolicy(kind=kind, sees=sees, set_by_id=actor.user_id, set_at=now)],
        update_conflicts=True,
        unique_fields=["kind"],
        update_fields=["sees", "set_by_id", "set_at"],
    )
    append(
        actor=actor,
        kind=Happening.STAFF_FIGURES_POLICY_SET,
        subject_type="Chain",
        subject_id=current_chain().id,
        store_id=None,
        now=now,
        before={"kind": kind, "sees": before},
        after={"kind": kind, "sees": sees},
    )
    return KindPolicy(kind, sees)
