"""Standard or store? The four cases, and what deviating costs in complaints (S7, C4)."""

from decimal import Decimal

import pytest

from kit.ids import new_id
from loops.rules.fourfold import Counted, FourCase, costs_of

LINEAGE = new_id()


def counted(met: int, missed: int, complaints: int) -> Counted:
    return Counted(new_id(), LINEAGE, met=met, missed=missed, complaints=complaints, asked=Decimal(90))


@pytest.mark.parametrize(
    ("met", "missed", "complaints", "case"),
    [
        (9, 1, 0, FourCase.WELL),
        (9, 1, 1, FourCase.MEND_STANDARD),
        (8, 2, 1, FourCase.MEND_STORE),
        (8, 2, 0, FourCase.ASK_WHAT_FOR),
        (0, 0, 3, None),
    ],
)
def test_conforming_or_not_and_complained_of_or_not_make_four_cases(
    met: int, missed: int, complaints: int, case: FourCase | None
) -> None:
    assert counted(met, missed, complaints).case is case


def test_deviating_costs_what_there_was_more_than_with_the_rate_of_those_that_keep_the_clause() -> None:
    (cost,) = costs_of([counted(100, 0, 2), counted(95, 5, 0), counted(20, 30, 6), counted(0, 0, 9)])
    assert (cost.keeping.stores, cost.keeping.rate) == (2, Decimal("1.00"))
    assert (cost.deviating.stores, cost.deviating.rate) == (1, Decimal("12.00"))
    assert cost.extra_complaints == Decimal("5.50")


def test_without_another_side_nothing_is_known_of_the_cost() -> None:
    (cost,) = costs_of([counted(0, 10, 4)])
    assert cost.extra_complaints is None
    assert cost.keeping.rate is None
