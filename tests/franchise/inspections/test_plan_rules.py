"""On which days a plan comes, how long it is open, and who is chosen; no database."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspections.models.plans import RhythmUnit
from inspections.rules.corrections import HEADS
from inspections.rules.plans import AHEAD, MOST_STORES, Rhythm, check_rhythm, check_target, inspector_among
from inspections.rules.templates import INSPECTORS
from kit.ids import new_id
from kit.refusals import Invalid
from members.rules.permissions import Role

DAY, WEEK, MONTH = RhythmUnit.DAY, RhythmUnit.WEEK, RhythmUnit.MONTH
NOW = datetime(2026, 1, 31, 11, tzinfo=UTC)
TODAY = NOW.date()
RHYTHMS = st.builds(
    Rhythm, st.dates(date(2024, 1, 1), date(2026, 12, 31)), st.integers(1, 40), st.sampled_from(RhythmUnit)
)


def test_the_31st_falls_on_the_last_day_of_a_shorter_month_and_comes_back() -> None:
    monthly = Rhythm(date(2027, 10, 31), 1, MONTH)
    days = [monthly.day(number).isoformat() for number in range(6)]
    assert days == ["2027-10-31", "2027-11-30", "2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31"]
    assert Rhythm(date(2027, 10, 31), 3, MONTH).next_from(date(2028, 2, 1)) == date(2028, 4, 30)


def test_weeks_keep_their_weekday_and_days_are_counted_from_the_first() -> None:
    assert Rhythm(date(2026, 3, 2), 2, WEEK).next_from(date(2026, 3, 3)) == date(2026, 3, 16)
    assert Rhythm(date(2026, 3, 2), 3, DAY).next_from(date(2026, 3, 6)) == date(2026, 3, 8)


@given(RHYTHMS, st.integers(-60, 900))
def test_the_next_day_is_the_first_that_is_not_over(rhythm: Rhythm, shift: int) -> None:
    on = rhythm.starts_on + timedelta(days=shift)
    every_day = [rhythm.day(number) for number in range(1_000)]
    assert every_day == sorted(set(every_day))
    assert rhythm.next_from(on) == next(day for day in every_day if day >= on)


@given(RHYTHMS, st.integers(-60, 900))
def test_planned_are_all_days_of_the_coming_week_and_no_other(rhythm: Rhythm, shift: int) -> None:
    today = rhythm.starts_on + timedelta(days=shift)
    every_day = [rhythm.day(number) for number in range(1_000)]
    assert rhythm.due_on(today) == [day for day in every_day if today <= day <= today + AHEAD]


def test_what_comes_once_is_planned_at_once_and_never_again() -> None:
    once = Rhythm(date(2026, 9, 1))
    assert once.due_on(TODAY) == once.due_on(date(2026, 9, 1)) == [date(2026, 9, 1)]
    assert (once.due_on(date(2026, 9, 2)), once.next_from(date(2026, 9, 2))) == ([], None)
    assert once.closes_on(date(2026, 9, 1), 3) == date(2026, 9, 4)


def test_open_until_the_next_one_comes_or_for_so_many_days() -> None:
    monthly = Rhythm(TODAY, 1, MONTH)
    assert monthly.closes_on(TODAY, None) == date(2026, 2, 28)
    assert monthly.closes_on(date(2026, 2, 28), None) == date(2026, 3, 31)
    assert monthly.closes_on(date(2026, 2, 28), 1) == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("field", "rhythm", "open_days"),
    [
        ("starts_on", Rhythm(TODAY - timedelta(days=2), 1, DAY), 1),
        ("starts_on", Rhythm(TODAY + timedelta(days=731), 1, DAY), 1),
        ("unit", Rhythm(TODAY, 1, None), 1),
        ("every", Rhythm(TODAY, None, DAY), 1),
        ("every", Rhythm(TODAY, 0, DAY), 1),
        ("every", Rhythm(TODAY, 367, DAY), 1),
        ("open_days", Rhythm(TODAY), None),
        ("open_days", Rhythm(TODAY), 0),
        ("open_days", Rhythm(TODAY), 367),
        ("open_days", Rhythm(TODAY, 2, WEEK), 15),
        ("open_days", Rhythm(TODAY, 1, MONTH), 29),
    ],
)
def test_a_rhythm_that_is_none_is_refused_at_its_field(field: str, rhythm: Rhythm, open_days: int | None) -> None:
    with pytest.raises(Invalid) as refused:
        check_rhythm(rhythm, open_days=open_days, now=NOW)
    assert refused.value.field == (field,)


def test_a_rhythm_may_begin_today_wherever_a_store_is() -> None:
    check_rhythm(Rhythm(TODAY - timedelta(days=1), 1, MONTH), open_days=28, now=NOW)
    check_rhythm(Rhythm(TODAY, 2, WEEK), open_days=None, now=NOW)
    check_rhythm(Rhythm(TODAY), open_days=366, now=NOW)


def test_an_area_or_stores_are_meant_not_both_and_not_too_many() -> None:
    check_target(None, None)
    check_target(new_id(), None)
    check_target(None, [new_id()])
    for area, stores in ((new_id(), [new_id()]), (None, []), (None, [new_id() for _ in range(MOST_STORES + 1)])):
        with pytest.raises(Invalid):
            check_target(area, stores)


def test_whoever_is_named_inspects_as_long_as_they_may_else_the_nearest() -> None:
    manager, supervisor, officer = new_id(), new_id(), new_id()
    holders = {Role.QUALITY_OFFICER: [officer], Role.AREA_SUPERVISOR: [supervisor, manager]}
    assert inspector_among(holders, named=officer) == officer
    assert inspector_among(holders, named=new_id()) == supervisor
    assert inspector_among({Role.QUALITY_OFFICER: [officer]}, named=None) == officer
    assert inspector_among({}, named=officer) is None


def test_everybody_who_can_inspect_can_be_chosen() -> None:
    assert set(HEADS) >= INSPECTORS
