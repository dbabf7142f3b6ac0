"""Texts are compared in one Chinese script, whatever part of them is looked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.chinese import folded

HAN = st.text(st.characters(min_codepoint=0x3400, max_codepoint=0x9FFF), max_size=20)


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("陳國強", "陈国强"),
        ("台灣", "台湾"),
        ("臺灣", "台湾"),
        ("麵條後來", "面条后来"),
        ("ＡＢＣ", "abc"),
        ("頭髮", "头发"),
    ],
)
def test_both_scripts_become_one(traditional: str, simplified: str) -> None:
    assert folded(traditional) == folded(simplified) == simplified


@given(HAN, HAN)
def test_a_part_is_folded_as_it_is_inside_the_whole_and_once_is_enough(one: str, other: str) -> None:
    assert folded(one + other) == folded(one) + folded(other)
    assert folded(folded(one)) == folded(one)
