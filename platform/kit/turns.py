"""Fair turns: in a process of many threads one computes at a time, and whoever has used least of late goes first.

A server that takes requests in the order of their arrival belongs to whoever sends most of them. Here each request
comes under a key (whose it is) and waits for its turn; at `give_way` a long one lets another key's request pass, in
the midst of its work. While a thread rests (waits for the database) somebody else may compute.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count

# In seconds. What one key may be ahead of another before it gives way.
_QUANTUM = 0.005
# How often a computing thread looks whether somebody should pass.
_LOOK_EVERY = 0.001
# How long a resting thread keeps its turn, so that a short question to the database costs no waiting afterwards.
_PATIENCE = 0.02
# After so long without a sign of the holder, a poorer one computes beside it.
_SHORT_SILENCE = 0.01
# After so long anybody does: the holder may itself be waiting for somebody who waits here.
_LONG_SILENCE = 1.0
# How often those look again who are not the next.
_LOOK_RARELY = 0.1
# What was used so long ago counts half.
_HALF_LIFE = 2.0
_KEYS_REMEMBERED = 1_000


class TooManyAtOnce(Exception):
    """So many of this key are inside already that another one is not let in."""


@dataclass(eq=False, slots=True)
class Visit:
    """One request inside: waiting for its turn, computing, or resting."""

    key: str
    arrival: int
    has_begun: bool = False
    is_waiting: bool = False
    computing_since: float = 0.0
    resting_since: float | None = None
    called: threading.Event = field(default_factory=threading.Event)


class Turns:
    """Who computes now, who waits, and how much of the process each key has used.

    A thread must not hold a lock that others want while it rests or gives way (`functools.cached_property` has one).
    At most `most_inside` of one key are inside; at most `most_begun` of them have begun their work. All of it is
    memory of this process: with a killed one its visits are gone, too.
    """

    def __init__(self, *, most_inside: int, most_begun: int) -> None:
        self._most_inside, self._most_begun = most_inside, most_begun
        self._lock = threading.Lock()
        self._arrivals = count()
        self._inside: list[Visit] = []
        self._waiting = 0
        self._holder: Visit | None = None
        self._used: dict[str, tuple[float, float]] = {}

    @contextmanager
    def inside(self, key: str) -> Iterator[Visit]:
        """Be inside, without a turn as yet; raises TooManyAtOnce."""
        visit = Visit(key, next(self._arrivals))
        with self._lock:
            if sum(other.key == key for other in self._inside) >= self._most_inside:
                raise TooManyAtOnce
            self._inside.append(visit)
        try:
            yield visit
        finally:
            with self._lock:
                self._inside.remove(visit)

    @contextmanager
    def turn(self, visit: Visit) -> Iterator[None]:
        """Wait for a turn, and have it while the block runs; `give_way` and `resting` are about this turn."""
        self._wait(visit)
        _here.turn = (self, visit)
        try:
            yield
        finally:
            _here.turn = None
            with self._lock:
                visit.has_begun = False
                if self._holder is visit:
                    self._charge(visit)
                    self._hand_on()

    def let_pass(self, visit: Visit) -> None:
        """Let somebody whose key has used less pass, and go on afterwards."""
        if self._waiting and time.monotonic() - visit.computing_since > _LOOK_EVERY and self._is_to_wait(visit):
            self._wait(visit)

    @contextmanager
    def rest(self, visit: Visit) -> Iterator[None]:
        """Compute nothing while the block runs; somebody else may."""
        visit.resting_since = time.monotonic()
        if self._waiting:
            self._is_to_wait(visit)
        try:
            yield
        finally:
            with self._lock:
                visit.resting_since = None
                keeps = self._holder is visit
                if keeps:
                    self._charge(visit)
            if not keeps:
                self._wait(visit)

    def _wait(self, visit: Visit) -> None:
        while (seconds := self._takes(visit)) is not None:
            visit.called.wait(seconds)
            visit.called.clear()

    def _takes(self, visit: Visit) -> float | None:
        """Take the turn if it is to be had, and return None; else return when to look again, in seconds."""
        with self._lock:
            if self._holder is visit:
                return None
            if not visit.is_waiting:
                # It comes anew, or its turn was taken before it noticed that it had one.
                visit.is_waiting = True
                self._waiting += 1
            if self._best() is not visit:
                return _LOOK_RARELY
            if self._holder is not None and not self._yields(self._holder, visit):
                return _SHORT_SILENCE
            if self._holder is not None:
                self._charge(self._holder)
            self._give(visit)
            return None

    def _is_to_wait(self, visit: Visit) -> bool:
        """Tell whether somebody else has the turn now: it was taken, or is handed to a poorer one here."""
        with self._lock:
            if self._holder is not visit:
                return True
            self._charge(visit)
            best = self._best()
            if best is None or not self._is_poorer(best, visit):
                return False
            self._give(best)
            return True

    # --- Under the lock ---

    def _best(self) -> Visit | None:
        begun = [other.key for other in self._inside if other.has_begun]
        ready = [
            other
            for other in self._inside
            if other.is_waiting and (other.has_begun or begun.count(other.key) < self._most_begun)
        ]
        return min(ready, key=lambda one: (self._usage(one.key), not one.has_begun, one.arrival), default=None)

    def _give(self, visit: Visit) -> None:
        self._holder = visit
        self._waiting -= 1
        visit.is_waiting, visit.has_begun = False, True
        visit.computing_since = time.monotonic()
        visit.called.set()

    def _hand_on(self) -> None:
        self._holder = None
        best = self._best()
        if best is not None:
            self._give(best)

    def _charge(self, visit: Visit) -> None:
        now = time.monotonic()
        self._used[visit.key] = (self._usage(visit.key) + now - visit.computing_since, now)
        visit.computing_since = now
        if len(self._used) > _KEYS_REMEMBERED:
            self._used = {other.key: self._used.get(other.key, (0.0, now)) for other in self._inside}

    def _usage(self, key: str) -> float:
        used, at = self._used.get(key, (0.0, 0.0))
        return used * 0.5 ** ((time.monotonic() - at) / _HALF_LIFE) if used else 0.0

    def _is_poorer(self, one: Visit, other: Visit) -> bool:
        return self._usage(one.key) + _QUANTUM < self._usage(other.key)

    def _yields(self, holder: Visit, other: Visit) -> bool:
        now = time.monotonic()
        if holder.resting_since is not None:
            return now - holder.resting_since > _PATIENCE
        silence = now - holder.computing_since
        return silence > _LONG_SILENCE or (silence > _SHORT_SILENCE and self._is_poorer(other, holder))


class _Here(threading.local):
    turn: tuple[Turns, Visit] | None = None


_here = _Here()


def give_way() -> None:
    """Let others pass who have used less, if this thread has a turn at all; to be called in the midst of long work."""
    if _here.turn is not None:
        turns, visit = _here.turn
        turns.let_pass(visit)


@contextmanager
def resting() -> Iterator[None]:
    """Say that this thread computes nothing while the block runs."""
    if _here.turn is None:
        yield
        return
    turns, visit = _here.turn
    with turns.rest(visit):
        yield
