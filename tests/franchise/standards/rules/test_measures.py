"""A verdict is a comparison: a limit is kept if and only if the exact measure is not longer, on any calendar."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from hypothesis import example, given, settings
from hypothesis import strategies as st

from standards.models.verdicts import ReasonCode
from standards.rules.grammar import FollowedBy
from standards.rules.judging import Occurrence, judge
from standards.rules.limits import Days, Limit, Time, TimeKind
from standards.rules.measures import known_from, measures_between, numbers_in, place_of, recorded_in
from stores.rules.calendar import Calendar, Interval, SpecialDay, Week

MONDAY = date(2026, 3, 23)
START = datetime(2026, 3, 23, tzinfo=UTC)
HOURS = [(), (Interval(time(9), time(17)),), (Interval(time(20), time(2)),), (Interval(time(0), time(0)),)]
DAY = st.sampled_from(HOURS)
WEEK = st.builds(
    Week,
    st.sampled_from([MONDAY - timedelta(days=30), MONDAY, MONDAY + timedelta(days=3)]),
    st.tuples(DAY, DAY, DAY, DAY, DAY, DAY, DAY),
)
SPECIAL = st.builds(SpecialDay, st.integers(-2, 9).map(lambda days: MONDAY + timedelta(days=days)), DAY)
CALENDARS = st.builds(
    Calendar,
    st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/Santiago"]),
    st.lists(WEEK, max_size=2, unique_by=lambda week: week.valid_from).map(tuple),
    st.lists(SPECIAL, max_size=2, unique_by=lambda day: day.on).map(tuple),
)
# Moments on and around whole hours, where openings and days end; and some that are no whole seconds.
MOMENTS = st.builds(
    lambda hours, rest: START + timedelta(hours=hours, microseconds=rest),
    st.integers(0, 240),
    st.sampled_from([0, 0, 1, 500_000, 59_999_999, 1_800_000_000]),
)
LIMITS = st.one_of(
    st.integers(0, 12).map(Days),
    st.sampled_from([1, 60, 3_600, 8 * 3_600, 24 * 3_600, 90_000, 40 * 3_600]).map(
        lambda seconds: Time(timedelta(seconds=seconds))
    ),
)
NINE_TO_FIVE = Calendar("UTC", (Week(MONDAY, (HOURS[1],) * 7),))
AT_NINE = START + timedelta(hours=9)
EIGHT_HOURS = Time(timedelta(hours=8))


@settings(max_examples=300, deadline=None)
@given(CALENDARS, MOMENTS, MOMENTS, LIMITS, st.sampled_from(TimeKind))
@example(NINE_TO_FIVE, AT_NINE, AT_NINE + timedelta(hours=8), EIGHT_HOURS, TimeKind.WORKING)
@example(NINE_TO_FIVE, AT_NINE, AT_NINE + timedelta(hours=9), EIGHT_HOURS, TimeKind.WORKING)
@example(NINE_TO_FIVE, AT_NINE, START + timedelta(days=1), Days(0), TimeKind.WALL)
def test_the_exact_measure_decides_as_the_judge_does(
    calendar: Calendar, one: datetime, other: datetime, limit: Limit, kind: TimeKind
) -> None:
    started_at, ended_at = min(one, other), max(one, other)
    measures, known = measures_between(calendar, started_at, ended_at), known_from(calendar, started_at)
    if isinstance(limit, Days):
        asked = limit.count
        taken, longest = (measures.working_days, known.days) if kind is TimeKind.WORKING else (measures.wall_days, None)
    else:
        asked = limit.length // timedelta(seconds=1)
        taken, longest = (
            (measures.working_seconds, known.seconds) if kind is TimeKind.WORKING else (measures.wall_seconds, None)
        )
    if longest is not None and asked > longest:
        decided = ReasonCode.HOURS_NOT_RECORDED
    else:
        decided = ReasonCode.IN_TIME if taken is not None and taken <= asked else ReasonCode.TOO_LATE
    rule = FollowedBy("COMPLAINT_FILED", "INVESTIGATION_RECORDED", limit, kind)
    trigger = Occurrence(UUID(int=1), rule.trigger, started_at, {})
    response = Occurrence(UUID(int=2), rule.response, ended_at, {})
    judgement = judge(rule, trigger=trigger, response=response, calendar=calendar, now=ended_at)
    assert judgement.reason is decided


def test_what_comes_after_closing_took_longer_than_the_working_day() -> None:
    measures = measures_between(NINE_TO_FIVE, AT_NINE, AT_NINE + timedelta(hours=9))
    assert (measures.working_seconds, measures.wall_seconds) == (8 * 3_600 + 1, 9 * 3_600)
    assert (measures.wall_days, measures.working_days) == (0, 1)
    assert measures_between(NINE_TO_FIVE, AT_NINE, AT_NINE + timedelta(hours=8)).working_seconds == 8 * 3_600


def test_a_store_that_closes_for_good_tells_how_much_working_time_is_left() -> None:
    closed: tuple[Interval, ...] = ()
    ends = Week(MONDAY + timedelta(days=2), (closed, closed, closed, closed, closed, closed, closed))
    known = known_from(Calendar("UTC", (*NINE_TO_FIVE.weeks, ends)), AT_NINE + timedelta(hours=1))
    assert (known.seconds, known.days) == ((7 + 8) * 3_600, 1)


def test_days_and_hours_are_the_stores_own() -> None:
    calendar = Calendar("Asia/Shanghai")
    assert place_of(calendar, datetime(2026, 3, 22, 15, 59, tzinfo=UTC)) == (date(2026, 3, 22), 6 * 24 + 23)
    assert place_of(calendar, datetime(2026, 3, 22, 16, tzinfo=UTC)) == (MONDAY, 0)


def test_what_is_recorded_is_not_empty_and_a_number_is_no_truth() -> None:
    after = {"a": "", "b": None, "c": [], "d": 0, "e": "x", "f": False, "g": 2.5}
    assert recorded_in(after) == ["d", "e", "f", "g"]
    assert numbers_in(after) == {"d": 0, "g": 2.5}
    assert (recorded_in(None), numbers_in(None)) == ([], {})
