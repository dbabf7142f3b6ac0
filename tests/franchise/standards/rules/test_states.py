"""The life of a version (rulebook S1, S7), without a database."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.refusals import Stale
from standards.models.texts import VersionState
from standards.rules.states import (
    ApproverIsAuthor,
    NotInThisState,
    VersionAction,
    actions_for,
    begins_new_version,
    check_approver,
    check_version,
    possible_actions,
    state_after,
)


def test_a_version_goes_from_draft_into_force() -> None:
    state = VersionState.DRAFT
    for action, expected in [
        (VersionAction.SUBMIT_STANDARD, VersionState.SUBMITTED),
        (VersionAction.APPROVE_STANDARD, VersionState.APPROVED),
        (VersionAction.PUSH_STANDARD, VersionState.EFFECTIVE),
    ]:
        state = state_after(action, state)
        assert state is expected


def test_a_submitted_version_that_is_revised_is_a_draft_again() -> None:
    assert state_after(VersionAction.REVISE_STANDARD, VersionState.SUBMITTED) is VersionState.DRAFT


@pytest.mark.parametrize("state", [VersionState.APPROVED, VersionState.EFFECTIVE])
def test_an_approved_text_is_never_changed_but_a_new_version_is_begun(state: VersionState) -> None:
    assert begins_new_version(state)
    assert state_after(VersionAction.REVISE_STANDARD, state) is state


def test_a_version_in_force_can_be_pushed_to_further_stores() -> None:
    assert state_after(VersionAction.PUSH_STANDARD, VersionState.EFFECTIVE) is VersionState.EFFECTIVE


@pytest.mark.parametrize("state", [VersionState.SUPERSEDED, VersionState.WITHDRAWN])
def test_what_was_superseded_or_withdrawn_stays_so_and_can_be_the_text_of_the_next_version(
    state: VersionState,
) -> None:
    assert possible_actions(state) == [VersionAction.REVISE_STANDARD]
    assert begins_new_version(state)
    assert state_after(VersionAction.REVISE_STANDARD, state) is state
    for action in set(VersionAction) - {VersionAction.REVISE_STANDARD}:
        with pytest.raises(NotInThisState) as refused:
            state_after(action, state)
        assert str(state.label) in refused.value.text()


def test_what_a_later_version_has_taken_the_place_of_is_neither_revised_nor_pushed() -> None:
    def offered(state: VersionState, *, is_latest: bool) -> set[VersionAction]:
        return set(actions_for(state, lambda _permission: True, is_latest=is_latest))

    both = {VersionAction.REVISE_STANDARD, VersionAction.PUSH_STANDARD}
    assert offered(VersionState.EFFECTIVE, is_latest=True) >= both
    assert not offered(VersionState.EFFECTIVE, is_latest=False) & both
    assert offered(VersionState.SUPERSEDED, is_latest=False) == set()
    assert VersionAction.REVISE_STANDARD in offered(VersionState.DRAFT, is_latest=False)


@given(st.lists(st.sampled_from(list(VersionAction))))
def test_no_order_of_deeds_brings_an_unapproved_text_into_force(actions: list[VersionAction]) -> None:
    state, approved = VersionState.DRAFT, False
    for action in actions:
        try:
            after = state_after(action, state)
        except NotInThisState:
            assert action not in possible_actions(state)
            continue
        approved = approved or action is VersionAction.APPROVE_STANDARD
        assert after is not VersionState.EFFECTIVE or approved
        assert state not in (VersionState.APPROVED, VersionState.EFFECTIVE) or after is not VersionState.DRAFT
        state = after


def test_nobody_approves_a_text_of_their_own() -> None:
    author, officer, stand_in = uuid4(), uuid4(), uuid4()
    check_approver(author_ids=frozenset({author}), approver_ids=frozenset({officer}))
    with pytest.raises(ApproverIsAuthor):
        check_approver(author_ids=frozenset({author}), approver_ids=frozenset({author}))
    with pytest.raises(ApproverIsAuthor):
        check_approver(author_ids=frozenset({author}), approver_ids=frozenset({stand_in, author}))


def test_a_deed_on_an_older_revision_is_stale() -> None:
    check_version(expected=3, revision=3, state=VersionState.DRAFT)
    with pytest.raises(Stale) as refused:
        check_version(expected=2, revision=3, state=VersionState.SUBMITTED)
    assert refused.value.details == {"version": 3, "state": "SUBMITTED", "current": None}
