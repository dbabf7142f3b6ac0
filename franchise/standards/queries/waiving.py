"""What stores are let off."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet

from chains.actor import Actor
from members.rules.permissions import Permission
from standards.models.waivers import Waiver
from standards.rules.past import Period


def waivers_at(*, actor: Actor, store_id: UUID) -> QuerySet[Waiver]:
    """Return what a store is or was let off, the latest first; raises NotFound and NotPermitted."""
    actor.must(Permission.READ_STANDARDS, at=store_id)
    return Waiver.objects.visible_to(actor).filter(store_id=store_id).order_by("-waived_at", "-id")


def times_waived(*, lineage_id: UUID, store_ids: Collection[UUID]) -> dict[UUID, list[Period]]:
    """Return when stores are let off a requirement, by store; for deeds that have checked who asks."""
    waivers = Waiver.objects.filter(lineage_id=lineage_id, store_id__in=store_ids).order_by("store_id", "waived_at")
    found: dict[UUID, list[Period]] = defaultdict(list)
    for waiver in waivers:
        found[waiver.store_id].append(Period(waiver.waived_at, waiver.ended_at or waiver.until))
    return found
