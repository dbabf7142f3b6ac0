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


SHORT = [
    (question, question)
    for question in (
        "怎么退货？",
        "怎么换货？",
        "几点关门",
        "发票怎么开",
        "可以用微信付款吗",
        "送货要多久",
        "保修多久",
        "有停车位吗",
    )
]


@pytest.mark.parametrize(
    ("asked", "fits"),
    [
        ("请问退货怎么办理？", "怎么退货？"),
        ("我想退貨", "怎么退货？"),
        ("你们晚上几点关门", "几点关门"),
        ("能开发票吗", "发票怎么开"),
        ("微信付款可以吗", "可以用微信付款吗"),
        ("送货多久到", "送货要多久"),
        ("這個燈保修多久", "保修多久"),
        ("附近有没有停车位", "有停车位吗"),
    ],
)
def test_q4_a_short_chinese_question_is_offered_its_answer(asked: str, fits: str) -> None:
    assert Kept(SHORT).fitting(asked, at_most=5) == [fits]


@pytest.mark.parametrize(
    "asked",
    [
        "怎么付款",
        "几点开门",
        "可以用支付宝吗",
        "有优惠吗",
        "多久能修好",
        "请问怎么注册会员",
        "您好",
        "好的，谢谢",
        "开水怎么停",
    ],
)
def test_q4_how_something_is_asked_is_no_reason_to_offer_an_answer(asked: str) -> None:
    assert Kept(SHORT).fitting(asked, at_most=5) == []


@pytest.mark.parametrize(
    ("one", "other"), [("可以退货吗", "可以换货吗"), ("几点开门", "几点关门"), ("怎么退货", "怎么换货")]
)
def test_q3_two_short_questions_about_different_things_are_two(one: str, other: str) -> None:
    assert likeness(one, other) < SAME_QUESTION
    assert likeness(one, f"请问，{one}？") >= SAME_QUESTION
