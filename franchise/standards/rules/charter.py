"""The service charter: what the chain promises its customers, in the order in which they meet it (S8)."""

from collections.abc import Iterable
from dataclasses import dataclass

from standards.models.texts import Clause, JourneyStep


@dataclass(frozen=True, slots=True)
class Chapter:
    """A step of the customer's journey, or None for what belongs to no step, and the clauses promised there."""

    step: JourneyStep | None
    clauses: tuple[Clause, ...]


def chapters_of(clauses: Iterable[Clause]) -> list[Chapter]:
    """Return clauses by the steps that they are tied to, in the order of the journey; those tied to none come last."""
    ordered = sorted(clauses, key=lambda clause: (_place(clause), str(clause.version.standard_id), clause.position))
    steps = dict.fromkeys(clause.journey_step for clause in ordered)
    return [Chapter(step, tuple(clause for clause in ordered if clause.journey_step == step)) for step in steps]


def _place(clause: Clause) -> tuple[bool, int, str]:
    step = clause.journey_step
    return (True, 0, "") if step is None else (False, step.position, step.code)
