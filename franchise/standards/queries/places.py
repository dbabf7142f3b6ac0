"""What stores were when cases began there, as far as the scope of a clause asks."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from journal.models import Entry
from standards.rules.past import Move, Past, Period
from standards.rules.standing import Place, Scope
from stores.models import Store
from stores.queries import equipment_times
from stores.rules.happenings import Happening

_MOVES = (Happening.STORE_MOVED, Happening.STORE_CORRECTED)
_CHANGED_BY_MOVES = frozenset({"area_ids", "store_kinds"})


def place_of(store: Store, at: datetime, scopes: Collection[Scope]) -> Place:
    """Return what a store was at a moment, as far as these scopes ask; for deeds that have checked who asks."""
    return pasts_of([store], scopes, since=at)[store.id].at(at)


def pasts_of(stores: Collection[Store], scopes: Collection[Scope], *, since: datetime) -> dict[UUID, Past]:
    """Return what stores were from a moment on, by store. Only what one of the scopes speaks of is looked up."""
    asked = {name for scope in scopes for name, values in scope.items() if values}
    moves = _moves(stores, since) if asked & _CHANGED_BY_MOVES else {}
    codes = {code for scope in scopes for code in scope.get("equipment", ())}
    equipment = _equipment(stores, codes) if codes else {}
    return {store.id: Past(_place_now(store), moves.get(store.id, ()), equipment.get(store.id, ())) for store in stores}


def _place_now(store: Store) -> Place:
    return Place(store_id=store.id, area_id=store.area_id, kind=store.kind, equipment=frozenset())


def _moves(stores: Collection[Store], since: datetime) -> dict[UUID, list[Move]]:
    """Take back what the journal tells of moves and corrections, the latest first."""
    places = {store.id: _place_now(store) for store in stores}
    told = Entry.objects.filter(subject_type="Store", subject_id__in=places, kind__in=_MOVES, at__gt=since)
    found: dict[UUID, list[Move]] = defaultdict(list)
    for entry in told.in_order().reverse():
        before, earlier = entry.before or {}, found[entry.subject_id]
        after = earlier[0] if earlier else places[entry.subject_id]
        area_id = before.get("area_id", after.area_id)
        kind = before.get("kind", after.kind)
        earlier.insert(0, Move(entry.at, UUID(str(area_id)) if area_id else None, kind))
    return found


def _equipment(stores: Collection[Store], codes: Collection[str]) -> dict[UUID, list[tuple[str, Period]]]:
    times = equipment_times(store_ids=[store.id for store in stores], codes=codes)
    return {
        store_id: [(code, Period(installed_at, removed_at)) for code, installed_at, removed_at in rows]
        for store_id, rows in times.items()
    }
