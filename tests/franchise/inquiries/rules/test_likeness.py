"""Q3, Q4: two questions that say the same are recognised, in any language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inquiries.rules.likeness import SAME_QUESTION, Kept, likeness


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("How long does the lamp last?", "how long does this lamp last"),
        ("这款灯能用多久？", "请问这款灯能用多久"),
        ("Ｗｉｆｉ 密码是多少", "wifi密码是多少？"),
    ],
)
def test_the_same_question_is_recognised(one: str, other: str) -> None:
    assert likeness(one, other) >= SAME_QUESTION


@pytest.mark.parametrize(
    ("one", "other"),
    [("How long does the lamp last?", "When do you open on Sunday?"), ("这款灯能用多久", "星期天几点开门"), ("", "灯")],
)
def test_another_question_is_not_taken_for_the_same(one: str, other: str) -> None:
    assert likeness(one, other) < SAME_QUESTION


@given(st.text(max_size=60), st.text(max_size=60))
def test_likeness_is_between_0_and_1_and_does_not_depend_on_the_order(one: str, other: str) -> None:
    assert 0 <= likeness(one, other) == likeness(other, one) <= 1


def test_a_long_text_may_say_more_than_the_question_that_is_kept() -> None:
    kept = Kept(
        [("hours", "opening hours"), ("return", "退货"), ("return", "可以退货吗"), ("both", "退货 opening hours")]
    )
    assert kept.fitting("您好，我上周买的灯坏了，可以退货吗？", at_most=5) == ["return"]
    assert kept.fitting("What are your opening hours?", at_most=5) == ["hours", "both"]
    assert kept.fitting("What are your opening hours?", at_most=1) == ["hours"]
    assert kept.fitting("", at_most=5) == []
