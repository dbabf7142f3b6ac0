"""Whose work a matter was: every share is somebody's part, and all of them make the whole."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.models.surveys import WHOLE
from feedback.rules.sharing import Event, Handling, handling_of, shares_of

NINE = datetime(2026, 5, 4, 1, tzinfo=UTC)
LI, WANG, ZHAO = (UUID(int=number) for number in (1, 2, 3))
MEMBERS = st.sampled_from([UUID(int=number) for number in range(1, 8)])
HANDLINGS = st.dictionaries(
    MEMBERS,
    st.builds(Handling, owned_seconds=st.integers(0, 10**9), deeds=st.integers(0, 500)),
    min_size=1,
)


def at(minutes: int, member: UUID | None = None, owner: UUID | None = None, *, closes: bool = False) -> Event:
    return Event(NINE + timedelta(minutes=minutes), member, owner, closes)


@settings(max_examples=200)
@given(HANDLINGS)
def test_the_shares_make_the_whole_and_nobody_who_had_a_part_has_none(handling: dict[UUID, Handling]) -> None:
    shares = shares_of(handling)
    had_a_part = {key for key, each in handling.items() if each.owned_seconds or each.deeds} or set(handling)
    assert sum(shares.values()) == WHOLE
    assert set(shares) == had_a_part
    assert min(shares.values()) >= 1


@settings(max_examples=100)
@given(HANDLINGS, MEMBERS)
def test_who_did_more_never_has_less(handling: dict[UUID, Handling], member: UUID) -> None:
    before = shares_of(handling).get(member, 0)
    more = dict(handling)
    was = handling.get(member, Handling())
    more[member] = Handling(was.owned_seconds * 2 + 1, was.deeds * 2 + 1)
    assert shares_of(more)[member] >= min(before, WHOLE - 6)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 500), MEMBERS, MEMBERS, st.booleans()), min_size=1, max_size=12))
def test_any_history_is_shared_out_whole(history: list[tuple[int, UUID, UUID, bool]]) -> None:
    events = [at(minute, member, owner, closes=closes) for minute, member, owner, closes in sorted(history)]
    assert sum(shares_of(handling_of(events)).values()) == WHOLE


def test_the_last_one_who_had_it_does_not_get_it_all() -> None:
    history = [at(0, LI, LI), at(90, LI, WANG), at(100, WANG, closes=True)]
    handling = handling_of(history)
    assert (handling[LI].owned_seconds, handling[WANG].owned_seconds) == (90 * 60, 10 * 60)
    assert (handling[LI].deeds, handling[WANG].deeds) == (2, 1)
    shares = shares_of(handling)
    # 90 % of the time and two of three deeds, both of which weigh the same.
    assert shares == {LI: 7_833, WANG: 2_167}


def test_nobody_has_a_matter_between_its_end_and_its_next_round() -> None:
    history = [at(0, LI, LI), at(10, LI, LI, closes=True), at(1_000, None, WANG), at(1_010, WANG, closes=True)]
    handling = handling_of(history)
    assert (handling[LI].owned_seconds, handling[WANG].owned_seconds) == (600, 600)


def test_what_machines_do_counts_for_nobody() -> None:
    handling = handling_of([at(0, None, LI), at(5, None), at(10, None, closes=True)])
    assert shares_of(handling) == {LI: WHOLE}


def test_where_no_time_passed_the_deeds_count_and_three_share_a_third() -> None:
    shares = shares_of({LI: Handling(0, 2), WANG: Handling(0, 2), ZHAO: Handling(0, 2)})
    assert sorted(shares.values()) == [3_333, 3_333, 3_334]
    assert shares_of({LI: Handling(50, 0), WANG: Handling(150, 0)}) == {LI: 2_500, WANG: 7_500}


def test_the_smallest_part_is_a_part() -> None:
    shares = shares_of({LI: Handling(10**9, 500), WANG: Handling(1, 0)})
    assert shares == {LI: WHOLE - 1, WANG: 1}


def test_nobody_at_all_shares_nothing() -> None:
    assert shares_of({}) == {}
    assert shares_of({LI: Handling(), WANG: Handling()}) == {LI: 5_000, WANG: 5_000}
