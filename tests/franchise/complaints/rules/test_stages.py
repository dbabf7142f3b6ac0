"""The way of a complaint (rulebook C2), without a database."""

from datetime import UTC, datetime, timedelta

import pytest

from complaints.models.complaints import Stage
from complaints.rules.stages import (
    MOVES,
    ComplaintAction,
    CustomerNotSatisfied,
    NotAtThisStage,
    ReasonNeeded,
    available_actions,
    check_reason,
    check_received,
    check_version,
    possible_actions,
    reference_of,
    stage_after,
)
from kit.refusals import Invalid, Stale
from members.rules.holders import PERMISSIONS_OF
from members.rules.permissions import Permission, Role

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
THE_WAY = [
    (ComplaintAction.ACCEPT_COMPLAINT, Stage.ACCEPTED),
    (ComplaintAction.RECORD_INVESTIGATION, Stage.INVESTIGATED),
    (ComplaintAction.PLAN_RESOLUTION, Stage.PLANNED),
    (ComplaintAction.TELL_CUSTOMER, Stage.CUSTOMER_TOLD),
    (ComplaintAction.RECORD_OUTCOME, Stage.SETTLED),
    (ComplaintAction.CLOSE_COMPLAINT, Stage.CLOSED),
]


def test_a_complaint_goes_its_way_step_by_step() -> None:
    stage = Stage.FILED
    for action, expected in THE_WAY:
        stage = stage_after(action, stage)
        assert stage is expected


def test_an_unsatisfied_customer_leads_back_to_being_looked_into() -> None:
    stage = stage_after(ComplaintAction.RECORD_OUTCOME, Stage.CUSTOMER_TOLD, is_satisfied=False)
    assert stage is Stage.REWORK
    assert possible_actions(stage) == [ComplaintAction.RECORD_INVESTIGATION]
    assert stage_after(ComplaintAction.RECORD_INVESTIGATION, stage) is Stage.INVESTIGATED


def test_every_deed_out_of_turn_is_refused_and_says_what_is_possible() -> None:
    for action, move in MOVES.items():
        for stage in set(Stage) - move.sources:
            with pytest.raises((NotAtThisStage, CustomerNotSatisfied)) as refused:
                stage_after(action, stage)
            for possible in possible_actions(stage):
                if isinstance(refused.value, NotAtThisStage):
                    assert str(possible.label) in refused.value.text()


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage not in (Stage.SETTLED, Stage.CLOSED)])
def test_nothing_is_closed_before_the_customer_is_satisfied(stage: Stage) -> None:
    with pytest.raises(CustomerNotSatisfied) as refused:
        stage_after(ComplaintAction.CLOSE_COMPLAINT, stage)
    assert refused.value.code == "CUSTOMER_NOT_SATISFIED"


def test_a_closed_complaint_stays_closed() -> None:
    assert possible_actions(Stage.CLOSED) == []
    with pytest.raises(NotAtThisStage) as refused:
        stage_after(ComplaintAction.CLOSE_COMPLAINT, Stage.CLOSED)
    assert "come to its end" in refused.value.text()


def test_a_plan_changed_after_the_customer_was_told_is_told_again() -> None:
    stage = stage_after(ComplaintAction.PLAN_RESOLUTION, Stage.CUSTOMER_TOLD)
    assert possible_actions(stage) == [ComplaintAction.PLAN_RESOLUTION, ComplaintAction.TELL_CUSTOMER]


def test_every_open_stage_has_a_way_on_and_only_the_last_has_none() -> None:
    assert [stage for stage in Stage if not possible_actions(stage)] == [Stage.CLOSED]


def test_staff_see_only_what_they_may_do_and_the_manager_plans_and_closes() -> None:
    def actions_of(role: Role, stage: Stage) -> list[ComplaintAction]:
        return available_actions(stage, PERMISSIONS_OF[role].__contains__)

    assert actions_of(Role.SERVICE_STAFF, Stage.INVESTIGATED) == [ComplaintAction.RECORD_INVESTIGATION]
    assert actions_of(Role.SERVICE_STAFF, Stage.SETTLED) == []
    assert ComplaintAction.PLAN_RESOLUTION in actions_of(Role.SERVICE_SUPERVISOR, Stage.INVESTIGATED)
    assert actions_of(Role.STORE_MANAGER, Stage.SETTLED) == [ComplaintAction.CLOSE_COMPLAINT]
    assert all(available_actions(stage, Permission.__members__.__contains__) for stage in set(Stage) - {Stage.CLOSED})


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


@pytest.mark.parametrize("away", [timedelta(hours=1), -timedelta(days=366)])
def test_a_complaint_is_received_in_the_past_but_not_long_ago(away: timedelta) -> None:
    check_received(NOON - timedelta(days=3), now=NOON)
    with pytest.raises(Invalid):
        check_received(NOON + away, now=NOON)


def test_people_name_a_complaint_by_its_store_and_number() -> None:
    assert reference_of(store_code="SH01", number=12) == "SH01-C00012"
