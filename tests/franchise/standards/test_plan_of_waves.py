"""How a rollout is planned: its waves, the lot by which stores come first, and when it stops by itself."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.ids import new_id
from kit.refusals import Invalid
from standards.models.texts import VersionState
from standards.rules.states import state_of_pushed
from standards.rules.waves import (
    Figures,
    RolloutState,
    StopRule,
    WaveDraft,
    check_stop_rule,
    next_stores,
    plan_of,
    rule_document,
    rule_in,
    state_of,
    stops,
)

NOW = datetime(2026, 5, 4, 2, tzinfo=UTC)
DAY = timedelta(days=1)
A, B = new_id(), new_id()


def test_without_waves_all_stores_get_it_at_once() -> None:
    (wave,) = plan_of([], effective_at=None, now=NOW)
    assert (wave.starts_at, wave.share, wave.store_ids) == (NOW, 100, None)
    (wave,) = plan_of([], effective_at=NOW + DAY, now=NOW)
    assert wave.starts_at == NOW + DAY


def test_a_wave_without_a_moment_comes_with_the_one_before_it() -> None:
    waves = [WaveDraft(store_ids=[A, B, A]), WaveDraft(NOW + 3 * DAY, share=20), WaveDraft(share=50), WaveDraft()]
    plan = plan_of(waves, effective_at=NOW + DAY, now=NOW)
    assert [wave.starts_at for wave in plan] == [NOW + DAY, NOW + 3 * DAY, NOW + 3 * DAY, NOW + 3 * DAY]
    assert [wave.share for wave in plan] == [None, 20, 50, 100]
    assert plan[0].store_ids == (A, B)


@pytest.mark.parametrize(
    ("waves", "effective_at", "field"),
    [
        ([], NOW - DAY, "effective_at"),
        ([], NOW + 400 * DAY, "effective_at"),
        ([WaveDraft()] * 51, None, "waves"),
        ([WaveDraft(NOW - DAY)], None, ("waves", "0", "starts_at")),
        ([WaveDraft(NOW)], NOW + DAY, ("waves", "0", "starts_at")),
        ([WaveDraft(NOW + 2 * DAY, share=5), WaveDraft(NOW + DAY)], None, ("waves", "1", "starts_at")),
        ([WaveDraft(share=0), WaveDraft()], None, ("waves", "0", "share")),
        ([WaveDraft(share=101)], None, ("waves", "0", "share")),
        ([WaveDraft(share=30), WaveDraft(share=30), WaveDraft()], None, ("waves", "1", "share")),
        ([WaveDraft(), WaveDraft()], None, ("waves", "1", "share")),
        ([WaveDraft(share=30)], None, ("waves", "0", "share")),
        ([WaveDraft(store_ids=[A])], None, ("waves", "0", "share")),
        ([WaveDraft(store_ids=[]), WaveDraft()], None, ("waves", "0", "store_ids")),
        ([WaveDraft(share=5, store_ids=[A]), WaveDraft()], None, ("waves", "0", "store_ids")),
    ],
)
def test_what_can_not_be_kept_is_refused_with_its_place(
    waves: list[WaveDraft], effective_at: datetime | None, field: object
) -> None:
    with pytest.raises(Invalid) as refusal:
        plan_of(waves, effective_at=effective_at, now=NOW)
    assert refusal.value.field == ((field,) if isinstance(field, str) else field)


@settings(max_examples=25)
@given(number=st.integers(1, 40), shares=st.sets(st.integers(1, 99), max_size=4))
def test_every_store_comes_once_and_each_share_is_reached(number: int, shares: set[int]) -> None:
    rollout, stores = new_id(), [new_id() for _ in range(number)]
    having: set[object] = set()
    for share in (*sorted(shares), 100):
        chosen = next_stores(rollout, meant=stores, having=frozenset(having), share=share, listed=None)
        assert having.isdisjoint(chosen)
        having.update(chosen)
        assert len(having) == -(-share * number // 100)
        assert next_stores(rollout, meant=stores, having=frozenset(having), share=share, listed=None) == []
    assert having == set(stores)


def test_only_stores_that_are_meant_come_by_name() -> None:
    assert next_stores(new_id(), meant=[A], having=frozenset(), share=None, listed=[A, B]) == [A]
    assert next_stores(new_id(), meant=[A, B], having=frozenset({A}), share=None, listed=[A, B]) == [B]


def test_too_few_cases_stop_nothing_and_what_is_reached_exactly_is_kept() -> None:
    rule = StopRule(least_share_met=90, fewest_cases=10)
    assert not stops(rule, Figures(stores=3, met=0, missed=9, complaints=99))
    assert stops(rule, Figures(stores=3, met=8, missed=2, complaints=0))
    assert not stops(rule, Figures(stores=3, met=9, missed=1, complaints=0))
    assert Figures(stores=3, met=2, missed=1, complaints=0).share_met == 66.7
    assert Figures(stores=3, met=0, missed=0, complaints=0).share_met is None


def test_complaints_are_held_against_how_many_stores_there_are() -> None:
    rule = StopRule(most_complaints=50)
    assert not stops(rule, Figures(stores=4, met=0, missed=9, complaints=2))
    assert stops(rule, Figures(stores=4, met=9, missed=0, complaints=3))
    assert stops(StopRule(most_complaints=0), Figures(stores=400, met=9, missed=0, complaints=1))


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        (StopRule(), ("stop_rule",)),
        (StopRule(least_share_met=0), ("stop_rule", "least_share_met")),
        (StopRule(least_share_met=101), ("stop_rule", "least_share_met")),
        (StopRule(least_share_met=90, fewest_cases=0), ("stop_rule", "fewest_cases")),
        (StopRule(most_complaints=-1), ("stop_rule", "most_complaints")),
    ],
)
def test_a_rule_that_stops_nothing_or_always_is_refused(rule: StopRule, field: tuple[str, ...]) -> None:
    with pytest.raises(Invalid) as refusal:
        check_stop_rule(rule)
    assert refusal.value.field == field


def test_a_rule_is_kept_and_read_again() -> None:
    rule = StopRule(least_share_met=90, clause_number="2.1", most_complaints=3)
    assert rule_in(rule_document(rule)) == rule
    assert rule_document(StopRule(most_complaints=3)) == {"most_complaints": 3, "fewest_cases": 20}


def test_a_rollout_is_done_when_nothing_is_to_come() -> None:
    assert state_of(is_paused=True, waiting=1, cancelled=0) is RolloutState.PAUSED
    assert state_of(is_paused=False, waiting=1, cancelled=0) is RolloutState.WAITING
    assert state_of(is_paused=False, waiting=0, cancelled=0) is RolloutState.DONE
    assert state_of(is_paused=True, waiting=0, cancelled=2) is RolloutState.CANCELLED


def test_a_version_is_scheduled_until_it_is_in_force_somewhere() -> None:
    assert state_of_pushed(VersionState.APPROVED, is_in_force=False) is VersionState.SCHEDULED
    assert state_of_pushed(VersionState.SCHEDULED, is_in_force=True) is VersionState.EFFECTIVE
    assert state_of_pushed(VersionState.EFFECTIVE, is_in_force=False) is VersionState.EFFECTIVE
