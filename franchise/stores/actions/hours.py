"""Deeds about time: to set a store's usual week and its holidays."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from journal.actions import append
from kit.texts import line_of
from members.rules.permissions import Permission
from stores.actions.locks import lock_store
from stores.models import Holiday, HolidayHours, OpeningHours, Store
from stores.rules.business import must_do_business
from stores.rules.calendar import Calendar, Day
from stores.rules.happenings import Happening
from stores.rules.hours import LONGEST_NAME, DayOff, must_be_a_week, must_be_holidays, must_be_valid_from


@transaction.atomic
def set_opening_hours(
    *,
    actor: Actor,
    store_id: UUID,
    valid_from: date,
    days: Sequence[Day],
    now: datetime,
    expected_version: int | None = None,
) -> Store:
    """Set a store's usual week, Monday first, from a day on, in the store's own time; earlier weeks stay as they were.

    Hours set before for the same first day are replaced. Clocks that run keep the calendar by which they were set.
    Refusals: NotFound, NotPermitted, Stale, StoreClosed, Invalid, NoOpeningHours, OpeningsOverlap, PastHours.
    """
    actor.must(Permission.SET_OPENING_HOURS, at=store_id)
    store = lock_store(store_id, expected_version)
    must_do_business(store)
    must_be_a_week(days)
    of_store = OpeningHours.objects.filter(store=store)
    must_be_valid_from(valid_from, today=Calendar(store.time_zone).day_of(now), has_hours=of_store.exists())
    replaced = of_store.filter(valid_from=valid_from)
    before = _write_week(replaced.order_by("weekday", "opens"))
    replaced.delete()
    rows = [
        OpeningHours(store=store, valid_from=valid_from, weekday=weekday, opens=each.opens, closes=each.closes)
        for weekday, day in enumerate(days)
        for each in sorted(day)
    ]
    OpeningHours.objects.bulk_create(rows)
    _tell(
        Happening.OPENING_HOURS_SET,
        actor=actor,
        store=_next_version(store),
        now=now,
        before={"valid_from": valid_from, "week": before},
        after={"valid_from": valid_from, "week": _write_week(rows)},
    )
    return store


@transaction.atomic
def set_holidays(
    *,
    actor: Actor,
    store_id: UUID,
    first_on: date,
    last_on: date,
    days: Sequence[DayOff],
    now: datetime,
    expected_version: int | None = None,
) -> Store:
    """Set which days of a period, both ends included, have hours of their own; others in it follow the week again.

    Refusals: NotFound, NotPermitted, Stale, StoreClosed, Invalid, TooLong, OpeningsOverlap, PastHours.
    """
    actor.must(Permission.SET_HOLIDAYS, at=store_id)
    store = lock_store(store_id, expected_version)
    must_do_business(store)
    must_be_holidays(days, first_on=first_on, last_on=last_on, today=Calendar(store.time_zone).day_of(now))
    replaced = Holiday.objects.filter(store=store, observed_on__range=(first_on, last_on))
    before = [_written_holiday(holiday) for holiday in replaced.prefetch_related("hours").order_by("observed_on")]
    replaced.delete()
    holidays = [_add_holiday(store, day) for day in sorted(days, key=lambda day: day.on)]
    period: dict[str, Any] = {"first_on": first_on, "last_on": last_on}
    _tell(
        Happening.HOLIDAYS_SET,
        actor=actor,
        store=_next_version(store),
        now=now,
        before={**period, "holidays": before},
        after={**period, "holidays": holidays},
    )
    return store


def _add_holiday(store: Store, day: DayOff) -> dict[str, Any]:
    holiday = Holiday.objects.create(
        store=store, observed_on=day.on, name=line_of(day.name, field="days", limit=LONGEST_NAME)
    )
    hours = [
        HolidayHours(store=store, holiday=holiday, opens=each.opens, closes=each.closes)
        for each in sorted(day.intervals)
    ]
    HolidayHours.objects.bulk_create(hours)
    return _write_holiday(holiday, hours)


def _written_holiday(holiday: Holiday) -> dict[str, Any]:
    return _write_holiday(holiday, sorted(holiday.hours.all(), key=lambda each: each.opens))


def _write_holiday(holiday: Holiday, hours: Sequence[HolidayHours]) -> dict[str, Any]:
    return {"on": holiday.observed_on, "name": holiday.name, "hours": [_span(each) for each in hours]}


def _write_week(rows: Iterable[OpeningHours]) -> list[dict[str, Any]]:
    return [{"weekday": row.weekday, "hours": _span(row)} for row in rows]


def _span(hours: OpeningHours | HolidayHours) -> str:
    return f"{hours.opens:%H:%M}-{hours.closes:%H:%M}"


def _next_version(store: Store) -> Store:
    store.version += 1
    store.save(update_fields=["version"])
    return store


def _tell(
    kind: Happening, *, actor: Actor, store: Store, now: datetime, before: dict[str, Any] | None, after: dict[str, Any]
) -> None:
    append(
        actor=actor,
        kind=kind,
        subject_type="Store",
        subject_id=store.id,
        store_id=store.id,
        now=now,
        before=before,
        after=after,
    )
