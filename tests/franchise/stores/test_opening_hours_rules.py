"""Which weeks and holidays may be set; no database is needed to say so."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.refusals import Invalid, Refusal, TooLong
from stores.rules.calendar import Day, Interval
from stores.rules.hours import (
    DayOff,
    NoOpeningHours,
    OpeningsOverlap,
    PastHours,
    must_be_a_week,
    must_be_holidays,
    must_be_valid_from,
)

TODAY = date(2026, 3, 2)
NINE_TO_NOON = Interval(time(9), time(12))
TWO_TO_EIGHT = Interval(time(14), time(20))
NIGHT = Interval(time(22), time(3))
WHOLE_DAY = Interval(time(0), time(0))


def week(monday: Day, rest: Day = (), sunday: Day = ()) -> list[Day]:
    return [monday, rest, rest, rest, rest, rest, sunday]


def test_several_openings_a_day_and_days_off_make_a_week() -> None:
    must_be_a_week(week((NINE_TO_NOON, TWO_TO_EIGHT)))


def test_openings_round_the_clock_touch_and_do_not_overlap() -> None:
    must_be_a_week(week((WHOLE_DAY,), (WHOLE_DAY,), (WHOLE_DAY,)))


def test_openings_are_taken_in_any_order() -> None:
    must_be_a_week(week((TWO_TO_EIGHT, NINE_TO_NOON)))


@pytest.mark.parametrize(
    "days",
    [
        week((NINE_TO_NOON, Interval(time(11, 59), time(13)))),
        week((NINE_TO_NOON, NINE_TO_NOON)),
        week((NIGHT,), (Interval(time(2), time(8)),)),
        week((Interval(time(2), time(8)),), (), (NIGHT,)),
        week((WHOLE_DAY, NINE_TO_NOON)),
    ],
    ids=["within a day", "the same twice", "over midnight", "over Sunday's midnight", "inside a whole day"],
)
def test_openings_that_share_time_are_refused(days: list[Day]) -> None:
    with pytest.raises(OpeningsOverlap):
        must_be_a_week(days)


def test_a_night_may_end_where_the_next_day_begins() -> None:
    must_be_a_week(week((NIGHT,), (Interval(time(3), time(8)),)))


def test_a_week_without_openings_is_refused() -> None:
    with pytest.raises(NoOpeningHours):
        must_be_a_week(week(()))


@pytest.mark.parametrize(
    "days",
    [
        [(NINE_TO_NOON,)] * 6,
        week(tuple(Interval(time(hour), time(hour, 30)) for hour in range(7))),
        week((Interval(time(9, 0, 1), time(12)),)),
    ],
    ids=["six days", "seven openings", "seconds"],
)
def test_a_week_that_is_none_is_refused(days: list[Day]) -> None:
    with pytest.raises(Invalid):
        must_be_a_week(days)


minutes = st.integers(0, 1439).map(lambda minute: time(minute // 60, minute % 60))
intervals = st.builds(Interval, minutes, minutes)
days_of_a_week = st.lists(st.lists(intervals, max_size=2).map(tuple), min_size=7, max_size=7)


@given(days_of_a_week)
def test_a_week_is_taken_exactly_if_no_minute_of_it_is_open_twice(days: list[Day]) -> None:
    open_minutes = [
        (number * 1440 + interval.opens.hour * 60 + interval.opens.minute + minute) % 10080
        for number, day in enumerate(days)
        for interval in day
        for minute in range(_minutes_of(interval))
    ]
    try:
        must_be_a_week(days)
    except OpeningsOverlap:
        assert len(set(open_minutes)) < len(open_minutes)
    except NoOpeningHours:
        assert not open_minutes
    else:
        assert len(set(open_minutes)) == len(open_minutes)


def _minutes_of(interval: Interval) -> int:
    length = (interval.closes.hour - interval.opens.hour) * 60 + interval.closes.minute - interval.opens.minute
    return length if length > 0 else length + 1440


def test_hours_of_days_gone_by_are_not_replaced() -> None:
    with pytest.raises(PastHours):
        must_be_valid_from(TODAY - timedelta(days=1), today=TODAY, has_hours=True)
    must_be_valid_from(TODAY, today=TODAY, has_hours=True)


def test_the_first_hours_of_a_store_may_begin_in_the_past() -> None:
    must_be_valid_from(date(2020, 1, 1), today=TODAY, has_hours=False)


def test_hours_of_a_far_future_are_refused() -> None:
    with pytest.raises(Invalid):
        must_be_valid_from(date(9999, 12, 31), today=TODAY, has_hours=False)


def test_a_holiday_may_have_hours_or_none() -> None:
    eve = DayOff(TODAY, "New Year's Eve", (NINE_TO_NOON, TWO_TO_EIGHT))
    must_be_holidays([eve, DayOff(date(2026, 3, 3), "New Year")], first_on=TODAY, last_on=date(2026, 3, 8), today=TODAY)


@pytest.mark.parametrize(
    ("days", "refusal"),
    [
        ([DayOff(TODAY, "One"), DayOff(TODAY, "Two")], Invalid),
        ([DayOff(TODAY - timedelta(days=1), "Before")], Invalid),
        ([DayOff(TODAY, " ")], Invalid),
        ([DayOff(TODAY, "x" * 101)], TooLong),
        ([DayOff(TODAY, "Twice", (NINE_TO_NOON, NINE_TO_NOON))], OpeningsOverlap),
    ],
    ids=["one date twice", "outside the period", "no name", "a long name", "overlapping hours"],
)
def test_holidays_that_are_none_are_refused(days: list[DayOff], refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        must_be_holidays(days, first_on=TODAY, last_on=TODAY, today=TODAY)


@pytest.mark.parametrize(
    ("first_on", "last_on", "refusal"),
    [
        (TODAY - timedelta(days=1), TODAY, PastHours),
        (TODAY, TODAY - timedelta(days=1), Invalid),
        (TODAY, TODAY + timedelta(days=800), Invalid),
        (TODAY + timedelta(days=1827), TODAY + timedelta(days=1828), Invalid),
    ],
    ids=["begun", "backwards", "too long", "too far"],
)
def test_a_period_that_is_none_is_refused(first_on: date, last_on: date, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        must_be_holidays([], first_on=first_on, last_on=last_on, today=TODAY)
