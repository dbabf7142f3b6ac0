"""How far a clause is met: what was counted, the share reached, and how far from the one asked for (S2, S7)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from standards.models.texts import Clause
from standards.models.verdicts import VerdictState
from standards.rules.grammar import parse_rule, share_asked

_TWO_DECIMALS = Decimal("0.01")
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Conformance:
    """How far a clause is met: how many cases stand how, and whether the share asked for is reached.

    `share_met` is a percentage of the settled cases, `distance` by how many points it is above the share asked for, or
    below it if negative; without such cases they and `is_kept` are None: not known. `begins_on` is the first day of the
    month, or the day, that is told of, if it is one. `trend` is by how many points the share met has moved since the
    month before.
    """

    clause: Clause
    counts: dict[VerdictState, int]
    share_met: Decimal | None
    distance: Decimal | None
    is_kept: bool | None
    begins_on: date | None = None
    trend: Decimal | None = None


def conformance_of(clause: Clause, counts: Mapping[VerdictState, int], *, begins_on: date | None = None) -> Conformance:
    """Return how far a clause is met by what was counted."""
    met, missed = counts.get(VerdictState.MET, 0), counts.get(VerdictState.MISSED, 0)
    share_met = share_of(met, missed)
    asked = share_asked(parse_rule(clause.rule))
    return Conformance(
        clause=clause,
        counts={state: counts.get(state, 0) for state in VerdictState},
        share_met=share_met,
        distance=None if share_met is None else share_met - asked,
        is_kept=None if share_met is None else 100 * met >= asked * (met + missed),
        begins_on=begins_on,
    )


def share_of(met: int, missed: int) -> Decimal | None:
    """Return the percentage of settled cases that were met; None without any."""
    return (100 * Decimal(met) / (met + missed)).quantize(_TWO_DECIMALS) if met + missed else None


def with_trend(months: Iterable[Conformance]) -> list[Conformance]:
    """Return months beside what their requirement came to in the month before, under whatever versions (S7)."""
    found = list(months)
    settled: dict[tuple[UUID, date], Counter[VerdictState]] = {}
    for each in found:
        if each.begins_on is not None:
            settled.setdefault((each.clause.lineage_id, each.begins_on), Counter()).update(each.counts)
    return [replace(each, trend=_moved(each, settled)) for each in found]


def month_before(month: date) -> date:
    """Return the first day of the month before one; of the first month that there is, its own."""
    first = month.replace(day=1)
    return first if first == date.min else (first - _A_DAY).replace(day=1)


def _moved(now: Conformance, settled: Mapping[tuple[UUID, date], Counter[VerdictState]]) -> Decimal | None:
    if now.begins_on is None or now.share_met is None:
        return None
    before = settled.get((now.clause.lineage_id, month_before(now.begins_on)), Counter())
    share_before = share_of(before[VerdictState.MET], before[VerdictState.MISSED])
    return None if share_before is None else now.share_met - share_before


@dataclass(frozen=True, slots=True)
class MemberConformance:
    """How far a clause is met in what one person did."""

    member_id: UUID
    met: Conformance
