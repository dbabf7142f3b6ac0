from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time

import pytest

from chains.actor import Actor
from chains.scope import scope
from kit.refusals import NotFound, NotPermitted, Stale
from stores.actions.business import close_store
from stores.actions.hours import set_holidays, set_opening_hours
from stores.models import Holiday, HolidayHours, OpeningHours, Store
from stores.queries import calendar_of, holidays_of, opening_hours_of
from stores.rules.business import StoreClosed
from stores.rules.calendar import Day, HoursNotRecorded, Interval
from stores.rules.hours import DayOff, NoOpeningHours, OpeningsOverlap, PastHours
from tests.conftest import Chains
from tests.factories.stores import NOW, last_entry, newly_opened, told

AsRole = Callable[..., Actor]

TODAY = date(2026, 3, 2)
MORNING, EVENING = Interval(time(9), time(12)), Interval(time(17), time(1))
WEEK: Sequence[Day] = ((EVENING, MORNING), (), (MORNING,), (MORNING,), (MORNING,), (MORNING,), ())


def test_a_manager_sets_several_openings_a_day_from_today_on(chains: Chains, as_role: AsRole) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        store = set_opening_hours(
            actor=manager, store_id=chains.a.store, valid_from=TODAY, days=WEEK, expected_version=1, now=NOW
        )
        assert store.version == 2
        shown = opening_hours_of(actor=manager, store_id=chains.a.store, on=TODAY)
        assert [(row.weekday, row.opens.hour, row.closes.hour) for row in shown] == [
            (0, 9, 12),
            (0, 17, 1),
            (2, 9, 12),
            (3, 9, 12),
            (4, 9, 12),
            (5, 9, 12),
        ]
        calendar = calendar_of(store)
        assert calendar.intervals_on(date(2026, 3, 1)) == (Interval(time(9), time(21)),)
        assert calendar.intervals_on(date(2026, 3, 2)) == (MORNING, EVENING)
        assert calendar.intervals_on(date(2026, 3, 3)) == ()
        assert calendar.is_open(datetime(2026, 3, 2, 16, 30, tzinfo=UTC))
        assert last_entry(store.id).after["week"][:2] == [
            {"weekday": 0, "hours": "09:00-12:00"},
            {"weekday": 0, "hours": "17:00-01:00"},
        ]


def test_hours_set_again_for_the_same_day_replace_the_former_and_the_journal_keeps_them(
    chains: Chains, as_role: AsRole
) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        for days in (WEEK, ((MORNING,),) * 7):
            set_opening_hours(actor=manager, store_id=chains.a.store, valid_from=TODAY, days=days, now=NOW)
        rows = OpeningHours.objects.filter(store_id=chains.a.store, valid_from=TODAY)
        assert rows.count() == 7
        assert len(last_entry(chains.a.store).before["week"]) == 6


def test_today_is_the_stores_own(chains: Chains, as_role: AsRole) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    in_shanghai_tomorrow = datetime(2026, 3, 2, 17, tzinfo=UTC)
    with scope(chains.a.chain, manager), pytest.raises(PastHours):
        set_opening_hours(actor=manager, store_id=chains.a.store, valid_from=TODAY, days=WEEK, now=in_shanghai_tomorrow)


def test_the_first_hours_of_a_store_may_begin_in_the_past(chains: Chains, as_role: AsRole) -> None:
    hq = as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, hq):
        store = newly_opened(hq)
        with pytest.raises(HoursNotRecorded):
            calendar_of(store).is_open(NOW)
        set_opening_hours(actor=hq, store_id=store.id, valid_from=date(2020, 1, 1), days=WEEK, now=NOW)
        assert not calendar_of(store).is_open(NOW)


@pytest.mark.parametrize(
    ("days", "refusal"), [(((),) * 7, NoOpeningHours), (((EVENING, EVENING), *WEEK[1:]), OpeningsOverlap)]
)
def test_a_week_that_is_none_changes_nothing(
    chains: Chains, as_role: AsRole, days: Sequence[Day], refusal: type[Exception]
) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        with pytest.raises(refusal):
            set_opening_hours(actor=manager, store_id=chains.a.store, valid_from=TODAY, days=days, now=NOW)
        assert Store.objects.get(pk=chains.a.store).version == 1
        assert told(chains.a.store) == []


