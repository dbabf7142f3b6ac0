"""Moments and days that people tell lie within bounds; a refusal names the field."""

from datetime import UTC, date, datetime, timedelta

import pytest

from kit.moments import LAST_TEN_YEARS, LAST_YEAR, LONGEST_PLAN, Past, passed, planned
from kit.refusals import Invalid

TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
TODAY = date(2026, 5, 4)


def test_who_says_nothing_means_now_and_two_clocks_go_a_little_apart() -> None:
    assert passed(None, field="said_at", now=TEN) == TEN
    assert passed(TEN + timedelta(minutes=4), field="said_at", now=TEN) == TEN
    assert passed(TEN - timedelta(days=3), field="said_at", now=TEN) == TEN - timedelta(days=3)


@pytest.mark.parametrize("within", [LAST_YEAR, LAST_TEN_YEARS])
def test_what_is_to_come_or_long_ago_is_refused_with_its_field(within: Past) -> None:
    assert passed(TEN - within.longest_ago, field="said_at", now=TEN, within=within) == TEN - within.longest_ago
    for wrong in (
        TEN + timedelta(minutes=6),
        TEN - within.longest_ago - timedelta(seconds=1),
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, tzinfo=UTC),
    ):
        with pytest.raises(Invalid) as refused:
            passed(wrong, field=("points", "said_at"), now=TEN, within=within)
        assert refused.value.field == ("points", "said_at")


def test_a_plan_is_for_a_day_from_today_on() -> None:
    assert planned(None, field="planned_on", today=TODAY) is None
    assert planned(TODAY, field="planned_on", today=TODAY) == TODAY
    assert planned(TODAY + LONGEST_PLAN, field="planned_on", today=TODAY) == TODAY + LONGEST_PLAN
    for wrong in (date.min, TODAY - timedelta(days=1), TODAY + LONGEST_PLAN + timedelta(days=1), date.max):
        with pytest.raises(Invalid) as refused:
            planned(wrong, field="planned_on", today=TODAY)
        assert refused.value.field == ("planned_on",)
