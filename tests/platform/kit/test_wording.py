"""Things are told as people read them."""

import pytest
from django.utils.translation import override

from kit.wording import enumerated, money


@pytest.mark.parametrize(
    ("amount_minor", "currency", "told"),
    [
        (0, "CNY", "CNY 0.00"),
        (5, "GBP", "GBP 0.05"),
        (123_450, "CNY", "CNY 1,234.50"),
        (1_000_000, "JPY", "JPY 1,000,000"),
        (1_234_567, "KWD", "KWD 1,234.567"),
        (-1_50, "EUR", "EUR -1.50"),
    ],
)
def test_an_amount_is_told_in_whole_units_and_not_in_the_smallest(amount_minor: int, currency: str, told: str) -> None:
    assert money(amount_minor, currency) == told


def test_an_enumeration_is_written_as_the_language_does() -> None:
    with override("zh-hans"):
        assert enumerated(["投诉", "订单"]) == "投诉、订单"
