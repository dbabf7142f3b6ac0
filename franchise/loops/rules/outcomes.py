"""Whether a clause had reached somebody: nobody is at fault before it had."""

from dataclasses import dataclass
from datetime import datetime

from loops.models.loops import LoopMissing, LoopOutcome


@dataclass(frozen=True, slots=True)
class Got:
    """What somebody had got of a clause: since when it was in force there, when they acknowledged it and were taught.

    A moment that is None never came. `is_taught` tells whether there was a lesson that teaches it: where there was
    none, nobody could be asked to take it.
    """

    pushed_at: datetime | None = None
    is_waived: bool = False
    is_for_them: bool = True
    acknowledged_at: datetime | None = None
    is_taught: bool = False
    trained_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Whether a clause had reached somebody, and what was missing where it had not."""

    outcome: LoopOutcome
    missing: tuple[LoopMissing, ...] = ()


def found_for(got: Got, *, at: datetime) -> Found:
    """Return whether a clause had reached somebody when something happened: all that was missing is named.

    What came at that very moment had come.
    """
    missing = tuple(
        what
        for what, is_missing in (
            (LoopMissing.NOT_PUSHED, _later(got.pushed_at, at)),
            (LoopMissing.WAIVED, got.is_waived),
            (LoopMissing.NOT_FOR_THEM, not got.is_for_them),
            (LoopMissing.NOT_ACKNOWLEDGED, _later(got.acknowledged_at, at)),
            (LoopMissing.NOT_TRAINED, got.is_taught and _later(got.trained_at, at)),
        )
        if is_missing
    )
    return Found(LoopOutcome.NOT_REACHED, missing) if missing else Found(LoopOutcome.REACHED)


def _later(moment: datetime | None, at: datetime) -> bool:
    return moment is None or moment > at
