"""Questions about stores, narrowed to what the actor may see and always ordered."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db.models import Max, PositiveSmallIntegerField, Q, QuerySet, Value

from chains.actor import Actor
from journal.models import Entry
from kit.refusals import NotFound
from members.rules.permissions import Permission
from stores.models import (
    Area,
    Holiday,
    OpeningHours,
    Position,
    StaffPosition,
    Store,
    StoreClosure,
    StoreEquipment,
    StoreState,
    Weekday,
)
from stores.rules.calendar import Calendar, Interval, SpecialDay, Week
from stores.rules.history import CALENDAR_CHANGES, before_change

_NO_WEEKDAY = Value(None, output_field=PositiveSmallIntegerField())


def get_store(*, actor: Actor, store_id: UUID) -> Store:
    """Return a store that the actor may read; raises NotFound and NotPermitted."""
    actor.must(Permission.READ_STORES, at=store_id)
    store = Store.objects.visible_to(actor).select_related("area").filter(id=store_id).first()
    if store is None:
        raise NotFound
    return store


def stores_of(*, actor: Actor, area_id: UUID | None = None, state: StoreState | None = None) -> QuerySet[Store]:
    """Return the stores that the actor may read, by code; on request only those of an area or in a state."""
    actor.must_somewhere(Permission.READ_STORES)
    stores = Store.objects.visible_to(actor)
    if area_id is not None:
        stores = stores.filter(area_id=area_id)
    if state is not None:
        stores = stores.filter(state=state)
    return stores.order_by("code", "id")


def areas_of(*, actor: Actor) -> QuerySet[Area]:
    """Return the areas of the stores that the actor sees, by name; HQ sees all of them."""
    actor.must_somewhere(Permission.READ_STORES)
    return Area.objects.visible_to(actor).order_by("name", "id")


def stores_in_area(*, actor: Actor, area_id: UUID, permission: Permission) -> QuerySet[Store]:
    """Return the stores of an area at which the actor has a permission, by code; raises NotFound and NotPermitted."""
    actor.must_somewhere(permission)
    if not Area.objects.visible_to(actor).filter(id=area_id).exists():
        raise NotFound(field="area_id")
    stores = Store.objects.visible_to(actor).filter(area_id=area_id)
    having = actor.stores_with(permission)
    if having is not None:
        stores = stores.filter(id__in=having)
    return stores.order_by("code", "id")


def at_stores(*, actor: Actor, permission: Permission, store_id: UUID | None = None, area_id: UUID | None = None) -> Q:
    """Return the condition for rows of a store, of an area's stores, or of all, where the actor has a permission.

    Raises NotFound and NotPermitted.
    """
    condition = Q()
    if area_id is not None:
        stores = stores_in_area(actor=actor, area_id=area_id, permission=permission)
        condition &= Q(store__in=stores.order_by().values("id"))
    if store_id is not None:
        actor.must(permission, at=store_id)
        return condition & Q(store_id=store_id)
    actor.must_somewhere(permission)
    having = actor.stores_with(permission)
    return condition if having is None else condition & Q(store_id__in=having)


def closures_of(*, actor: Actor, store_id: UUID) -> QuerySet[StoreClosure]:
    """Return when and why a store was closed, the latest first."""
    actor.must(Permission.READ_STORES, at=store_id)
    return StoreClosure.objects.filter(store_id=store_id).order_by("-closed_at", "-id")


def opening_hours_of(*, actor: Actor, store_id: UUID, on: date) -> QuerySet[OpeningHours]:
    """Return the usual week of a store that holds on a date, Monday first."""
    actor.must(Permission.READ_STORES, at=store_id)
    of_store = OpeningHours.objects.filter(store_id=store_id)
    newest = of_store.filter(valid_from__lte=on).aggregate(newest=Max("valid_from"))["newest"]
    return of_store.filter(valid_from=newest).order_by("weekday", "opens", "id")


def holidays_of(*, actor: Actor, store_id: UUID, first_on: date, last_on: date) -> QuerySet[Holiday]:
    """Return the holidays of a store in a period, both days included, by date."""
    actor.must(Permission.READ_STORES, at=store_id)
    return Holiday.objects.filter(store_id=store_id, observed_on__range=(first_on, last_on)).order_by("observed_on")


def positions_defined(*, actor: Actor) -> QuerySet[Position]:
    """Return the positions of the chain, by name."""
    actor.must_somewhere(Permission.READ_POSITIONS)
    return Position.objects.order_by("name", "id")


def positions_held_at(*, actor: Actor, store_id: UUID) -> QuerySet[StaffPosition]:
    """Return who holds which position in a store now, in the order of their assignment."""
    actor.must(Permission.READ_POSITIONS, at=store_id)
    held = StaffPosition.objects.filter(store_id=store_id, withdrawn_at__isnull=True)
    return held.select_related("position", "member").order_by("assigned_at", "id")


def stores_in_areas(area_ids: Collection[UUID]) -> frozenset[UUID]:
    """Return the stores of some areas: what an area supervisor sees. It is asked under the gate's role as well."""
    return frozenset(Store.objects.filter(area_id__in=area_ids).values_list("id", flat=True))


