"""When there is something to note about a clock; no database is needed to say so."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clocks.models import TargetUnit
from clocks.rules.targets import Pause, Target, due_after_pauses, due_of, elapsed
from clocks.rules.watching import Course, Noted, next_watch, reached_at, shares_for
from stores.rules.calendar import Calendar, Interval, Week

HOUR = timedelta(hours=1)
CALENDAR = Calendar("UTC", (Week(date(2020, 1, 1), ((Interval(time(9), time(20)),),) * 7),))
UNKNOWN = Calendar("UTC")
FOUR_HOURS = Target(TargetUnit.WALL, 4 * 3600)
FOUR_WORKING_HOURS = Target(TargetUnit.WORKING, 4 * 3600)
SAME_DAY = Target(TargetUnit.SAME_DAY)
TARGETS = [FOUR_HOURS, FOUR_WORKING_HOURS, SAME_DAY]


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def course(target: Target, *pauses: Pause, calendar: Calendar = CALENDAR) -> Course:
    due_at = due_of(calendar, target, at(2, 18))
    assert due_at is not None
    return Course(calendar, target, at(2, 18), due_after_pauses(calendar, target, due_at, pauses)[-1], pauses=pauses)


@pytest.mark.parametrize(
    ("target", "half", "four_fifths"),
    [
        (FOUR_HOURS, at(2, 20), at(2, 21, 12)),
        (FOUR_WORKING_HOURS, at(2, 20), at(3, 10, 12)),
        (SAME_DAY, at(2, 21), at(2, 22, 48)),
    ],
    ids=["wall", "working", "same day"],
)
def test_a_share_of_a_target_is_reached_in_the_targets_own_time(
    target: Target, half: datetime, four_fifths: datetime
) -> None:
    assert reached_at(course(target), 50) == half
    assert reached_at(course(target), 80) == four_fifths


def test_a_pause_postpones_what_was_not_reached_before_it() -> None:
    paused = course(FOUR_WORKING_HOURS, (at(3, 9, 30), at(3, 15)))
    assert paused.due_at == at(3, 16, 30)
    assert (reached_at(paused, 50), reached_at(paused, 80)) == (at(2, 20), at(3, 15, 42))
    assert reached_at(course(FOUR_HOURS, (at(2, 19), at(2, 23))), 50) == at(3, 0)


def test_where_hours_are_not_recorded_a_share_is_one_of_the_time_that_passes() -> None:
    reckoned = Course(UNKNOWN, FOUR_WORKING_HOURS, at(2, 18), at(2, 22))
    assert reached_at(reckoned, 50) == at(2, 20)


def test_a_clock_is_looked_at_when_the_next_share_is_used_up_and_at_last_when_its_time_is_up() -> None:
    running = course(FOUR_HOURS)
    assert next_watch(running, [50, 80], Noted(), is_paused=False) == at(2, 20)
    assert next_watch(running, [50, 80], Noted(share=50), is_paused=False) == at(2, 21, 12)
    assert next_watch(running, [50, 80], Noted(share=80), is_paused=False) == at(2, 22)
    assert next_watch(running, [], Noted(), is_paused=False) == at(2, 22)
    assert next_watch(running, [50, 80], Noted(share=80, is_overdue=True), is_paused=False) is None
    assert next_watch(None, [50, 80], Noted(), is_paused=True) is None
    assert next_watch(running, [50, 80], Noted(), is_paused=True) == at(2, 22)


def test_only_whoever_has_a_minute_is_reminded() -> None:
    assert shares_for((80, 50, 50, 0, 100), started_at=at(2, 9), due_at=at(2, 10)) == [50, 80]
    assert shares_for((50, 80), started_at=at(2, 9), due_at=at(2, 9) + timedelta(seconds=59)) == []
    assert shares_for((50, 80), started_at=at(2, 9), due_at=None) == []


minutes = st.integers(0, 60 * 24 * 5)


@given(st.sampled_from(TARGETS), st.lists(st.tuples(minutes, minutes), max_size=3), st.integers(1, 99))
def test_a_share_is_reached_between_start_and_due_later_than_a_smaller_one_and_outside_pauses(
    target: Target, lengths: list[tuple[int, int]], share: int
) -> None:
    pauses, moment = [], at(2, 18)
    for wait, length in lengths:
        paused_at = moment + timedelta(minutes=wait)
        moment = paused_at + timedelta(minutes=length)
        pauses.append((paused_at, moment))
    here = course(target, *pauses)
    reached = reached_at(here, share)
    assert here.started_at <= reached <= here.due_at
    assert share == 1 or reached_at(here, share - 1) <= reached
    before = [(start, min(end, reached)) for start, end in pauses if start < reached]
    in_all = [pause for pause in pauses if pause[0] < here.due_at]
    ran, whole = (
        elapsed(CALENDAR, here.started_at, end, stood) for end, stood in ((reached, before), (here.due_at, in_all))
    )
    unit = (lambda shown: shown.working) if target.unit is TargetUnit.WORKING else (lambda shown: shown.wall)
    assert abs(unit(ran) - unit(whole) * share / 100) <= timedelta(microseconds=10)
