"""The S1 test on a draft, without a database."""

from dataclasses import replace
from decimal import Decimal

import pytest

from standards.rules.feasible import Reached, reached_by
from standards.rules.grammar import ByInspection, parse_rule
from standards.rules.lint import (
    Criterion,
    DraftClause,
    NoClauses,
    StandardFailsTest,
    check_draft,
    findings_of,
    text_in,
)

SAME_DAY = parse_rule(
    {
        "kind": "FOLLOWED_BY",
        "trigger": "COMPLAINT_FILED",
        "response": "INVESTIGATION_RECORDED",
        "within": "SAME_DAY",
        "share": 96,
    }
)
ENGLISH = "Every complaint is looked into and verified on the day it is filed."
CHINESE = "每一宗投诉都在受理当天调查核实。"


def clause(text: str = ENGLISH, rule: object = SAME_DAY, **texts: str) -> DraftClause:
    return DraftClause(number="1", texts={"en": text, **texts}, rule=rule)


def criteria(draft: DraftClause) -> list[tuple[Criterion, bool]]:
    return [(finding.criterion, finding.is_blocking) for finding in findings_of([draft])]


def test_a_specific_measurable_and_timely_clause_passes() -> None:
    assert findings_of([clause(**{"zh-hans": CHINESE})]) == []
    check_draft([clause()])


def test_a_standard_asks_for_something() -> None:
    with pytest.raises(NoClauses):
        check_draft([])


@pytest.mark.parametrize("text", ["Be good.", "要热情", "Service"])
def test_a_clause_that_says_too_little_is_not_specific(text: str) -> None:
    assert (Criterion.SPECIFIC, True) in criteria(clause(text))


@pytest.mark.parametrize(
    "text",
    [
        "Every complaint is looked into as soon as possible by somebody.",
        "Complaints are answered PROMPTLY by the store manager.",
        "员工应尽快处理每一宗客户投诉。",
        "員工應及時處理每一宗客戶投訴。",
    ],
)
def test_words_that_leave_it_open_are_found(text: str) -> None:
    assert criteria(clause(text)) == [(Criterion.SPECIFIC, True)]


def test_a_vague_word_inside_another_word_is_not_one() -> None:
    assert criteria(clause("Unreasonableness of a customer is never recorded in the file.")) == []


def test_a_clause_without_a_rule_is_not_measurable() -> None:
    assert criteria(clause(rule=None)) == [(Criterion.MEASURABLE, True)]


def test_a_clause_for_inspection_passes_with_a_word_about_time() -> None:
    draft = clause("Everybody on the floor wears the chain's uniform and a name badge.", ByInspection())
    assert criteria(draft) == [(Criterion.TIMELY, False)]
    check_draft([draft])


def test_all_of_them_always_is_a_wish_but_does_not_block() -> None:
    always = parse_rule(
        {"kind": "FOLLOWED_BY", "trigger": "COMPLAINT_FILED", "response": "CUSTOMER_TOLD", "within": "PT3M"}
    )
    assert criteria(clause(rule=always)) == [(Criterion.FEASIBLE, False)]
    check_draft([clause(rule=always)])


def test_the_refusal_names_every_clause_that_stands_in_the_way() -> None:
    good, bad = clause(), DraftClause(number="2.1", texts={"en": "Be good."}, rule=None)
    with pytest.raises(StandardFailsTest) as refused:
        check_draft([good, bad])
    assert "Clause 2.1" in refused.value.text()
    assert "Clause 1:" not in refused.value.text()


@pytest.mark.parametrize(
    ("language", "expected"), [("en", "A"), ("zh-hans", "甲"), ("zh-hant", "甲"), ("fr", "A"), (None, "A")]
)
def test_a_text_is_shown_in_the_nearest_language(language: str | None, expected: str) -> None:
    assert text_in(language, {"en": "A", "zh-hans": "甲"}) == expected


def test_a_clause_is_tied_to_a_step_that_matters_to_customers() -> None:
    assert criteria(replace(clause(), step_matters=None)) == [(Criterion.ALIGNED, False)]
    assert criteria(replace(clause(), step_matters=False)) == [(Criterion.ALIGNED, False)]


def test_a_translation_that_was_left_behind_is_shown() -> None:
    (finding,) = findings_of([replace(clause(), behind=["zh-hant"])])
    assert (finding.criterion, finding.is_blocking) == (Criterion.UP_TO_DATE, False)
    assert "zh-hant" in finding.words()


@pytest.mark.parametrize(
    ("stores", "best", "together"),
    [
        ([(70, 30)], "70.0", "70.0"),
        # Of eight stores the best two begin at the second.
        ([(99, 1), (95, 5), (90, 10), (80, 20), (80, 20), (70, 30), (60, 40), (50, 50)], "95.0", "78.0"),
        # Four cases say nothing.
        ([(4, 0), (5, 5)], "50.0", "50.0"),
    ],
)
def test_what_stores_reached_is_told_by_the_best_quarter(
    stores: list[tuple[int, int]], best: str, together: str
) -> None:
    assert reached_by(stores) == Reached(Decimal(best), Decimal(together))


def test_nothing_is_known_to_be_out_of_reach_without_cases() -> None:
    assert reached_by([]) is None
    assert reached_by([(4, 0)]) is None


def test_a_threshold_that_the_best_did_not_reach_is_a_wish() -> None:
    within = replace(clause(), reached=Reached(Decimal("96.0"), Decimal("81.5")))
    assert findings_of([within]) == []
    (wish,) = findings_of([replace(within, reached=Reached(Decimal("95.9"), Decimal("81.5")))])
    assert (wish.criterion, wish.is_blocking) == (Criterion.FEASIBLE, False)
    assert "95.9 %" in wish.words() and "81.5 %" in wish.words()
