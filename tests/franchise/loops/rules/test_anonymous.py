"""What tells who somebody is, is found in a text and taken out of it, in Chinese and English (T6, K4)."""

import pytest

from loops.rules.anonymous import Hidden, NotAnonymous, Telling, must_be_anonymous, taken_out, told_in

HIDDEN = Hidden(
    customers=["王小明", "Mary Brown"],
    staff=["陈国强", "Li Lei"],
    phones=["+86 138 1234 5678"],
    mails=["mary@brown.example"],
    addresses=["1 Garden Road, Kowloon", "南京西路 100 号"],
    numbers=["S1-00042", "W-2026-0042"],
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("王小明说汤是凉的。", Telling.CUSTOMER_NAME),
        ("王先生说汤是凉的。", Telling.CUSTOMER_NAME),
        ("小明说汤是凉的。", Telling.CUSTOMER_NAME),
        ("陳國強端来了汤。", Telling.STAFF_NAME),
        ("小陈端来了汤。", Telling.STAFF_NAME),
        ("MARY BROWN waited.", Telling.CUSTOMER_NAME),
        ("Mrs Brown waited.", Telling.CUSTOMER_NAME),
        ("Lei brought it.", Telling.STAFF_NAME),
        ("Call 138-1234-5678.", Telling.PHONE),
        ("Call １３８ 1234 5678.", Telling.PHONE),
        ("Call 0755 2345 6789.", Telling.PHONE),
        ("Write to someone@else.example.", Telling.MAIL),
        ("They live in Garden Road: 1 garden road.", Telling.ADDRESS),
        ("寄到南京西路 100 号。", Telling.ADDRESS),
        ("See S1-00042.", Telling.NUMBER),
        ("Order w-2026-0042 came late.", Telling.NUMBER),
    ],
)
def test_whatever_tells_who_somebody_is_is_found(text: str, found: Telling) -> None:
    assert told_in(text, HIDDEN) == [found]
    with pytest.raises(NotAnonymous) as refusal:
        must_be_anonymous([("situation", text)], HIDDEN)
    assert refusal.value.field == ("situation",)


@pytest.mark.parametrize(
    "text",
    [
        "The brown soup was cold on 2026-11-22 at 18:30, and 3 of 5 guests left.",
        "汤在 2026 年 11 月 22 日是凉的，五位客人走了三位。",
        "老师说过：先道歉。",
    ],
)
def test_what_names_nobody_is_left_alone(text: str) -> None:
    assert told_in(text, HIDDEN) == []
    assert taken_out(text, HIDDEN) == text


def test_what_is_proposed_tells_nothing_any_more() -> None:
    told = (
        "Mary Brown (mary@brown.example, +86 138 1234 5678) of 1 Garden Road, Kowloon, complained in S1-00042 that "
        "Li Lei was rude. 王小明和王先生也说陈国强没有道歉，寄到南京西路 100 号。"
    )
    proposed = taken_out(told, HIDDEN)
    assert told_in(told, HIDDEN) == list(Telling)
    assert told_in(proposed, HIDDEN) == []
    assert "was rude" in proposed and "没有道歉" in proposed
