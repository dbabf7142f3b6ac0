"""What orders tell of goods that came damaged or not whole: each report becomes a complaint, once (O5)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS, current_chain
from complaints.actions.filing import file_from_delivery
from complaints.actions.steps import Done
from orders.models.delivery import DamageKind, DamageReport

_SUBJECTS = {
    DamageKind.DAMAGED: lambda: _("Goods of the order came damaged"),
    DamageKind.INCOMPLETE: lambda: _("The order did not come whole"),
    DamageKind.WRONG_GOODS: lambda: _("Other goods came than were ordered"),
}


@transaction.atomic(using=CHAINS_ALIAS)
def file_from_damage(*, actor: Actor, damage_report_id: UUID, now: datetime) -> Done | None:
    """File the complaint about goods that came damaged, in the words of the report; None if it is filed already (O5).

    The subject is in the chain's language. Refusals: NotFound, NotPermitted, OwnerNeeded.
    """
    report = DamageReport.objects.get(id=damage_report_id)
    with override(current_chain().language):
        subject = _SUBJECTS[DamageKind(report.kind)]()
    return file_from_delivery(
        actor=actor,
        order_id=report.order_id,
        source_id=report.id,
        subject=subject,
        description=report.description,
        now=now,
    )
