"""Where a role is to hold: the ids of an input, looked up among what the caller sees."""

from uuid import UUID

from chains.actor import Actor
from kit.refusals import NotFound
from members.rules.permissions import Permission
from members.rules.reach import Place
from stores.actions.locks import lock_store_in_business
from stores.models import Area, Store


def place_of(actor: Actor, verb: Permission, *, area_id: UUID | None, store_id: UUID | None) -> Place:
    """Return the place that these ids name, for whoever may do the verb at such a store.

    Nobody is appointed for a closed store, nor for one that is being closed meanwhile (corpus S11).
    Raises NotFound for a place that is missing or not the caller's to see, NotPermitted and StoreClosed.
    """
    if store_id is not None:
        if not Store.objects.visible_to(actor).filter(id=store_id).exists():
            raise NotFound(field="store_id")
        actor.must(verb, at=store_id)
        lock_store_in_business(actor, store_id)
    if area_id is not None and not Area.objects.visible_to(actor).filter(id=area_id).exists():
        raise NotFound(field="area_id")
    return Place(area_id=area_id, store_id=store_id)


def refuse_unseen_stores(actor: Actor, store_ids: list[UUID] | None) -> None:
    """Raise NotFound unless the caller sees each of these stores."""
    wanted = set(store_ids or ())
    if len(wanted) != Store.objects.visible_to(actor).filter(id__in=wanted).count():
        raise NotFound(field="store_ids")