def test_hours_are_set_by_who_may_where_they_may(chains: Chains, as_role: AsRole) -> None:
    for who, store_id, refusal in (
        ("STORE_MANAGER", chains.a.other_store, NotFound),
        ("STORE_MANAGER", chains.b.store, NotFound),
        ("AREA_SUPERVISOR", chains.a.other_store, NotFound),
        ("HQ_ADMINISTRATOR", chains.b.store, NotFound),
        ("SERVICE_STAFF", chains.a.store, NotPermitted),
        ("QUALITY_OFFICER", chains.a.store, NotPermitted),
    ):
        actor = as_role(chains.a, who)
        with scope(chains.a.chain, actor), pytest.raises(refusal):
            set_opening_hours(actor=actor, store_id=store_id, valid_from=TODAY, days=WEEK, now=NOW)


def test_who_saw_an_older_version_sets_no_hours(chains: Chains, as_role: AsRole) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        set_opening_hours(actor=manager, store_id=chains.a.store, valid_from=TODAY, days=WEEK, now=NOW)
        with pytest.raises(Stale):
            set_holidays(
                actor=manager,
                store_id=chains.a.store,
                first_on=TODAY,
                last_on=TODAY,
                days=[],
                expected_version=1,
                now=NOW,
            )


def test_holidays_close_days_or_give_them_hours_of_their_own(chains: Chains, as_role: AsRole) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    last_on = date(2026, 3, 31)
    eve = DayOff(date(2026, 3, 7), "New Year's Eve", (MORNING,))
    with scope(chains.a.chain, manager):
        store = set_holidays(
            actor=manager,
            store_id=chains.a.store,
            first_on=TODAY,
            last_on=last_on,
            days=[DayOff(date(2026, 3, 8), "New Year"), eve],
            now=NOW,
        )
        calendar = calendar_of(store)
        assert calendar.intervals_on(date(2026, 3, 7)) == (MORNING,)
        assert calendar.intervals_on(date(2026, 3, 8)) == ()
        listed = holidays_of(actor=manager, store_id=chains.a.store, first_on=TODAY, last_on=last_on)
        assert [day.name for day in listed] == ["New Year's Eve", "New Year"]
        assert last_entry(store.id).after["holidays"] == [
            {"on": "2026-03-07", "name": "New Year's Eve", "hours": ["09:00-12:00"]},
            {"on": "2026-03-08", "name": "New Year", "hours": []},
        ]


def test_holidays_of_a_period_are_said_anew_as_a_whole(chains: Chains, as_role: AsRole) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        for first, last, days in (
            (1, 30, [DayOff(date(2026, 4, 5), "Qingming", (MORNING,))]),
            (1, 10, [DayOff(date(2026, 4, 6), "Monday after")]),
            (20, 30, []),
        ):
            set_holidays(
                actor=manager,
                store_id=chains.a.store,
                first_on=date(2026, 4, first),
                last_on=date(2026, 4, last),
                days=days,
                now=NOW,
            )
        assert [day.name for day in Holiday.objects.filter(store_id=chains.a.store)] == ["Monday after"]
        assert not HolidayHours.objects.filter(store_id=chains.a.store).exists()
        assert told(chains.a.store) == ["HOLIDAYS_SET"] * 3


def test_two_stores_have_the_same_holiday_and_the_same_hours(chains: Chains, as_role: AsRole) -> None:
    for who, store_id in (("STORE_MANAGER", chains.a.store), ("STORE_MANAGER_2", chains.a.other_store)):
        manager = as_role(chains.a, who)
        with scope(chains.a.chain, manager):
            set_opening_hours(actor=manager, store_id=store_id, valid_from=TODAY, days=WEEK, now=NOW)
            set_holidays(
                actor=manager, store_id=store_id, first_on=TODAY, last_on=TODAY, days=[DayOff(TODAY, "Day")], now=NOW
            )
            assert list(Holiday.objects.values_list("store_id", flat=True)) == [store_id]
            assert set(OpeningHours.objects.values_list("store_id", flat=True)) == {store_id}


def test_a_closed_store_has_no_new_hours(chains: Chains, as_role: AsRole) -> None:
    hq = as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, hq):
        close_store(actor=hq, store_id=chains.a.store, reason="Lease ended", now=NOW)
        with pytest.raises(StoreClosed):
            set_opening_hours(actor=hq, store_id=chains.a.store, valid_from=TODAY, days=WEEK, now=NOW)
        with pytest.raises(StoreClosed):
            set_holidays(actor=hq, store_id=chains.a.store, first_on=TODAY, last_on=TODAY, days=[], now=NOW)
