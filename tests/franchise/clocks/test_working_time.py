"""Working time at named moments: the cases that people argue about, one by one."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from clocks.rules.working_time import (
    add_working_time,
    end_of_calendar_day,
    end_of_day,
    end_of_working_day,
    working_time_between,
)
from stores.rules.calendar import Calendar, Day, HoursNotRecorded, Interval, NeverOpens, SpecialDay, Week

HOUR = timedelta(hours=1)
NINE_TO_EIGHT: Day = (Interval(time(9), time(20)),)
WITH_LUNCH_BREAK: Day = (Interval(time(9), time(12)), Interval(time(14), time(20)))
NIGHT_BAR: Day = (Interval(time(18), time(2)),)
ROUND_THE_CLOCK: Day = (Interval(time(0), time(0)),)
EARLY_BIRD: Day = (Interval(time(1), time(5)),)


def daily(day: Day, zone: str = "Asia/Shanghai", *special_days: SpecialDay) -> Calendar:
    return Calendar(zone, (Week(date(2000, 1, 1), (day,) * 7),), special_days)


def weekdays_only(zone: str = "Asia/Shanghai") -> Calendar:
    day = NINE_TO_EIGHT
    return Calendar(zone, (Week(date(2000, 1, 1), (day, day, day, day, day, (), ())),))


def at(zone: str, *parts: int, fold: int = 0) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo(zone), fold=fold)


def shanghai(*parts: int) -> datetime:
    return at("Asia/Shanghai", *parts)


def test_a_store_is_open_from_its_opening_until_just_before_its_closing() -> None:
    calendar = daily(NINE_TO_EIGHT)
    assert not calendar.is_open(shanghai(2026, 3, 2, 8, 59))
    assert calendar.is_open(shanghai(2026, 3, 2, 9))
    assert calendar.is_open(shanghai(2026, 3, 2, 19, 59))
    assert not calendar.is_open(shanghai(2026, 3, 2, 20))


def test_a_night_opening_is_open_after_midnight() -> None:
    calendar = daily(NIGHT_BAR)
    assert calendar.is_open(shanghai(2026, 3, 3, 1, 59))
    assert not calendar.is_open(shanghai(2026, 3, 3, 2))


def test_the_lunch_break_does_not_count() -> None:
    calendar = daily(WITH_LUNCH_BREAK)
    assert add_working_time(calendar, shanghai(2026, 3, 2, 11), 2 * HOUR) == shanghai(2026, 3, 2, 15)
    assert working_time_between(calendar, shanghai(2026, 3, 2, 11), shanghai(2026, 3, 2, 15)) == 2 * HOUR


def test_time_used_up_at_closing_is_due_at_closing() -> None:
    assert add_working_time(daily(NINE_TO_EIGHT), shanghai(2026, 3, 2, 18), 2 * HOUR) == shanghai(2026, 3, 2, 20)


def test_no_duration_is_due_at_once_even_when_closed() -> None:
    assert add_working_time(daily(NINE_TO_EIGHT), shanghai(2026, 3, 2, 22), 0 * HOUR) == shanghai(2026, 3, 2, 22)


def test_the_weekend_is_skipped() -> None:
    friday_evening = shanghai(2026, 3, 6, 19)
    assert add_working_time(weekdays_only(), friday_evening, 2 * HOUR) == shanghai(2026, 3, 9, 10)


def test_a_holiday_closes_the_day_on_which_openings_begin_and_leaves_last_night_alone() -> None:
    calendar = daily(NIGHT_BAR, "Asia/Shanghai", SpecialDay(date(2026, 3, 3)))
    assert calendar.is_open(shanghai(2026, 3, 3, 1))
    assert not calendar.is_open(shanghai(2026, 3, 3, 19))
    assert not calendar.is_open(shanghai(2026, 3, 4, 1))


def test_a_special_day_may_open_a_day_off() -> None:
    saturday = SpecialDay(date(2026, 3, 7), (Interval(time(10), time(11)),))
    calendar = Calendar("Asia/Shanghai", weekdays_only().weeks, (saturday,))
    assert add_working_time(calendar, shanghai(2026, 3, 6, 19), 2 * HOUR) == shanghai(2026, 3, 7, 11)


def test_new_hours_hold_from_their_first_day_and_not_before() -> None:
    longer = Week(date(2026, 3, 4), ((Interval(time(8), time(22)),),) * 7)
    calendar = Calendar("Asia/Shanghai", (longer, *daily(NINE_TO_EIGHT).weeks))
    assert not calendar.is_open(shanghai(2026, 3, 3, 8, 30))
    assert calendar.is_open(shanghai(2026, 3, 4, 8, 30))


def test_overlapping_openings_count_once() -> None:
    late_special = SpecialDay(date(2026, 3, 2), (Interval(time(18), time(11)),))
    calendar = daily(NINE_TO_EIGHT, "Asia/Shanghai", late_special)
    span = working_time_between(calendar, shanghai(2026, 3, 2, 18), shanghai(2026, 3, 3, 20))
    assert span == 26 * HOUR


def test_a_store_round_the_clock_counts_every_hour_that_passes_in_a_year_with_clock_changes() -> None:
    calendar = daily(ROUND_THE_CLOCK, "Europe/Berlin")
    start, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    assert working_time_between(calendar, start, end) == end - start
    assert add_working_time(calendar, start, end - start) == end


def test_a_night_is_an_hour_shorter_when_clocks_go_forward() -> None:
    calendar = daily(EARLY_BIRD, "Europe/Berlin")
    start, end = at("Europe/Berlin", 2026, 3, 29), at("Europe/Berlin", 2026, 3, 30)
    assert working_time_between(calendar, start, end) == 3 * HOUR


def test_a_night_is_an_hour_longer_when_clocks_go_back() -> None:
    calendar = daily(EARLY_BIRD, "Europe/Berlin")
    start, end = at("Europe/Berlin", 2026, 10, 25), at("Europe/Berlin", 2026, 10, 26)
    assert working_time_between(calendar, start, end) == 5 * HOUR


def test_an_opening_time_that_clocks_skip_means_the_moment_of_the_skip() -> None:
    calendar = daily((Interval(time(2, 30), time(10)),), "Europe/Berlin")
    skip = datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert not calendar.is_open(skip - timedelta(seconds=1))
    assert calendar.is_open(skip)


def test_a_closing_time_that_occurs_twice_means_the_first() -> None:
    calendar = daily((Interval(time(20), time(2, 30)),), "Europe/Berlin")
    assert calendar.is_open(at("Europe/Berlin", 2026, 10, 25, 2, 29))
    assert not calendar.is_open(at("Europe/Berlin", 2026, 10, 25, 2, 30))
    assert not calendar.is_open(at("Europe/Berlin", 2026, 10, 25, 2, 29, fold=1))


def test_a_date_that_the_zone_left_out_has_no_hours() -> None:
    calendar = daily(ROUND_THE_CLOCK, "Pacific/Apia")
    before, after = at("Pacific/Apia", 2011, 12, 29), at("Pacific/Apia", 2012, 1, 1)
    assert working_time_between(calendar, before, after) == 48 * HOUR


def test_moments_of_one_zone_are_not_subtracted_by_the_wall_clock() -> None:
    calendar = daily(ROUND_THE_CLOCK, "Europe/Berlin")
    first, second = at("Europe/Berlin", 2026, 10, 25, 2, 30), at("Europe/Berlin", 2026, 10, 25, 2, 30, fold=1)
    assert working_time_between(calendar, first, second) == HOUR


def test_a_calendar_day_ends_at_the_stores_own_midnight() -> None:
    calendar = daily(NINE_TO_EIGHT)
    assert end_of_calendar_day(calendar, datetime(2026, 3, 2, 20, tzinfo=UTC)) == shanghai(2026, 3, 4)


def test_a_day_whose_midnight_is_skipped_begins_at_the_skip() -> None:
    calendar = daily(NINE_TO_EIGHT, "America/Sao_Paulo")
    evening = at("America/Sao_Paulo", 2018, 11, 3, 22).astimezone(UTC)
    assert end_of_calendar_day(calendar, evening) == evening + 2 * HOUR


def test_a_day_whose_midnight_occurs_twice_ends_at_the_second_for_who_lives_it_twice() -> None:
    calendar = daily(NINE_TO_EIGHT, "America/St_Johns")
    twice = at("America/St_Johns", 2005, 10, 29, 23, 30, fold=1)
    assert end_of_calendar_day(calendar, twice) == twice.astimezone(UTC) + HOUR / 2


@pytest.mark.parametrize(
    ("moment", "end"),
    [
        ((2026, 3, 2, 8), (2026, 3, 2, 20)),
        ((2026, 3, 2, 13), (2026, 3, 2, 20)),
        ((2026, 3, 2, 20), (2026, 3, 3, 20)),
        ((2026, 3, 2, 23), (2026, 3, 3, 20)),
    ],
)
def test_a_working_day_ends_with_its_last_closing(moment: tuple[int, ...], end: tuple[int, ...]) -> None:
    assert end_of_working_day(daily(WITH_LUNCH_BREAK), shanghai(*moment)) == shanghai(*end)


def test_after_midnight_a_night_opening_is_still_yesterdays_working_day() -> None:
    calendar = daily(NIGHT_BAR)
    assert end_of_working_day(calendar, shanghai(2026, 3, 3, 1)) == shanghai(2026, 3, 3, 2)
    assert end_of_working_day(calendar, shanghai(2026, 3, 3, 2)) == shanghai(2026, 3, 4, 2)


def test_on_the_same_day_lasts_until_midnight_or_until_the_night_opening_ends() -> None:
    assert end_of_day(daily(NINE_TO_EIGHT), shanghai(2026, 3, 2, 10)) == shanghai(2026, 3, 3)
    assert end_of_day(daily(NIGHT_BAR), shanghai(2026, 3, 2, 23)) == shanghai(2026, 3, 3, 2)


def test_what_arrives_after_closing_has_the_next_working_day() -> None:
    assert end_of_day(daily(NINE_TO_EIGHT), shanghai(2026, 3, 2, 21)) == shanghai(2026, 3, 3, 20)
    assert end_of_day(weekdays_only(), shanghai(2026, 3, 6, 21)) == shanghai(2026, 3, 9, 20)


def test_without_recorded_hours_working_time_is_not_known_but_the_calendar_day_is() -> None:
    unknown = Calendar("Asia/Shanghai")
    with pytest.raises(HoursNotRecorded):
        add_working_time(unknown, shanghai(2026, 3, 2, 10), HOUR)
    with pytest.raises(HoursNotRecorded):
        unknown.is_open(shanghai(2026, 3, 2, 10))
    assert end_of_day(unknown, shanghai(2026, 3, 2, 10)) == shanghai(2026, 3, 3)


def test_a_store_that_never_opens_is_told_so_and_not_searched_for_ever() -> None:
    with pytest.raises(NeverOpens):
        add_working_time(daily(()), shanghai(2026, 3, 2, 10), HOUR)
    assert working_time_between(daily(()), shanghai(2026, 3, 2), shanghai(2028, 3, 2)) == 0 * HOUR


def test_a_store_that_opens_again_after_years_is_found() -> None:
    calendar = daily((), "Asia/Shanghai", SpecialDay(date(2029, 3, 2), NINE_TO_EIGHT))
    assert add_working_time(calendar, shanghai(2026, 3, 2), HOUR) == shanghai(2029, 3, 2, 10)
    assert working_time_between(calendar, shanghai(2026, 3, 2), shanghai(2030, 3, 2)) == 11 * HOUR


def test_working_time_does_not_run_backwards() -> None:
    with pytest.raises(ValueError, match="backwards"):
        add_working_time(daily(NINE_TO_EIGHT), shanghai(2026, 3, 2), -HOUR)


def test_a_naive_time_is_refused_everywhere() -> None:
    naive, calendar = datetime(2026, 3, 2), daily(NINE_TO_EIGHT)
    for question in (
        lambda: add_working_time(calendar, naive, HOUR),
        lambda: working_time_between(calendar, naive, naive),
        lambda: end_of_day(calendar, naive),
        lambda: end_of_working_day(calendar, naive),
        lambda: calendar.is_open(naive),
    ):
        with pytest.raises(ValueError, match="time zone"):
            question()
