"""Targets, pauses and what a clock shows; no database is needed to say so."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clocks.models import TargetUnit
from clocks.rules.snapshots import fingerprint_of, read_calendar, write_calendar
from clocks.rules.targets import Elapsed, Target, due_after_pause, due_of, elapsed, must_be_a_target
from kit.refusals import Invalid
from stores.rules.calendar import Calendar, Interval, SpecialDay, Week

HOUR = timedelta(hours=1)
NINE_TO_EIGHT = (Interval(time(9), time(20)),)
CALENDAR = Calendar("UTC", (Week(date(2020, 1, 1), (NINE_TO_EIGHT,) * 7),))
UNKNOWN = Calendar("UTC")
FOUR_HOURS = Target(TargetUnit.WALL, 4 * 3600)
FOUR_WORKING_HOURS = Target(TargetUnit.WORKING, 4 * 3600)
SAME_DAY = Target(TargetUnit.SAME_DAY)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("target", "due"),
    [(FOUR_HOURS, at(2, 22)), (FOUR_WORKING_HOURS, at(3, 11)), (SAME_DAY, at(3, 0))],
    ids=["wall", "working", "same day"],
)
def test_a_target_is_due_in_its_own_time(target: Target, due: datetime) -> None:
    assert due_of(CALENDAR, target, at(2, 18)) == due


def test_where_hours_are_not_recorded_only_working_time_is_not_known() -> None:
    assert due_of(UNKNOWN, FOUR_WORKING_HOURS, at(2, 18)) is None
    assert due_of(UNKNOWN, FOUR_HOURS, at(2, 18)) == at(2, 22)
    assert due_of(UNKNOWN, SAME_DAY, at(2, 18)) == at(3, 0)


@pytest.mark.parametrize(
    ("target", "due", "pause", "later"),
    [
        (FOUR_HOURS, at(2, 22), (at(2, 19), at(3, 7)), at(3, 10)),
        (FOUR_WORKING_HOURS, at(3, 11), (at(2, 19), at(3, 12)), at(3, 15)),
        (SAME_DAY, at(3, 0), (at(2, 19), at(2, 20)), at(3, 20)),
        (SAME_DAY, at(3, 0), (at(2, 18), at(2, 19)), at(3, 0)),
        (SAME_DAY, at(3, 0), (at(2, 19), at(5, 10)), at(6, 0)),
    ],
    ids=["wall", "working", "resumed after closing", "the same day still", "days later"],
)
def test_what_was_left_when_a_pause_began_is_left_when_it_ends(
    target: Target, due: datetime, pause: tuple[datetime, datetime], later: datetime
) -> None:
    assert due_after_pause(CALENDAR, target, due, pause) == later


@pytest.mark.parametrize("target", [FOUR_HOURS, FOUR_WORKING_HOURS, SAME_DAY])
def test_a_pause_does_not_mend_a_due_time_that_has_passed(target: Target) -> None:
    assert due_after_pause(CALENDAR, target, at(2, 12), (at(2, 12), at(9, 12))) == at(2, 12)


@pytest.mark.parametrize("target", [FOUR_HOURS, FOUR_WORKING_HOURS, SAME_DAY])
@pytest.mark.parametrize("hour", [9, 19, 21])
def test_a_pause_without_length_changes_nothing(target: Target, hour: int) -> None:
    assert due_after_pause(CALENDAR, target, at(3, 22), (at(2, hour), at(2, hour))) == at(3, 22)


def test_a_pause_after_closing_makes_the_same_day_no_longer() -> None:
    assert due_after_pause(CALENDAR, SAME_DAY, at(3, 0), (at(2, 20), at(2, 23))) == at(3, 0)
    assert due_after_pause(CALENDAR, SAME_DAY, at(3, 0), (at(2, 20), at(3, 1))) == at(4, 0)


def test_a_due_time_that_somebody_reckoned_outside_opening_hours_is_not_brought_forward() -> None:
    assert due_after_pause(CALENDAR, FOUR_WORKING_HOURS, at(2, 23), (at(2, 21), at(2, 22))) == at(2, 23)


minutes = st.integers(0, 60 * 24 * 20)


@given(st.sampled_from([FOUR_HOURS, FOUR_WORKING_HOURS, SAME_DAY]), minutes, minutes, minutes)
def test_a_pause_never_brings_a_due_time_forward(target: Target, start: int, wait: int, length: int) -> None:
    started_at = at(1, 0) + timedelta(minutes=start)
    paused_at = started_at + timedelta(minutes=wait)
    due = due_of(CALENDAR, target, started_at)
    assert due is not None
    assert due_after_pause(CALENDAR, target, due, (paused_at, paused_at + timedelta(minutes=length))) >= due


@given(minutes, minutes, minutes)
def test_with_its_pause_a_clock_met_exactly_shows_exactly_its_target(start: int, wait: int, length: int) -> None:
    started_at = at(1, 0) + timedelta(minutes=start)
    due = due_of(CALENDAR, FOUR_WORKING_HOURS, started_at)
    assert due is not None
    pause = (started_at + timedelta(minutes=wait % 240), started_at + timedelta(minutes=wait % 240 + length))
    if pause[0] < due:
        due = due_after_pause(CALENDAR, FOUR_WORKING_HOURS, due, pause)
        assert elapsed(CALENDAR, started_at, due, [pause]).working == 4 * HOUR


def test_a_clock_shows_wall_and_working_time_without_its_pauses() -> None:
    pauses = [(at(3, 9), at(3, 10)), (at(2, 19), at(2, 21))]
    assert elapsed(CALENDAR, at(2, 18), at(3, 12), pauses) == Elapsed(wall=15 * HOUR, working=3 * HOUR)


def test_working_time_is_not_known_where_hours_are_not_recorded() -> None:
    assert elapsed(UNKNOWN, at(2, 18), at(3, 12)) == Elapsed(wall=18 * HOUR, working=None)


@pytest.mark.parametrize(
    "target",
    [Target(TargetUnit.WALL, -1), Target(TargetUnit.WORKING, 3650 * 86400 + 1), Target(TargetUnit.SAME_DAY, 60)],
    ids=["negative", "over ten years", "seconds beside the same day"],
)
def test_a_target_that_is_none_is_refused(target: Target) -> None:
    with pytest.raises(Invalid):
        must_be_a_target(target)


def test_a_calendar_is_read_as_it_was_written() -> None:
    night = (Interval(time(18), time(2)), Interval(time(9, 30), time(12)))
    days = (night, (), NINE_TO_EIGHT, (), (), (), night)
    special = (SpecialDay(date(2026, 2, 17)), SpecialDay(date(2026, 2, 16), NINE_TO_EIGHT))
    calendar = Calendar("Asia/Shanghai", (Week(date(2026, 1, 1), days), *CALENDAR.weeks), special)
    read = read_calendar(write_calendar(calendar))
    assert read == read_calendar(write_calendar(read))
    assert all(
        read.intervals_on(date(2025, 12, 1) + timedelta(days=day))
        == calendar.intervals_on(date(2025, 12, 1) + timedelta(days=day))
        for day in range(120)
    )


def test_calendars_that_say_the_same_have_one_fingerprint() -> None:
    morning, evening = Interval(time(9), time(12)), Interval(time(18), time(23))
    one = Calendar("UTC", (Week(date(2026, 1, 1), ((morning, evening),) * 7),))
    other = Calendar("UTC", (Week(date(2026, 1, 1), ((evening, morning),) * 7),))
    assert fingerprint_of(write_calendar(one)) == fingerprint_of(write_calendar(other))
    assert fingerprint_of(write_calendar(one)) != fingerprint_of(write_calendar(CALENDAR))
