"""Nobody is at fault before the clause had reached them: the property that the loops stand on."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from loops.models.loops import LoopMissing, LoopOutcome
from loops.rules.outcomes import Found, Got, found_for

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
MOMENTS = st.none() | st.integers(-3, 3).map(lambda hours: AT + timedelta(hours=hours))
WHATEVER = st.builds(
    Got,
    pushed_at=MOMENTS,
    is_waived=st.booleans(),
    is_for_them=st.booleans(),
    acknowledged_at=MOMENTS,
    is_taught=st.booleans(),
    trained_at=MOMENTS,
)
BEFORE = AT - timedelta(hours=1)
ALL_OF_IT = Got(pushed_at=BEFORE, acknowledged_at=BEFORE, is_taught=True, trained_at=BEFORE)


@given(WHATEVER)
@settings(max_examples=200)
def test_nobody_is_found_at_fault_whom_the_clause_had_not_reached(got: Got) -> None:
    found = found_for(got, at=AT)
    had_come = [moment is not None and moment <= AT for moment in (got.pushed_at, got.acknowledged_at, got.trained_at)]
    was_pushed, was_acknowledged, was_trained = had_come
    is_fair = was_pushed and was_acknowledged and (was_trained or not got.is_taught)
    assert (found.outcome is LoopOutcome.REACHED) == (is_fair and got.is_for_them and not got.is_waived)
    assert bool(found.missing) == (found.outcome is LoopOutcome.NOT_REACHED)


def test_all_that_was_missing_is_named() -> None:
    nothing = Got(is_waived=True, is_for_them=False, is_taught=True)
    assert found_for(nothing, at=AT) == Found(LoopOutcome.NOT_REACHED, tuple(LoopMissing))


def test_what_came_a_moment_later_had_not_come() -> None:
    assert found_for(ALL_OF_IT, at=AT).outcome is LoopOutcome.REACHED
    assert found_for(ALL_OF_IT, at=BEFORE - timedelta(seconds=1)).missing == (
        LoopMissing.NOT_PUSHED,
        LoopMissing.NOT_ACKNOWLEDGED,
        LoopMissing.NOT_TRAINED,
    )


def test_where_no_lesson_teaches_it_nobody_can_be_asked_to_have_taken_one() -> None:
    assert found_for(Got(pushed_at=BEFORE, acknowledged_at=BEFORE), at=AT).outcome is LoopOutcome.REACHED
