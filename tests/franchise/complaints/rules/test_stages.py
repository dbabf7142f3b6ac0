"""The way of a complaint (rulebook C2), without a database."""

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from complaints.models.complaints import Level, Stage
from complaints.rules.moments import check_reason, check_received
from complaints.rules.refusals import (
    AlreadyAtTheTop,
    CustomerNotSatisfied,
    CustomerNotTold,
    NotAtThisStage,
    ReasonNeeded,
    ReferralOpen,
    ReworkFirst,
)
from complaints.rules.stages import (
    MOVES,
    UNSOLVED,
    ComplaintAction,
    Standing,
    available_actions,
    check_version,
    must_allow,
    possible_actions,
    reference_of,
    stage_after,
)
from kit.refusals import Invalid, Refusal, Stale
from members.rules.holders import PERMISSIONS_OF
from members.rules.permissions import Permission, Role

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
THE_WAY = [
    (ComplaintAction.ACCEPT_COMPLAINT, Stage.ACCEPTED),
    (ComplaintAction.RECORD_INVESTIGATION, Stage.INVESTIGATED),
    (ComplaintAction.PLAN_RESOLUTION, Stage.PLANNED),
    (ComplaintAction.TELL_CUSTOMER, Stage.CUSTOMER_TOLD),
    (ComplaintAction.AGREE_RESOLUTION, Stage.AGREED),
    (ComplaintAction.RECORD_OUTCOME, Stage.SETTLED),
    (ComplaintAction.CLOSE_COMPLAINT, Stage.CLOSED),
]


def at(stage: Stage, **other: Any) -> Standing:
    return Standing(stage, **other)


def test_a_complaint_goes_its_way_step_by_step() -> None:
    stage = Stage.FILED
    for action, expected in THE_WAY:
        stage = stage_after(action, at(stage))
        assert stage is expected


def test_an_unsatisfied_customer_leads_back_to_being_looked_into() -> None:
    stage = stage_after(ComplaintAction.RECORD_OUTCOME, at(Stage.AGREED), says_yes=False)
    assert stage is Stage.REWORK
    assert ComplaintAction.PLAN_RESOLUTION not in possible_actions(at(stage))
    assert stage_after(ComplaintAction.RECORD_INVESTIGATION, at(stage)) is Stage.INVESTIGATED


def test_a_customer_who_does_not_agree_gets_another_plan() -> None:
    stage = stage_after(ComplaintAction.AGREE_RESOLUTION, at(Stage.CUSTOMER_TOLD), says_yes=False)
    assert stage is Stage.INVESTIGATED
    assert ComplaintAction.PLAN_RESOLUTION in possible_actions(at(stage))


def test_every_deed_out_of_turn_is_refused_and_says_what_is_possible() -> None:
    for action, move in MOVES.items():
        for stage in set(Stage) - move.sources:
            with pytest.raises((NotAtThisStage, CustomerNotSatisfied)) as refused:
                must_allow(action, at(stage))
            for possible in possible_actions(at(stage)):
                if isinstance(refused.value, NotAtThisStage):
                    assert str(possible.label) in refused.value.text()


def test_what_is_listed_as_possible_is_what_is_not_refused() -> None:
    for stage, level, is_told, is_paused, referrals, refused in product(
        Stage, (Level.STORE_STAFF, Level.HEADQUARTERS), (True, False), (True, False), (0, 1), (0, 1, 2)
    ):
        standing = Standing(stage, level, is_told, is_paused, referrals, refused)
        possible = possible_actions(standing)
        for action in ComplaintAction:
            try:
                must_allow(action, standing)
            except Refusal:
                assert action not in possible
            else:
                assert action in possible


@pytest.mark.parametrize("stage", sorted(UNSOLVED))
def test_nothing_is_closed_before_the_customer_is_satisfied(stage: Stage) -> None:
    with pytest.raises(CustomerNotSatisfied) as refused:
        must_allow(ComplaintAction.CLOSE_COMPLAINT, at(stage))
    assert refused.value.code == "CUSTOMER_NOT_SATISFIED"


def test_a_closed_complaint_is_only_worked_again_and_the_customer_is_always_heard() -> None:
    assert possible_actions(at(Stage.CLOSED)) == [
        ComplaintAction.RECORD_CUSTOMER_WORD,
        ComplaintAction.REWORK_COMPLAINT,
    ]
    with pytest.raises(NotAtThisStage):
        must_allow(ComplaintAction.CLOSE_COMPLAINT, at(Stage.CLOSED))


@pytest.mark.parametrize("stage", [Stage.SETTLED, Stage.FINALLY_DECIDED, Stage.WITHDRAWN, Stage.CLOSED])
def test_whatever_came_to_an_end_can_be_worked_again(stage: Stage) -> None:
    assert stage_after(ComplaintAction.REWORK_COMPLAINT, at(stage)) is Stage.REWORK


