"""The judge of what is not a span: a single deed, and a stretch of time; the same for any order of arrival."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from standards.models.verdicts import STATE_OF, ReasonCode
from standards.rules.deeds import FieldRecorded, Never
from standards.rules.judging import Judgement, outside_scope
from standards.rules.reading import WHOLE
from standards.rules.windows import Average, Share

# What an inspection says of a clause, and what that means.
FOUND = {
    "MET": ReasonCode.FOUND_MET,
    "MISSED": ReasonCode.FOUND_MISSED,
    "NOT_APPLICABLE": ReasonCode.FOUND_NOT_APPLICABLE,
}


@dataclass(frozen=True, slots=True)
class Figures:
    """What was counted in a window: a total and among how many; a share's total is the number of what is counted."""

    total: Decimal | int
    number: int
    entry_ids: tuple[UUID, ...] = ()


def judge_deed(
    rule: FieldRecorded | Never, *, entry_id: UUID, facts: Mapping[str, str], recorded: Collection[str]
) -> Judgement:
    """Judge one deed by what was recorded of it."""
    outside = outside_scope(rule.scope, facts)
    if outside is not None:
        return Judgement(*outside, due_at=None, entry_ids=(entry_id,))
    if isinstance(rule, Never):
        reason = ReasonCode.HAPPENED
    else:
        reason = ReasonCode.RECORDED if set(rule.fields) <= set(recorded) else ReasonCode.NOT_RECORDED
    return Judgement(STATE_OF[reason], reason, due_at=None, entry_ids=(entry_id,))


def judge_inspection(*, entry_id: UUID, facts: Mapping[str, str]) -> Judgement | None:
    """Judge a clause by what an inspection found; None where it tells nothing that is known."""
    reason = FOUND.get(facts.get("result", ""))
    return None if reason is None else Judgement(STATE_OF[reason], reason, due_at=None, entry_ids=(entry_id,))


def judge_window(rule: Share | Average, figures: Figures, *, ends_at: datetime, now: datetime) -> Judgement:
    """Judge a stretch of time by its figures; before its end it is open."""
    if now < ends_at:
        reason = ReasonCode.STILL_TIME
    elif not figures.number:
        reason = ReasonCode.NOTHING_HAPPENED
    else:
        total = figures.total * WHOLE if isinstance(rule, Share) else figures.total
        reason = ReasonCode.BOUND_KEPT if rule.bound.holds(total, figures.number) else ReasonCode.BOUND_BROKEN
    entry_ids = () if reason is ReasonCode.STILL_TIME else figures.entry_ids
    return Judgement(STATE_OF[reason], reason, due_at=ends_at, entry_ids=entry_ids)
