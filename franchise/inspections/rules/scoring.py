"""What the findings of an inspection come to (rulebook M1)."""

from collections.abc import Iterable
from dataclasses import dataclass

from inspections.models.inspections import FindingResult

WHOLE = 10_000


@dataclass(frozen=True, slots=True)
class Weighed:
    """What was found about an item, and what that counts."""

    result: FindingResult
    weight: int
    is_critical: bool


@dataclass(frozen=True, slots=True)
class Score:
    """Hundredths of a per cent of the weights that were met, None where nothing applied; and whether that is enough."""

    basis_points: int | None
    is_passed: bool


def score_of(found: Iterable[Weighed], *, pass_share: int) -> Score:
    """Return the score: the weights met among those that applied. A critical item that is not met fails it.

    It is rounded down, so that nothing passes by rounding. Where nothing applied, nothing failed.
    """
    applied = [each for each in found if each.result is not FindingResult.NOT_APPLICABLE]
    failed = any(each.is_critical and each.result is FindingResult.NOT_MET for each in applied)
    whole = sum(each.weight for each in applied)
    if not whole:
        return Score(None, True)
    met = sum(each.weight for each in applied if each.result is FindingResult.MET)
    basis_points = met * WHOLE // whole
    return Score(basis_points, not failed and basis_points * 100 >= pass_share * WHOLE)
