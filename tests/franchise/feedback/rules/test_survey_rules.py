"""When a survey can be sent and answered, HQ's rules for it, and what figures are made of."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from feedback.models.surveys import MatterKind, SurveyQuestion, SurveyState
from feedback.rules.figures import Month, Period, Theme, ThemeKind, Trend, checked_period, mean_hundredths, months_in
from feedback.rules.happenings import CLOSING, REOPENING, reopened_version
from feedback.rules.policy import Policy, checked_policy
from feedback.rules.surveys import (
    MOVES,
    Score,
    SurveyAnswered,
    SurveyExpired,
    SurveyMove,
    SurveyStanding,
    SurveyTooSoon,
    SurveyWithdrawn,
    check_cool_down,
    checked_scores,
    month_of,
    standing_of,
    state_after,
)
from kit.refusals import Invalid, Refusal

TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
SOON = TEN + timedelta(days=1)
OVERALL, SPEED = SurveyQuestion.OVERALL, SurveyQuestion.SPEED


@pytest.mark.parametrize(
    ("state", "now", "refusal"),
    [
        (SurveyState.SENT, TEN, None),
        (SurveyState.SENT, SOON, SurveyExpired),
        (SurveyState.ANSWERED, TEN, SurveyAnswered),
        (SurveyState.ANSWERED, SOON, SurveyAnswered),
        (SurveyState.WITHDRAWN, TEN, SurveyWithdrawn),
        (SurveyState.WITHDRAWN, SOON, SurveyWithdrawn),
    ],
)
def test_a_survey_is_answered_once_in_its_time(state: SurveyState, now: datetime, refusal: type[Refusal]) -> None:
    if refusal is None:
        assert state_after(SurveyMove.ANSWER, state, expires_at=SOON, now=now) is SurveyState.ANSWERED
        return
    with pytest.raises(refusal):
        state_after(SurveyMove.ANSWER, state, expires_at=SOON, now=now)


def test_what_has_expired_or_was_answered_can_still_be_withdrawn_and_once_only() -> None:
    for state in (SurveyState.SENT, SurveyState.ANSWERED):
        assert state_after(SurveyMove.WITHDRAW, state, expires_at=TEN, now=SOON) is SurveyState.WITHDRAWN
    with pytest.raises(SurveyWithdrawn):
        state_after(SurveyMove.WITHDRAW, SurveyState.WITHDRAWN, expires_at=SOON, now=TEN)


def test_every_state_is_a_standing_and_no_move_leads_back() -> None:
    for state in set(SurveyState) - {SurveyState.SENT}:
        assert standing_of(state, expires_at=TEN, now=SOON) is SurveyStanding(state.value)
    for sources, target in MOVES.values():
        assert target not in sources


def test_who_was_asked_is_left_in_peace_until_a_day_that_is_told() -> None:
    # Ten in the evening in Shanghai: the days count there.
    asked = datetime(2026, 5, 3, 14, tzinfo=UTC)
    rest: dict[str, Any] = {"cool_down_days": 14, "time_zone": "Asia/Shanghai"}
    check_cool_down(None, now=TEN, **rest)
    with pytest.raises(SurveyTooSoon) as found:
        check_cool_down(asked, now=datetime(2026, 5, 16, 15, 59, tzinfo=UTC), **rest)
    assert found.value.details == {"possible_on": "2026-05-17"}
    check_cool_down(asked, now=datetime(2026, 5, 16, 16, tzinfo=UTC), **rest)
    check_cool_down(asked, now=asked, cool_down_days=0, time_zone="UTC")


def test_the_month_is_that_of_the_store() -> None:
    last_evening = datetime(2026, 12, 31, 17, tzinfo=UTC)
    assert (month_of(last_evening, time_zone="UTC"), month_of(last_evening, time_zone="Asia/Shanghai")) == (
        202612,
        202701,
    )


@pytest.mark.parametrize(
    ("scores", "field"),
    [
        ([], ("ratings",)),
        ([Score(OVERALL, 0)], ("ratings", "0", "score")),
        ([Score(OVERALL, 6)], ("ratings", "0", "score")),
        ([Score(SPEED, 3)], ("ratings", "0", "question")),
        ([Score(OVERALL, 3), Score(OVERALL, 3)], ("ratings", "1", "question")),
    ],
)
def test_only_what_was_asked_is_rated_and_once(scores: list[Score], field: tuple[str, ...]) -> None:
    with pytest.raises(Invalid) as found:
        checked_scores(scores, asked=["OVERALL"])
    assert found.value.field == field


def test_questions_keep_their_order_and_the_one_about_everything_is_always_asked() -> None:
    questions = (SPEED, OVERALL, SPEED)
    assert checked_policy(Policy(questions=questions)).questions == (OVERALL, SPEED)
    for wrong in (
        {"questions": (SPEED,)},
        {"cool_down_days": -1},
        {"cool_down_days": 731},
        {"open_days": 0},
        {"open_days": 91},
    ):
        with pytest.raises(Invalid) as found:
            checked_policy(Policy(**wrong))
        assert found.value.field == tuple(wrong)


def test_a_new_chain_asks_every_two_weeks_at_most_and_by_hand() -> None:
    assert (Policy().cool_down_days, Policy().sent_when_closed) == (14, frozenset())


def test_a_matter_is_taken_up_again_with_a_version() -> None:
    assert reopened_version("INQUIRY_REOPENED", {"version": 7}) == 7
    assert reopened_version("CUSTOMER_WROTE", {"version": 7, "is_reopened": True}) == 7
    assert reopened_version("CUSTOMER_WROTE", {"version": 7, "is_reopened": False}) is None
    assert reopened_version("INQUIRY_CLOSED", {"version": 7}) is None
    assert set(CLOSING.values()) == set(REOPENING.values()) == set(MatterKind)


def test_a_mean_is_rounded_half_up_and_a_share_is_none_of_nothing() -> None:
    assert [mean_hundredths(*each) for each in ((13, 3), (9, 2), (1, 3), (0, 0))] == [433, 450, 33, None]
    month = Month(202605, sent=3, answered=1, ratings=2, score_sum=9)
    assert (month.answered_basis_points, month.mean_hundredths) == (3_333, 450)
    assert (Month(202605).answered_basis_points, Month(202605).mean_hundredths) == (None, None)


def test_the_period_before_is_as_long_and_ends_where_this_one_begins() -> None:
    period = Period(date(2026, 5, 4), date(2026, 5, 10))
    assert period.before == Period(date(2026, 4, 27), date(2026, 5, 3))
    assert months_in(Period(date(2025, 12, 31), date(2026, 2, 1))) == [202512, 202601, 202602]
    for wrong in (date(2026, 5, 3), date(2028, 5, 5)):
        with pytest.raises(Invalid):
            checked_period(date(2026, 5, 4), wrong)


@pytest.mark.parametrize("on", [date.min, date(1999, 12, 31), date(3000, 1, 1), date.max])
def test_a_period_is_of_this_millennium_so_that_there_is_a_day_before_and_after_it(on: date) -> None:
    with pytest.raises(Invalid) as refused:
        checked_period(on, on)
    assert refused.value.field == ("first_on",)


@pytest.mark.parametrize(
    ("now", "before", "trend"), [(2, 1, Trend.RISING), (1, 1, Trend.STEADY), (0, 1, Trend.FALLING)]
)
def test_a_theme_tells_where_it_is_going(now: int, before: int, trend: Trend) -> None:
    assert Theme(ThemeKind.QUESTION, "SPEED", now, before).trend is trend
