"""V2, V3: how a visit and its points move, and who may not sign."""

from datetime import UTC, datetime, timedelta

import pytest

from kit.ids import new_id
from kit.refusals import Invalid, Refusal
from members.rules.permissions import Permission, Role
from visits.models.points import PointState
from visits.models.visits import AttemptOutcome, VisitState
from visits.rules.points import MOST_POINTS, Said, checked_points
from visits.rules.routing import chosen_caller
from visits.rules.states import (
    MOVES,
    AnswerOrPromiseNeeded,
    DecisionNeeded,
    NoPointsOpen,
    PointAnswered,
    PointsOpen,
    SignerIsCaller,
    TooFewAttempts,
    VisitAction,
    VisitEnded,
    VisitMade,
    VisitNotMade,
    available_actions,
    check_attempts,
    check_call_back,
    check_signer,
    must_allow,
    point_must_allow,
    reference_of,
    state_by_points,
)

NOW = datetime(2026, 5, 4, 2, tzinfo=UTC)
RECORD, SIGN, ANSWER = VisitAction.RECORD_RETURN_VISIT, VisitAction.SIGN_RETURN_VISIT, VisitAction.ANSWER_VISIT_POINT


@pytest.mark.parametrize(
    ("action", "state", "refusal"),
    [
        (RECORD, VisitState.TALKED, VisitMade),
        (RECORD, VisitState.SIGNED, VisitEnded),
        (RECORD, VisitState.NOT_APPLICABLE, VisitEnded),
        (SIGN, VisitState.DUE, VisitNotMade),
        (SIGN, VisitState.TALKED, PointsOpen),
        (SIGN, VisitState.SIGNED, VisitEnded),
        (ANSWER, VisitState.DUE, VisitNotMade),
        (ANSWER, VisitState.SETTLED, NoPointsOpen),
    ],
)
def test_a_deed_out_of_turn_is_refused_by_what_stands_in_the_way(
    action: VisitAction, state: VisitState, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        must_allow(action, state)


def test_every_deed_is_possible_somewhere_and_none_at_the_end() -> None:
    for action, move in MOVES.items():
        assert move.sources
        assert not move.sources & {VisitState.SIGNED, VisitState.NOT_APPLICABLE}, action


def test_v2_a_point_is_decided_before_the_customer_is_told() -> None:
    with pytest.raises(DecisionNeeded):
        point_must_allow(ANSWER, PointState.OPEN)
    with pytest.raises(PointAnswered):
        point_must_allow(VisitAction.DECIDE_VISIT_POINT, PointState.ANSWERED)
    point_must_allow(ANSWER, PointState.DECIDED)


def test_v3_a_visit_is_settled_with_its_last_point() -> None:
    assert state_by_points([]) is VisitState.SETTLED
    assert state_by_points([PointState.ANSWERED, PointState.DECIDED]) is VisitState.TALKED
    assert state_by_points([PointState.ANSWERED] * 2) is VisitState.SETTLED


def test_what_is_offered_is_what_is_allowed() -> None:
    def offered(state: VisitState, *points: PointState, is_caller: bool = False) -> set[str]:
        return set(available_actions(state, lambda _permission: True, points=points, is_caller=is_caller))

    assert offered(VisitState.DUE) == {"RECORD_VISIT_ATTEMPT", "RECORD_RETURN_VISIT", "HAND_OVER_RETURN_VISIT"}
    assert "ANSWER_VISIT_POINT" not in offered(VisitState.TALKED, PointState.OPEN)
    assert "ANSWER_VISIT_POINT" in offered(VisitState.TALKED, PointState.OPEN, PointState.DECIDED)
    assert offered(VisitState.SETTLED) == {"HAND_OVER_RETURN_VISIT", "SIGN_RETURN_VISIT"}
    assert offered(VisitState.SETTLED, is_caller=True) == {"HAND_OVER_RETURN_VISIT"}
    assert offered(VisitState.SIGNED) == offered(VisitState.NOT_APPLICABLE) == set()
    allowed = available_actions(
        VisitState.SETTLED, lambda permission: permission is Permission.SIGN_RETURN_VISIT, points=(), is_caller=False
    )
    assert allowed == [SIGN]


def test_v2_nobody_signs_their_own_visit_nor_in_somebodys_place() -> None:
    caller, head, hq = new_id(), new_id(), new_id()
    for signers in ([caller], [head, caller], []):
        with pytest.raises(SignerIsCaller):
            check_signer(caller_id=caller, signer_ids=signers)
    check_signer(caller_id=caller, signer_ids=[head, hq])


def test_a_customer_is_not_given_up_too_early_unless_they_refuse() -> None:
    with pytest.raises(TooFewAttempts):
        check_attempts(outcome=AttemptOutcome.NO_ANSWER, attempts=2, least=3)
    check_attempts(outcome=AttemptOutcome.NO_ANSWER, attempts=3, least=3)
    check_attempts(outcome=AttemptOutcome.REFUSED, attempts=1, least=3)


def test_only_who_asks_for_it_is_called_at_a_time() -> None:
    soon = NOW + timedelta(hours=1)
    assert check_call_back(AttemptOutcome.CALL_LATER, soon, now=NOW) == soon
    for outcome, moment in ((AttemptOutcome.NO_ANSWER, soon), (AttemptOutcome.CALL_LATER, NOW)):
        with pytest.raises(Invalid):
            check_call_back(outcome, moment, now=NOW)


def test_v2_a_point_is_answered_at_once_or_promised() -> None:
    soon = NOW + timedelta(hours=1)
    (kept,) = checked_points([Said(" Cold soup ", answer=" Sorry ")], now=NOW)
    assert (kept.said, kept.answer) == ("Cold soup", "Sorry")
    for wrong in (Said("Cold"), Said("Cold", answer="Sorry", promised_until=soon)):
        with pytest.raises(AnswerOrPromiseNeeded):
            checked_points([wrong], now=NOW)
    with pytest.raises(Invalid) as refused:
        checked_points([Said("Cold", promised_until=NOW)], now=NOW)
    assert refused.value.field == ("points", "0", "promised_until")
    with pytest.raises(Invalid):
        checked_points([Said("Cold", answer="Sorry")] * (MOST_POINTS + 1), now=NOW)


def test_r3_of_the_service_staff_the_one_with_the_fewest_calls() -> None:
    staff, other, head = new_id(), new_id(), new_id()
    people = [(staff, Role.SERVICE_STAFF), (other, Role.SERVICE_STAFF), (head, Role.STORE_MANAGER)]
    assert chosen_caller(people, {staff: 2, other: 1}) == other
    assert chosen_caller([(head, Role.STORE_MANAGER)], {head: 9}) == head
    assert chosen_caller([], {}) is None


def test_a_visit_is_named_by_its_store_and_number() -> None:
    assert reference_of(store_code="S1", number=7) == "S1-V00007"
