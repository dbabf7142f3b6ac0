"""What stores have added to standards for themselves."""

from uuid import UUID

from django.db.models import QuerySet

from chains.actor import Actor
from members.rules.permissions import Permission
from standards.models.local import LocalClause


def local_clauses_at(*, actor: Actor, store_id: UUID) -> QuerySet[LocalClause]:
    """Return what a store has added and has not ended, by standard; raises NotFound and NotPermitted."""
    actor.must(Permission.READ_STANDARDS, at=store_id)
    own = LocalClause.objects.visible_to(actor).filter(store_id=store_id, ended_at=None)
    return own.order_by("standard_id", "number", "id")
