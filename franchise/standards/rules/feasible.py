"""Whether a threshold can be reached: it is held against what the stores have reached (S3)."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

# What the stores reached lately: long enough for a season's weeks, short enough to be how they work today.
DAYS = 90
# A store with fewer settled cases says nothing about what can be reached.
FEWEST_CASES = 5
_TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Reached:
    """The percentages of cases kept: by the store at which the best quarter begins, and by all stores together.

    Under a rule with a bound they are the figures that it is about; how often it happened, where it never should.
    """

    best_quarter: Decimal
    together: Decimal


@dataclass(frozen=True, slots=True)
class Counted:
    """What a store came to: a total, and among how many; the one divided by the other is its figure."""

    total: Decimal | int
    number: int


def figures_reached_by(stores: Collection[Counted], *, is_more_better: bool, fewest: int) -> Reached | None:
    """Return which figures stores came to, unrounded; None where fewer than `fewest` tell of each.

    The best quarter begins at the store that a quarter of all stores, at least one, do as well as or better.
    """
    telling = [each for each in stores if each.number >= fewest]
    if not telling:
        return None
    figures = sorted((Decimal(each.total) / each.number for each in telling), reverse=is_more_better)
    total, number = sum((Decimal(each.total) for each in telling), Decimal(0)), sum(each.number for each in telling)
    return Reached(figures[max(1, -(-len(figures) // 4)) - 1], total / number)


def reached_by(stores: Collection[tuple[int, int]]) -> Reached | None:
    """Return what stores reached, each told by its cases met and missed; None where too few cases tell.

    The best quarter begins at the store that a quarter of all stores, at least one, do as well as or better.
    """
    telling = [(met, missed) for met, missed in stores if met + missed >= FEWEST_CASES]
    if not telling:
        return None
    shares = sorted((_share(met, missed) for met, missed in telling), reverse=True)
    best = shares[max(1, -(-len(shares) // 4)) - 1]
    return Reached(best, _share(sum(met for met, _ in telling), sum(missed for _, missed in telling)))


def measured_alike(rule: dict[str, Any]) -> dict[str, Any]:
    """Return a rule without the share it asks for: cases under two such rules stand alike."""
    return {name: value for name, value in rule.items() if name not in ("share", "tolerance")}


def _share(met: int, missed: int) -> Decimal:
    return (100 * Decimal(met) / (met + missed)).quantize(_TENTH, ROUND_HALF_UP)
