"""What stores are let off."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from chains.actor import Actor
from members.rules.permissions import Permission
from standards.models.waivers import Waiver
from standards.rules.past import Period
from stores.queries import at_stores


def waivers_for(
    *,
    actor: Actor,
    now: datetime,
    store_id: UUID | None = None,
    area_id: UUID | None = None,
    lineage_id: UUID | None = None,
    is_holding: bool | None = None,
    over_before: datetime | None = None,
) -> QuerySet[Waiver]:
    """Return what stores are or were let off, the latest first; raises NotFound and NotPermitted.

    On request only of a store, of an area, of a requirement; only what holds now, or does not; what is over by then.
    """
    stores = at_stores(actor=actor, permission=Permission.READ_STANDARDS, store_id=store_id, area_id=area_id)
    waivers = Waiver.objects.visible_to(actor).filter(stores)
    if lineage_id is not None:
        waivers = waivers.filter(lineage_id=lineage_id)
    if over_before is not None:
        waivers = waivers.alias(over=Coalesce("ended_at", "until")).filter(over__lt=over_before)
    if is_holding is not None:
        holding = Waiver.objects.holding_at(now).values("id")
        waivers = waivers.filter(id__in=holding) if is_holding else waivers.exclude(id__in=holding)
    return waivers.order_by("-waived_at", "-id")


def times_waived(*, lineage_id: UUID, store_ids: Collection[UUID]) -> dict[UUID, list[Period]]:
    """Return when stores are let off a requirement, by store; for deeds that have checked who asks."""
    waivers = Waiver.objects.filter(lineage_id=lineage_id, store_id__in=store_ids).order_by("store_id", "waived_at")
    found: dict[UUID, list[Period]] = defaultdict(list)
    for waiver in waivers:
        found[waiver.store_id].append(Period(waiver.waived_at, waiver.ended_at or waiver.until))
    return found
