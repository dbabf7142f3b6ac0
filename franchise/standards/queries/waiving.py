"""What stores are let off."""

from uuid import UUID

from django.db.models import QuerySet

from chains.actor import Actor
from members.rules.permissions import Permission
from standards.models.waivers import Waiver


def waivers_at(*, actor: Actor, store_id: UUID) -> QuerySet[Waiver]:
    """Return what a store is or was let off, the latest first; raises NotFound and NotPermitted."""
    actor.must(Permission.READ_STANDARDS, at=store_id)
    return Waiver.objects.visible_to(actor).filter(store_id=store_id).order_by("-waived_at", "-id")
