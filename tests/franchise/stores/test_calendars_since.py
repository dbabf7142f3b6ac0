"""The calendar as it was recorded at an earlier moment: any deed about time is taken back exactly."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest

from chains.actor import Actor
from chains.scope import scope
from clocks.rules.snapshots import write_calendar
from stores.actions.business import correct_store
from stores.actions.hours import set_holidays, set_opening_hours
from stores.models import Store
from stores.queries import calendar_of, calendars_since
from stores.rules.business import Correction
from stores.rules.calendar import Calendar, Interval, SpecialDay, Week
from stores.rules.history import before_change
from stores.rules.hours import DayOff
from tests.conftest import Chains

AsRole = Callable[..., Actor]
NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
DAYS = tuple(date(2026, 3, day) for day in range(1, 10))
SPLIT = ((Interval(time(9), time(12)), Interval(time(14), time(2))),) * 7


def test_every_change_is_taken_back_to_the_calendar_before_it(chains: Chains, as_role: AsRole) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        here = {"actor": manager, "store_id": chains.a.store}
        night = (Interval(time(20), time(0)),)
        deeds: list[Callable[[datetime], object]] = [
            lambda now: set_opening_hours(valid_from=DAYS[3], days=SPLIT, now=now, **here),
            lambda now: set_opening_hours(valid_from=DAYS[3], days=(*SPLIT[:6], ()), now=now, **here),
            lambda now: set_holidays(
                first_on=DAYS[2],
                last_on=DAYS[6],
                days=[DayOff(DAYS[4], "Feast", night), DayOff(DAYS[5], "Rest")],
                now=now,
                **here,
            ),
            lambda now: correct_store(correction=Correction(time_zone="Asia/Urumqi"), now=now, **here),
            lambda now: set_holidays(
                first_on=DAYS[5], last_on=DAYS[5], days=[DayOff(DAYS[5], "Feast", night)], now=now, **here
            ),
            lambda now: correct_store(correction=Correction(name="Renamed"), now=now, **here),
        ]
        states = [write_calendar(calendar_of(Store.objects.get(id=chains.a.store)))]
        for number, deed in enumerate(deeds):
            deed(NOW + timedelta(minutes=number))
            states.append(write_calendar(calendar_of(Store.objects.get(id=chains.a.store))))
        store = Store.objects.get(id=chains.a.store)
        for number in range(len(deeds) + 1):
            since = calendars_since(store, NOW + timedelta(minutes=number, seconds=-1))
            assert [write_calendar(each) for each in since] == states[number:]


def test_hours_are_recorded_from_the_first_week_and_the_special_days_right_before_it() -> None:
    week = Week(DAYS[4], SPLIT)
    calendar = Calendar("Asia/Shanghai", (week,), (SpecialDay(DAYS[3]), SpecialDay(DAYS[2]), SpecialDay(DAYS[0])))
    recorded = [calendar.is_recorded_from(calendar.moment(on, time(12))) for on in DAYS[:6]]
    assert recorded == [False, False, True, True, True, True]
    assert calendar.recorded_since == calendar.moment(DAYS[2], time(0))
    without_week = Calendar("Asia/Shanghai", (), (SpecialDay(DAYS[0]),))
    assert (without_week.recorded_since, without_week.is_recorded_from(NOW)) == (None, False)


def test_what_changes_no_calendar_is_not_taken_back() -> None:
    with pytest.raises(ValueError, match="STORE_MOVED"):
        before_change(Calendar("UTC"), "STORE_MOVED", {})
