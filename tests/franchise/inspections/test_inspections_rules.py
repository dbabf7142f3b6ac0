"""Scores, moves and what a finding has to say; no database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspections.models.inspections import FindingResult, InspectionState
from inspections.rules.scoring import Score, Weighed, score_of
from inspections.rules.states import (
    InspectionAction,
    MustApply,
    NoteNeeded,
    NotTheInspector,
    PhotoNeeded,
    available_actions,
    check_finding,
    must_be_inspector,
)
from inspections.rules.templates import INSPECTORS, ItemSpec, items_of, roles_of
from kit.ids import new_id
from kit.refusals import Invalid
from members.rules.permissions import Role

MET, NOT_MET, NOT_APPLICABLE = FindingResult.MET, FindingResult.NOT_MET, FindingResult.NOT_APPLICABLE
WEIGHED = st.builds(Weighed, st.sampled_from(FindingResult), st.integers(1, 100), st.booleans())


def test_the_score_is_of_what_applied_and_rounded_down() -> None:
    found = [Weighed(MET, 2, False), Weighed(NOT_MET, 1, False), Weighed(NOT_APPLICABLE, 50, True)]
    assert score_of(found, pass_share=66) == Score(6666, True)
    assert score_of(found, pass_share=67) == Score(6666, False)


def test_a_critical_miss_fails_everything_and_nothing_that_applied_fails_nothing() -> None:
    assert score_of([Weighed(MET, 100, False), Weighed(NOT_MET, 1, True)], pass_share=0) == Score(9900, False)
    assert score_of([Weighed(NOT_APPLICABLE, 1, True)], pass_share=100) == Score(None, True)


@given(st.lists(WEIGHED, max_size=8), st.integers(0, 100))
def test_meeting_one_more_never_lowers_a_score(found: list[Weighed], pass_share: int) -> None:
    score = score_of(found, pass_share=pass_share)
    assert score.basis_points is None or 0 <= score.basis_points <= 10_000
    for place, each in enumerate(found):
        if each.result is NOT_MET:
            better = [*found[:place], Weighed(MET, each.weight, each.is_critical), *found[place + 1 :]]
            again = score_of(better, pass_share=pass_share)
            assert (again.basis_points or 0) >= (score.basis_points or 0)
            assert again.is_passed or not score.is_passed


def test_what_a_finding_has_to_say() -> None:
    usual = {"may_be_not_applicable": False, "evidence": "NONE", "has_photo": False, "note": ""}
    check_finding(MET, **usual)
    with pytest.raises(MustApply):
        check_finding(NOT_APPLICABLE, **usual)
    with pytest.raises(NoteNeeded):
        check_finding(NOT_MET, **usual)
    with pytest.raises(PhotoNeeded):
        check_finding(MET, **{**usual, "evidence": "NEEDED"})
    check_finding(NOT_APPLICABLE, **{**usual, "may_be_not_applicable": True, "evidence": "NEEDED"})


def test_only_the_inspector_carries_it_out() -> None:
    inspector = new_id()
    must_be_inspector(InspectionAction.CANCEL_INSPECTION, user_id=None, inspector_id=inspector)
    for who in (None, new_id()):
        with pytest.raises(NotTheInspector):
            must_be_inspector(InspectionAction.START_INSPECTION, user_id=who, inspector_id=inspector)
    yes = lambda _permission: True  # noqa: E731
    assert available_actions(InspectionState.SCHEDULED, yes, is_inspector=False) == [
        "REASSIGN_INSPECTION",
        "CANCEL_INSPECTION",
    ]
    assert available_actions(InspectionState.STARTED, yes, is_inspector=True) == [
        "REASSIGN_INSPECTION",
        "RECORD_FINDING",
        "COMPLETE_INSPECTION",
    ]
    assert available_actions(InspectionState.COMPLETED, yes, is_inspector=True) == []


def test_a_template_asks_for_something_of_somebody() -> None:
    assert Role.SERVICE_STAFF not in INSPECTORS and Role.AREA_SUPERVISOR in INSPECTORS
    for roles in ([], ["SERVICE_STAFF"], ["NOBODY"]):
        with pytest.raises(Invalid):
            roles_of(roles)
    for items in ([], [ItemSpec(texts={})], [ItemSpec(texts={"xx": "?"})], [ItemSpec(texts={"en": "?"}, weight=0)]):
        with pytest.raises(Invalid):
            items_of(items)
