"""Whom a clause touches, and whether the questions about it were answered rightly."""

import pytest

from kit.ids import new_id
from kit.refusals import Invalid
from standards.rules.acknowledging import Answers, AnswersMissing, WrongAnswer, touches, wrong_answers
from standards.rules.standing import Place

PLACE = Place(store_id=new_id(), area_id=new_id(), kind="FRANCHISED", equipment=frozenset({"GRILL"}))
TWO = [{"right": 0}, {"right": 2}]


@pytest.mark.parametrize(
    ("scope", "is_touched"),
    [
        ({}, True),
        ({"roles": ["SERVICE_STAFF", "MENTOR"]}, True),
        ({"roles": ["MENTOR"]}, False),
        ({"store_ids": [str(PLACE.store_id)]}, True),
        ({"store_ids": [str(new_id())]}, False),
        ({"area_ids": [str(PLACE.area_id)], "store_kinds": ["COMPANY_OWNED"]}, False),
        ({"equipment": ["GRILL"]}, True),
        ({"equipment": ["OVEN"]}, False),
        ({"channels": ["PHONE"]}, True),
    ],
)
def test_a_clause_touches_whom_its_scope_takes_in(scope: dict[str, list[str]], is_touched: bool) -> None:
    assert touches(scope, PLACE, roles={"SERVICE_STAFF"}) is is_touched


def test_each_wrong_answer_is_told_by_its_place() -> None:
    asked = {"1": TWO, "2": TWO, "3": []}
    given = [Answers("1", [0, 2]), Answers("2", [1, 2]), Answers("3", [7]), Answers("9", [])]
    assert wrong_answers(asked, given) == [WrongAnswer("2", 0)]


def test_what_is_asked_has_to_be_answered_whole() -> None:
    with pytest.raises(AnswersMissing) as refusal:
        wrong_answers({"1": TWO, "2": TWO, "3": []}, [Answers("1", [0, 2])])
    assert refusal.value.details["numbers"] == "2"
    for chosen in ([], [0], [0, 2, 0]):
        with pytest.raises(Invalid) as invalid:
            wrong_answers({"1": TWO}, [Answers("1", chosen)])
        assert invalid.value.field == ("answers", "0", "chosen")
