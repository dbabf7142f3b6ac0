"""How far a clause is met: what was counted, the share reached, and whether it is the one asked for (S2, S7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from standards.models.texts import Clause
from standards.models.verdicts import VerdictState
from standards.rules.grammar import parse_rule, share_asked

_TWO_DECIMALS = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Conformance:
    """How far a clause is met: how many cases stand how, and whether the share asked for is reached.

    `share_met` is a percentage of the settled cases; with none of them it and `is_kept` are None: not known. `month` is
    the first day of the month that is told of, if it is one.
    """

    clause: Clause
    counts: dict[VerdictState, int]
    share_met: Decimal | None
    is_kept: bool | None
    month: date | None = None


def conformance_of(clause: Clause, counts: Mapping[VerdictState, int], *, month: date | None = None) -> Conformance:
    """Return how far a clause is met by what was counted."""
    met, missed = counts.get(VerdictState.MET, 0), counts.get(VerdictState.MISSED, 0)
    share_met = (100 * Decimal(met) / (met + missed)).quantize(_TWO_DECIMALS) if met + missed else None
    asked = share_asked(parse_rule(clause.rule))
    return Conformance(
        clause=clause,
        counts={state: counts.get(state, 0) for state in VerdictState},
        share_met=share_met,
        is_kept=None if share_met is None else 100 * met >= asked * (met + missed),
        month=month,
    )


@dataclass(frozen=True, slots=True)
class MemberConformance:
    """How far a clause is met in what one person did."""

    member_id: UUID
    met: Conformance
