"""Texts that people type: what can't be seen is no text, and what hides or turns others round is refused (I01, I14)."""

import pytest

from kit.refusals import Invalid, TooLong
from kit.texts import line_of, text_of


@pytest.mark.parametrize("text", ["", " ", "\t\n", "\u200b", "\ufeff\u2060", "\u3000", "\u00ad"])
def test_a_text_that_looks_empty_is_empty(text: str) -> None:
    with pytest.raises(Invalid):
        text_of(text, field="name")


def test_what_is_not_required_may_be_empty() -> None:
    assert text_of("  ", field="name", required=False) == ""


@pytest.mark.parametrize("sign", ["\x00", "\x07", "\x1b", "\x7f", "\x9b", "\u202e", "\u202a", "\u2066", "\u2069"])
def test_a_sign_that_steers_or_turns_round_is_refused(sign: str) -> None:
    with pytest.raises(Invalid):
        text_of(f"Wang{sign}gnaW", field="name")


@pytest.mark.parametrize("sign", ["\n", "\r", "\x85", "\u2028", "\u2029"])
def test_a_line_is_one_line(sign: str) -> None:
    with pytest.raises(Invalid):
        line_of(f"Wang{sign}Bcc: x@y.example", field="name")


@pytest.mark.parametrize("text", ["王小明", "O’Brien", "عمر", "👩\u200d🍳 Küche", "a\u00a0b", "1. x\n2. y"])
def test_honest_texts_are_taken_as_they_are(text: str) -> None:
    assert text_of(text, field="name") == text


def test_a_text_is_as_long_as_its_field_and_no_longer() -> None:
    assert text_of("x" * 5, field="name", limit=5) == "xxxxx"
    with pytest.raises(TooLong):
        text_of("x" * 6, field="name", limit=5)
