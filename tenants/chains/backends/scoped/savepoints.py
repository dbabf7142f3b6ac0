"""Savepoints that cost a statement only where one comes between two of them."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class _Point:
    """A savepoint of the server, and those who asked for one there and are not through."""

    name: str
    asked_by: list[str] = field(default_factory=list)


class Savepoints:
    """The savepoints of one transaction: made when a statement is about to run in them, released with the next one.

    Where nothing ran between two, one of the server's stands for both: rolling back to either is the same. What is
    released but not told to the server goes with the savepoint around it, or with the transaction.
    """

    def __init__(self) -> None:
        self._made: list[_Point] = []
        self._asked: list[str] = []

    def ask(self, name: str) -> None:
        """Begin a savepoint."""
        self._asked.append(name)

    def before_statement(self) -> list[str]:
        """Return what the server has to be told before a statement runs; from then on it counts as told."""
        if not self._asked:
            return []
        through = [point for point in self._made if not point.asked_by]
        told = [f'RELEASE SAVEPOINT "{through[0].name}"'] if through else []
        self._made = [point for point in self._made if point.asked_by]
        self._made.append(_Point(self._asked[0], self._asked))
        told.append(f'SAVEPOINT "{self._asked[0]}"')
        self._asked = []
        return told

    def release(self, name: str) -> list[str]:
        """End a savepoint and those inside it, keeping what was done; return what the server has to be told now."""
        if name in self._asked:
            del self._asked[self._asked.index(name) :]
            return []
        at = self._at(name)
        if at is None:
            return [f'RELEASE SAVEPOINT "{name}"']
        self._asked = []
        del self._made[at].asked_by[self._made[at].asked_by.index(name) :]
        for inner in self._made[at + 1 :]:
            inner.asked_by = []
        return []

    def roll_back(self, name: str) -> list[str]:
        """Undo what was done since a savepoint, which stays; return what the server has to be told now."""
        if name in self._asked:
            del self._asked[self._asked.index(name) + 1 :]
            return []
        self._asked = []
        at = self._at(name)
        if at is None:
            return [f'ROLLBACK TO SAVEPOINT "{name}"']
        point = self._made[at]
        del self._made[at + 1 :]
        del point.asked_by[point.asked_by.index(name) + 1 :]
        return [f'ROLLBACK TO SAVEPOINT "{point.name}"']

    def _at(self, name: str) -> int | None:
        return next((at for at, point in enumerate(self._made) if name in point.asked_by), None)