def test_the_last_word_comes_only_after_a_rework_that_did_not_help() -> None:
    for stage in (Stage.REWORK, Stage.INVESTIGATED):
        for refused_in_round in (0, 1):
            with pytest.raises(ReworkFirst):
                must_allow(ComplaintAction.DECIDE_FINALLY, at(stage, refused_in_round=refused_in_round))
        assert stage_after(ComplaintAction.DECIDE_FINALLY, at(stage, refused_in_round=2)) is Stage.FINALLY_DECIDED


def test_the_last_word_is_told_before_it_is_over() -> None:
    untold = at(Stage.FINALLY_DECIDED, is_told=False)
    with pytest.raises(CustomerNotTold):
        must_allow(ComplaintAction.CLOSE_COMPLAINT, untold)
    assert stage_after(ComplaintAction.TELL_CUSTOMER, untold) is Stage.FINALLY_DECIDED
    assert stage_after(ComplaintAction.CLOSE_COMPLAINT, at(Stage.FINALLY_DECIDED)) is Stage.CLOSED


def test_nothing_is_closed_while_somebody_was_asked_and_has_not_answered() -> None:
    with pytest.raises(ReferralOpen):
        must_allow(ComplaintAction.CLOSE_COMPLAINT, at(Stage.SETTLED, open_referrals=1))
    assert ComplaintAction.ANSWER_REFERRAL in possible_actions(at(Stage.SETTLED, open_referrals=1))


def test_there_is_nothing_above_headquarters() -> None:
    with pytest.raises(AlreadyAtTheTop):
        must_allow(ComplaintAction.ESCALATE_COMPLAINT, at(Stage.ACCEPTED, level=Level.HEADQUARTERS))


@pytest.mark.parametrize("stage", [Stage.CUSTOMER_TOLD, Stage.AGREED])
def test_a_plan_changed_after_the_customer_was_told_is_told_again(stage: Stage) -> None:
    planned = stage_after(ComplaintAction.PLAN_RESOLUTION, at(stage))
    assert planned is Stage.PLANNED
    possible = possible_actions(at(planned, is_told=False))
    assert ComplaintAction.TELL_CUSTOMER in possible
    assert not {ComplaintAction.AGREE_RESOLUTION, ComplaintAction.RECORD_OUTCOME} & set(possible)


def test_every_stage_has_a_way_on() -> None:
    assert all(possible_actions(at(stage)) for stage in Stage)


def test_staff_see_only_what_they_may_do_and_the_manager_plans_closes_and_decides() -> None:
    def actions_of(role: Role, standing: Standing) -> set[ComplaintAction]:
        return set(available_actions(standing, PERMISSIONS_OF[role].__contains__))

    refused_again = at(Stage.INVESTIGATED, refused_in_round=2)
    staff, supervisor = (
        actions_of(Role.SERVICE_STAFF, refused_again),
        actions_of(Role.SERVICE_SUPERVISOR, refused_again),
    )
    manager = actions_of(Role.STORE_MANAGER, refused_again)
    assert ComplaintAction.ESCALATE_COMPLAINT in staff
    assert supervisor - staff == {
        ComplaintAction.PLAN_RESOLUTION,
        ComplaintAction.PAUSE_COMPLAINT,
        ComplaintAction.WITHDRAW_COMPLAINT,
    }
    assert manager - supervisor == {ComplaintAction.DECIDE_FINALLY}
    assert ComplaintAction.CLOSE_COMPLAINT not in actions_of(Role.SERVICE_STAFF, at(Stage.SETTLED))
    assert ComplaintAction.CLOSE_COMPLAINT in actions_of(Role.STORE_MANAGER, at(Stage.SETTLED))
    assert all(available_actions(at(stage), Permission.__members__.__contains__) for stage in Stage)


def test_a_deed_on_an_older_version_is_stale_and_tells_how_it_is_now() -> None:
    check_version(expected=None, version=7, stage=Stage.PLANNED)
    check_version(expected=7, version=7, stage=Stage.PLANNED)
    with pytest.raises(Stale) as refused:
        check_version(expected=6, version=7, stage=Stage.PLANNED)
    assert refused.value.details == {"version": 7, "state": "PLANNED", "current": None}
    assert refused.value.field == ("expected_version",)


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_who_is_not_satisfied_has_a_reason(reason: str) -> None:
    check_reason(is_satisfied=True, reason=reason)
    check_reason(is_satisfied=False, reason="The new one is broken as well.")
    with pytest.raises(ReasonNeeded):
        check_reason(is_satisfied=False, reason=reason)


def test_a_complaint_comes_in_after_what_it_is_about() -> None:
    check_received(NOON - timedelta(minutes=4), since=NOON)
    with pytest.raises(Invalid) as refused:
        check_received(NOON - timedelta(minutes=6), since=NOON)
    assert refused.value.field == ("received_at",)


def test_people_name_a_complaint_by_its_store_and_number() -> None:
    assert reference_of(store_code="SH01", number=12) == "SH01-C00012"
