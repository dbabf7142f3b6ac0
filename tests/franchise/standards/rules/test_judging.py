"""Verdicts on single cases (rulebook S2, S9, C3), without a database."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards.models.verdicts import ReasonCode, VerdictState
from standards.rules.grammar import FollowedBy, parse_rule
from standards.rules.judging import Judgement, Occurrence, applies, first_response, judge
from standards.rules.words import limit_in_words, reason_in_words, rule_in_words
from stores.rules.calendar import Calendar, Interval, Week

SHANGHAI = ZoneInfo("Asia/Shanghai")
NINE_TO_SIX = (Interval(time(9), time(18)),)
OPEN_ON_WEEKDAYS = Calendar(
    time_zone="Asia/Shanghai",
    weeks=(Week(date(2020, 1, 1), (NINE_TO_SIX, NINE_TO_SIX, NINE_TO_SIX, NINE_TO_SIX, NINE_TO_SIX, (), ())),),
)
UNRECORDED = Calendar(time_zone="Asia/Shanghai")


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """A moment of May 2026 in Shanghai; 1 May is a Friday."""
    return datetime(2026, 5, day, hour, minute, second, tzinfo=SHANGHAI).astimezone(UTC)


def rule(**parts: Any) -> FollowedBy:
    parsed = parse_rule(
        {
            "kind": "FOLLOWED_BY",
            "trigger": "COMPLAINT_FILED",
            "response": "INVESTIGATION_RECORDED",
            "within": "SAME_DAY",
            **parts,
        }
    )
    assert isinstance(parsed, FollowedBy)
    return parsed


def filed(moment: datetime, **facts: str) -> Occurrence:
    return Occurrence(UUID(int=1), "COMPLAINT_FILED", moment, facts)


def looked_into(moment: datetime, key: int = 2) -> Occurrence:
    return Occurrence(UUID(int=key), "INVESTIGATION_RECORDED", moment, {})


def judged(
    clause_rule: FollowedBy,
    trigger: Occurrence,
    response: Occurrence | None = None,
    *,
    now: datetime | None = None,
    calendar: Calendar = OPEN_ON_WEEKDAYS,
) -> tuple[VerdictState, ReasonCode]:
    judgement = judge(clause_rule, trigger=trigger, response=response, calendar=calendar, now=now or at(31, 12))
    return judgement.state, judgement.reason


def test_what_is_looked_into_on_the_same_day_is_met() -> None:
    assert judged(rule(), filed(at(4, 10)), looked_into(at(4, 23, 59))) == (VerdictState.MET, ReasonCode.IN_TIME)


def test_the_day_is_the_stores_own_and_not_the_servers() -> None:
    # 23:30 in Shanghai is 15:30 in UTC: half an hour is left of the store's day, and eight and a half of the server's.
    assert judged(rule(), filed(at(4, 23, 30)), looked_into(at(5, 0, 30)))[0] is VerdictState.MISSED


def test_the_next_day_is_too_late() -> None:
    assert judged(rule(), filed(at(4, 10)), looked_into(at(5, 9))) == (VerdictState.MISSED, ReasonCode.TOO_LATE)


def test_what_never_came_is_missed_from_the_end_of_the_day_on_and_open_before() -> None:
    assert judged(rule(), filed(at(4, 10)), now=at(4, 23)) == (VerdictState.OPEN, ReasonCode.STILL_TIME)
    assert judged(rule(), filed(at(4, 10)), now=at(5, 0)) == (VerdictState.OPEN, ReasonCode.STILL_TIME)
    assert judged(rule(), filed(at(4, 10)), now=at(5, 0, 0, 1)) == (VerdictState.MISSED, ReasonCode.NEVER_CAME)


def test_the_same_working_day_of_a_complaint_after_closing_is_the_next_one() -> None:
    working = rule(time="WORKING")
    assert judged(working, filed(at(8, 19)), looked_into(at(11, 17)))[0] is VerdictState.MET
    assert judged(working, filed(at(8, 19)), looked_into(at(11, 18, 1)))[0] is VerdictState.MISSED


def test_three_working_days_pass_over_the_weekend() -> None:
    within = rule(within="P3D", time="WORKING")
    judgement = judge(within, trigger=filed(at(7, 10)), response=None, calendar=OPEN_ON_WEEKDAYS, now=at(7, 11))
    assert judgement.due_at == at(12, 18)


def test_three_minutes_run_out_to_the_second() -> None:
    three_minutes = rule(within="PT3M")
    assert judged(three_minutes, filed(at(4, 10)), looked_into(at(4, 10, 3)))[0] is VerdictState.MET
    assert judged(three_minutes, filed(at(4, 10)), looked_into(at(4, 10, 3, 1)))[0] is VerdictState.MISSED


def test_a_special_case_may_take_one_day_longer() -> None:
    lenient = rule(allowance={"extra": "P1D", "when": {"severity": ["GRAVE"]}})
    grave, minor = filed(at(4, 10), severity="GRAVE"), filed(at(4, 10), severity="MINOR")
    assert judged(lenient, grave, looked_into(at(5, 9))) == (VerdictState.MET, ReasonCode.IN_ALLOWANCE)
    assert judged(lenient, grave, looked_into(at(4, 11))) == (VerdictState.MET, ReasonCode.IN_TIME)
    assert judged(lenient, minor, looked_into(at(5, 9)))[0] is VerdictState.MISSED


def test_outside_the_scope_nothing_is_missed() -> None:
    phone_only = rule(scope={"channel": ["PHONE"]})
    assert judged(phone_only, filed(at(4, 10), channel="EMAIL")) == (
        VerdictState.NOT_APPLICABLE,
        ReasonCode.OUT_OF_SCOPE,
    )
    assert applies(phone_only, {"channel": "PHONE"})
    assert not applies(phone_only, {"channel": "EMAIL"})


def test_a_fact_nobody_recorded_is_not_known_rather_than_missed() -> None:
    assert judged(rule(scope={"channel": ["PHONE"]}), filed(at(4, 10))) == (
        VerdictState.NOT_KNOWN,
        ReasonCode.FACT_NOT_RECORDED,
    )


def test_without_opening_hours_working_time_is_not_known_and_the_calendar_day_is() -> None:
    assert judged(rule(time="WORKING"), filed(at(4, 10)), calendar=UNRECORDED) == (
        VerdictState.NOT_KNOWN,
        ReasonCode.HOURS_NOT_RECORDED,
    )
    assert judged(rule(), filed(at(4, 10)), looked_into(at(4, 11)), calendar=UNRECORDED)[0] is VerdictState.MET


def test_a_verdict_rests_on_the_entries_it_was_drawn_from() -> None:
    trigger, response = filed(at(4, 10)), looked_into(at(4, 11))
    judgement = judge(rule(), trigger=trigger, response=response, calendar=OPEN_ON_WEEKDAYS, now=at(4, 12))
    assert judgement == Judgement(VerdictState.MET, ReasonCode.IN_TIME, at(5, 0), (trigger.entry_id, response.entry_id))


def test_the_verdict_is_told_in_words_on_the_stores_clock() -> None:
    told = reason_in_words(ReasonCode.TOO_LATE, rule(), due_at=at(5, 0), ended_at=at(5, 9, 12), zone=SHANGHAI)
    assert told == (
        "“the complaint is looked into” happened on 5 May 2026, 09:12, too late: it was due by 5 May 2026, 00:00."
    )


@pytest.mark.parametrize(
    ("within", "kind", "words"),
    [
        ("SAME_DAY", "WALL", "on the same day"),
        ("SAME_DAY", "WORKING", "on the same working day"),
        ("P1D", "WALL", "within 1 day"),
        ("P3D", "WORKING", "within 3 working days"),
        ("PT1H1M10S", "WALL", "within 1 hour 1 minute 10 seconds"),
        ("PT3M", "WORKING", "within 3 minutes of opening hours"),
    ],
)
def test_a_rule_is_told_in_words(within: str, kind: str, words: str) -> None:
    parsed = rule(within=within, time=kind, share=96)
    assert str(limit_in_words(parsed.within, parsed.time)) == words
    assert rule_in_words(parsed) == (
        f"“the complaint is filed” is followed by “the complaint is looked into” {words}, in 96 % of all cases."
    )


MOMENTS = st.integers(0, 20 * 24 * 60).map(lambda minutes: at(1, 0) + timedelta(minutes=minutes))


@given(st.lists(MOMENTS, max_size=6), st.randoms(use_true_random=False), MOMENTS)
def test_the_order_in_which_news_arrives_does_not_matter(
    moments: list[datetime], randomly: Any, trigger_at: datetime
) -> None:
    trigger = filed(trigger_at)
    news = [looked_into(moment, key) for key, moment in enumerate(moments, start=2)]
    shuffled = news.copy()
    randomly.shuffle(shuffled)
    assert first_response(trigger, "INVESTIGATION_RECORDED", shuffled) == first_response(
        trigger, "INVESTIGATION_RECORDED", news
    )


@given(MOMENTS, MOMENTS, st.sampled_from(["SAME_DAY", "P2D", "PT90M"]), st.sampled_from(["WALL", "WORKING"]))
def test_a_verdict_once_settled_stays_as_it_is_however_late_one_looks(
    trigger_at: datetime, now: datetime, within: str, kind: str
) -> None:
    clause_rule, trigger = rule(within=within, time=kind), filed(trigger_at)
    now = max(now, trigger_at)
    first = judged(clause_rule, trigger, now=now)
    later = judged(clause_rule, trigger, now=now + timedelta(days=30))
    assert first == later or first[0] is VerdictState.OPEN
    response = looked_into(now)
    answered = judged(clause_rule, trigger, response, now=now)
    assert (first[0] is VerdictState.OPEN) == (answered[0] is VerdictState.MET)
    assert judged(clause_rule, trigger, response, now=now + timedelta(days=30)) == answered
