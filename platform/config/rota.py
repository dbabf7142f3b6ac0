"""When the relay looks after which chain; times are seconds of a clock that only goes forward."""

from collections import OrderedDict
from collections.abc import Iterable
from uuid import UUID

TURN_EVERY = 2.0
SEAL_EVERY = 60.0
_AT_A_TURN = 20
_RECENT_FOR = 600.0
_SOON = 0.2


class Rota:
    """Chains that were woken come at once; those that were busy lately come each turn, in case a wake-up was lost."""

    def __init__(self) -> None:
        self._due: dict[UUID, float] = {}
        self._aside: dict[UUID, float] = {}
        self._recent: OrderedDict[UUID, float] = OrderedDict()
        self._seal_at: dict[UUID, float] = {}
        self._next_turn = float("-inf")

    def wake(self, chain_id: UUID, now: float) -> None:
        """Look after this chain at once, again during the coming turns, and seal it within SEAL_EVERY."""
        self._due[chain_id] = max(now, self._aside.get(chain_id, now))
        self._recent[chain_id] = now
        self._seal_at.setdefault(chain_id, now + SEAL_EVERY)

    def is_turn(self, now: float) -> bool:
        """Tell whether it is time for the next turn."""
        return now >= self._next_turn

    def add_turn(self, chain_ids: Iterable[UUID], now: float) -> None:
        """Look after these and the recently busy ones; of those too many for a turn, the longest waiting come first."""
        self._next_turn = now + TURN_EVERY
        for chain_id in chain_ids:
            self._due.setdefault(chain_id, now)
            self._seal_at.setdefault(chain_id, now)
        for chain_id, woken_at in list(self._recent.items())[:_AT_A_TURN]:
            del self._recent[chain_id]
            if now - woken_at < _RECENT_FOR:
                self._recent[chain_id] = woken_at
                self._due.setdefault(chain_id, now)

    def take_due(self, now: float) -> list[UUID]:
        """Return the chains to look after now, and forget that they were due."""
        due = [chain_id for chain_id, at in self._due.items() if at <= now]
        for chain_id in due:
            del self._due[chain_id]
            self._aside.pop(chain_id, None)
        return due

    def tended(self, chain_id: UUID, now: float, *, at_once: bool, soon: bool) -> None:
        """Note how it went: whether more can be taken at once, or soon, when a running transaction has ended."""
        if at_once or soon:
            self._due[chain_id] = now if at_once else now + _SOON

    def put_aside(self, chain_id: UUID, now: float, *, seconds: float) -> None:
        """Leave a chain that is in trouble alone for a while."""
        self._due[chain_id] = self._aside[chain_id] = now + seconds

    def is_seal_due(self, chain_id: UUID, now: float) -> bool:
        """Tell whether it is time to seal this chain's journal."""
        return self._seal_at.get(chain_id, float("inf")) <= now

    def sealed(self, chain_id: UUID) -> None:
        """Note that everything is sealed."""
        self._seal_at.pop(chain_id, None)

    def pause(self, now: float, *, at_most: float) -> float:
        """Return how long nothing is due."""
        return max(0.0, min([self._next_turn, *self._due.values(), now + at_most]) - now)
