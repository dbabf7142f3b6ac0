"""What a store was when a case began there, as it was known then: its area, its kind and its equipment."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from standards.rules.standing import Place


@dataclass(frozen=True, slots=True)
class Period:
    """The time from a moment on and before another one; one without an end lasts."""

    begins: datetime
    ends: datetime | None

    def holds_at(self, moment: datetime) -> bool:
        """Tell whether a moment is within the period."""
        return self.begins <= moment and (self.ends is None or moment < self.ends)


@dataclass(frozen=True, slots=True)
class Move:
    """A store's area or its kind became another one at a moment; this is what they were before."""

    at: datetime
    area_id: UUID | None
    kind: str


@dataclass(frozen=True, slots=True)
class Past:
    """What a store is by now, what it was before each move, in their order, and what equipment it had when."""

    latest: Place
    moves: Sequence[Move]
    equipment: Sequence[tuple[str, Period]]

    def at(self, moment: datetime) -> Place:
        """Return what the store was at a moment."""
        there = frozenset(code for code, period in self.equipment if period.holds_at(moment))
        place = replace(self.latest, equipment=there)
        before = next((move for move in self.moves if moment < move.at), None)
        return place if before is None else replace(place, area_id=before.area_id, kind=before.kind)

    def stays(self, first: datetime, last: datetime) -> Iterator[Period]:
        """Divide the time between two moments into parts in which area and kind stay the same."""
        turns = sorted({move.at for move in self.moves if first < move.at < last})
        for begins, ends in pairwise([first, *turns, last]):
            yield Period(begins, ends)