def stores_doing_business() -> int:
    """Return how many stores of the chain are open (corpus S11: a closed one is not counted)."""
    return Store.objects.doing_business().count()


def equipment_times(
    *, store_ids: Collection[UUID], codes: Collection[str]
) -> dict[UUID, list[tuple[str, datetime, datetime | None]]]:
    """Return which of some equipment stores had from when to when; for deeds that have checked who asks."""
    rows = StoreEquipment.objects.filter(store_id__in=store_ids, code__in=codes).order_by("store_id", "id")
    times: dict[UUID, list[tuple[str, datetime, datetime | None]]] = {store_id: [] for store_id in store_ids}
    for store_id, code, installed_at, removed_at in rows.values_list("store_id", "code", "installed_at", "removed_at"):
        times[store_id].append((code, installed_at, removed_at))
    return times


def calendar_of(store: Store) -> Calendar:
    """Return when a store is open, as a value for working-time arithmetic."""
    return calendars_of([store])[store.id]


def calendars_since(store: Store, moment: datetime) -> list[Calendar]:
    """Return the calendar as it was recorded before a moment, and after each change from then on, in their order."""
    changes = Entry.objects.filter(subject_type="Store", subject_id=store.id, kind__in=CALENDAR_CHANGES, at__gte=moment)
    # The rows before the journal: a change that is committed in between is taken back as well, which does no harm.
    calendars = [calendar_of(store)]
    for change in changes.in_order().reverse():
        calendars.append(before_change(calendars[-1], change.kind, change.before or {}))
    return calendars[::-1]


def calendars_of(stores: Iterable[Store]) -> dict[UUID, Calendar]:
    """Return when stores are open, by their ids; the number of statements does not grow with the stores."""
    asked = {store.id: store for store in stores}
    weeks: dict[UUID, dict[date, list[list[Interval]]]] = defaultdict(dict)
    special: dict[UUID, dict[date, list[Interval]]] = defaultdict(dict)
    for store_id, on, weekday, opens, closes in _hours_and_holidays(asked):
        intervals = [] if opens is None else [Interval(opens, closes)]
        if weekday is None:
            # Without hours it is closed that day.
            special[store_id].setdefault(on, []).extend(intervals)
        else:
            weeks[store_id].setdefault(on, [[] for _weekday in Weekday])[weekday].extend(intervals)
    return {
        key: Calendar(
            store.time_zone,
            tuple(_week(valid_from, days) for valid_from, days in weeks[key].items()),
            tuple(SpecialDay(on, tuple(intervals)) for on, intervals in special[key].items()),
        )
        for key, store in asked.items()
    }


def _hours_and_holidays(store_ids: Iterable[UUID]) -> QuerySet[Any, tuple[UUID, date, int | None, time, time]]:
    """Return intervals in their order: of the week that holds from a date, or without a weekday of a holiday."""
    usual = OpeningHours.objects.filter(store_id__in=store_ids).order_by()
    holidays = Holiday.objects.filter(store_id__in=store_ids).order_by().annotate(weekday=_NO_WEEKDAY)
    both = usual.values_list("store_id", "valid_from", "weekday", "opens", "closes").union(
        holidays.values_list("store_id", "observed_on", "weekday", "hours__opens", "hours__closes"), all=True
    )
    return both.order_by("store_id", "valid_from", "weekday", "opens")


def _week(valid_from: date, days: list[list[Interval]]) -> Week:
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = (tuple(day) for day in days)
    return Week(valid_from, (monday, tuesday, wednesday, thursday, friday, saturday, sunday))
