"""Working time for any calendar: what must hold whatever hours, zone and moment are drawn."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from clocks.rules.working_time import (
    add_working_time,
    end_of_calendar_day,
    end_of_day,
    end_of_working_day,
    working_time_between,
)
from stores.rules.calendar import Calendar, Day, Interval, SpecialDay, Week
from tests.effort import calls_in

STEP = timedelta(minutes=15)
# Clock changes of an hour and of half an hour, at night, at midnight, across midnight and across the date line; a zone
# with a break for Ramadan, one that gave the changes up, and two that never had them.
ZONES = [
    "Africa/Casablanca",
    "America/Asuncion",
    "America/Havana",
    "America/New_York",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Asia/Shanghai",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Pacific/Apia",
]
CLOCK_CHANGES = [
    datetime(2005, 4, 3, 3, 31, tzinfo=UTC),
    datetime(2005, 10, 30, 2, 31, tzinfo=UTC),
    datetime(2011, 12, 30, 10, tzinfo=UTC),
    datetime(2018, 2, 18, 2, tzinfo=UTC),
    datetime(2018, 11, 4, 3, tzinfo=UTC),
    datetime(2026, 3, 29, 1, tzinfo=UTC),
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2026, 11, 1, 6, tzinfo=UTC),
]

quarters = st.integers(0, 95).map(lambda number: time(number // 4, number % 4 * 15))
intervals = st.builds(Interval, quarters, quarters)


def _apart(drawn: list[Interval]) -> Day:
    """Keep those that begin after the one before has closed, as the rule of the opening hours asks."""
    kept: list[Interval] = []
    for interval in sorted(drawn):
        if not kept or (not kept[-1].runs_past_midnight and kept[-1].closes <= interval.opens):
            kept.append(interval)
    return tuple(kept)


days = st.lists(intervals, max_size=3).map(_apart)
some_dates = st.one_of(
    st.dates(date(2005, 3, 1), date(2005, 11, 30)),
    st.sampled_from(CLOCK_CHANGES).map(datetime.date),
    st.dates(date(2018, 1, 1), date(2027, 1, 1)),
)
weeks = st.builds(
    lambda since, seven: Week(since, tuple(seven)),
    st.sampled_from([date(2018, 2, 17), date(2026, 3, 28), date(2026, 6, 1)]),
    st.lists(days, min_size=7, max_size=7).filter(any),
)
ever_since = st.lists(days, min_size=7, max_size=7).filter(any).map(lambda seven: Week(date(1990, 1, 1), tuple(seven)))
calendars = st.builds(
    lambda zone, first, later, special: Calendar(zone, (first, *later), tuple(special)),
    st.sampled_from(ZONES),
    ever_since,
    st.lists(weeks, max_size=2, unique_by=lambda week: week.valid_from),
    st.lists(st.builds(SpecialDay, some_dates, days), max_size=4, unique_by=lambda day: day.on),
)
moments = st.one_of(
    st.datetimes(datetime(2005, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
    st.builds(
        lambda change, steps: change + steps * STEP, st.sampled_from(CLOCK_CHANGES), st.integers(-4 * 30, 4 * 30)
    ),
)
durations = st.one_of(
    st.timedeltas(timedelta(0), timedelta(days=3)), st.integers(0, 4 * 100).map(lambda number: number * STEP)
)
spans = st.timedeltas(timedelta(0), timedelta(days=40))


@given(calendars, moments, durations)
def test_adding_working_time_is_undone_by_measuring_it(
    calendar: Calendar, start: datetime, duration: timedelta
) -> None:
    due = add_working_time(calendar, start, duration)
    assert due >= start + duration
    assert working_time_between(calendar, start, due) == duration


@given(calendars, moments, spans)
def test_what_was_measured_is_used_up_no_later_than_the_end_of_the_span(
    calendar: Calendar, start: datetime, span: timedelta
) -> None:
    end = start + span
    due = add_working_time(calendar, start, working_time_between(calendar, start, end))
    assert due <= end
    assert working_time_between(calendar, due, end) == timedelta(0)


@given(calendars, moments, durations.filter(bool))
def test_a_due_time_is_the_earliest_possible_and_lies_at_the_end_of_open_time(
    calendar: Calendar, start: datetime, duration: timedelta
) -> None:
    just_before = add_working_time(calendar, start, duration) - timedelta(microseconds=1)
    assert calendar.is_open(just_before)
    assert working_time_between(calendar, start, just_before) < duration


@given(calendars, moments, spans, spans)
def test_measuring_in_two_parts_gives_the_whole(
    calendar: Calendar, start: datetime, first: timedelta, second: timedelta
) -> None:
    middle, end = start + first, start + first + second
    parts = working_time_between(calendar, start, middle) + working_time_between(calendar, middle, end)
    assert parts == working_time_between(calendar, start, end)
    assert working_time_between(calendar, end, start) == -parts


@given(calendars, moments, durations, durations)
def test_adding_in_two_parts_gives_the_whole(
    calendar: Calendar, start: datetime, first: timedelta, second: timedelta
) -> None:
    at_once = add_working_time(calendar, start, first + second)
    assert add_working_time(calendar, add_working_time(calendar, start, first), second) == at_once


@given(calendars, moments, spans, durations, durations)
def test_a_later_start_and_a_longer_duration_are_never_due_earlier(
    calendar: Calendar, start: datetime, delay: timedelta, duration: timedelta, more: timedelta
) -> None:
    due = add_working_time(calendar, start, duration)
    assert add_working_time(calendar, start + delay, duration) >= due
    assert add_working_time(calendar, start, duration + more) >= due


@given(calendars, moments, spans)
def test_open_time_never_exceeds_the_time_that_passes(calendar: Calendar, start: datetime, span: timedelta) -> None:
    assert timedelta(0) <= working_time_between(calendar, start, start + span) <= span


@given(calendars, moments, st.integers(1, 4 * 60))
@settings(max_examples=60)
def test_measuring_equals_looking_at_the_door_every_quarter_of_an_hour(
    calendar: Calendar, start: datetime, steps: int
) -> None:
    start = start.replace(minute=start.minute // 15 * 15, second=0, microsecond=0)
    looked = sum((STEP for step in range(steps) if calendar.is_open(start + step * STEP)), timedelta(0))
    # St John's changes its clocks at one minute past midnight: the quarters of its wall clock are not ours there.
    slack = timedelta(minutes=28) if calendar.time_zone == "America/St_Johns" and start.year < 2012 else timedelta(0)
    assert abs(working_time_between(calendar, start, start + steps * STEP) - looked) <= slack


@given(calendars, moments)
def test_a_moment_lies_before_the_ends_of_its_day(calendar: Calendar, at: datetime) -> None:
    midnight = end_of_calendar_day(calendar, at)
    closing = end_of_working_day(calendar, at)
    assert at < midnight <= at + timedelta(hours=26)
    assert at < closing
    assert calendar.is_open(closing - timedelta(microseconds=1))
    assert end_of_day(calendar, at) == max(midnight, closing)


@given(calendars, moments, spans)
def test_the_ends_of_days_come_in_the_order_of_their_moments(
    calendar: Calendar, at: datetime, later: timedelta
) -> None:
    assert end_of_calendar_day(calendar, at) <= end_of_calendar_day(calendar, at + later)
    assert end_of_working_day(calendar, at) <= end_of_working_day(calendar, at + later)


@given(calendars, moments, durations, st.sampled_from(ZONES))
def test_the_zone_in_which_a_moment_is_written_changes_nothing(
    calendar: Calendar, start: datetime, duration: timedelta, zone: str
) -> None:
    written = start.astimezone(Calendar(zone).zone)
    due = add_working_time(calendar, written, duration)
    assert due == add_working_time(calendar, start, duration)
    assert due.tzinfo is UTC


def test_ten_years_take_ten_times_the_work_of_one_and_no_more() -> None:
    day = (Interval(time(9), time(12)), Interval(time(14), time(20)))
    calendar = Calendar("Europe/Berlin", (Week(date(2000, 1, 1), (day,) * 7),))
    start = datetime(2016, 1, 1, tzinfo=UTC)

    def measure(days: int) -> None:
        due = add_working_time(calendar, start, timedelta(hours=9 * days))
        assert working_time_between(calendar, start, due) == timedelta(hours=9 * days)

    one, ten = calls_in(lambda: measure(365)), calls_in(lambda: measure(3_650))
    assert ten < 11 * one
    # About a tenth of a second.
    assert ten < 500_000
