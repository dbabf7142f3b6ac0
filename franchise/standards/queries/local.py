"""What stores have added to standards for themselves."""

from uuid import UUID

from django.db.models import QuerySet

from chains.actor import Actor
from members.rules.permissions import Permission
from standards.models.local import LocalClause
from stores.queries import at_stores


def local_clauses_for(
    *, actor: Actor, store_id: UUID | None = None, area_id: UUID | None = None, standard_id: UUID | None = None
) -> QuerySet[LocalClause]:
    """Return what stores have added and have not ended, by standard; raises NotFound and NotPermitted.

    On request only of a store, of an area, to a standard.
    """
    stores = at_stores(actor=actor, permission=Permission.READ_STANDARDS, store_id=store_id, area_id=area_id)
    own = LocalClause.objects.visible_to(actor).filter(stores, ended_at=None)
    if standard_id is not None:
        own = own.filter(standard_id=standard_id)
    return own.order_by("standard_id", "number", "id")
