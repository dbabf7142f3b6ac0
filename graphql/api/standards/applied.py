"""From what a deed did to clocks to the payload's `standardsApplied`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from api.base.applied import Effect
from standards.actions.clocking import Applied
from standards.rules.lint import text_in


@dataclass(frozen=True, slots=True)
class AppliedRow:
    """A row of `standardsApplied`: the clause in the caller's language, and what happened to its clock."""

    clause_id: UUID
    clause: str
    effect: Effect
    due_at: datetime | None


def applied_by(applied: Iterable[Applied]) -> list[AppliedRow]:
    """Return the rows of `standardsApplied`."""
    return [
        AppliedRow(each.clause.id, text_in(None, each.clause.texts), Effect(each.effect.value), each.due_at)
        for each in applied
    ]
